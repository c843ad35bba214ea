//! `test`: every check there is, cheapest first, each with its time; stops at the first that fails.

mod browsers;
mod package;
mod stages;

use std::time::{Duration, Instant};

use crate::console;
use crate::failure::{Failure, Outcome};
use crate::project::Project;
use stages::STAGES;

/// One check.
struct Stage {
    /// The word for `--only`.
    name: &'static str,
    /// What it proves.
    about: &'static str,
    /// Does it; the answer is for the summary.
    run: fn(&Project) -> Outcome<String>,
}

/// Runs the stages that were asked for.
pub(crate) fn run(project: &Project, arguments: &[String]) -> Outcome {
    let Some(chosen) = choose(arguments)? else {
        for stage in STAGES {
            console::line(&format!("  {:<13} {}", stage.name, stage.about));
        }
        return Ok(());
    };
    let started = Instant::now();
    let mut done: Vec<(&Stage, String, Duration)> = Vec::new();
    console::line("test");
    for stage in chosen {
        console::line(&format!("  {}: {}", stage.name, stage.about));
        let stage_started = Instant::now();
        match (stage.run)(project) {
            Ok(result) => done.push((stage, result, stage_started.elapsed())),
            Err(failure) => {
                summary(&done);
                console::line(&format!(
                    "  {:<13} FAILED  ({})",
                    stage.name,
                    console::seconds(stage_started.elapsed())
                ));
                return Err(failure
                    .within(&format!("stage `{}`", stage.name))
                    .advise(format!("mend it and run `cargo xtask test --only {}`", stage.name)));
            }
        }
    }
    summary(&done);
    console::line(&format!("all {} stages passed in {}", done.len(), console::seconds(started.elapsed())));
    Ok(())
}

/// The table at the end.
fn summary(done: &[(&Stage, String, Duration)]) {
    console::line("\nsummary");
    for (stage, result, elapsed) in done {
        console::line(&format!("  {:<13} {:>11}  {result}", stage.name, console::seconds(*elapsed)));
    }
}

/// The stages to run, in the order of the list; `None` to list them.
fn choose(arguments: &[String]) -> Outcome<Option<Vec<&'static Stage>>> {
    let names = match arguments {
        [] => return Ok(Some(STAGES.iter().collect())),
        [flag] if flag == "--list" => return Ok(None),
        [flag, names] if flag == "--only" => names.split(',').collect::<Vec<_>>(),
        _ => {
            return Err(Failure::new(format!("cannot read `{}`", arguments.join(" ")))
                .advise("run `cargo xtask test [--list | --only STAGE[,STAGE…]]`"));
        }
    };
    if let Some(unknown) = names.iter().find(|name| !STAGES.iter().any(|stage| stage.name == **name)) {
        return Err(Failure::new(format!("there is no stage `{unknown}`")).advise(format!(
            "choose from {}",
            STAGES.iter().map(|stage| stage.name).collect::<Vec<_>>().join(", ")
        )));
    }
    Ok(Some(STAGES.iter().filter(|stage| names.contains(&stage.name)).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(arguments: &[&str]) -> Outcome<Option<Vec<&'static str>>> {
        let arguments: Vec<String> = arguments.iter().map(|argument| (*argument).to_owned()).collect();
        Ok(choose(&arguments)?.map(|stages| stages.iter().map(|stage| stage.name).collect()))
    }

    #[test]
    fn all_stages_run_unless_some_are_chosen() {
        assert_eq!(chosen(&[]).unwrap().unwrap().len(), STAGES.len());
        assert_eq!(chosen(&["--only", "clippy,format"]).unwrap().unwrap(), ["format", "clippy"]);
        assert!(chosen(&["--list"]).unwrap().is_none());
    }

    #[test]
    fn an_unknown_stage_is_refused_with_the_known_ones() {
        let failure = chosen(&["--only", "fmt"]).unwrap_err().to_string();
        assert!(failure.contains("format, tidy"), "{failure}");
        assert!(chosen(&["--verbose"]).is_err());
    }
}
