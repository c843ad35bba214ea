//! Commands: run with a clean environment, their full output kept in a log, a sign of life while they last, and on
//! failure the command, its last lines and what to do.

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::console;
use crate::failure::{Failure, Outcome};
use crate::project::Project;

/// A command is quiet for this long before the first sign of life, and between two of them.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// How many of the last lines of a failed command are shown.
const TAIL_LINES: usize = 60;

/// A command with the project's root as its folder and without what `cargo run` added to the environment, so that a
/// nested cargo behaves, and fingerprints, as one started by hand.
pub(crate) fn command(project: &Project, program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(project.root()).stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        let Some(text) = name.to_str() else { continue };
        if text == "CARGO" || text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    // `cargo run` puts the toolchain's own libraries first; another compiler must not load them.
    if let Some(paths) = std::env::var_os("LD_LIBRARY_PATH") {
        let ours = project.host_target();
        let kept: Vec<PathBuf> = std::env::split_paths(&paths)
            .filter(|path| {
                !path.starts_with(&ours) && !path.components().any(|part| part.as_os_str() == "toolchains")
            })
            .collect();
        match std::env::join_paths(kept) {
            Ok(kept) if !kept.is_empty() => command.env("LD_LIBRARY_PATH", kept),
            _ => command.env_remove("LD_LIBRARY_PATH"),
        };
    }
    command
}

/// A command as one would type it: what was added to its environment, the program, its arguments.
pub(crate) fn shown(command: &Command) -> String {
    let mut words: Vec<String> = command
        .get_envs()
        .filter_map(|(name, value)| value.map(|value| (name, value)))
        .filter(|(name, _)| *name != "PATH" && *name != "LD_LIBRARY_PATH")
        .map(|(name, value)| format!("{}={}", name.to_string_lossy(), quoted(&value.to_string_lossy())))
        .collect();
    words.push(quoted(&command.get_program().to_string_lossy()));
    words.extend(command.get_args().map(|argument| quoted(&argument.to_string_lossy())));
    words.join(" ")
}

/// A word with quotes around it where a shell needs them.
fn quoted(word: &str) -> String {
    let is_plain =
        !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || "-_=+./:,@%".contains(c));
    if is_plain {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\u{1f}', " ").replace('\'', r"'\''"))
    }
}

/// Runs a short command and returns what it printed on standard output, without the surrounding white space.
pub(crate) fn capture(mut command: Command) -> Outcome<String> {
    let text = shown(&command);
    let output = command.output().map_err(|error| Failure::new(format!("cannot start `{text}`: {error}")))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    } else {
        let errors = String::from_utf8_lossy(&output.stderr);
        Err(Failure::new(format!("`{text}` failed ({})\n{}", output.status, tail(&errors, 12))))
    }
}

/// Runs a short command whose failure is an answer; returns whether it succeeded and what it printed.
pub(crate) fn answer(mut command: Command) -> Outcome<(bool, String)> {
    let text = shown(&command);
    let output = command.output().map_err(|error| Failure::new(format!("cannot start `{text}`: {error}")))?;
    let said = [output.stdout, output.stderr].concat();
    Ok((output.status.success(), String::from_utf8_lossy(&said).into_owned()))
}

/// Whether a short command succeeds; what it prints is of no interest.
pub(crate) fn succeeds(mut command: Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// Runs a command to its end with its output in `target/log/<name>.log`, and returns that output.
pub(crate) fn run(project: &Project, name: &str, command: Command) -> Outcome<String> {
    Running::start(project, name, command)?.wait()
}

/// A command under way.
#[must_use = "a started command must be waited for, or its failure goes unseen"]
pub(crate) struct Running {
    child: Child,
    shown: String,
    name: String,
    log: PathBuf,
    started: Instant,
}

impl Running {
    /// Starts a command with its output in `target/log/<name>.log`.
    pub(crate) fn start(project: &Project, name: &str, mut command: Command) -> Outcome<Self> {
        let text = shown(&command);
        let folder = project.log();
        fs::create_dir_all(&folder).map_err(|error| Failure::file("create", &folder, &error))?;
        let log = folder.join(format!("{name}.log"));
        let open = || File::create(&log).and_then(|out| out.try_clone().map(|err| (out, err)));
        let (out, err) = open().map_err(|error| Failure::file("write", &log, &error))?;
        let child = command
            .stdout(out)
            .stderr(err)
            .spawn()
            .map_err(|error| Failure::new(format!("cannot start `{text}`: {error}")))?;
        Ok(Self { child, shown: text, name: name.to_owned(), log, started: Instant::now() })
    }

    /// Waits for the end with a sign of life now and then; returns the whole output.
    pub(crate) fn wait(mut self) -> Outcome<String> {
        let mut next_sign = HEARTBEAT;
        let status = loop {
            match self.child.try_wait() {
                Ok(Some(status)) => break status,
                Ok(None) => sleep(Duration::from_millis(50)),
                Err(error) => return Err(Failure::new(format!("lost sight of `{}`: {error}", self.shown))),
            }
            let elapsed = self.started.elapsed();
            if elapsed >= next_sign {
                next_sign = elapsed + HEARTBEAT;
                let last = last_line(&self.output());
                console::line(&format!("    … {}: {}  {last}", self.name, console::seconds(elapsed)));
            }
        };
        let output = self.output();
        if status.success() {
            return Ok(output);
        }
        Err(Failure::new(format!(
            "`{}` failed ({status}); its last lines:\n\n{}\n\n  full output: {}",
            self.shown,
            tail(&output, TAIL_LINES),
            self.log.display(),
        )))
    }

    /// What the command has printed so far.
    fn output(&self) -> String {
        fs::read(&self.log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
    }
}

/// The last lines of an output, indented.
fn tail(output: &str, count: usize) -> String {
    let lines: Vec<&str> = output.lines().collect();
    let from = lines.len().saturating_sub(count);
    lines[from..].iter().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n")
}

/// The last line that says something, cut to fit a terminal.
fn last_line(output: &str) -> String {
    let line = output.lines().rev().map(str::trim).find(|line| !line.is_empty()).unwrap_or("");
    line.chars().filter(|c| !c.is_control()).take(90).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_as_one_would_type_it() {
        let mut command = Command::new("cargo");
        command.args(["rustc", "-p", "docent", "--", "a b"]).env("RUSTUP_TOOLCHAIN", "docent-wasm");
        assert_eq!(shown(&command), "RUSTUP_TOOLCHAIN=docent-wasm cargo rustc -p docent -- 'a b'");
    }

    #[test]
    fn the_tail_keeps_the_end_and_a_short_output_whole() {
        assert_eq!(tail("a\nb\nc", 2), "    b\n    c");
        assert_eq!(tail("a", 5), "    a");
    }

    #[test]
    fn the_sign_of_life_is_the_last_line_that_says_something() {
        assert_eq!(last_line("Compiling a\nCompiling b\n\n"), "Compiling b");
        assert_eq!(last_line(""), "");
    }

    #[test]
    fn a_failing_command_reports_itself_and_its_last_lines() {
        let project = Project::find().unwrap();
        let mut failing = command(&project, "cargo");
        failing.arg("no-such-subcommand");
        let failure = run(&project, "unit-test-failing-command", failing).unwrap_err().to_string();
        assert!(failure.contains("`cargo no-such-subcommand` failed"), "{failure}");
        assert!(failure.contains("no such command"), "{failure}");
        assert!(failure.contains("unit-test-failing-command.log"), "{failure}");
    }
}
