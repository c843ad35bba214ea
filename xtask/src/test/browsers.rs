//! The stages that need browsers: the wasm tests, the whole in Chromium, the way of a question in the others.

use std::path::PathBuf;

use super::stages::{count, node_tests, test_files};
use crate::browser::{Browser, Engine};
use crate::console;
use crate::failure::{Failure, Outcome};
use crate::process::{self, Running};
use crate::project::Project;
use crate::tool::CargoTool;
use crate::toolchain::{TARGET, WasmToolchain};

/// Where the tests are that need the demo site, the binary and a browser.
const END_TO_END: &str = "tests/e2e";

/// The way of a question, in whatever engine it is told.
const QUESTION: &str = "tests/engine";

/// The packed package in a browser.
const PACKAGING: &str = "tests/packaging";

/// The folders whose test files are run by the stages here.
pub(super) const FOLDERS: [&str; 3] = [END_TO_END, QUESTION, PACKAGING];

/// The tests of a wasm crate. They are compiled once; every browser opens the same page of each.
pub(super) fn wasm(project: &Project, krate: &str) -> Outcome<String> {
    let runner = CargoTool::wasm_bindgen(project)?.require(project)?.join("wasm-bindgen-test-runner");
    let mut engines = Vec::new();
    for engine in [Engine::Chromium, Engine::Firefox] {
        if let Some(browser) = found(project, engine)? {
            engines.push((engine, browser));
        }
    }
    let log = format!("test-wasm-{krate}");
    let files = compile(project, krate, &format!("{log}-build"))?;
    let mut node = process::command(project, "node");
    node.arg(project.path("tests/engine/run_wasm.mjs")).arg(runner);
    node.arg(engines.iter().map(|(engine, _)| engine.name()).collect::<Vec<_>>().join(",")).args(files);
    for (_, browser) in &engines {
        browser.apply(&mut node);
    }
    let output = Running::start(project, &log, node)?.wait()?;
    // Without a browser test the runner ends well, too; that would prove nothing.
    let tests = count(&output, "test result: ok. ", " passed").ok_or_else(|| {
        Failure::new(format!("no test of {krate} ran in a browser"))
            .advise("mark browser tests with #[wasm_bindgen_test] and run_in_browser")
    })?;
    let labels: Vec<_> = engines.iter().map(|(_, browser)| browser.label.as_str()).collect();
    Ok(format!("{tests}, in {}", labels.join(" and ")))
}

/// Compiles the tests of a crate for wasm32; answers the files cargo made.
fn compile(project: &Project, krate: &str, log: &str) -> Outcome<Vec<PathBuf>> {
    let mut cargo = process::command(project, "cargo");
    cargo.args(["test", "--no-run", "--target", TARGET, "--package", krate, "--color", "never"]);
    cargo.env("CARGO_TARGET_DIR", project.wasm_target());
    WasmToolchain::require(project)?.apply(&mut cargo);
    let output = Running::start(project, log, cargo)?.wait()?;
    Ok(executables(&output).into_iter().map(|path| project.root().join(path)).collect())
}

/// The files in what `cargo test --no-run` says: `Executable tests/core/main.rs (target/…/core-0123.wasm)`.
fn executables(output: &str) -> Vec<&str> {
    let lines = output.lines().map(str::trim).filter(|line| line.starts_with("Executable "));
    lines.filter_map(|line| line.rsplit_once(" (")).map(|(_, path)| path.trim_end_matches(')')).collect()
}

/// The extensive tests, which drive Chromium with Playwright.
pub(super) fn end_to_end(project: &Project) -> Outcome<String> {
    in_chromium(project, "test-end-to-end", END_TO_END)
}

/// The packed package where users load it.
pub(super) fn packaging(project: &Project) -> Outcome<String> {
    in_chromium(project, "test-packaging", PACKAGING)
}

fn in_chromium(project: &Project, log: &str, folder: &str) -> Outcome<String> {
    let browser =
        Engine::Chromium.find(project).map_err(|failure| failure.advise("run `cargo xtask setup`"))?;
    node_tests(project, log, &test_files(&project.path(folder))?, |node| {
        // One file after the other: each starts a server and a browser, and small machines have two processors.
        node.arg("--test-concurrency=1").env("DOCENT_BIN", project.binary());
        node.env("DOCENT_PACKAGE", project.path(super::package::FOLDER));
        browser.apply(node);
    })
}

/// The way of a question, by mouse and keyboard, in one engine.
pub(super) fn question(project: &Project, engine: Engine) -> Outcome<String> {
    let Some(browser) = found(project, engine)? else {
        return Ok("SKIPPED: this browser is not here".to_owned());
    };
    let log = format!("test-e2e-{}", engine.name());
    let tests = node_tests(project, &log, &test_files(&project.path(QUESTION))?, |node| {
        node.arg("--test-concurrency=1")
            .env("DOCENT_BIN", project.binary())
            .env("DOCENT_ENGINE", engine.name());
        browser.apply(node);
    })?;
    Ok(format!("{tests}, in {}", browser.label))
}

/// A browser for a stage. One that is missing is an error in CI; elsewhere it is left out, and that is said aloud.
fn found(project: &Project, engine: Engine) -> Outcome<Option<Browser>> {
    let found = engine.find_for_test(project)?;
    if found.is_none() {
        console::line(&format!(
            "    !! {} is not here: its tests are SKIPPED (`cargo xtask setup` says how to get it)",
            engine.name()
        ));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_compiled_tests_are_read_from_what_cargo_says() {
        let output = "    Finished `test` profile in 0.15s\n  Executable unittests src/lib.rs (target/wasm/deps/docent-4.wasm)\n  \
                      Executable tests/core/main.rs (target/wasm/deps/core-1.wasm)\n";
        assert_eq!(executables(output), ["target/wasm/deps/docent-4.wasm", "target/wasm/deps/core-1.wasm"]);
    }
}
