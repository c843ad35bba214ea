//! The page side of Docent, compiled to WebAssembly and published as the npm package `docent`.
//!
//! Four functions leave this crate for JavaScript: `createFetch`, `whenElementReady`, `pageContext` and
//! `askSelection`. The crate has three rooms. The modules named after one concept hold pure logic, know no browser and
//! are tested on the host. `dom` is the only room that reads or changes a page. `bindings` is the only room that
//! speaks JavaScript: it reads options, calls the other two and turns errors into real `Error` objects.
//!
//! What is shipped is two wasm modules, by the features `core` and `page`: a page that only waits for its chat, or sends
//! a message without its context, does not load what looks at the page.

pub mod error;

mod json;
#[cfg(feature = "core")]
pub mod metadata;
pub mod origin;
pub mod splice;

pub mod address;
pub mod budget;
pub mod json_writer;
pub mod markdown;
pub mod outline;
pub mod page;
pub mod passage;
pub mod redaction;
pub mod text;

pub mod load_failure;
pub mod readiness;

pub mod anchor;
pub mod ask_queue;
pub mod excerpt;
pub mod gesture;
pub mod shortcut;
pub mod theme;

pub mod bindings;
mod dom;

pub use error::{DocentError, ErrorCode};

#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();
