//! The npm packages: `npm ci`, and only when package-lock.json is not the one they were installed from.

use crate::failure::{Failure, Outcome};
use crate::process::{self, Running};
use crate::project::{self, Project};

/// A copy of the lock file the installed packages came from; it is inside node_modules so that both vanish together.
const INSTALLED_FROM: &str = "node_modules/.docent-installed-from.json";

/// Installs what package-lock.json says, if that is not what is there.
pub(super) fn install(project: &Project) -> Outcome<String> {
    let lock = project::read(&project.path("package-lock.json"))?;
    let stamp = project.path(INSTALLED_FROM);
    if project::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok("as in package-lock.json".to_owned());
    }
    let mut npm = process::command(project, "npm");
    npm.args(["ci", "--no-audit", "--no-fund"]);
    Running::start(project, "setup-npm", npm)?.wait().map_err(advise)?;
    project::write(&stamp, lock)?;
    Ok("installed".to_owned())
}

/// What to do when npm fails: nearly always the network, or a manifest changed without its lock.
fn advise(failure: Failure) -> Failure {
    failure.advise(
        "if npm speaks of a lock file out of sync, run `npm install` and commit package-lock.json; \
         if it speaks of the network, check `npm ping`",
    )
}
