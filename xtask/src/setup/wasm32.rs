//! The wasm32 target, first the ordinary ways: it is there already, or rustup fetches it.

use crate::failure::Outcome;
use crate::process::{self, Running};
use crate::project::Project;
use crate::tool;
use crate::toolchain::{TARGET, WasmToolchain};

/// Set to `1` where rustup's server cannot be reached, so that no time is lost on trying.
const SKIP: &str = "DOCENT_SKIP_RUSTUP";

/// Looks for a toolchain that links wasm32 and asks rustup for one otherwise. Not an error when neither helps: a later
/// step builds the target from Debian's source.
pub(super) fn try_rustup(project: &Project) -> Outcome<String> {
    if let Some(toolchain) = WasmToolchain::find(project) {
        return Ok(format!("{} links {TARGET}", toolchain.label()));
    }
    if std::env::var(SKIP).is_ok_and(|value| value == "1") {
        return Ok(format!("not there; rustup is not asked because {SKIP}=1"));
    }
    if tool::on_path("rustup").is_empty() {
        return Ok("not there, and there is no rustup".to_owned());
    }
    let mut rustup = process::command(project, "rustup");
    rustup.args(["target", "add", TARGET]);
    let outcome = Running::start(project, "setup-rustup", rustup)?.wait();
    Ok(match (outcome, WasmToolchain::find(project)) {
        (Ok(_), Some(toolchain)) => format!("added by rustup; {} links it", toolchain.label()),
        (Ok(_), None) => "rustup added it, but it does not link".to_owned(),
        (Err(_), _) => "rustup could not fetch it (see target/log/setup-rustup.log)".to_owned(),
    })
}
