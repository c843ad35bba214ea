//! The embedded store: one SQLite file, a thread that writes, threads that read, and one that takes the log into the file.

mod address;
mod aside;
mod attachment;
mod checkpoint;
mod connection;
mod failure;
mod item;
mod migration;
mod queue;
mod reader;
mod run;
mod statement;
mod thread;
mod writer;

use std::sync::Arc;

use async_trait::async_trait;
use docent_protocol::{FeedbackKind, Page, ThreadItem, ThreadMetadata};
use rusqlite::Connection;

use address::Address;
use checkpoint::{Filer, Limits, Log};
use connection::Durability;
use failure::Failure;
use item::SavedItem;
use reader::Readers;
use thread::NewThread;
use writer::Writer;

use super::{PageQuery, Store, StoreError, ThreadKey, ThreadPatch, Visibility};

/// How many reads go on at the same time.
const READERS: usize = 4;

/// Threads and items in SQLite.
///
/// A database belongs to one server process at a time.
///
/// **What is acknowledged survives the end of the process**, however it ends. A file is written with a write-ahead log
/// (`journal_mode = WAL`) and `synchronous = NORMAL`: every commit has reached the operating system before the client
/// hears of it, so that killing the process loses nothing. A power cut, or a crash of the operating system itself, may
/// lose the last commits, up to the last time the log was taken into the file, and never damages the file. That happens
/// two seconds after a commit, or earlier if there is much to do, beside the writing and as fast as the disk allows.
/// [`SqliteStore::connect_synced`] excludes that too, for an `fsync` with every commit.
///
/// The log is the file beside the database whose name ends in `-wal`; it belongs to the database and is copied with it.
/// Under load it grows to about 128 MB, and is then written from its beginning again; it goes with the last clone of the
/// store, which does everything that was asked for and waits for it when it is dropped.
#[derive(Debug, Clone)]
pub struct SqliteStore {
    threads: Arc<Threads>,
}

/// They end in this order.
#[derive(Debug)]
struct Threads {
    writer: Writer,
    /// `None` in memory, where one connection is all there is.
    readers: Option<Readers>,
    _filer: Option<Filer>,
}

impl SqliteStore {
    /// Opens the database of a URL such as `sqlite://docent.db` or `sqlite::memory:`, makes it if it is missing, unless
    /// the URL ends in `?mode=rw`, and brings its tables up to date. All connections are open when this returns.
    ///
    /// # Errors
    /// [`StoreError::Database`] if the URL cannot be read, the file cannot be opened, or a newer version made it.
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        Self::open(url, Durability::System).await
    }

    /// Like [`SqliteStore::connect`], with `synchronous = FULL`: a commit has reached the disk before the client hears
    /// of it, so that a power cut loses nothing either. Every write then waits for the disk.
    ///
    /// # Errors
    /// As for [`SqliteStore::connect`].
    pub async fn connect_synced(url: &str) -> Result<Self, StoreError> {
        Self::open(url, Durability::Disk).await
    }

    /// A database that lives in memory as long as the store does.
    ///
    /// # Errors
    /// [`StoreError::Database`] if SQLite fails.
    pub async fn in_memory() -> Result<Self, StoreError> {
        Self::connect("sqlite::memory:").await
    }

    async fn open(url: &str, durability: Durability) -> Result<Self, StoreError> {
        let address = Address::of(url)?;
        let opened = tokio::task::spawn_blocking(move || Threads::start(&address, durability));
        let threads = opened.await.map_err(StoreError::database)??;
        Ok(Self { threads: Arc::new(threads) })
    }

    /// Writes in a transaction, which others may share.
    async fn write<T: Send + 'static>(
        &self,
        write: impl Fn(&Connection) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.threads.writer.run(write).await
    }

    /// Reads in a transaction: all that is read in it is of one moment.
    async fn read<T: Send + 'static>(
        &self,
        read: impl Fn(&Connection) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, StoreError> {
        match &self.threads.readers {
            Some(readers) => readers.run(read).await,
            None => self.threads.writer.run(read).await,
        }
    }
}

