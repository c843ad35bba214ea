//! Answers written by any OpenAI-compatible model, from passages that it is given and cites.
//!
//! [`ModelClient`] speaks the streaming form of Chat Completions and puts up with servers that are almost compatible.
//! [`ModelHandler`] is the bridge: a turn in, a prompt out, the model's text back as events, its `[1]` as annotations.
//! What readers, pages and documents say is fenced as data, freed of secrets, and never in the system role.

mod citation;
mod client;
mod error;
mod handler;
mod knowledge;
mod prompt;
mod redaction;
mod thinking;

pub use client::{ChatMessage, ModelClient, ModelEvent, ModelSettings, ModelStream, Role};
pub use error::ModelError;
pub use handler::ModelHandler;
pub use knowledge::{Briefing, Knowledge, KnownPassage};
pub use redaction::{Strictness, redact};
