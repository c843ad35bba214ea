//! A Postgres of the measurement's own, started as the tests start theirs; it ends with this process.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use crate::console;
use crate::failure::{Failure, Outcome};
use crate::process;
use crate::project::Project;
use crate::tool;

/// What the tests start it by.
const SCRIPT: &str = "crates/server/tests/it/postgres/cluster.sh";

/// A cluster that runs until this is dropped.
pub(super) struct Cluster {
    process: Child,
    /// Where its socket is.
    folder: String,
}

impl Cluster {
    /// Starts it; `None` where there is no Postgres.
    pub(super) fn start(project: &Project) -> Outcome<Option<Self>> {
        let Some(programs) = tool::postgres_programs() else {
            console::line("there is no Postgres here: its column is left out");
            return Ok(None);
        };
        // Postgres refuses to run as root.
        let mut id = process::command(project, "id");
        id.arg("-u");
        let mut command = if process::capture(id)? == "0" {
            let mut command = process::command(project, "runuser");
            command.args(["-u", "postgres", "--", "sh"]).env_remove("TMPDIR");
            command
        } else {
            process::command(project, "sh")
        };
        let script = crate::project::read(&project.path(SCRIPT))?;
        command.args(["-c", &script, "cluster.sh"]).arg(programs);
        let mut process = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| Failure::new(format!("cannot start Postgres: {error}")))?;
        let mut folder = String::new();
        if let Some(output) = process.stdout.take() {
            BufReader::new(output)
                .read_line(&mut folder)
                .map_err(|error| Failure::new(format!("Postgres says nothing: {error}")))?;
        }
        if folder.is_empty() {
            return Err(Failure::new("Postgres did not start; its reason is above").advise("--no-postgres"));
        }
        Ok(Some(Self { process, folder: folder.trim_end().to_owned() }))
    }

    /// Its address.
    pub(super) fn url(&self) -> String {
        format!("postgres://docent@localhost/postgres?host={}", self.folder)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // It ends when its standard input does, and cleans up.
        drop(self.process.stdin.take());
        let _ended = self.process.wait();
    }
}
