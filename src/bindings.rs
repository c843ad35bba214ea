//! Everything JavaScript sees: thin functions that read options, call the rest of the crate and hand values back.
//!
//! Errors cross here and nowhere else: a [`DocentError`] becomes a real `Error` with `name` and
//! `code`, so that `instanceof Error`, stack traces and error trackers work as for any other library.

#[cfg(feature = "page")]
mod ask_queue;
#[cfg(feature = "core")]
mod create_fetch;
#[cfg(feature = "core")]
mod element_ready;
#[cfg(feature = "core")]
mod exchange;
#[cfg(feature = "core")]
mod interceptor;
#[cfg(feature = "page")]
mod load_failure;
#[cfg(feature = "core")]
mod message;
mod options;
#[cfg(feature = "page")]
mod page_context;
mod provider;
pub(crate) mod record;
#[cfg(feature = "page")]
mod selection;
#[cfg(feature = "core")]
mod session;
#[cfg(feature = "core")]
mod waiting;

use js_sys::{Error, Reflect};
use wasm_bindgen::JsValue;

#[cfg(feature = "page")]
pub use ask_queue::ask_queue;
#[cfg(feature = "core")]
pub use create_fetch::create_fetch;
#[cfg(feature = "core")]
pub use element_ready::when_element_ready;
#[cfg(feature = "page")]
pub use load_failure::explain_failure;
#[cfg(feature = "page")]
pub use page_context::page_context;
#[cfg(feature = "page")]
pub use selection::ask_selection;

#[cfg(feature = "page")]
pub(crate) use options::FirstError;
#[cfg(feature = "page")]
pub(crate) use options::Options;
#[cfg(feature = "core")]
pub(crate) use options::Reader;

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
