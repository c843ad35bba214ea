//! Threads: a conversation, with or without its items.

use crate::{JsonObject, Page, ThreadItem, Timestamp};
use serde::{Deserialize, Serialize};

/// A thread as a client sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Thread {
    /// The title, once there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Opaque id, `thr_…`.
    pub id: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Whether it takes messages.
    #[serde(default)]
    pub status: ThreadStatus,
    /// Hosts that images in it may come from; absent: the client's own rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed_image_domains: Option<Vec<String>>,
    /// Always `{}` towards a client.
    #[serde(default)]
    pub metadata: JsonObject,
    /// Its items. Empty in `thread.created`, `thread.updated`, `threads.list` and `threads.update`, which does not
    /// mean that the thread has none.
    #[serde(default)]
    pub items: Page<ThreadItem>,
}

/// A thread without its items: what a server stores and a handler sees.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ThreadMetadata {
    /// The title, once there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Opaque id, `thr_…`.
    pub id: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Whether it takes messages.
    #[serde(default)]
    pub status: ThreadStatus,
    /// Hosts that images in it may come from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed_image_domains: Option<Vec<String>>,
    /// The server's own notes; never sent to a client.
    #[serde(default)]
    pub metadata: JsonObject,
}

impl ThreadMetadata {
    /// The thread as a client may see it: the server's notes replaced by `{}`.
    pub fn into_client_thread(self, items: Page<ThreadItem>) -> Thread {
        let Self { title, id, created_at, status, allowed_image_domains, metadata: _ } = self;
        Thread { title, id, created_at, status, allowed_image_domains, metadata: JsonObject::new(), items }
    }
}

/// Whether a thread takes messages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ThreadStatus {
    /// It does.
    #[default]
    Active,
    /// Not now.
    Locked {
        /// Why, for the reader.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// Never again.
    Closed {
        /// Why, for the reader.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
}
