//! Runs as a store keeps them: what became of each turn, and for some time the events it sent.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use docent_protocol::{ThreadItem, ThreadMetadata, Timestamp};

use super::{EventBatch, StoreError, ThreadKey, ThreadPatch};

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunState {
    /// It goes on.
    Running,
    /// The handler ended well.
    Completed,
    /// The handler failed, or took too long.
    Failed,
    /// The reader stopped it, or its thread was deleted.
    Cancelled,
    /// The process ended before the run did.
    Interrupted,
}

impl RunState {
    /// The name it is stored under.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Interrupted => "interrupted",
        }
    }

    /// The state of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Running, Self::Completed, Self::Failed, Self::Cancelled, Self::Interrupted]
            .into_iter()
            .find(|state| state.as_str() == name)
    }
}

/// What a repeated request is recognised by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idempotency {
    /// The sender's own name for the request; one user uses it once.
    pub key: String,
    /// What the request asks for, as a hash: the same key with another request is a mistake.
    pub fingerprint: String,
}

/// A run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// `run_…`, as the response header `x-docent-run-id` names it.
    pub id: String,
    /// Whose it is, and where.
    pub key: ThreadKey,
    /// How far it is.
    pub state: RunState,
    /// Whether the reader pressed stop while it ran.
    pub is_cancel_requested: bool,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// What a repetition of its request is recognised by.
    pub idempotency: Option<Idempotency>,
    /// The number of the last event written down; 0 if there is none.
    pub last_seq: u64,
}

/// One event of a run, as the client got it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunEvent {
    /// Its number in the run, from 1 on; numbers grow and may skip.
    pub seq: u64,
    /// The event as compact JSON, without a line break.
    pub json: Arc<str>,
}

/// An item with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct PlacedItem {
    /// The item.
    pub item: ThreadItem,
    /// A position reserved before; `None` for the end of the thread, or for where the item stands already.
    pub position: Option<i64>,
}

/// A run about to begin, with everything its request changes: stored as a whole, or not at all.
#[derive(Debug, Clone, PartialEq)]
pub struct RunOpening {
    /// The id of the run.
    pub id: String,
    /// When it begins.
    pub started_at: Timestamp,
    /// What a repetition of the request is recognised by.
    pub idempotency: Option<Idempotency>,
    /// The thread, if the request makes it.
    pub new_thread: Option<ThreadMetadata>,
    /// The item that has to be the newest of the thread, hidden ones included, if what follows depends on it.
    pub newest: Option<String>,
    /// Items that have to be stored exactly so: what was asked and is answered now is answered once.
    pub unchanged: Vec<ThreadItem>,
    /// Items to add or to write over.
    pub saved: Vec<ThreadItem>,
    /// The ids of items to delete.
    pub deleted: Vec<String>,
    /// The ids of uploaded attachments of the user that are sent in the thread from now on. If this store keeps none of
    /// them, another does, and they are no error.
    pub attached: Vec<String>,
    /// The item after which everything is set aside for a retry: it is seen nowhere until the run ends, and is restored
    /// or deleted then, also if the run writes items of the same ids.
    pub set_aside_after: Option<String>,
}

impl RunOpening {
    /// A run that changes nothing at its beginning.
    #[must_use]
    pub fn new(id: impl Into<String>, started_at: Timestamp) -> Self {
        Self {
            id: id.into(),
            started_at,
            idempotency: None,
            new_thread: None,
            newest: None,
            unchanged: Vec::new(),
            saved: Vec::new(),
            deleted: Vec::new(),
            attached: Vec::new(),
            set_aside_after: None,
        }
    }
}

/// What is to become of the items a run has set aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aside {
    /// The new answer has taken their place: they are deleted for good.
    Delete,
    /// They come back, and what the run added is deleted in their place.
    Restore,
}

/// The end of a run: stored as a whole, or not at all.
#[derive(Debug, Clone, PartialEq)]
pub struct RunEnding {
    /// Any state but [`RunState::Running`].
    pub state: RunState,
    /// When it ended.
    pub ended_at: Timestamp,
    /// The last events, which were not written down yet.
    pub events: EventBatch,
    /// The last items; left out if [`Aside::Restore`] brings something back.
    pub items: Vec<PlacedItem>,
    /// What becomes of the items set aside, if there are any.
    pub aside: Aside,
}

