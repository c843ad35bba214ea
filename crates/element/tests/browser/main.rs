//! The element in a real browser, with a `fetch` of the test's own.
#![cfg(target_arch = "wasm32")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod answer;
mod failure;
mod history;
mod lifetime;
mod look;
mod page;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
