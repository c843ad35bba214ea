//! The wire: request bodies, the reading of a stream, and the one place that calls `fetch`.

#[cfg(target_arch = "wasm32")]
pub(crate) mod api;
pub mod request;
pub mod sse;
