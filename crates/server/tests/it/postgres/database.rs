//! A Postgres database for tests: the one of `DOCENT_TEST_POSTGRES_URL`, else a cluster of one's own.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use docent_server::store::StoreError;
use docent_server::{IdGenerator, IdKind, PostgresOptions, PostgresStore, UuidGenerator};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

const PROGRAMS: &str = "/usr/lib/postgresql";

/// The folder of the programs of Postgres, if it is an unusual one.
pub(crate) const PROGRAMS_HERE: &str = "DOCENT_TEST_POSTGRES_PROGRAMS";

/// A schema of a test's own.
pub(crate) struct Database {
    pub(crate) url: String,
    pub(crate) schema: String,
}

impl Database {
    /// `None`, loudly, if there is no Postgres here; on a CI machine that is a failure.
    pub(crate) fn new() -> Option<Self> {
        static URL: OnceLock<Option<(String, Option<Child>)>> = OnceLock::new();
        let found = URL.get_or_init(|| match std::env::var("DOCENT_TEST_POSTGRES_URL") {
            Ok(url) => Some((url, None)),
            Err(_) => programs().map(|programs| {
                let (folder, cluster) = start(&programs);
                (format!("postgres://docent@localhost/postgres?host={folder}"), Some(cluster))
            }),
        });
        let Some((url, _)) = found else {
            let advice = "install Debian's package postgresql, or set DOCENT_TEST_POSTGRES_URL";
            assert!(std::env::var_os("CI").is_none(), "there is no Postgres here: {advice}");
            eprintln!("SKIPPED, because there is no Postgres here: {advice}");
            return None;
        };
        Some(Self { url: url.clone(), schema: UuidGenerator.generate(IdKind::Run) })
    }

    pub(crate) fn options(&self) -> PostgresOptions {
        PostgresOptions::default().schema(&self.schema).connections(3)
    }

    /// The same in a database of its own, where nobody else reads and writes.
    pub(crate) async fn alone(&self) -> Self {
        self.server(&format!("CREATE DATABASE {}", self.schema)).await;
        let (path, query) = self.url.split_once('?').unwrap_or((&self.url, ""));
        let (server, _) = path.rsplit_once('/').unwrap();
        Self { url: format!("{server}/{}?{query}", self.schema), schema: self.schema.clone() }
    }

    /// Removes the database that [`Database::alone`] has made, whoever is still connected.
    pub(crate) async fn remove_alone(self) {
        self.server(&format!("DROP DATABASE {} WITH (FORCE)", self.schema)).await;
    }

    async fn server(&self, statement: &str) {
        let mut connection = PgConnection::connect(&self.url).await.unwrap();
        sqlx::query(AssertSqlSafe(statement.to_owned())).execute(&mut connection).await.unwrap();
    }

    /// A store as another process would have it.
    pub(crate) async fn connect(&self) -> PostgresStore {
        PostgresStore::connect_with(&self.url, self.options()).await.unwrap()
    }

    /// The same, whose runs are lost two seconds after its last sign of life.
    pub(crate) async fn connect_briefly(&self) -> PostgresStore {
        let options = self.options().lease(Duration::from_secs(2));
        PostgresStore::connect_with(&self.url, options).await.unwrap()
    }

    pub(crate) async fn refuses(&self, schema: &str) -> bool {
        let options = self.options().schema(schema);
        matches!(PostgresStore::connect_with(&self.url, options).await, Err(StoreError::Database(_)))
    }

    /// Does something past the server.
    pub(crate) async fn sql(&self, statement: &str) {
        let mut connection = PgConnection::connect(&self.url).await.unwrap();
        let path = AssertSqlSafe(format!("SET search_path = {}", self.schema));
        sqlx::query(path).execute(&mut connection).await.unwrap();
        sqlx::query(AssertSqlSafe(statement.to_owned())).execute(&mut connection).await.unwrap();
    }

    /// Leaves nothing behind in a database that is not the tests' own.
    pub(crate) async fn remove(self) {
        let mut connection = PgConnection::connect(&self.url).await.unwrap();
        let drop = AssertSqlSafe(format!("DROP SCHEMA IF EXISTS {} CASCADE", self.schema));
        sqlx::query(drop).execute(&mut connection).await.unwrap();
    }
}

/// The folder of the newest Postgres installed here.
fn programs() -> Option<PathBuf> {
    if let Some(folder) = std::env::var_os(PROGRAMS_HERE) {
        return Some(PathBuf::from(folder)).filter(|folder| folder.join("initdb").exists());
    }
    let version = |path: &Path| path.file_name()?.to_str()?.parse::<u32>().ok();
    let versions = std::fs::read_dir(PROGRAMS).into_iter().flatten().flatten().map(|entry| entry.path());
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    let debian = versions.filter(|path| path.join("bin/initdb").exists()).max_by_key(|path| version(path));
    let elsewhere = || std::env::split_paths(&on_path).find(|folder| folder.join("initdb").exists());
    debian.map(|path| path.join("bin")).or_else(elsewhere)
}

/// Starts a cluster that ends with this process, because its standard input does.
fn start(programs: &Path) -> (String, Child) {
    let script = include_str!("cluster.sh");
    // Postgres refuses to run as root.
    let is_root = std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0);
    let mut command = if is_root {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--", "sh"]).env_remove("TMPDIR");
        command
    } else {
        Command::new("sh")
    };
    command.args(["-c", script, "cluster.sh"]).arg(programs);
    // A group of its own: Ctrl-C is for the tests, and it hears of their end.
    let mut cluster = command.stdin(Stdio::piped()).stdout(Stdio::piped()).process_group(0).spawn().unwrap();
    let mut folder = String::new();
    BufReader::new(cluster.stdout.take().unwrap()).read_line(&mut folder).unwrap();
    assert!(!folder.is_empty(), "the cluster did not start: its messages are above");
    (folder.trim_end().to_owned(), cluster)
}
