//! What a measurement was made on and with: the kind of machine and the versions, nothing that names the machine.

use crate::failure::Outcome;
use crate::process;
use crate::project::{self, Project};
use crate::tool;

/// How many processors there are.
pub(super) fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// One paragraph.
pub(super) fn described(project: &Project, is_pinned: bool) -> Outcome<String> {
    let said = |program: &str, argument: &str| {
        let mut command = process::command(project, program);
        command.arg(argument);
        process::capture(command).map(|text| tool::number(&text))
    };
    let day = {
        let mut date = process::command(project, "date");
        date.args(["-u", "+%Y-%m-%d"]);
        process::capture(date)?
    };
    let requirements = project::read(&project.path("tests/bench/requirements.txt"))?;
    let packages: Vec<String> = requirements
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.replace("==", " "))
        .collect();
    Ok(format!(
        "Measured on {day}, on {} processors ({}) and {} GB of memory; {}. Built by rustc {}; Python {} with {}.",
        processors(),
        field("/proc/cpuinfo", "model name").unwrap_or_else(|| std::env::consts::ARCH.to_owned()),
        gigabytes().map_or_else(|| "an unknown number of".to_owned(), |number| number.to_string()),
        if is_pinned {
            "each server had one processor, the load the other"
        } else {
            "servers and load shared all of them"
        },
        said("rustc", "--version")?,
        said("python3", "--version")?,
        packages.join(", "),
    ))
}

fn gigabytes() -> Option<u64> {
    let kilobytes: u64 = field("/proc/meminfo", "MemTotal")?.split(' ').next()?.parse().ok()?;
    Some(kilobytes.div_ceil(1024 * 1024))
}

/// What stands behind a name in one of the system's files.
fn field(path: &str, name: &str) -> Option<String> {
    let text = std::fs::read_to_string(path).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_once(':').map(|(_, value)| value.trim().to_owned())
}
