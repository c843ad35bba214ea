//! The shared store: a Postgres database that several server processes answer from.

mod aside;
mod attachment;
mod item;
mod lease;
mod options;
mod run;
mod thread;

use std::borrow::Cow;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use docent_protocol::{FeedbackKind, Page, ThreadItem, ThreadMetadata};
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, Connection, PgConnection, PgPool, Postgres, Transaction};

use super::{PageQuery, Store, StoreError, ThreadKey, ThreadPatch, Visibility};
pub use options::PostgresOptions;

/// How long the database may take to answer at the start.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// What holds for every statement.
///
/// A prepared statement soon gets one plan for all its values, made for the tables as they were then, or were last
/// analysed: of a table that had ten rows, to read it all is the best plan, and stays it while the table grows. Each of
/// ours finds its rows by an index and in the order of that index, so the planner is left no other way.
const SETTINGS: [(&str, &str); 8] = [
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
/// **Behind PgBouncer in transaction mode** add `?statement-cache-capacity=0` to the URL, because a prepared statement
/// is of one server connection; set the schema by `ALTER ROLE … SET search_path`, with
/// `ignore_startup_parameters = options` in PgBouncer, because it does not pass it on; and let the first start connect
/// past PgBouncer, because migrations take a lock that lasts as long as a connection.
#[derive(Debug, Clone)]
pub struct PostgresStore {
    pool: PgPool,
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
        let pool = PgPoolOptions::new()
            .min_connections(connections)
            .max_connections(connections)
            .acquire_timeout(Duration::from_secs(30))
            .connect_with(connect)
            .await
            .map_err(StoreError::database)?;
        let mut warm = Vec::new();
        for _ in 0..connections {
            let mut connection = pool.acquire().await.map_err(StoreError::database)?;
            sqlx::query("SELECT 1").execute(&mut *connection).await.map_err(StoreError::database)?;
            warm.push(connection);
        }
        drop(warm);
        Ok(Self { pool, owner: uuid::Uuid::now_v7().simple().to_string().into(), lease })
    }

    async fn begin(&self) -> Result<Transaction<'static, Postgres>, StoreError> {
        self.pool.begin().await.map_err(failed)
    }

    /// Begins to write in a thread, after all others that do.
    async fn write(&self, key: &ThreadKey) -> Result<Transaction<'static, Postgres>, StoreError> {
        let mut transaction = self.begin().await?;
        thread::lock(&mut transaction, key).await?;
        Ok(transaction)
    }

    /// A connection for a single query.
    async fn connection(&self) -> Result<PoolConnection<Postgres>, StoreError> {
        self.pool.acquire().await.map_err(failed)
    }

    /// Begins to read: all that is read in it is of one moment.
    async fn snapshot(&self) -> Result<Transaction<'static, Postgres>, StoreError> {
        self.pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await.map_err(failed)
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

async fn commit(transaction: Transaction<'static, Postgres>) -> Result<(), StoreError> {
    transaction.commit().await.map_err(failed)
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
        let taken = i64::try_from(items.len()).map_err(StoreError::database)?;
        thread::insert(&mut transaction, &key, thread, taken).await?;
        for (place, item) in (1..).zip(items) {
            item::save(&mut transaction, &key, item, Some(place), None).await?;
        }
        commit(transaction).await
    }

    async fn load_thread(&self, key: &ThreadKey) -> Result<ThreadMetadata, StoreError> {
        thread::load(&mut *self.connection().await?, key).await
    }

    async fn load_threads(
        &self,
        user_id: &str,
        query: &PageQuery,
    ) -> Result<Page<ThreadMetadata>, StoreError> {
        thread::page(&mut *self.snapshot().await?, user_id, query).await
    }

    async fn save_thread(&self, key: &ThreadKey, patch: &ThreadPatch) -> Result<ThreadMetadata, StoreError> {
        let mut transaction = self.write(key).await?;
        let thread = thread::patch(&mut transaction, key, patch).await?;
        commit(transaction).await?;
        Ok(thread)
    }

    async fn delete_thread(&self, key: &ThreadKey) -> Result<bool, StoreError> {
        let mut transaction = self.write(key).await?;
        let is_deleted = thread::delete(&mut transaction, key).await?;
        commit(transaction).await?;
        Ok(is_deleted)
    }

    async fn reserve_position(&self, key: &ThreadKey) -> Result<i64, StoreError> {
        let mut transaction = self.write(key).await?;
        let position = thread::next_position(&mut transaction, key).await?;
        commit(transaction).await?;
        Ok(position)
    }

    async fn save_item_at(
        &self,
        key: &ThreadKey,
        item: &ThreadItem,
        position: Option<i64>,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write(key).await?;
        item::save(&mut transaction, key, item, position, None).await?;
        commit(transaction).await
    }

    async fn load_item(&self, key: &ThreadKey, item_id: &str) -> Result<ThreadItem, StoreError> {
        item::load(&mut *self.connection().await?, key, item_id).await
    }

    async fn load_items(
        &self,
        key: &ThreadKey,
        query: &PageQuery,
        visibility: Visibility,
    ) -> Result<Page<ThreadItem>, StoreError> {
        item::page(&mut *self.snapshot().await?, key, query, visibility).await
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
