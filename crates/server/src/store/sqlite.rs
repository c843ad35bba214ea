//! The embedded store: one SQLite file, one connection that writes and a pool that reads.

mod aside;
mod attachment;
mod item;
mod run;
mod thread;
mod writer;

use std::str::FromStr;
use std::time::Duration;

use async_trait::async_trait;
use docent_protocol::{FeedbackKind, Page, ThreadItem, ThreadMetadata};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Sqlite, SqliteConnection, SqlitePool, Transaction};

use writer::{Write, Writer};

use super::{PageQuery, Store, StoreError, ThreadKey, ThreadPatch, Visibility};

const READERS: u32 = 4;
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// Threads and items in SQLite.
///
/// A database belongs to one server process at a time.
///
/// **What is acknowledged survives the end of the process**, however it ends. A file is written with a write-ahead log
/// (`journal_mode = WAL`) and `synchronous = NORMAL`: every commit has reached the operating system before the client
/// hears of it, so that killing the process loses nothing. A power cut, or a crash of the operating system itself, may
/// lose the last commits, up to the last checkpoint of the log, and never damages the file;
/// [`SqliteStore::connect_synced`] excludes that too, for an `fsync` with every commit.
#[derive(Debug, Clone)]
pub struct SqliteStore {
    /// One connection, so that writers queue here instead of failing with `SQLITE_BUSY`.
    writer: SqlitePool,
    /// Turns write through it, several in one transaction.
    turns: Writer,
    reader: SqlitePool,
}

impl SqliteStore {
    /// Opens the database of a URL such as `sqlite://docent.db` or `sqlite::memory:`, makes it if it is missing, and
    /// brings its tables up to date. All connections are open when this returns.
    ///
    /// # Errors
    /// [`StoreError::Database`] if the URL cannot be read or the file cannot be opened.
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        Self::open(url, SqliteSynchronous::Normal).await
    }

    /// Like [`SqliteStore::connect`], with `synchronous = FULL`: a commit has reached the disk before the client hears
    /// of it, so that a power cut loses nothing either. Every write then waits for the disk.
    ///
    /// # Errors
    /// As for [`SqliteStore::connect`].
    pub async fn connect_synced(url: &str) -> Result<Self, StoreError> {
        Self::open(url, SqliteSynchronous::Full).await
    }

    async fn open(url: &str, synchronous: SqliteSynchronous) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::from_str(url)
            .map_err(StoreError::database)?
            .create_if_missing(true)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT);
        // Every connection to `:memory:` is a database of its own, so there must be one only, and it must stay.
        if url.contains(":memory:") || url.contains("mode=memory") {
            let only = pool(options, 1).await?;
            migrate(&only).await?;
            return Ok(Self { turns: Writer::new(only.clone()), writer: only.clone(), reader: only });
        }
        let options = options.journal_mode(SqliteJournalMode::Wal).synchronous(synchronous);
        let writer = pool(options.clone(), 1).await?;
        migrate(&writer).await?;
        let reader = pool(options.read_only(true), READERS).await?;
        Ok(Self { turns: Writer::new(writer.clone()), writer, reader })
    }

    /// A database that lives in memory as long as the store does.
    ///
    /// # Errors
    /// [`StoreError::Database`] if SQLite fails.
    pub async fn in_memory() -> Result<Self, StoreError> {
        Self::connect("sqlite::memory:").await
    }

    /// Begins to write at once (`BEGIN IMMEDIATE`): a transaction that read first could not become a writer any more
    /// once another had written.
    async fn write(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        self.writer.begin_with("BEGIN IMMEDIATE").await.map_err(StoreError::database)
    }

    /// Begins to read: all that is read in it is of one moment.
    async fn read(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        self.reader.begin().await.map_err(StoreError::database)
    }
}

