//! Where threads and their items are kept: the [`Store`] trait, the stores of this crate, and the contract they all pass.
//!
//! Every query is scoped by the whole key (user, thread, item). A row of somebody else is therefore not found rather
//! than forbidden, and no caller of a store can forget to check.

mod attachment;
pub mod contract;
mod events;
mod listing;
#[cfg(feature = "postgres")]
mod postgres;
mod query;
mod row;
mod run;
mod sqlite;

use async_trait::async_trait;
use docent_protocol::{FeedbackKind, Page, ThreadItem, ThreadMetadata, ThreadStatus};

pub use attachment::{AttachmentRecord, AttachmentStore};
pub(crate) use events::BatchWriter;
pub use events::EventBatch;
#[cfg(feature = "postgres")]
pub use postgres::{PostgresOptions, PostgresStore};
pub use query::{PageQuery, ThreadPatch, Visibility};
pub use run::{Aside, Idempotency, PlacedItem, Run, RunEnding, RunEvent, RunOpening, RunState, RunStore};
pub use sqlite::SqliteStore;

/// Why a store could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no such row, or it belongs to another user: the two are never told apart.
    #[error("not found")]
    NotFound,
    /// The cursor names nothing in this list.
    #[error("the cursor names nothing in this list")]
    UnknownCursor,
    /// A row with this id is already there.
    #[error("a row with this id is already there")]
    Duplicate,
    /// An item is not any more what the caller took it for.
    #[error("an item was changed meanwhile")]
    Changed,
    /// Another process answers in this thread.
    #[error("another process answers in this thread")]
    Busy,
    /// The thread is locked or closed.
    #[error("the thread takes no messages")]
    NotActive(ThreadStatus),
    /// The database failed; the cause is for the log, not for a client.
    #[error("the database failed")]
    Database(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl StoreError {
    /// Wraps the error of a database driver.
    pub fn database(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Database(error.into())
    }
}

/// The full name of a thread: whose it is, and which.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ThreadKey {
    /// The user the thread belongs to.
    pub user_id: String,
    /// The id of the thread.
    pub thread_id: String,
}

impl ThreadKey {
    /// The key of a user's thread.
    #[must_use]
    pub fn new(user_id: impl Into<String>, thread_id: impl Into<String>) -> Self {
        Self { user_id: user_id.into(), thread_id: thread_id.into() }
    }
}

/// Keeps threads and items, and, as a [`RunStore`], runs.
///
/// Every method is one transaction: it happens as a whole or not at all. Items sort by a per-thread position which the
/// store gives them when they are first added, so that equal or stepping clocks never reorder or hide anything.
/// [`contract::check`] proves what is promised here, of any implementation.
#[async_trait]
pub trait Store: RunStore {
    /// Adds a thread together with its first items.
    async fn add_thread(
        &self,
        user_id: &str,
        thread: &ThreadMetadata,
        items: &[ThreadItem],
    ) -> Result<(), StoreError>;

    /// A thread of this user.
    async fn load_thread(&self, key: &ThreadKey) -> Result<ThreadMetadata, StoreError>;

    /// A page of this user's threads, in the order they were created.
    async fn load_threads(
        &self,
        user_id: &str,
        query: &PageQuery,
    ) -> Result<Page<ThreadMetadata>, StoreError>;

    /// Changes the fields the patch names and no others, and gives the thread as it is then. Two writers of different
    /// fields do not undo each other.
    async fn save_thread(&self, key: &ThreadKey, patch: &ThreadPatch) -> Result<ThreadMetadata, StoreError>;

    /// Deletes a thread and everything in it, for good: nothing written later brings it back. `false`: it was deleted
    /// before. What never was there is not found.
    async fn delete_thread(&self, key: &ThreadKey) -> Result<bool, StoreError>;

    /// Reserves the next position of a thread, for an item that is announced now and written later.
    async fn reserve_position(&self, key: &ThreadKey) -> Result<i64, StoreError>;

    /// Adds an item at the end of its thread, or writes over the item of the same id where it stands.
    async fn save_item(&self, key: &ThreadKey, item: &ThreadItem) -> Result<(), StoreError> {
        self.save_item_at(key, item, None).await
    }

    /// Like [`Store::save_item`], but a new item takes a position reserved before.
    async fn save_item_at(
        &self,
        key: &ThreadKey,
        item: &ThreadItem,
        position: Option<i64>,
    ) -> Result<(), StoreError>;

    /// One item, hidden ones included.
    async fn load_item(&self, key: &ThreadKey, item_id: &str) -> Result<ThreadItem, StoreError>;

    /// A page of a thread's items by position. With [`Visibility::Shown`] the page is filled with items a client may
    /// see, however many hidden ones lie between.
    async fn load_items(
        &self,
        key: &ThreadKey,
        query: &PageQuery,
        visibility: Visibility,
    ) -> Result<Page<ThreadItem>, StoreError>;

    /// Deletes one item. Deleting what is not there is no error; the answer tells whether something was deleted.
    async fn delete_item(&self, key: &ThreadKey, item_id: &str) -> Result<bool, StoreError>;

    /// Remembers what the user thinks of these items; a later opinion takes the place of an earlier one. One unknown
    /// item refuses the whole.
    async fn save_feedback(
        &self,
        key: &ThreadKey,
        item_ids: &[String],
        kind: FeedbackKind,
    ) -> Result<(), StoreError>;
}
