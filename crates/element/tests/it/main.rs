//! The conversation from outside, without a browser: messages in, state and effects out.
#![cfg(not(target_arch = "wasm32"))]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod action;
mod composer;
mod failure;
mod history;
mod markdown;
mod page;
mod stream;
mod thread;
mod wire;