/// Opens so many connections and keeps them.
async fn pool(options: SqliteConnectOptions, connections: u32) -> Result<SqlitePool, StoreError> {
    let pool = SqlitePoolOptions::new()
        .min_connections(connections)
        .max_connections(connections)
        .idle_timeout(None)
        .max_lifetime(None)
        .acquire_timeout(Duration::from_secs(30))
        // A connection to a file does not break while nobody looks.
        .test_before_acquire(false)
        .connect_with(options)
        .await
        .map_err(StoreError::database)?;
    let mut warm = Vec::new();
    for _ in 0..connections {
        let mut connection = pool.acquire().await.map_err(StoreError::database)?;
        sqlx::query("SELECT 1").execute(&mut *connection).await.map_err(StoreError::database)?;
        warm.push(connection);
    }
    Ok(pool)
}

async fn migrate(writer: &SqlitePool) -> Result<(), StoreError> {
    sqlx::migrate!("migrations/sqlite").run(writer).await.map_err(StoreError::database)
}

async fn commit(transaction: Transaction<'static, Sqlite>) -> Result<(), StoreError> {
    transaction.commit().await.map_err(StoreError::database)
}

struct ReservePosition {
    key: ThreadKey,
}

#[async_trait]
impl Write for ReservePosition {
    type Output = i64;

    async fn write(&self, connection: &mut SqliteConnection) -> Result<i64, StoreError> {
        thread::next_position(connection, &self.key).await
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn add_thread(
        &self,
        user_id: &str,
        thread: &ThreadMetadata,
        items: &[ThreadItem],
    ) -> Result<(), StoreError> {
        let key = ThreadKey::new(user_id, &thread.id);
        let mut transaction = self.write().await?;
        thread::insert(&mut transaction, &key, thread, 0).await?;
        for item in items {
            item::save(&mut transaction, &key, item, None, None).await?;
        }
        commit(transaction).await
    }

    async fn load_thread(&self, key: &ThreadKey) -> Result<ThreadMetadata, StoreError> {
        thread::load(&mut *self.read().await?, key).await
    }

    async fn load_threads(
        &self,
        user_id: &str,
        query: &PageQuery,
    ) -> Result<Page<ThreadMetadata>, StoreError> {
        thread::page(&mut *self.read().await?, user_id, query).await
    }

    async fn save_thread(&self, key: &ThreadKey, patch: &ThreadPatch) -> Result<ThreadMetadata, StoreError> {
        let mut transaction = self.write().await?;
        let thread = thread::patch(&mut transaction, key, patch).await?;
        commit(transaction).await?;
        Ok(thread)
    }

    async fn delete_thread(&self, key: &ThreadKey) -> Result<bool, StoreError> {
        let mut transaction = self.write().await?;
        let is_deleted = thread::delete(&mut transaction, key).await?;
        commit(transaction).await?;
        Ok(is_deleted)
    }

    async fn reserve_position(&self, key: &ThreadKey) -> Result<i64, StoreError> {
        self.turns.run(ReservePosition { key: key.clone() }).await
    }

    async fn save_item_at(
        &self,
        key: &ThreadKey,
        item: &ThreadItem,
        position: Option<i64>,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        item::save(&mut transaction, key, item, position, None).await?;
        commit(transaction).await
    }

    async fn load_item(&self, key: &ThreadKey, item_id: &str) -> Result<ThreadItem, StoreError> {
        item::load(&mut *self.read().await?, key, item_id).await
    }

    async fn load_items(
        &self,
        key: &ThreadKey,
        query: &PageQuery,
        visibility: Visibility,
    ) -> Result<Page<ThreadItem>, StoreError> {
        item::page(&mut *self.read().await?, key, query, visibility).await
    }

    async fn delete_item(&self, key: &ThreadKey, item_id: &str) -> Result<bool, StoreError> {
        let mut transaction = self.write().await?;
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
        let mut transaction = self.write().await?;
        for item_id in item_ids {
            item::save_feedback(&mut transaction, key, item_id, kind).await?;
        }
        commit(transaction).await
    }
}
