//! The server from outside, by its public API and over HTTP. The modules mirror the tree of requests.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod actions;
mod attachments;
mod auth;
mod broken;
mod cancel;
mod client_tools;
mod connection;
mod crash;
mod disconnect;
mod example;
mod feedback;
mod harness;
mod hostile;
mod http;
mod idempotency;
mod interrupted;
mod isolation;
mod items;
mod limits;
mod messages;
mod pace;
#[cfg(feature = "postgres")]
mod postgres;
mod race;
mod retry;
mod runs;
mod script;
mod store;
mod stream;
mod structured_input;
mod threads;
mod transcript;
mod transcription;
mod turn;
mod warm;
