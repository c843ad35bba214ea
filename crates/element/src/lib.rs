//! Docent's open chat element: `<docent-chat>`, self-hosted, with the official element's options, methods and events.
//!
//! What happens is a [`model::Msg`]; [`model::update`] applies it to the state and answers what to do outside; `view`
//! turns the state into a [`tree`], which `dom` patches into the shadow root. Only `dom`, `client::api` and `bindings`
//! know a browser.

#[cfg(target_arch = "wasm32")]
mod bindings;
pub mod client;
#[cfg(target_arch = "wasm32")]
mod dom;
pub mod i18n;
pub mod json;
pub mod markdown;
pub mod model;
pub mod style;
pub mod tree;
pub mod view;

#[cfg(target_arch = "wasm32")]
pub use bindings::DocentElement;

#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();
