//! A server under test: a process of its own, on the processor it is given.

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::process::{Child, Command};

use crate::client::Connection;

/// How long a server may take until it answers.
const PATIENCE: Duration = Duration::from_secs(30);

/// What is measured.
#[derive(Debug, Clone)]
pub(crate) enum Candidate {
    /// Docent on a fresh SQLite file in this folder.
    Sqlite {
        /// Where the file is made, and removed.
        folder: PathBuf,
    },
    /// Docent on this Postgres database.
    Postgres {
        /// Its address.
        url: String,
    },
    /// The reference SDK.
    Reference {
        /// The Python that has it.
        python: PathBuf,
        /// The program.
        script: PathBuf,
    },
}

impl Candidate {
    /// The head of its column.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Sqlite { .. } => "Docent, SQLite file",
            Self::Postgres { .. } => "Docent, Postgres",
            Self::Reference { .. } => "reference, in memory",
        }
    }

    /// Starts the server on a free port, with nothing in its store that an earlier start left, and waits for its first
    /// answer.
    pub(crate) async fn start(&self, processor: Option<usize>) -> Result<Server> {
        // Bound and given back at once: nobody else on a machine that measures takes it in between.
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let mut words: Vec<std::ffi::OsString> = Vec::new();
        if let Some(processor) = processor {
            words.extend(["taskset".into(), "-c".into(), processor.to_string().into()]);
        }
        match self {
            Self::Sqlite { .. } | Self::Postgres { .. } => {
                words.push(std::env::current_exe()?.into());
                words.extend(["serve".into(), "--addr".into(), address.to_string().into()]);
                words.extend(["--database-url".into(), self.database()?.into()]);
            }
            Self::Reference { python, script } => {
                words.extend([python.into(), script.into(), address.port().to_string().into()]);
            }
        }
        // As many connections as the system allows at all; `exec` keeps the process id.
        let mut command = Command::new("sh");
        command.args(["-c", "ulimit -n \"$(ulimit -Hn)\"; exec \"$@\"", "sh"]).args(words);
        let child =
            command.stdin(Stdio::null()).kill_on_drop(true).spawn().context("cannot start a server")?;
        let mut server = Server { child, address };
        server.wait_ready().await.with_context(|| format!("{} does not answer", self.name()))?;
        Ok(server)
    }

    fn database(&self) -> Result<String> {
        match self {
            Self::Sqlite { folder } => {
                let file = folder.join("bench.db");
                for suffix in ["", "-wal", "-shm"] {
                    let mut path = file.clone().into_os_string();
                    path.push(suffix);
                    if let Err(error) = std::fs::remove_file(&path)
                        && error.kind() != std::io::ErrorKind::NotFound
                    {
                        return Err(error).context("the last database cannot be removed");
                    }
                }
                Ok(format!("sqlite://{}", file.display()))
            }
            Self::Postgres { url } => Ok(url.clone()),
            Self::Reference { .. } => bail!("the reference has no database"),
        }
    }
}

/// A server that runs; it is killed when this is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    /// Where it listens.
    pub(crate) address: SocketAddr,
}

impl Server {
    async fn wait_ready(&mut self) -> Result<()> {
        let until = tokio::time::Instant::now() + PATIENCE;
        loop {
            if let Ok(mut connection) = Connection::open(self.address, "nobody").await {
                return connection.health().await;
            }
            if let Some(status) = self.child.try_wait()? {
                bail!("it ended with {status}");
            }
            if tokio::time::Instant::now() > until {
                bail!("it did not listen in {} s", PATIENCE.as_secs());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The memory it occupies now, in bytes.
    pub(crate) fn resident_bytes(&self) -> Result<u64> {
        let pid = self.child.id().context("the server has ended")?;
        let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
        let kilobytes: u64 = line.trim().trim_end_matches("kB").trim().parse()?;
        Ok(kilobytes * 1024)
    }

    /// The processor time it has used, all its threads together.
    pub(crate) fn processor_time(&self) -> Result<Duration> {
        let pid = self.child.id().context("the server has ended")?;
        let mut nanos = 0;
        for thread in std::fs::read_dir(format!("/proc/{pid}/task"))? {
            // A thread may end while it is looked at.
            let Ok(text) = std::fs::read_to_string(thread?.path().join("schedstat")) else { continue };
            nanos += text.split(' ').next().and_then(|first| first.parse::<u64>().ok()).unwrap_or_default();
        }
        Ok(Duration::from_nanos(nanos))
    }

    /// Ends it.
    pub(crate) async fn stop(mut self) -> Result<()> {
        self.child.kill().await.context("the server does not end")
    }
}
