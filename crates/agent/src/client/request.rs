//! What is sent to a model's server.

use std::fmt;
use std::time::Duration;

use serde::Serialize;
use serde_json::{Value, json};

/// Where a model is and how long to wait for it.
#[derive(Clone, PartialEq, Eq)]
pub struct ModelSettings {
    /// Base URL of the API, such as `https://api.openai.com/v1`.
    pub url: String,
    /// The model's name.
    pub model: String,
    /// The API's key, if it needs one.
    pub key: Option<String>,
    /// How long connecting may take.
    pub connect_timeout: Duration,
    /// How long the server may think before it begins to answer.
    pub first_byte_timeout: Duration,
    /// How long it may be silent while it answers.
    pub idle_timeout: Duration,
    /// The pause before a second try, unless the server asks for another.
    pub backoff: Duration,
}

impl ModelSettings {
    /// Settings with the usual waits: 10 s to connect, 120 s to begin, 60 s of silence, 500 ms before a second try.
    pub fn new(url: impl Into<String>, model: impl Into<String>, key: Option<String>) -> Self {
        Self {
            url: url.into(),
            model: model.into(),
            key,
            connect_timeout: Duration::from_secs(10),
            first_byte_timeout: Duration::from_secs(120),
            idle_timeout: Duration::from_secs(60),
            backoff: Duration::from_millis(500),
        }
    }
}

// By hand, so that a key never stands in a log line.
impl fmt::Debug for ModelSettings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ModelSettings")
            .field("url", &self.url)
            .field("model", &self.model)
            .field("has_key", &self.key.is_some())
            .finish_non_exhaustive()
    }
}

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The rules; only ever our own words.
    System,
    /// The reader, and all data.
    User,
    /// The model.
    Assistant,
}

/// One message to a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChatMessage {
    /// Who speaks.
    pub role: Role,
    /// What is said.
    pub content: String,
}

impl ChatMessage {
    /// A message.
    pub fn new(role: Role, content: impl Into<String>) -> Self {
        Self { role, content: content.into() }
    }
}

/// The least that every compatible server takes: options that some refuse are left out.
pub(super) fn body(model: &str, messages: &[ChatMessage]) -> Value {
    json!({ "model": model, "messages": messages, "stream": true })
}
