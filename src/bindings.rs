//! Everything JavaScript sees: thin functions that read options, call the rest of the crate and hand values back.
//!
//! Errors cross here and nowhere else: a [`DocentError`] becomes a real `Error` with `name` and
//! `code`, so that `instanceof Error`, stack traces and error trackers work as for any other library.

mod ask_queue;
mod create_fetch;
mod element_ready;
mod interceptor;
mod options;
mod page_context;
mod provider;
pub(crate) mod record;
mod selection;

use js_sys::{Error, Reflect};
use wasm_bindgen::JsValue;

pub use ask_queue::ask_queue;
pub use create_fetch::create_fetch;
pub use element_ready::when_element_ready;
pub use page_context::page_context;
pub use selection::ask_selection;

pub(crate) use options::{FirstError, Options};

use crate::DocentError;

impl From<DocentError> for JsValue {
    fn from(error: DocentError) -> Self {
        let value = Error::new(error.message());
        value.set_name("DocentError");
        // A fresh Error object is extensible, so this cannot fail; were it frozen, the message alone would do.
        let _ = Reflect::set(&value, &"code".into(), &error.code().as_str().into());
        value.into()
    }
}
