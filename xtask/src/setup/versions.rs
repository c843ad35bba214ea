//! The programs setup cannot install itself, and the lowest versions of them.

use crate::failure::{Failure, Outcome};
use crate::process;
use crate::project::Project;
use crate::tool::{number, reaches};

/// Checks each program; the answer lists their versions.
pub(super) fn check(project: &Project) -> Outcome<String> {
    let rust = project.rust_version()?;
    let node = project.node_version()?;
    let rust_advice = format!("install Rust {rust} or newer (https://rustup.rs, or `rustup update stable`)");
    let node_advice = format!("install Node {node} or newer (https://nodejs.org)");
    let component = "run `rustup component add rustfmt clippy`";
    let wanted: [(&str, &[&str], &str, &str); 7] = [
        ("rustc", &["--version"], &rust, &rust_advice),
        ("cargo", &["fmt", "--version"], "1", component),
        ("cargo", &["clippy", "--version"], "0.1", component),
        ("node", &["--version"], &node, &node_advice),
        ("npm", &["--version"], "9", &node_advice),
        ("git", &["--version"], "2", "install git"),
        (
            "cc",
            &["--version"],
            "1",
            "install a C compiler: `apt-get install build-essential`, or Xcode's command line tools on macOS",
        ),
    ];
    let mut found = Vec::new();
    for (program, arguments, lowest, advice) in wanted {
        let mut command = process::command(project, program);
        command.args(arguments);
        let shown = process::shown(&command);
        let said = process::capture(command)
            .map_err(|failure| Failure::new(format!("`{shown}` does not work: {failure}")).advise(advice))?;
        let version = number(said.lines().next().unwrap_or_default());
        if !reaches(&version, lowest) {
            return Err(Failure::new(format!(
                "{program} is version {version}; Docent needs {lowest} or newer"
            ))
            .advise(advice));
        }
        if arguments.len() == 1 {
            found.push(format!("{program} {version}"));
        }
    }
    Ok(found.join(", "))
}
