//! Why a turn ended without an answer, and what the client is told of it.

use docent_protocol::{ErrorCode, ThreadStreamEvent};

use crate::store::{RunState, StoreError};

/// How a handler fails.
#[derive(Debug, thiserror::Error)]
pub enum TurnError {
    /// The handler's own words for the reader: an `error` event of code `custom`.
    #[error("{message}")]
    Custom {
        /// Shown as it is.
        message: String,
        /// Whether the element offers a retry.
        allow_retry: bool,
    },
    /// A failure the element has its own words for: an `error` event of code `stream.error`.
    #[error("the answer failed")]
    Stream {
        /// Whether the element offers a retry.
        allow_retry: bool,
    },
    /// Anything else. It is logged; the client sees `stream.error` with a retry, and none of the details.
    #[error("the handler failed")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The turn was ended from outside: its thread was deleted, or the server stops.
    #[error("the turn was ended from outside")]
    Cancelled,
}

impl TurnError {
    /// Words for the reader, without a retry.
    pub fn custom(message: impl Into<String>) -> Self {
        Self::Custom { message: message.into(), allow_retry: false }
    }

    /// Words for the reader, with a retry.
    pub fn custom_with_retry(message: impl Into<String>) -> Self {
        Self::Custom { message: message.into(), allow_retry: true }
    }

    /// Any other error, kept from the client.
    pub fn internal(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(error.into())
    }

    /// The event that tells a client; `None` for an end that came from outside.
    pub(crate) fn event(&self) -> Option<ThreadStreamEvent> {
        match self {
            Self::Custom { message, allow_retry } => Some(ThreadStreamEvent::Error {
                code: ErrorCode::Custom,
                message: Some(message.clone()),
                allow_retry: *allow_retry,
            }),
            Self::Stream { allow_retry } => Some(stream_error(*allow_retry)),
            Self::Internal(_) => Some(stream_error(true)),
            Self::Cancelled => None,
        }
    }
}

impl From<StoreError> for TurnError {
    fn from(error: StoreError) -> Self {
        Self::Internal(Box::new(error))
    }
}

impl From<serde_json::Error> for TurnError {
    fn from(error: serde_json::Error) -> Self {
        Self::Internal(Box::new(error))
    }
}

/// The error event without words.
pub(crate) fn stream_error(allow_retry: bool) -> ThreadStreamEvent {
    ThreadStreamEvent::Error { code: ErrorCode::StreamError, message: None, allow_retry }
}

/// Who ended a turn from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CancelReason {
    /// The reader pressed stop.
    Requested,
    /// Nobody followed any more, and the server is built to take that for a stop.
    Abandoned,
    /// The thread was deleted while the turn ran.
    ThreadDeleted,
    /// The run was ended by another process, which took this one for dead.
    Lost,
    /// The server stops.
    Shutdown,
    /// The turn took longer than a turn may.
    Deadline,
}

impl CancelReason {
    /// Whether the reader wanted it.
    pub(crate) fn is_stop(self) -> bool {
        matches!(self, Self::Requested | Self::Abandoned)
    }

    /// The state it leaves the run in.
    pub(crate) fn state(self) -> RunState {
        match self {
            Self::Requested | Self::Abandoned | Self::ThreadDeleted => RunState::Cancelled,
            Self::Lost | Self::Shutdown => RunState::Interrupted,
            Self::Deadline => RunState::Failed,
        }
    }

    /// The event that tells a client; none where the client asked for it.
    pub(crate) fn event(self) -> Option<ThreadStreamEvent> {
        let (message, allow_retry) = match self {
            Self::Requested | Self::Abandoned => return None,
            Self::ThreadDeleted => ("This conversation was deleted.", false),
            Self::Lost => ("The answer was interrupted. What was written so far is saved.", true),
            Self::Deadline => ("The answer took too long. What was written so far is saved.", true),
            Self::Shutdown => ("The server is stopping. What was written so far is saved.", true),
        };
        Some(ThreadStreamEvent::Error { code: ErrorCode::Custom, message: Some(message.into()), allow_retry })
    }
}
