//! What a user of this library writes: a [`ChatHandler`] that answers.

use async_trait::async_trait;
use docent_protocol::{Action, FeedbackKind, ThreadItem, ThreadMetadata, UserMessageItem, WidgetItem};

use crate::turn::{RequestContext, Turn, TurnError};

/// Answers messages and actions. Only [`ChatHandler::respond`] has to be written.
///
/// ```
/// use async_trait::async_trait;
/// use docent_protocol::UserMessageItem;
/// use docent_server::{ChatHandler, Turn, TurnError};
///
/// struct Parrot;
///
/// #[async_trait]
/// impl ChatHandler for Parrot {
///     async fn respond(&self, turn: &mut Turn, message: Option<&UserMessageItem>) -> Result<(), TurnError> {
///         let mut answer = turn.assistant_message().await?;
///         answer.delta("You said: ").await?;
///         answer.delta(&message.map(UserMessageItem::plain_text).unwrap_or_default()).await?;
///         answer.finish().await?;
///         Ok(())
///     }
/// }
/// ```
///
/// A handler runs in a task of its own: it goes on, and what it writes is stored, when the client closes the page. If
/// it panics the client is told by an `error` event and the server lives on.
#[async_trait]
pub trait ChatHandler: Send + Sync + 'static {
    /// Answers a message.
    ///
    /// `user_message` is `None` after the output of a client tool or the answers to a structured input: what the
    /// reader gave then stands in [`Turn::history`].
    async fn respond(&self, turn: &mut Turn, user_message: Option<&UserMessageItem>)
    -> Result<(), TurnError>;

    /// Answers a widget's action by events. `sender` is the widget as it is stored; the action itself comes from the
    /// browser and is untrusted, also where the widget offered another.
    async fn action(
        &self,
        turn: &mut Turn,
        action: &Action,
        sender: Option<&WidgetItem>,
    ) -> Result<(), TurnError> {
        let _ = (turn, action, sender);
        Err(TurnError::custom("This server takes no widget actions."))
    }

    /// Answers a widget's action at once, with the item that takes the sender's place, if any. The server stores it.
    async fn sync_action(
        &self,
        context: &RequestContext,
        thread: &ThreadMetadata,
        action: &Action,
        sender: Option<&WidgetItem>,
    ) -> Result<Option<ThreadItem>, TurnError> {
        let _ = (context, thread, action, sender);
        Err(TurnError::custom("This server takes no widget actions."))
    }

    /// Takes note of a thumb up or down. The items are there and belong to the user; the store has kept the opinion.
    async fn add_feedback(&self, context: &RequestContext, feedback: &Feedback) -> Result<(), TurnError> {
        let _ = (context, feedback);
        Ok(())
    }

    /// Turns speech into text.
    async fn transcribe(&self, context: &RequestContext, audio: &AudioInput) -> Result<String, TurnError> {
        let _ = (context, audio);
        Err(TurnError::custom("This server does not understand speech."))
    }
}

/// A thumb up or down.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Feedback {
    /// The thread.
    pub thread_id: String,
    /// The items it is about, as the client named them.
    pub item_ids: Vec<String>,
    /// Up or down.
    pub kind: FeedbackKind,
}

impl Feedback {
    /// An opinion, as a handler's own tests need one.
    pub fn new(thread_id: impl Into<String>, item_ids: Vec<String>, kind: FeedbackKind) -> Self {
        Self { thread_id: thread_id.into(), item_ids, kind }
    }
}

/// A recording.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AudioInput {
    /// The bytes.
    pub data: Vec<u8>,
    /// The MIME type as the client wrote it, parameters included: `audio/webm;codecs=opus`.
    pub mime_type: String,
}

impl AudioInput {
    /// A recording, as a handler's own tests need one.
    pub fn new(data: Vec<u8>, mime_type: impl Into<String>) -> Self {
        Self { data, mime_type: mime_type.into() }
    }

    /// The MIME type without its parameters: `audio/webm`.
    #[must_use]
    pub fn media_type(&self) -> &str {
        self.mime_type.split(';').next().unwrap_or_default().trim()
    }
}

// By hand, so that a recording in a log line is its size.
impl std::fmt::Debug for AudioInput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AudioInput")
            .field("bytes", &self.data.len())
            .field("mime_type", &self.mime_type)
            .finish()
    }
}
