//! Why a request is answered with an error instead of what it asked for.

use docent_protocol::ThreadStatus;

use crate::store::StoreError;
use crate::turn::TurnError;

/// A request refused before its answer began. What it says is sent to the client, `Internal` excepted.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DispatchError {
    /// There is nothing of this name, or it is somebody else's.
    #[error("There is no such thread, item or attachment.")]
    NotFound,
    /// There is no run of this name, it is forgotten, or it is somebody else's.
    #[error("There is no such run.")]
    NoSuchRun,
    /// The idempotency key was used for another request.
    #[error("This Idempotency-Key was used for another request. Send a new request with a new key.")]
    KeyReused,
    /// The parameters cannot be meant.
    #[error("{0}")]
    Invalid(String),
    /// The cursor is of no use here.
    #[error("The cursor `after` names nothing in this list. Start again without it.")]
    UnknownCursor,
    /// The thread is being answered.
    #[error("This conversation is being answered. Wait for the answer, then send again.")]
    Busy,
    /// What was asked for is already done, or was never asked.
    #[error("{0}")]
    NotPending(&'static str),
    /// The file is larger than allowed, in bytes.
    #[error("The file is larger than {0} bytes.")]
    TooLarge(u64),
    /// The user announced more files than may wait.
    #[error("Too many files wait to be sent. Send or delete some, or try again tomorrow.")]
    TooManyUnsent,
    /// As many turns of the user go on as may.
    #[error("Too many conversations are being answered. Wait for an answer, then send again.")]
    TooManyRuns,
    /// The bytes of an attachment are not there yet.
    #[error("The upload of an attachment is not complete. Upload it, then send the message.")]
    NotUploaded,
    /// Other bytes of an attachment are there already.
    #[error("This file was uploaded already. Announce another to change it.")]
    AlreadyUploaded,
    /// The attachment was sent in another thread.
    #[error("An attachment was sent in another conversation. Upload it again to send it here.")]
    AttachedElsewhere,
    /// The thread takes no messages now.
    #[error("This conversation is locked{}", because(.0.as_deref()))]
    Locked(Option<String>),
    /// The thread takes no messages any more.
    #[error("This conversation is closed{}", because(.0.as_deref()))]
    Closed(Option<String>),
    /// The operation is part of the protocol and not of this server.
    #[error("This server does not support {0}.")]
    Unsupported(&'static str),
    /// The server stops.
    #[error("The server is stopping. Try again in a moment.")]
    Stopping,
    /// The handler refused, in its own words.
    #[error("{0}")]
    Refused(String),
    /// The server failed.
    #[error("The server failed. Try again.")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl DispatchError {
    pub(crate) fn internal(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(error.into())
    }
}

impl From<StoreError> for DispatchError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound => Self::NotFound,
            StoreError::UnknownCursor => Self::UnknownCursor,
            StoreError::Busy => Self::Busy,
            StoreError::Changed => Self::NotPending("What this answers was answered or changed meanwhile."),
            StoreError::NotActive(ThreadStatus::Locked { reason }) => Self::Locked(reason),
            StoreError::NotActive(ThreadStatus::Closed { reason }) => Self::Closed(reason),
            StoreError::NotActive(ThreadStatus::Active) | StoreError::Duplicate | StoreError::Database(_) => {
                Self::internal(error)
            }
        }
    }
}

/// For the operations that a handler answers at once: there is no stream to carry its error.
impl From<TurnError> for DispatchError {
    fn from(error: TurnError) -> Self {
        match error {
            TurnError::Custom { message, allow_retry: _ } => Self::Refused(message),
            TurnError::Internal(cause) => Self::Internal(cause),
            TurnError::Stream { .. } | TurnError::Cancelled => Self::internal(error),
        }
    }
}

fn because(reason: Option<&str>) -> String {
    reason.map_or_else(|| ".".to_owned(), |reason| format!(": {reason}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_that_another_process_locked_or_closed_meanwhile_is_told_like_any_other() {
        let reason = Some("Later.".to_owned());
        let locked = StoreError::NotActive(ThreadStatus::Locked { reason: reason.clone() });
        assert!(matches!(DispatchError::from(locked), DispatchError::Locked(told) if told == reason));
        let closed = StoreError::NotActive(ThreadStatus::Closed { reason: None });
        assert!(matches!(DispatchError::from(closed), DispatchError::Closed(None)));
    }
}
