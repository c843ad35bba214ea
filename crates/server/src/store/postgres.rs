//! The shared store: a Postgres database that several server processes answer from.

mod aside;
mod attachment;
mod begin;
mod item;
mod lease;
mod options;
mod pool;
mod run;
mod thread;

use std::borrow::Cow;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use docent_protocol::{FeedbackKind, Page, ThreadItem, ThreadMetadata};
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use super::{PageQuery, Store, StoreError, ThreadKey, ThreadPatch, Visibility};
use item::Rows;
pub use options::PostgresOptions;
use pool::{Loan, Pool};

/// How long the database may take to answer at the start.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// What holds for every statement.
///
/// A prepared statement soon gets one plan for all its values, made for the tables as they were then, or were last
/// analysed: of a table that had ten rows, to read it all is the best plan, and stays it while the table grows. Each of
/// ours finds its rows by an index and in the order of that index, so the planner is left no other way.
const SETTINGS: [(&str, &str); 9] = [
    // What waits for another to commit goes on from there.
    ("default_transaction_isolation", "read committed"),
    ("enable_seqscan", "off"),
    ("enable_bitmapscan", "off"),
    ("enable_sort", "off"),
    ("enable_incremental_sort", "off"),
    ("enable_hashjoin", "off"),
    ("enable_mergejoin", "off"),
    // What is off and taken all the same is counted as so dear that it would be compiled first.
    ("jit", "off"),
    // Not that a table is there already, which every start but the first would say.
    ("client_min_messages", "warning"),
];

/// Threads and items in Postgres 13 or newer.
///
/// Any number of server processes share a database. Each connects by itself and so has an owner's name of its own for
/// the runs it begins; a clone is the same owner, so two servers in one process connect twice. All writers of one
/// thread queue at its row. A commit has reached the disk before the client hears of it, unless `synchronous_commit`
/// is turned off in the database.
///
/// **Behind PgBouncer in transaction mode** `max_prepared_statements` has to be above 0 (version 1.21 or newer), because
/// every operation is a prepared statement of its connection; set the schema by `ALTER ROLE … SET search_path`, with
/// `ignore_startup_parameters = options` in PgBouncer, because it does not pass it on; and let the first start connect
/// past PgBouncer, because migrations take a lock that lasts as long as a connection.
#[derive(Debug, Clone)]
pub struct PostgresStore {
    pool: Pool,
    /// The name under which this store holds the leases of its runs.
    owner: Arc<str>,
    lease: Duration,
}

impl PostgresStore {
    /// Connects to the database of a URL such as `postgres://docent@localhost/docent`, makes the schema `docent` if it
    /// is missing, and brings its tables up to date. All connections are open and tried when this returns.
    ///
    /// # Errors
    /// [`StoreError::Database`] if the URL cannot be read, the database cannot be reached, or the role may not do that.
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        Self::connect_with(url, PostgresOptions::default()).await
    }

    /// Like [`PostgresStore::connect`], with options.
    ///
    /// # Errors
    /// As for [`PostgresStore::connect`], and if the schema's name is not a plain lower-case one.
    pub async fn connect_with(url: &str, options: PostgresOptions) -> Result<Self, StoreError> {
        let PostgresOptions { schema, connections, lease } = options;
        if !options::is_plain_name(&schema) {
            return Err(StoreError::database(format!(
                "the schema `{schema}` has to be named with a-z, 0-9 and _ alone, 63 at most, a letter first"
            )));
        }
        let connect = PgConnectOptions::from_str(url)
            .map_err(StoreError::database)?
            .application_name("docent")
            .options([("search_path", schema.as_str())])
            .options(SETTINGS);
        // One connection first: it tells at once that there is no server, where a pool would try again and again.
        let mut first = tokio::time::timeout(CONNECT_TIMEOUT, PgConnection::connect_with(&connect))
            .await
            .map_err(StoreError::database)?
            .map_err(StoreError::database)?;
        make_schema(&mut first, &schema).await?;
        sqlx::migrate!("migrations/postgres").run(&mut first).await.map_err(StoreError::database)?;
        first.close().await.map_err(StoreError::database)?;
        let pool = Pool::open(connect, connections).await?;
        Ok(Self { pool, owner: uuid::Uuid::now_v7().simple().to_string().into(), lease })
    }

    /// A connection for a single statement, which is a transaction by itself.
    async fn connection(&self) -> Result<Loan, StoreError> {
        self.pool.lend().await
    }

    /// Begins a transaction; whoever drops it before it is committed undoes it.
    async fn begin(&self) -> Result<Loan, StoreError> {
        self.begin_with("BEGIN").await
    }

    /// Begins to read: all that is read in it is of one moment.
    async fn snapshot(&self) -> Result<Loan, StoreError> {
        self.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await
    }

    /// Begins to write in a thread, after all others that do.
    async fn write(&self, key: &ThreadKey) -> Result<Loan, StoreError> {
        let mut transaction = self.begin().await?;
        thread::lock(&mut transaction, key).await?;
        Ok(transaction)
    }

    async fn begin_with(&self, statement: &'static str) -> Result<Loan, StoreError> {
        let mut transaction = self.pool.lend().await?;
        transaction.is_in_transaction = true;
        sqlx::raw_sql(statement).execute(&mut *transaction).await.map_err(failed)?;
        Ok(transaction)
    }
}

