//! The project's own tasks, one per file: `cargo xtask <task>`. `npm run demo` and `npm test` are two of them after `setup`.

mod bench;
mod browser;
mod build_wasm;
mod console;
mod demo;
mod failure;
mod process;
mod project;
mod setup;
mod size;
mod test;
mod tidy;
mod tool;
mod toolchain;
mod tree;
mod wasm;

use std::process::ExitCode;

use failure::{Failure, Outcome};
use project::Project;

/// One task: the word on the command line, what it does, and where.
struct Task {
    name: &'static str,
    about: &'static str,
    run: fn(&Project, &[String]) -> Outcome,
}

/// Every task there is, in the order a newcomer meets them.
const TASKS: &[Task] = &[
    Task {
        name: "setup",
        about: "check versions; install the wasm32 target, tools, npm packages, browsers",
        run: setup::run,
    },
    Task { name: "demo", about: "build everything and serve the demo site", run: demo::run },
    Task {
        name: "test",
        about: "every check there is; --only STAGE[,STAGE] runs some, --list names them",
        run: test::run,
    },
    Task {
        name: "build-wasm",
        about: "build the npm package into pkg/ (names of modules build only those)",
        run: build_wasm::run,
    },
    Task {
        name: "size",
        about: "weigh each entry against its budget; --functions MODULE lists the largest",
        run: size::run,
    },
    Task {
        name: "bench",
        about: "server: measure the server beside the reference SDK; bench --help tells more",
        run: bench::run,
    },
    Task { name: "tidy", about: "check the house rules: headers, lengths, arrows, names", run: tidy::run },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.split_first() {
        None => {
            console::line(&usage());
            Ok(())
        }
        Some((flag, _)) if flag == "--help" || flag == "-h" || flag == "help" => {
            console::line(&usage());
            Ok(())
        }
        Some((name, rest)) => match TASKS.iter().find(|task| task.name == name) {
            Some(task) => Project::find().and_then(|project| (task.run)(&project, rest)),
            None => Err(Failure::new(format!("there is no task `{name}`")).advise(usage())),
        },
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            console::error(&failure.to_string());
            ExitCode::FAILURE
        }
    }
}

/// The list of tasks as the user sees it.
fn usage() -> String {
    let mut text = String::from("usage: cargo xtask <task>\n");
    for task in TASKS {
        text.push_str(&format!("\n  {:<11} {}", task.name, task.about));
    }
    text
}
