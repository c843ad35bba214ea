//! Packages of the operating system: on Debian and Ubuntu setup installs them; elsewhere it says what to install.

use std::io::IsTerminal;
use std::path::Path;
use std::process::Command;

use super::debian;
use crate::browser::{Engine, is_ci};
use crate::failure::{Failure, Outcome};
use crate::process::{self, Running};
use crate::project::Project;
use crate::tool::{on_path, postgres_programs};
use crate::toolchain::WasmToolchain;

/// The Debian packages that are missing here: the browsers, a compiler with std's source where no toolchain links wasm32,
/// the Python that runs the reference server, and the Postgres that the store's tests start for themselves.
pub(super) fn wanted(project: &Project) -> Vec<&'static str> {
    if !is_debian() {
        return Vec::new();
    }
    let mut wanted = Vec::new();
    if WasmToolchain::find(project).is_none() && !debian::is_installed() {
        wanted.extend(debian::PACKAGES);
    }
    for engine in Engine::ALL {
        // A browser that was chosen by hand is the user's to mend.
        if engine.find(project).is_err() && std::env::var_os(engine.variable()).is_none() {
            wanted.extend(browser_packages(engine));
        }
    }
    if !has_python(project) {
        wanted.extend(["python3", "python3-venv"]);
    }
    // Debian also starts a cluster on port 5432; the tests start their own and never touch that one.
    if postgres_programs().is_none() && std::env::var_os("DOCENT_TEST_POSTGRES_URL").is_none() {
        wanted.push("postgresql");
    }
    wanted
}

/// Starts installing packages; `None` when there is nothing to install.
pub(super) fn start(project: &Project, packages: &[&str]) -> Outcome<Option<Running>> {
    if packages.is_empty() {
        return Ok(None);
    }
    let script = format!(
        "apt-get update && apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=300 {}",
        packages.join(" ")
    );
    let mut apt =
        privileged(project, "sh").map_err(|failure| failure.advise(format!("run as root: {script}")))?;
    apt.args(["-c", &script]).env("DEBIAN_FRONTEND", "noninteractive");
    Running::start(project, "setup-apt", apt).map(Some)
}

/// Waits for the packages.
pub(super) fn finish(running: Running) -> Outcome {
    running.wait().map(drop).map_err(|failure| {
        failure
            .advise("check `apt-get update` and the network; on an old release the packages may be missing")
    })
}

/// A command that runs as root: as it is for root, by sudo for others. An error says that neither is possible.
pub(super) fn privileged(project: &Project, program: &str) -> Outcome<Command> {
    let mut id = process::command(project, "id");
    id.arg("-u");
    if process::capture(id)? == "0" {
        return Ok(process::command(project, program));
    }
    let mut ask = process::command(project, "sudo");
    ask.args(["-n", "true"]);
    let may_ask = std::io::stdin().is_terminal();
    let mut sudo = process::command(project, "sudo");
    if process::succeeds(ask) {
        sudo.args(["-n", "-E", program]);
        Ok(sudo)
    } else if may_ask && !on_path("sudo").is_empty() {
        sudo.args(["-E", program]);
        Ok(sudo)
    } else {
        Err(Failure::new("this step needs root, and sudo cannot be used here"))
    }
}

/// Whether Python can make environments of its own: Debian packs that part by itself.
fn has_python(project: &Project) -> bool {
    let mut python = process::command(project, "python3");
    python.args(["-c", "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))"]);
    process::succeeds(python)
}

/// Says where the store's tests find a Postgres.
pub(super) fn postgres() -> Outcome<String> {
    if std::env::var_os("DOCENT_TEST_POSTGRES_URL").is_some() {
        return Ok("the tests use DOCENT_TEST_POSTGRES_URL".to_owned());
    }
    if postgres_programs().is_some() {
        return Ok("the tests start a cluster of their own".to_owned());
    }
    if !is_ci() && !is_debian() {
        return Ok("none here: the tests of the Postgres store will be skipped".to_owned());
    }
    Err(Failure::new("the programs of a Postgres server are missing")
        .advise("run as root: apt-get install -y postgresql, or set DOCENT_TEST_POSTGRES_URL"))
}

/// Says that Python is there, for the comparison with the reference server.
pub(super) fn python(project: &Project) -> Outcome<String> {
    if has_python(project) {
        return Ok("makes environments".to_owned());
    }
    let advice = if is_debian() {
        "run as root: apt-get install -y python3 python3-venv"
    } else {
        "install Python 3.10 or newer, with its venv module"
    };
    Err(Failure::new("python3 is missing, is too old or lacks the module venv").advise(advice))
}

/// Says which browser the tests of an engine use.
pub(super) fn browser(project: &Project, engine: Engine) -> Outcome<String> {
    match engine.find(project) {
        Ok(browser) => Ok(browser.label),
        Err(_) if engine != Engine::Chromium && !is_ci() && !is_debian() => {
            Ok(format!("none here: its tests will be skipped ({})", browser_advice(engine)))
        }
        Err(failure) => Err(failure.advise(browser_advice(engine))),
    }
}

/// The packages an engine comes in.
fn browser_packages(engine: Engine) -> &'static [&'static str] {
    match engine {
        Engine::Chromium => &["chromium", "chromium-driver"],
        // Ubuntu has no extended support release.
        Engine::Firefox if is_ubuntu() => &["firefox"],
        Engine::Firefox => &["firefox-esr"],
        Engine::WebKit => &["webkit2gtk-driver", "xvfb", "xauth"],
    }
}

/// How to get a browser on this system.
fn browser_advice(engine: Engine) -> String {
    if is_debian() {
        let packages = browser_packages(engine).join(" ");
        return format!("run as root: apt-get update && apt-get install -y {packages}");
    }
    match engine {
        Engine::Chromium if cfg!(target_os = "macos") => {
            "install Chrome or Chromium and a chromedriver of the same version (`brew install --cask chromium chromedriver`), \
             then set DOCENT_CHROMIUM to the program inside the application, for example \
             \"/Applications/Chromium.app/Contents/MacOS/Chromium\""
        }
        Engine::Chromium => {
            "install Chromium and chromedriver of the same version with your package manager, \
             or set DOCENT_CHROMIUM and DOCENT_CHROMEDRIVER"
        }
        Engine::Firefox if cfg!(target_os = "macos") => {
            "install Firefox and set DOCENT_FIREFOX to \"/Applications/Firefox.app/Contents/MacOS/firefox\""
        }
        Engine::Firefox => "install Firefox with your package manager, or set DOCENT_FIREFOX",
        Engine::WebKit => {
            "install WebKitGTK's WebKitWebDriver with xvfb-run and xauth, which is possible on Linux; \
             or set DOCENT_WEBKIT_DRIVER"
        }
    }
    .to_owned()
}

/// Whether this system installs packages by apt-get.
pub(super) fn is_debian() -> bool {
    cfg!(target_os = "linux") && Path::new("/usr/bin/apt-get").exists()
}

/// Whether this is Ubuntu, which names some packages otherwise.
fn is_ubuntu() -> bool {
    std::fs::read_to_string("/etc/os-release").is_ok_and(|text| text.lines().any(|line| line == "ID=ubuntu"))
}
