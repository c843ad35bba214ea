//! `explainFailure`: why the chat element did not come, in words.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::load_failure::{Detail, explain};

/// Why the wait for the element `name` failed with this `code`, and what to do. `url` is the script's address, where there is
/// one; `detail` the status of its answer, or the name of the Trusted Types policy that the page did not allow.
#[wasm_bindgen(js_name = explainFailure)]
#[must_use]
pub fn explain_failure(code: &str, name: &str, url: Option<String>, detail: &JsValue) -> String {
    let detail = detail
        .as_string()
        .map_or_else(|| Detail::Status(detail.as_f64().unwrap_or(0.0) as u16), Detail::Policy);
    explain(code, name, url.as_deref(), &detail)
}
