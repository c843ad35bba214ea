//! The stages in their order: what needs no build first, what needs everything last.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Stage, browsers, package};
use crate::browser::Engine;
use crate::failure::{Failure, Outcome};
use crate::process::{self, Running};
use crate::project::{self, Project};
use crate::{build_wasm, demo, size, tidy, tree};

/// Every stage.
pub(super) const STAGES: &[Stage] = &[
    Stage { name: "format", about: "cargo fmt --check", run: format },
    Stage {
        name: "tidy",
        about: "the house rules",
        run: |project| done(tidy::run(project, &[]), "every rule is kept"),
    },
    Stage { name: "clippy", about: "lints of every target, none allowed", run: clippy },
    Stage { name: "rustdoc", about: "the documentation builds without a warning", run: rustdoc },
    Stage { name: "host-tests", about: "cargo test --workspace", run: host_tests },
    Stage {
        name: "differential",
        about: "the server beside the reference SDK, the same requests to both",
        run: differential,
    },
    Stage { name: "build-wasm", about: "the npm package", run: wasm_package },
    Stage {
        name: "package",
        about: "the packed package imports, type-checks and lints as a user's would",
        run: package::check,
    },
    Stage { name: "js-tests", about: "the built package in Node", run: js_tests },
    Stage {
        name: "typescript",
        about: "types of the package's sources, the demo and the tests",
        run: typescript,
    },
    Stage {
        name: "size",
        about: "each entry within its budget",
        run: |project| done(size::run(project, &[]), "within every budget"),
    },
    Stage {
        name: "wasm-core",
        about: "the core's tests in Chromium and Firefox",
        run: |project| browsers::wasm(project, "docent"),
    },
    Stage {
        name: "wasm-element",
        about: "the element's tests in Chromium and Firefox",
        run: |project| browsers::wasm(project, "docent-element"),
    },
    Stage { name: "demo", about: "the binary and the demo site build", run: build_demo },
    Stage {
        name: "packaging",
        about: "the packed package in Chromium: no bundler, Vite, strict policy, 1,000 mounts",
        run: browsers::packaging,
    },
    Stage {
        name: "end-to-end",
        about: "the whole in Chromium: site, server, element",
        run: browsers::end_to_end,
    },
    Stage {
        name: "e2e-firefox",
        about: "the way of a question in Firefox",
        run: |project| browsers::question(project, Engine::Firefox),
    },
    Stage {
        name: "e2e-webkit",
        about: "the way of a question in WebKit",
        run: |project| browsers::question(project, Engine::WebKit),
    },
];

fn done(outcome: Outcome, result: &str) -> Outcome<String> {
    outcome.map(|()| result.to_owned())
}

/// A cargo command of a stage, to its end.
fn cargo(project: &Project, log: &str, arguments: &[&str], environment: &[(&str, &str)]) -> Outcome<String> {
    let mut cargo = process::command(project, "cargo");
    cargo.args(arguments).envs(environment.iter().copied());
    Running::start(project, log, cargo)?.wait()
}

fn format(project: &Project) -> Outcome<String> {
    cargo(project, "test-format", &["fmt", "--all", "--", "--check", "--color", "never"], &[])
        .map(|_| "formatted".to_owned())
        .map_err(|failure| failure.advise("run `cargo fmt --all`"))
}

fn clippy(project: &Project) -> Outcome<String> {
    let arguments = ["clippy", "--workspace", "--all-targets", "--keep-going", "--", "-D", "warnings"];
    cargo(project, "test-clippy", &arguments, &[]).map(|_| "no warnings".to_owned())
}

fn rustdoc(project: &Project) -> Outcome<String> {
    // Libraries only: the binary `docent` and the library `docent` would write the same page.
    let arguments = ["doc", "--workspace", "--lib", "--no-deps", "--keep-going"];
    cargo(project, "test-rustdoc", &arguments, &[("RUSTDOCFLAGS", "-D warnings")])
        .map(|_| "no warnings".to_owned())
}

fn host_tests(project: &Project) -> Outcome<String> {
    // A snapshot that differs, or that no test reads any more, is a failure and never a new file.
    let output = cargo(project, "test-host", &["test", "--workspace"], &[("INSTA_UPDATE", "no")])?;
    count(&output, "test result: ok. ", " passed").ok_or_else(|| Failure::new("cargo test ran no test"))
}

/// The cases are compared in tests/differential; its last line says how many there were.
fn differential(project: &Project) -> Outcome<String> {
    let mut node = process::command(project, "node");
    node.arg(project.path("tests/differential/run.mjs"));
    let output = Running::start(project, "test-differential", node)?.wait()?;
    let cases = output.lines().rev().find(|line| line.contains(" cases: "));
    cases.map(str::to_owned).ok_or_else(|| Failure::new("no case was compared"))
}

