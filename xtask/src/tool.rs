//! The command-line tools the tasks need beside cargo: where each is looked for, in which version.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::{Failure, Outcome};
use crate::process;
use crate::project::{self, Project};

/// A command-line tool made by `cargo install`, needed in one exact version.
#[derive(Debug)]
pub(crate) struct CargoTool {
    /// The command.
    pub(crate) command: &'static str,
    /// The crate that makes it.
    pub(crate) krate: &'static str,
    /// The one version that works.
    pub(crate) version: String,
}

impl CargoTool {
    /// The wasm-bindgen command line. Crate and command must be the same version, so the version is read from Cargo.lock.
    pub(crate) fn wasm_bindgen(project: &Project) -> Outcome<Self> {
        let version = project.locked_version("wasm-bindgen")?;
        Ok(Self { command: "wasm-bindgen", krate: "wasm-bindgen-cli", version })
    }

    /// Where our own copy is kept: one folder per version, shared by all checkouts.
    pub(crate) fn home(&self) -> Outcome<PathBuf> {
        Ok(project::cache()?.join("tools").join(format!("{}-{}", self.command, self.version)))
    }

    /// The folder of a copy in the right version: on the PATH, or our own.
    pub(crate) fn find(&self, project: &Project) -> Outcome<Option<PathBuf>> {
        let own = self.home()?.join("bin").join(self.command);
        let candidates = on_path(self.command).into_iter().chain([own]);
        Ok(candidates
            .filter(|path| path.is_file())
            .find(|path| self.is_right_version(project, path))
            .and_then(|path| path.parent().map(Path::to_path_buf)))
    }

    /// As [`CargoTool::find`], for a task that cannot go on without it.
    pub(crate) fn require(&self, project: &Project) -> Outcome<PathBuf> {
        self.find(project)?.ok_or_else(|| {
            Failure::new(format!("{} {} is not installed", self.command, self.version))
                .advise("run `cargo xtask setup`, which installs it")
        })
    }

    fn is_right_version(&self, project: &Project, path: &Path) -> bool {
        let mut command = process::command(project, path);
        command.arg("--version");
        process::capture(command)
            .is_ok_and(|said| said.split_whitespace().nth(1) == Some(self.version.as_str()))
    }
}

/// Every executable of that name on the PATH.
pub(crate) fn on_path(name: &str) -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&path).map(|folder| folder.join(&file)).filter(|path| path.is_file()).collect()
}

/// The program an environment variable names, else the first of some names on the PATH.
pub(crate) fn by_name(variable: &str, names: &[&str]) -> Outcome<PathBuf> {
    if let Some(path) = std::env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from) {
        return if path.is_file() {
            Ok(path)
        } else {
            Err(Failure::new(format!("{variable} names {}, which is not a file", path.display())))
        };
    }
    names
        .iter()
        .find_map(|name| on_path(name).into_iter().next())
        .ok_or_else(|| Failure::new(format!("{} is not on the PATH and {variable} is not set", names[0])))
}

/// What a program answers to `--version`.
pub(crate) fn said(project: &Project, program: &Path) -> Outcome<String> {
    let mut command: Command = process::command(project, program);
    command.arg("--version");
    process::capture(command)
}

/// The first word of a text that looks like a version number.
pub(crate) fn number(text: &str) -> String {
    text.split_whitespace()
        .map(|word| word.trim_start_matches(['v', '(']).trim_end_matches(')'))
        .find(|word| word.starts_with(|c: char| c.is_ascii_digit()) && word.contains('.'))
        .unwrap_or(text)
        .to_owned()
}

/// Whether a version number reaches another, compared number by number.
pub(crate) fn reaches(version: &str, lowest: &str) -> bool {
    let parts = |text: &str| -> Vec<u32> {
        text.split(['.', '-', '+']).map_while(|part| part.parse().ok()).collect()
    };
    parts(version) >= parts(lowest)
}

/// The first part of a version number.
pub(crate) fn major(version: &str) -> &str {
    version.split('.').next().unwrap_or(version)
}

/// The folder of the newest Postgres installed here: Debian keeps them off the PATH, a folder for each version.
pub(crate) fn postgres_programs() -> Option<PathBuf> {
    let version = |path: &PathBuf| path.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok());
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let debian = versions
        .map(|entry| entry.path())
        .filter(|path| path.join("bin/initdb").exists())
        .max_by_key(version)
        .map(|path| path.join("bin"));
    debian.or_else(|| Some(on_path("initdb").first()?.parent()?.to_path_buf()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_number_is_found_in_what_programs_say() {
        assert_eq!(number("rustc 1.95.0 (59807616e 2026-04-14)"), "1.95.0");
        assert_eq!(number("v20.20.2"), "20.20.2");
        assert_eq!(number("ChromeDriver 156.0.8078.79 (abc)"), "156.0.8078.79");
    }

    #[test]
    fn versions_compare_by_number_and_not_by_letter() {
        assert!(reaches("1.100.0", "1.95"));
        assert!(reaches("20.19.0", "20.19"));
        assert!(reaches("1.96.0-nightly", "1.95"));
        assert!(!reaches("20.9.0", "20.19"));
        assert!(!reaches("1.94.9", "1.95"));
    }
}
