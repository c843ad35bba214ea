//! `createFetch` and `pageContext` in a browser, called as a page calls them.
//!
//! `cargo xtask test --only wasm-core` runs these; on the host there is nothing to run.
#![cfg(target_arch = "wasm32")]

mod changes;
mod create_fetch;
mod navigation;
mod page;
mod page_context;
mod session;
mod sites;
mod stop;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