/// Builds the package; a compiler's warning in code that only wasm builds see, which clippy on the host cannot, is an error.
fn wasm_package(project: &Project) -> Outcome<String> {
    build_wasm::run(project, &[])?;
    for module in ["docent_core", "docent_page", "docent_element"] {
        let log = project.log().join(format!("build-{module}.log"));
        let warnings: Vec<String> = warnings(&project::read(&log)?);
        if !warnings.is_empty() {
            return Err(Failure::new(format!(
                "{module} compiles with warnings:\n    {}",
                warnings.join("\n    ")
            ))
            .advise(format!("mend them; the compiler's full text is in {}", log.display())));
        }
    }
    Ok("pkg/ is built, without a warning".to_owned())
}

/// The first lines of the compiler's warnings in an output; cargo repeats those of code that is up to date.
fn warnings(output: &str) -> Vec<String> {
    output.lines().filter(|line| line.starts_with("warning: ")).map(str::to_owned).collect()
}

fn typescript(project: &Project) -> Outcome<String> {
    for (log, config) in [("test-types", "tsconfig.json"), ("test-types-outside", "tsconfig.check.json")] {
        let mut tsc = process::command(project, project.npm_bin("tsc")?);
        tsc.args(["--noEmit", "--project", config]);
        process::run(project, log, tsc)?;
    }
    Ok("no errors".to_owned())
}

fn build_demo(project: &Project) -> Outcome<String> {
    demo::binary(project)?;
    demo::site(project)?;
    Ok("demo/dist is built".to_owned())
}

/// Tests of the package in Node: every test file that needs no browser.
fn js_tests(project: &Project) -> Outcome<String> {
    let mut files = test_files(&project.path("tests"))?;
    files.retain(|path| !browsers::FOLDERS.iter().any(|folder| path.starts_with(project.path(folder))));
    node_tests(project, "test-js", &files, |_| ())
}

/// Runs test files with Node's own runner; that none ran is a failure.
pub(super) fn node_tests(
    project: &Project,
    log: &str,
    files: &[PathBuf],
    adapt: impl FnOnce(&mut Command),
) -> Outcome<String> {
    if files.is_empty() {
        return Err(Failure::new("there is no *.test.mjs to run").advise("restore tests/ from git"));
    }
    let mut node = process::command(project, "node");
    node.args(["--test", "--test-reporter=spec", "--test-timeout=120000"]);
    adapt(&mut node);
    node.args(files);
    let output = Running::start(project, log, node)?.wait()?;
    let passed =
        output.lines().rev().find_map(|line| line.trim_start_matches(['ℹ', '#', ' ']).strip_prefix("pass "));
    match passed.and_then(|number| number.trim().parse::<usize>().ok()) {
        Some(number) if number > 0 => Ok(format!("{number} tests in {} files", files.len())),
        _ => Err(Failure::new("node ran no test")),
    }
}

/// The test files of a folder.
pub(super) fn test_files(folder: &Path) -> Outcome<Vec<PathBuf>> {
    Ok(tree::files(folder)?
        .into_iter()
        .filter(|path| path.to_string_lossy().ends_with(".test.mjs"))
        .collect())
}

/// The sum of the numbers between two texts, for a summary; `None` when it is nothing.
pub(super) fn count(output: &str, before: &str, after: &str) -> Option<String> {
    let numbers = output
        .lines()
        .filter_map(|line| line.split_once(before))
        .filter_map(|(_, rest)| rest.split_once(after))
        .filter_map(|(number, _)| number.trim().parse::<usize>().ok());
    match numbers.sum() {
        0 => None,
        total => Some(format!("{total} tests")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passed_tests_are_summed_over_all_binaries() {
        let output = "test result: ok. 3 passed; 0 failed\nx\ntest result: ok. 39 passed; 0 failed\n";
        assert_eq!(count(output, "test result: ok. ", " passed").as_deref(), Some("42 tests"));
    }

    #[test]
    fn a_compilers_warning_is_seen_among_what_cargo_says() {
        let output =
            "   Compiling docent v0.1.0\nwarning: unused variable: `x`\n  --> src/lib.rs:1:1\n    Finished\n";
        assert_eq!(warnings(output), ["warning: unused variable: `x`"]);
    }

    #[test]
    fn a_run_without_tests_counts_as_none() {
        assert_eq!(count("test result: ok. 0 passed; 0 failed\n", "test result: ok. ", " passed"), None);
        assert_eq!(count("no tests to run!", "test result: ok. ", " passed"), None);
    }
}
