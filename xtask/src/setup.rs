//! `setup`: everything a fresh clone needs, step by step, each with its time. A step that finds its work done says so and
//! goes on, so a second run takes seconds.

mod debian;
mod npm;
mod packages;
mod versions;
mod wasm32;

use std::fs;
use std::time::Instant;

use crate::browser::Engine;
use crate::console;
use crate::failure::{Failure, Outcome};
use crate::process::{self, Running};
use crate::project::Project;
use crate::tool::CargoTool;
use crate::toolchain::{TARGET, WasmToolchain};

/// Runs every step in order.
pub(crate) fn run(project: &Project, arguments: &[String]) -> Outcome {
    if let Some(unknown) = arguments.first() {
        return Err(Failure::new(format!("setup takes no arguments, got `{unknown}`")));
    }
    let started = Instant::now();
    console::line("setup");
    step("versions", || versions::check(project))?;
    step("wasm32 target", || wasm32::try_rustup(project))?;

    // The system packages are fetched while cargo compiles the tools: the one waits for the network, the other for the processor.
    let wanted = packages::wanted(project);
    let mut fetching = None;
    step("system packages", || {
        fetching = packages::start(project, &wanted)?;
        Ok(match &fetching {
            Some(_) => format!("installing {} while the next steps run", wanted.join(" ")),
            None => "none missing".to_owned(),
        })
    })?;
    step("npm packages", || npm::install(project))?;
    step("wasm-bindgen", || cargo_tool(project, &CargoTool::wasm_bindgen(project)?))?;
    if let Some(fetching) = fetching {
        step("system packages", || packages::finish(fetching).map(|()| "installed".to_owned()))?;
    }
    step("wasm32 std", || wasm32_std(project))?;
    for engine in Engine::ALL {
        step(engine.name(), || packages::browser(project, engine))?;
    }
    step("python", || packages::python(project))?;
    step("postgres", packages::postgres)?;
    console::line(&format!("setup is done in {}\n", console::seconds(started.elapsed())));
    Ok(())
}

/// One step: does its work, says what came of it, and names itself when it fails.
fn step(name: &str, work: impl FnOnce() -> Outcome<String>) -> Outcome {
    let started = Instant::now();
    let result = work().map_err(|failure| {
        failure.advise(format!("see step `{name}` in CONTRIBUTING.md, then run `npm run setup` again"))
    })?;
    console::step(name, &result, started.elapsed());
    Ok(())
}

/// Finds a tool in its right version or installs it into the cache.
fn cargo_tool(project: &Project, tool: &CargoTool) -> Outcome<String> {
    if let Some(folder) = tool.find(project)? {
        return Ok(format!("{} in {}", tool.version, folder.display()));
    }
    let home = tool.home()?;
    console::line(&format!(
        "    installing {} {} into {} (some minutes, once per machine)",
        tool.krate,
        tool.version,
        home.display()
    ));
    fs::create_dir_all(&home).map_err(|error| Failure::file("create", &home, &error))?;
    let mut install = process::command(project, "cargo");
    // Not --locked: the lock file of this wasm-bindgen-cli names a crate version that registries no longer serve.
    install.args(["install", tool.krate, "--version", &tool.version, "--force", "--root"]).arg(&home);
    // Apart from the project's own target folder, whose lock another build may hold.
    install.env("CARGO_TARGET_DIR", project.path("target/tools"));
    Running::start(project, &format!("setup-{}", tool.command), install)?.wait().map_err(|failure| {
        failure.advise(format!(
            "run `cargo install {} --version {}` by hand to see why",
            tool.krate, tool.version
        ))
    })?;
    match tool.find(project)? {
        Some(folder) => Ok(format!("{} installed in {}", tool.version, folder.display())),
        None => Err(Failure::new(format!(
            "{} was installed but does not answer with version {}",
            tool.command, tool.version
        ))),
    }
}

/// Builds the wasm32 std from Debian's source where nothing else gave one.
fn wasm32_std(project: &Project) -> Outcome<String> {
    if let Some(toolchain) = WasmToolchain::find(project) {
        let kept = if toolchain == WasmToolchain::Linked { debian::keep(project)? } else { String::new() };
        return Ok(format!("{} links {TARGET}{kept}", toolchain.label()));
    }
    debian::provide(project)
}
