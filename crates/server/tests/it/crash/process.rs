//! The process that is killed, from inside and from outside, and its database.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use docent_server::SqliteStore;
#[cfg(feature = "postgres")]
use sqlx::Connection;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::net::TcpListener;
use tokio::process::{Child, ChildStdout, Command};

use crate::harness::builder;
use crate::isolation::dump::open;

const URL: &str = "DOCENT_CRASH_DATABASE";
const SCHEMA: &str = "DOCENT_CRASH_SCHEMA";

/// How long after a kill a run may still be nobody's, on Postgres.
#[cfg(feature = "postgres")]
const LEASE: Duration = Duration::from_millis(500);

/// Where the killed processes keep what they acknowledge.
#[derive(Clone)]
pub(super) struct Database {
    url: String,
    schema: Option<String>,
}

impl Database {
    pub(super) fn sqlite(folder: &Path) -> Self {
        Self { url: format!("sqlite://{}", folder.join("docent.db").display()), schema: None }
    }

    #[cfg(feature = "postgres")]
    pub(super) fn postgres(database: &crate::postgres::database::Database) -> Self {
        Self { url: database.url.clone(), schema: Some(database.schema.clone()) }
    }

    /// No run stays under way that nobody runs: on SQLite from the start on, on Postgres once its lease is over.
    pub(super) async fn until_nothing_runs(&self) {
        let begun = Instant::now();
        let patience = Duration::from_secs(if self.schema.is_some() { 20 } else { 0 });
        loop {
            let running = self.running().await;
            if running == 0 {
                return;
            }
            assert!(begun.elapsed() < patience, "{running} runs are under way that nobody runs");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn running(&self) -> i64 {
        let count = "SELECT COUNT(*) FROM runs WHERE state = 'running'";
        match &self.schema {
            None => open(&self.url).query_row(count, [], |row| row.get(0)).unwrap(),
            #[cfg(feature = "postgres")]
            Some(schema) => {
                let options: sqlx::postgres::PgConnectOptions = self.url.parse().unwrap();
                let options = options.options([("search_path", schema.as_str())]);
                let mut connection = sqlx::PgConnection::connect_with(&options).await.unwrap();
                sqlx::query_scalar(count).fetch_one(&mut connection).await.unwrap()
            }
            #[cfg(not(feature = "postgres"))]
            Some(_) => unreachable!("only Postgres has schemas"),
        }
    }
}

/// What the process does: it waits for a line, opens the database, says where it listens, and serves.
pub(super) async fn serve(say: impl FnOnce(SocketAddr)) {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).unwrap();
    let url = std::env::var(URL).unwrap();
    let server = match std::env::var(SCHEMA) {
        #[cfg(feature = "postgres")]
        Ok(schema) => {
            let options =
                docent_server::PostgresOptions::default().schema(schema).connections(4).lease(LEASE);
            builder(docent_server::PostgresStore::connect_with(&url, options).await.unwrap())
        }
        _ => builder(SqliteStore::connect(&url).await.unwrap()),
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    say(listener.local_addr().unwrap());
    server.build().unwrap().serve(listener, std::future::pending()).await.unwrap();
}

/// Such a process.
pub(super) struct Server {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Server {
    /// Starts a process that waits before it touches the database.
    pub(super) fn wait(database: &Database) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(["crash::a_server_to_be_killed", "--exact", "--ignored", "--nocapture"])
            .env(URL, &database.url)
            .env_remove(SCHEMA)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true);
        if let Some(schema) = &database.schema {
            command.env(SCHEMA, schema);
        }
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    /// Lets it at the database.
    pub(super) async fn begin(&mut self) {
        self.child.stdin.as_mut().unwrap().write_all(b"go\n").await.unwrap();
    }

    /// Lets it at the database, and waits until it serves.
    pub(super) async fn start(&mut self) -> SocketAddr {
        self.begin().await;
        loop {
            let line = self.lines.next_line().await.unwrap().expect("the server starts");
            if let Some(address) = line.strip_prefix("listening on ") {
                return address.parse().unwrap();
            }
        }
    }

    /// As `kill -9` does it.
    pub(super) async fn kill(&mut self) {
        self.child.kill().await.unwrap();
    }
}
