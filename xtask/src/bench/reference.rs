//! The Python environment of the reference: made once, and anew when what it has to hold changes.

use std::path::PathBuf;

use crate::failure::{Failure, Outcome};
use crate::process;
use crate::project::{self, Project};

const REQUIREMENTS: &str = "tests/bench/requirements.txt";

/// The Python that has the reference.
pub(super) fn python(project: &Project) -> Outcome<PathBuf> {
    let folder = project.path("target/bench-venv");
    let python = folder.join("bin/python");
    let made_of = folder.join("made-of.txt");
    let wanted = project::read(&project.path(REQUIREMENTS))?;
    if std::fs::read_to_string(&made_of).is_ok_and(|text| text == wanted) {
        return Ok(python);
    }
    if folder.exists() {
        std::fs::remove_dir_all(&folder).map_err(|error| Failure::file("remove", &folder, &error))?;
    }
    let mut venv = process::command(project, "python3");
    venv.args(["-m", "venv"]).arg(&folder);
    let mut pip = process::command(project, &python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", REQUIREMENTS]);
    process::run(project, "bench-venv", venv)
        .and_then(|_| process::run(project, "bench-pip", pip))
        .map_err(|failure| failure.advise("run `cargo xtask setup`, and let pip reach its packages"))?;
    project::write(&made_of, wanted)?;
    Ok(python)
}