/// Keeps runs. Part of every [`Store`](super::Store), under the same rules: every method is one transaction, and what
/// is another user's is not found.
#[async_trait]
pub trait RunStore: Send + Sync + 'static {
    /// Begins a run and stores what its request brought. The answer is a position reserved behind all of that, as by
    /// [`Store::reserve_position`](super::Store::reserve_position): for the first item that the run adds, or for none.
    ///
    /// [`StoreError::Duplicate`] if this user has a run of this idempotency key, or the thread's id is taken;
    /// [`StoreError::Changed`] if [`RunOpening::newest`] is not the newest item, or one is not as
    /// [`RunOpening::unchanged`] says; [`StoreError::NotFound`] if the thread is not there, or some of
    /// [`RunOpening::attached`] and not all; [`StoreError::NotActive`] if the thread is locked or closed;
    /// [`StoreError::Busy`] if another process has a run in it. Nothing is stored then.
    async fn begin_run(&self, key: &ThreadKey, opening: &RunOpening) -> Result<i64, StoreError>;

    /// Writes down events of a run that goes on, if there are any, and items as they are by now. Doing it again with the
    /// same events, or more of them, takes the place of the first time. [`StoreError::NotFound`] if the run does not go on.
    async fn save_run_progress(
        &self,
        key: &ThreadKey,
        run_id: &str,
        events: &EventBatch,
        items: &[PlacedItem],
    ) -> Result<(), StoreError>;

    /// Deletes an item as part of a run that goes on. [`StoreError::NotFound`] if the run does not go on; an item that is
    /// not there is no error, and the answer tells whether something was deleted.
    async fn delete_run_item(&self, key: &ThreadKey, run_id: &str, item_id: &str)
    -> Result<bool, StoreError>;

    /// Changes a thread as part of a run that goes on; else like [`Store::save_thread`](super::Store::save_thread).
    /// [`StoreError::NotFound`] if the run does not go on.
    async fn change_run_thread(
        &self,
        key: &ThreadKey,
        run_id: &str,
        patch: &ThreadPatch,
    ) -> Result<ThreadMetadata, StoreError>;

    /// Ends a run. `false`: it had ended before, or is not there, and nothing happened.
    async fn end_run(&self, key: &ThreadKey, run_id: &str, ending: &RunEnding) -> Result<bool, StoreError>;

    /// Notes that the reader wants a run to end, so that not even a crash forgets it, and gives the run. Once it has
    /// ended there is nothing to note.
    async fn request_cancel(&self, user_id: &str, run_id: &str) -> Result<Run, StoreError>;

    /// One run of this user.
    async fn load_run(&self, user_id: &str, run_id: &str) -> Result<Run, StoreError>;

    /// The run of this user that has this idempotency key.
    async fn load_run_by_key(&self, user_id: &str, key: &str) -> Result<Option<Run>, StoreError>;

    /// The next events of a run, in order: some of those with a greater number than `after`, none if there are none.
    async fn load_run_events(
        &self,
        user_id: &str,
        run_id: &str,
        after: u64,
    ) -> Result<Vec<RunEvent>, StoreError>;

    /// Every run, of all users, that has not ended: when a server starts, those that a crash interrupted. Of a store that
    /// processes share, without the runs that another process gives signs of life for.
    async fn load_running_runs(&self) -> Result<Vec<Run>, StoreError>;

    /// Forgets the runs that ended before this moment, with their events and their idempotency keys. The answer tells
    /// how many.
    async fn delete_runs(&self, ended_before: Timestamp) -> Result<u64, StoreError>;

    /// How often a server has to call [`RunStore::keep_runs`] and [`RunStore::load_running_runs`]; `None` of a store that
    /// belongs to one process, where looking at the start is enough.
    fn watch_interval(&self) -> Option<Duration> {
        None
    }

    /// Gives a sign of life for every run that was begun by this store and has not ended.
    async fn keep_runs(&self) -> Result<(), StoreError> {
        Ok(())
    }

    /// Whether another process has a run in this thread that has not ended.
    async fn is_answered_elsewhere(&self, _key: &ThreadKey) -> Result<bool, StoreError> {
        Ok(false)
    }
}