impl Threads {
    fn start(address: &Address, durability: Durability) -> Result<Self, StoreError> {
        let writing = connection::writing(address, durability)?;
        let Address::File { path, .. } = address else {
            return Ok(Self { writer: Writer::start(writing, |_| ())?, readers: None, _filer: None });
        };
        let reading = (0..READERS).map(|_| connection::reading(path)).collect::<Result<_, _>>()?;
        let log = Arc::new(Log::new(Limits::default()));
        let filer = Filer::start(connection::filing(path, durability)?, Arc::clone(&log))?;
        Log::watch(&writing);
        Ok(Self {
            writer: Writer::start(writing, move |connection| log.note(connection))?,
            readers: Some(Readers::start(reading)?),
            _filer: Some(filer),
        })
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
        let (key, thread) = (ThreadKey::new(user_id, &thread.id), NewThread::of(thread)?);
        let items = items.iter().map(|item| SavedItem::of(item, None)).collect::<Result<Vec<_>, _>>()?;
        let taken = i64::try_from(items.len()).map_err(StoreError::database)?;
        let write = move |connection: &Connection| {
            thread::insert(connection, &key, &thread, taken)?;
            (1..).zip(&items).try_for_each(|(place, item)| item::save_at(connection, &key, item, place, None))
        };
        self.write(write).await
    }

    async fn load_thread(&self, key: &ThreadKey) -> Result<ThreadMetadata, StoreError> {
        let key = key.clone();
        self.read(move |connection| thread::load(connection, &key)).await
    }

    async fn load_threads(
        &self,
        user_id: &str,
        query: &PageQuery,
    ) -> Result<Page<ThreadMetadata>, StoreError> {
        let (user_id, query) = (user_id.to_owned(), query.clone());
        self.read(move |connection| thread::page(connection, &user_id, &query)).await
    }

    async fn save_thread(&self, key: &ThreadKey, patch: &ThreadPatch) -> Result<ThreadMetadata, StoreError> {
        let (key, patch) = (key.clone(), patch.clone());
        self.write(move |connection| thread::patch(connection, &key, &patch)).await
    }

    async fn delete_thread(&self, key: &ThreadKey) -> Result<bool, StoreError> {
        let key = key.clone();
        self.write(move |connection| thread::delete(connection, &key)).await
    }

    async fn reserve_position(&self, key: &ThreadKey) -> Result<i64, StoreError> {
        let key = key.clone();
        self.write(move |connection| thread::next_position(connection, &key)).await
    }

    async fn save_item_at(
        &self,
        key: &ThreadKey,
        item: &ThreadItem,
        position: Option<i64>,
    ) -> Result<(), StoreError> {
        let (key, item) = (key.clone(), SavedItem::of(item, position)?);
        self.write(move |connection| item::save(connection, &key, &item, None)).await
    }

    async fn load_item(&self, key: &ThreadKey, item_id: &str) -> Result<ThreadItem, StoreError> {
        let (key, item_id) = (key.clone(), item_id.to_owned());
        self.read(move |connection| item::load(connection, &key, &item_id)).await
    }

    async fn load_items(
        &self,
        key: &ThreadKey,
        query: &PageQuery,
        visibility: Visibility,
    ) -> Result<Page<ThreadItem>, StoreError> {
        let (key, query) = (key.clone(), query.clone());
        self.read(move |connection| item::page(connection, &key, &query, visibility)).await
    }

    async fn delete_item(&self, key: &ThreadKey, item_id: &str) -> Result<bool, StoreError> {
        let (key, item_id) = (key.clone(), item_id.to_owned());
        self.write(move |connection| item::delete(connection, &key, &item_id)).await
    }

    async fn save_feedback(
        &self,
        key: &ThreadKey,
        item_ids: &[String],
        kind: FeedbackKind,
    ) -> Result<(), StoreError> {
        let (key, item_ids) = (key.clone(), item_ids.to_vec());
        let write = move |connection: &Connection| {
            item_ids.iter().try_for_each(|item_id| item::save_feedback(connection, &key, item_id, kind))
        };
        self.write(write).await
    }
}
