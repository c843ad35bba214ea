//! `cargo xtask bench server`: Docent beside the reference SDK, on this machine, in one run; a table in Markdown.
//!
//! The measuring itself is `crates/bench`, a program of its own, so that the tasks stay quick to build.

mod machine;
mod page;
mod postgres;
mod reference;

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Instant;

use crate::console;
use crate::failure::{Failure, Outcome};
use crate::process::{self, Running};
use crate::project::Project;
use crate::tool;

use postgres::Cluster;

const USAGE: &str = "usage: cargo xtask bench server [--quick] [--write] [--no-postgres] [--only pages|turns|idle|growth]

  --quick        a fast look of about a minute: one short round, shorter threads, fewer streams
  --write        put the table into docs/BENCHMARKS.md
  --no-postgres  leave the column of Docent on Postgres out (it is left out too where there is no Postgres)
  --only WHAT    measure only this; can be given again

In full it takes about eight minutes. Let nothing else run beside it: the server has one processor, the load the other.";

/// What is asked for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Options {
    is_quick: bool,
    is_written: bool,
    without_postgres: bool,
    only: Vec<String>,
}

/// Builds, measures, prints.
pub(crate) fn run(project: &Project, arguments: &[String]) -> Outcome {
    let Some(options) = options(arguments)? else {
        console::line(USAGE);
        return Ok(());
    };
    let begun = Instant::now();
    console::line("building Docent as it is released, and the reference's environment");
    let program = build(project)?;
    let python = reference::python(project)?;
    let cluster = if options.without_postgres { None } else { Cluster::start(project)? };
    let folder = project.path("target/bench");
    std::fs::create_dir_all(&folder).map_err(|error| Failure::file("create", &folder, &error))?;

    let mut words = vec![program.into_os_string(), "compare".into(), "--folder".into(), folder.into()];
    words.extend(["--python".into(), python.into_os_string()]);
    words.extend(["--reference".into(), project.path("tests/bench/reference.py").into()]);
    if let Some(cluster) = &cluster {
        words.extend(["--postgres".into(), cluster.url().into()]);
    }
    if options.is_quick {
        words.push("--quick".into());
    }
    for what in &options.only {
        words.extend(["--only".into(), what.into()]);
    }
    let is_pinned = machine::processors() >= 2 && !tool::on_path("taskset").is_empty();
    if is_pinned {
        words.extend(["--processor".into(), "0".into()]);
        words.splice(0..0, ["taskset", "-c", "1"].map(Into::into));
    }
    // As many connections as the system allows at all.
    let mut compare = process::command(project, "sh");
    compare.args(["-c", "ulimit -n \"$(ulimit -Hn)\"; exec \"$@\"", "sh"]).args(words);
    let shown = process::shown(&compare);
    let output = compare
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| Failure::new(format!("cannot start `{shown}`: {error}")))?;
    drop(cluster);
    if !output.status.success() {
        return Err(Failure::new(format!("`{shown}` failed ({}); its reason is above", output.status)));
    }
    let table = String::from_utf8_lossy(&output.stdout).into_owned();
    let result = format!("{}\n\n{table}", machine::described(project, is_pinned)?);
    console::line(&format!("\n{result}"));
    if options.is_written {
        page::write(project, &result)?;
    }
    console::step("bench server", "measured", begun.elapsed());
    Ok(())
}

/// The program that serves and measures, built as releases are.
fn build(project: &Project) -> Outcome<PathBuf> {
    let mut cargo = process::command(project, "cargo");
    cargo.args(["build", "--release", "--package", "docent-bench"]);
    Running::start(project, "bench-build", cargo)?.wait()?;
    let name = format!("docent-bench{}", std::env::consts::EXE_SUFFIX);
    Ok(project.host_target().join("release").join(name))
}

/// `None`: only what the task can do is asked for.
fn options(arguments: &[String]) -> Outcome<Option<Options>> {
    let mut options = Options::default();
    let mut words = arguments.iter().map(String::as_str);
    match words.next() {
        Some("server") => {}
        Some("--help" | "-h") | None => return Ok(None),
        Some(other) => {
            return Err(Failure::new(format!("`{other}` cannot be measured")).advise(USAGE));
        }
    }
    while let Some(word) = words.next() {
        match word {
            "--quick" => options.is_quick = true,
            "--write" => options.is_written = true,
            "--no-postgres" => options.without_postgres = true,
            "--help" | "-h" => return Ok(None),
            "--only" => match words.next() {
                Some(what @ ("pages" | "turns" | "idle" | "growth")) => options.only.push(what.to_owned()),
                _ => return Err(Failure::new("`--only` names what to measure").advise(USAGE)),
            },
            other => return Err(Failure::new(format!("`{other}` is no flag")).advise(USAGE)),
        }
    }
    if options.is_written && (options.is_quick || !options.only.is_empty()) {
        return Err(Failure::new("`--write` keeps the table of a full run only").advise(USAGE));
    }
    Ok(Some(options))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(arguments: &str) -> Outcome<Option<Options>> {
        options(&arguments.split_whitespace().map(str::to_owned).collect::<Vec<String>>())
    }

    #[test]
    fn flags_are_read_and_help_is_no_measurement() {
        let quick = Options { is_quick: true, only: vec!["turns".to_owned()], ..Options::default() };
        assert_eq!(read("server --quick --only turns").unwrap(), Some(quick));
        assert_eq!(read("server --write").unwrap().map(|options| options.is_written), Some(true));
        assert_eq!(read("").unwrap(), None);
        assert_eq!(read("server --help").unwrap(), None);
    }

    #[test]
    fn what_cannot_be_measured_or_kept_is_refused() {
        for wrong in
            ["client", "server --fast", "server --only", "server --only all", "server --quick --write"]
        {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
