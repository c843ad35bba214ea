//! Stream events: what a server says while it answers, twelve kinds.

use crate::word::word;
use crate::{JsonObject, Thread, ThreadItem, ThreadItemUpdate};
use serde::{Deserialize, Serialize};

/// One event of a stream. On the wire: `data: <JSON>` and an empty line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum ThreadStreamEvent {
    /// A thread was made.
    #[serde(rename = "thread.created")]
    ThreadCreated {
        /// The thread, its items page empty.
        thread: Thread,
    },
    /// A thread changed: its title, its status.
    #[serde(rename = "thread.updated")]
    ThreadUpdated {
        /// The thread, its items page empty.
        thread: Thread,
    },
    /// An item begins; not stored yet.
    #[serde(rename = "thread.item.added")]
    ThreadItemAdded {
        /// The item as it begins.
        item: ThreadItem,
    },
    /// An item grows.
    #[serde(rename = "thread.item.updated")]
    ThreadItemUpdated {
        /// Which item.
        item_id: String,
        /// How it changes.
        update: ThreadItemUpdate,
    },
    /// An item is complete and stored.
    #[serde(rename = "thread.item.done")]
    ThreadItemDone {
        /// The item as it is stored.
        item: ThreadItem,
    },
    /// An item is gone.
    #[serde(rename = "thread.item.removed")]
    ThreadItemRemoved {
        /// Which item.
        item_id: String,
    },
    /// A stored item changed.
    #[serde(rename = "thread.item.replaced")]
    ThreadItemReplaced {
        /// The item as it is stored now.
        item: ThreadItem,
    },
    /// What the reader may do while the stream runs.
    #[serde(rename = "stream_options")]
    StreamOptions {
        /// The options.
        stream_options: StreamOptions,
    },
    /// What the server is doing; never stored.
    #[serde(rename = "progress_update")]
    ProgressUpdate {
        /// A short sentence.
        text: String,
        /// An icon's name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        icon: Option<String>,
    },
    /// Something for the host page to do; never stored, no answer awaited.
    #[serde(rename = "client_effect")]
    ClientEffect {
        /// The effect's name, agreed with the page.
        name: String,
        /// Free JSON.
        #[serde(default)]
        data: JsonObject,
    },
    /// A message to the reader outside the conversation.
    #[serde(rename = "notice")]
    Notice {
        /// How grave it is.
        level: NoticeLevel,
        /// Markdown.
        message: String,
        /// A heading.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        title: Option<String>,
    },
    /// The turn failed.
    #[serde(rename = "error")]
    Error {
        /// Whose words the message is.
        #[serde(default)]
        code: ErrorCode,
        /// What to tell the reader.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message: Option<String>,
        /// Whether a retry makes sense.
        #[serde(default)]
        allow_retry: bool,
    },
}

/// What the reader may do while a stream runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamOptions {
    /// Whether a stop button shows.
    pub allow_cancel: bool,
}

word! {
    /// How grave a notice is.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum NoticeLevel {
        /// For information.
        Info = "info",
        /// Something may go wrong.
        Warning = "warning",
        /// Something went wrong.
        Danger = "danger",
    }
}

word! {
    /// Whose words an error's message is.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub enum ErrorCode {
        /// The application's: shown as it is.
        #[default]
        Custom = "custom",
        /// The server's: the element has its own words for it.
        StreamError = "stream.error",
    }
}
