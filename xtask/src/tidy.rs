//! `tidy`: the house rules as checks. Each finding says where, which rule, and what to do; one finding fails the task.

mod allow;
mod arrows;
mod headers;
mod length;
mod names;
mod places;
mod protocol_page;
mod rooms;
mod source;
mod unfinished;

use std::time::Instant;

use crate::console;
use crate::failure::{Failure, Outcome};
use crate::project::Project;
use source::{Finding, Source, Weight};

/// A house rule: all the project's files in, findings out.
type Rule = fn(&[Source]) -> Vec<Finding>;

/// Every rule, by the name its findings carry.
const RULES: &[(&str, Rule)] = &[
    ("header", headers::check),
    ("length", length::check),
    ("name", names::check),
    ("arrow", arrows::check),
    ("room", rooms::check),
    ("allow", allow::check),
    ("place", places::check),
    ("unfinished", unfinished::check),
    ("protocol page", protocol_page::check),
];

/// Checks every file git knows or would take up.
pub(crate) fn run(project: &Project, arguments: &[String]) -> Outcome {
    if let Some(unknown) = arguments.first() {
        return Err(Failure::new(format!("tidy takes no arguments, got `{unknown}`")));
    }
    let started = Instant::now();
    let sources = source::all(project)?;
    let mut failures = 0;
    let mut warnings = 0;
    for (rule, check) in RULES {
        for finding in check(&sources) {
            let word = match finding.weight {
                Weight::Failure => {
                    failures += 1;
                    "error"
                }
                Weight::Warning => {
                    warnings += 1;
                    "warning"
                }
            };
            console::line(&format!(
                "{}:{}: {word}[{rule}] {}\n    what to do: {}",
                finding.path, finding.line, finding.what, finding.advice
            ));
        }
    }
    let count = sources.len();
    let rules = RULES.len();
    if failures > 0 {
        return Err(Failure::new(format!("tidy: {failures} findings in {count} files, {warnings} warnings")));
    }
    console::line(&format!(
        "tidy: {count} files keep {rules} rules, {warnings} warnings ({})",
        console::seconds(started.elapsed())
    ));
    Ok(())
}
