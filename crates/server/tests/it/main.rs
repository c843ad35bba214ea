//! The server from outside, by its public API and over HTTP. The modules mirror the tree of requests.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod harness;
mod messages;
mod script;
mod threads;
