//! How asking a model fails, and what the reader is told of it.
//!
//! A `ModelError` never holds what the model's server said: bodies may repeat the key or the prompt. Its status and
//! its short error code are logged; the reader gets words of our own.

use docent_server::TurnError;

/// Why a model gave no answer, or only a part of one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// The server could not be reached.
    #[error("the model's server cannot be reached")]
    Unreachable,
    /// The server answered with an error status.
    #[error("the model's server answered with status {status}{}", in_parentheses(code))]
    Status {
        /// The HTTP status.
        status: u16,
        /// The server's own short code, such as `insufficient_quota`.
        code: Option<String>,
    },
    /// The server reported an error in place of the rest of its answer.
    #[error("the model's server reported an error{}", in_parentheses(code))]
    Reported {
        /// The server's own short code.
        code: Option<String>,
    },
    /// Nothing came for too long.
    #[error("the model's server went silent")]
    Silent,
    /// The connection ended in the middle of the answer.
    #[error("the model's answer broke off")]
    BrokeOff,
    /// What came is not a Chat Completions answer.
    #[error("the model's server does not speak Chat Completions")]
    Incompatible,
    /// The answer is longer than any answer should be.
    #[error("the model's answer does not end")]
    Endless,
    /// The model finished without a word.
    #[error("the model gave an empty answer")]
    Empty,
    /// The server's filter withheld the answer.
    #[error("the model's server withheld the answer")]
    Withheld,
}

fn in_parentheses(code: &Option<String>) -> String {
    code.as_deref().map(|code| format!(" ({code})")).unwrap_or_default()
}

impl ModelError {
    /// Whether the same request may succeed a moment later.
    pub(crate) fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable => true,
            Self::Status { status, code } => {
                matches!(status, 408 | 409 | 425 | 429 | 500..=599)
                    && code.as_deref() != Some("insufficient_quota")
            }
            _ => false,
        }
    }

    /// What the reader is told. `has_begun` is whether a part of the answer can be seen already.
    pub(crate) fn into_turn_error(self, has_begun: bool) -> TurnError {
        let (message, allow_retry) = self.words(has_begun);
        TurnError::Custom { message: message.to_owned(), allow_retry }
    }

    fn words(&self, has_begun: bool) -> (&'static str, bool) {
        match self {
            Self::Withheld => {
                ("The model's provider withheld this answer. Try to put the question in other words.", false)
            }
            _ if has_begun => {
                ("The answer broke off. What was written so far is kept; you can try again.", true)
            }
            Self::Status { status: 401 | 403, .. } => {
                ("The model refused this server's key. The owner of this site has to correct it.", false)
            }
            Self::Status { status: 404, .. } => (
                "The model is not available. The owner of this site has to correct its name or address.",
                false,
            ),
            Self::Status { code: Some(code), .. } | Self::Reported { code: Some(code) }
                if code == "context_length_exceeded" =>
            {
                ("This conversation has become too long for the model. Start a new one and ask again.", false)
            }
            Self::Status { status: 429, .. } => {
                ("The model is busy, or its quota is used up. Wait a moment and try again.", true)
            }
            Self::Status { status: 400 | 413 | 422, .. } => (
                "The model did not accept this question. Try a shorter one, or start a new conversation.",
                true,
            ),
            Self::Silent => ("The model did not answer in time. Try again.", true),
            Self::Empty => {
                ("The model gave an empty answer. Try again, or put the question in other words.", true)
            }
            Self::Incompatible => (
                "The model's answer could not be read. The owner of this site has to check its address.",
                false,
            ),
            Self::Unreachable
            | Self::Status { .. }
            | Self::Reported { .. }
            | Self::BrokeOff
            | Self::Endless => ("The model cannot be reached at the moment. Try again.", true),
        }
    }
}
