//! What a store is asked: pages and patches.

use docent_protocol::{JsonObject, SortOrder, ThreadMetadata, ThreadStatus};

/// Which part of a list to load.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageQuery {
    /// How many rows at most, from 1 on.
    pub limit: usize,
    /// The order; it also says in which direction `after` looks.
    pub order: SortOrder,
    /// The id of the last row of the page before. It may name a row that was deleted since, but no item that whoever asks
    /// may not see.
    pub after: Option<String>,
    /// After how many bytes of stored items the page ends, its first item excepted; more follow then, as if `limit` had
    /// been reached. A list of threads is not bounded by it.
    pub most_bytes: usize,
}

impl PageQuery {
    /// The first page in this order.
    #[must_use]
    pub fn first(limit: usize, order: SortOrder) -> Self {
        Self { limit, order, after: None, most_bytes: usize::MAX }
    }

    /// The page that follows the row of this id.
    #[must_use]
    pub fn after(mut self, cursor: impl Into<String>) -> Self {
        self.after = Some(cursor.into());
        self
    }
}

/// Which items a query may give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visibility {
    /// Only what a client may see.
    Shown,
    /// Hidden items too: for the model, never for a client.
    All,
}

/// Fields of a thread to change; `None` leaves a field alone.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ThreadPatch {
    /// The title; `Some(None)` takes it away.
    pub title: Option<Option<String>>,
    /// Active, locked or closed.
    pub status: Option<ThreadStatus>,
    /// The handler's own notes on the thread, never sent to a client; replaced as a whole.
    pub metadata: Option<JsonObject>,
    /// The hosts images may come from; `Some(None)` lifts the limit.
    pub allowed_image_domains: Option<Option<Vec<String>>>,
}

impl ThreadPatch {
    /// A patch of the title alone.
    #[must_use]
    pub fn title(title: impl Into<String>) -> Self {
        Self { title: Some(Some(title.into())), ..Self::default() }
    }

    /// Makes the change to a thread in memory.
    pub fn apply(&self, thread: &mut ThreadMetadata) {
        let Self { title, status, metadata, allowed_image_domains } = self;
        if let Some(title) = title {
            thread.title.clone_from(title);
        }
        if let Some(status) = status {
            thread.status.clone_from(status);
        }
        if let Some(metadata) = metadata {
            thread.metadata.clone_from(metadata);
        }
        if let Some(domains) = allowed_image_domains {
            thread.allowed_image_domains.clone_from(domains);
        }
    }
}