/// Makes the schema, if it is not there: a role that may not make one can still use one that is.
async fn make_schema(connection: &mut PgConnection, schema: &str) -> Result<(), StoreError> {
    let find = "SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = $1";
    let found = sqlx::query(find)
        .bind(schema)
        .fetch_optional(&mut *connection)
        .await
        .map_err(StoreError::database)?;
    if found.is_some() {
        return Ok(());
    }
    // The name was checked to be a plain one.
    let make = AssertSqlSafe(format!("CREATE SCHEMA {schema}"));
    let Err(error) = sqlx::query(make).execute(&mut *connection).await else { return Ok(()) };
    // Another process may have been faster; which error that is depends on how much faster.
    let found = sqlx::query(find)
        .bind(schema)
        .fetch_optional(&mut *connection)
        .await
        .map_err(StoreError::database)?;
    found.map(drop).ok_or_else(|| StoreError::database(error))
}

/// The error of a statement. A second row of one key is told apart; a key with a NUL, which no text of Postgres can
/// hold, names nothing.
fn failed(error: sqlx::Error) -> StoreError {
    match error.as_database_error() {
        Some(cause) if cause.is_unique_violation() => StoreError::Duplicate,
        Some(cause) if cause.code().as_deref() == Some("22021") => StoreError::NotFound,
        _ => StoreError::database(error),
    }
}

/// A text without NUL, which no text of Postgres can hold.
fn plain(text: &str) -> Cow<'_, str> {
    if text.contains('\0') { text.replace('\0', "\u{fffd}").into() } else { text.into() }
}

async fn commit(mut transaction: Loan) -> Result<(), StoreError> {
    sqlx::raw_sql("COMMIT").execute(&mut *transaction).await.map_err(failed)?;
    transaction.is_in_transaction = false;
    transaction.answered(Ok(()))
}

#[async_trait]
impl Store for PostgresStore {
    async fn add_thread(
        &self,
        user_id: &str,
        thread: &ThreadMetadata,
        items: &[ThreadItem],
    ) -> Result<(), StoreError> {
        let key = ThreadKey::new(user_id, &thread.id);
        let mut transaction = self.begin().await?;
        thread::insert(&mut transaction, &key, thread).await?;
        item::save(&mut transaction, &key, &Rows::of(items.iter().map(|item| (item, None)))?).await?;
        commit(transaction).await
    }

    async fn load_thread(&self, key: &ThreadKey) -> Result<ThreadMetadata, StoreError> {
        let mut connection = self.connection().await?;
        let thread = thread::load(&mut connection, key).await;
        connection.answered(thread)
    }

    async fn load_threads(
        &self,
        user_id: &str,
        query: &PageQuery,
    ) -> Result<Page<ThreadMetadata>, StoreError> {
        // The place of a cursor never changes, so that this needs no snapshot.
        let mut connection = self.connection().await?;
        let page = thread::page(&mut connection, user_id, query).await;
        connection.answered(page)
    }

    async fn save_thread(&self, key: &ThreadKey, patch: &ThreadPatch) -> Result<ThreadMetadata, StoreError> {
        let mut connection = self.connection().await?;
        let thread = thread::patch(&mut connection, key, patch).await;
        connection.answered(thread)
    }

    async fn delete_thread(&self, key: &ThreadKey) -> Result<bool, StoreError> {
        let mut transaction = self.write(key).await?;
        let is_deleted = thread::delete(&mut transaction, key).await?;
        commit(transaction).await?;
        Ok(is_deleted)
    }

    async fn reserve_position(&self, key: &ThreadKey) -> Result<i64, StoreError> {
        let mut connection = self.connection().await?;
        let position = thread::next_position(&mut connection, key).await;
        connection.answered(position)
    }

    async fn save_item_at(
        &self,
        key: &ThreadKey,
        item: &ThreadItem,
        position: Option<i64>,
    ) -> Result<(), StoreError> {
        let rows = Rows::of([(item, position)])?;
        let mut connection = self.connection().await?;
        let saved = item::save(&mut connection, key, &rows).await;
        connection.answered(saved)
    }

    async fn load_item(&self, key: &ThreadKey, item_id: &str) -> Result<ThreadItem, StoreError> {
        let mut connection = self.connection().await?;
        let item = item::load(&mut connection, key, item_id).await;
        connection.answered(item)
    }

    async fn load_items(
        &self,
        key: &ThreadKey,
        query: &PageQuery,
        visibility: Visibility,
    ) -> Result<Page<ThreadItem>, StoreError> {
        let mut snapshot = self.snapshot().await?;
        let page = item::page(&mut snapshot, key, query, visibility).await?;
        commit(snapshot).await?;
        Ok(page)
    }

    async fn delete_item(&self, key: &ThreadKey, item_id: &str) -> Result<bool, StoreError> {
        let mut transaction = self.write(key).await?;
        let is_deleted = item::delete(&mut transaction, key, item_id).await?;
        commit(transaction).await?;
        Ok(is_deleted)
    }

    async fn save_feedback(
        &self,
        key: &ThreadKey,
        item_ids: &[String],
        kind: FeedbackKind,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write(key).await?;
        for item_id in item_ids {
            item::save_feedback(&mut transaction, key, item_id, kind).await?;
        }
        commit(transaction).await
    }
}
