//! The browsers that the tests run in: which there are, where each is looked for, and what it is without.

use std::path::PathBuf;
use std::process::Command;

use crate::failure::{Failure, Outcome};
use crate::project::Project;
use crate::tool::{by_name, major, number, on_path, said};

/// A browser by its engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    /// Chromium with its driver; everything is tested in it, so nothing works without.
    Chromium,
    /// Firefox, which takes commands without a driver.
    Firefox,
    /// WebKitGTK by its driver, under a virtual display where there is none.
    WebKit,
}

/// A browser that was found: what to tell the tests, and what to tell the user.
#[derive(Debug)]
pub(crate) struct Browser {
    /// Name and version.
    pub(crate) label: String,
    /// The variables that the tests find it by.
    variables: Vec<(&'static str, PathBuf)>,
}

impl Engine {
    /// Every engine, the indispensable one first.
    pub(crate) const ALL: [Self; 3] = [Self::Chromium, Self::Firefox, Self::WebKit];

    /// The word that `tests/engine/engine.mjs` knows it by.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
            Self::WebKit => "webkit",
        }
    }

    /// The variable by which a user chooses the program.
    pub(crate) fn variable(self) -> &'static str {
        match self {
            Self::Chromium => "DOCENT_CHROMIUM",
            Self::Firefox => "DOCENT_FIREFOX",
            Self::WebKit => "DOCENT_WEBKIT_DRIVER",
        }
    }

    /// Looks for it: where its variable points, else on the PATH.
    pub(crate) fn find(self, project: &Project) -> Outcome<Browser> {
        match self {
            Self::Chromium => {
                let names = ["chromium", "chromium-browser", "google-chrome", "chrome"];
                let chromium = by_name(self.variable(), &names)?;
                let chromedriver = by_name("DOCENT_CHROMEDRIVER", &["chromedriver"])?;
                let version = number(&said(project, &chromium)?);
                let driver = number(&said(project, &chromedriver)?);
                if major(&version) != major(&driver) {
                    return Err(Failure::new(format!(
                        "Chromium is version {version} but chromedriver is {driver}"
                    ))
                    .advise(
                        "install both in the same major version, or set DOCENT_CHROMIUM and DOCENT_CHROMEDRIVER",
                    ));
                }
                let variables = vec![(self.variable(), chromium), ("DOCENT_CHROMEDRIVER", chromedriver)];
                Ok(Browser { label: format!("Chromium {version}"), variables })
            }
            Self::Firefox => {
                let firefox = by_name(self.variable(), &["firefox-esr", "firefox"])?;
                let version = number(&said(project, &firefox)?);
                Ok(Browser {
                    label: format!("Firefox {version}"),
                    variables: vec![(self.variable(), firefox)],
                })
            }
            Self::WebKit => {
                let driver = by_name(self.variable(), &["WebKitWebDriver"])?;
                let has_display =
                    ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| std::env::var_os(name).is_some());
                if !has_display && (on_path("xvfb-run").is_empty() || on_path("xauth").is_empty()) {
                    return Err(Failure::new(
                        "WebKitWebDriver wants a display, and xvfb-run or xauth is missing",
                    ));
                }
                Ok(Browser { label: "WebKitGTK".to_owned(), variables: vec![(self.variable(), driver)] })
            }
        }
    }

    /// As [`Engine::find`] for a test; `None` where a machine that is not CI may go without this one.
    pub(crate) fn find_for_test(self, project: &Project) -> Outcome<Option<Browser>> {
        match self.find(project) {
            Ok(browser) => Ok(Some(browser)),
            Err(_) if self != Self::Chromium && !is_ci() => Ok(None),
            Err(failure) => {
                Err(failure.advise("run `cargo xtask setup`, which installs the browsers or says how"))
            }
        }
    }
}

impl Browser {
    /// Tells a program where the browser is.
    pub(crate) fn apply(&self, command: &mut Command) {
        command.envs(self.variables.iter().map(|(name, path)| (name, path)));
    }
}

/// Whether this run must not leave anything out.
pub(crate) fn is_ci() -> bool {
    std::env::var_os("CI").is_some()
}
