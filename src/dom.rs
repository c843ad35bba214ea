//! The only room that touches a page. What it takes from the browser it gives back: listeners and timers are owned
//! values that clean up when they are dropped.

#[cfg(feature = "core")]
mod abort;
#[cfg(feature = "page")]
pub(crate) mod ask;
#[cfg(feature = "core")]
mod call;
#[cfg(feature = "core")]
pub(crate) mod chat;
#[cfg(feature = "core")]
pub(crate) mod detector;
#[cfg(feature = "page")]
mod frame;
mod handle;
#[cfg(feature = "page")]
mod page;
#[cfg(feature = "core")]
pub(crate) mod script;
#[cfg(feature = "page")]
mod settle;
#[cfg(feature = "core")]
mod stop;
#[cfg(feature = "page")]
pub(crate) mod web;

#[cfg(feature = "core")]
pub(crate) use abort::{unless_aborted, within};
#[cfg(feature = "core")]
pub(crate) use call::{Call, Payload};
#[cfg(feature = "core")]
pub(crate) use handle::after;
pub(crate) use handle::{Listener, Timer, settled};
#[cfg(feature = "page")]
pub(crate) use page::{PageRules, page_json, remember_asked};
#[cfg(feature = "page")]
pub(crate) use settle::{remember, settle};
#[cfg(feature = "core")]
pub(crate) use stop::stop_on_abort;

use js_sys::Reflect;
use wasm_bindgen::JsCast;
#[cfg(feature = "core")]
use web_sys::Url;
use web_sys::{Document, Window};

/// The window, `None` on a server and in a worker.
pub(crate) fn window() -> Option<Window> {
    js_sys::global().dyn_into::<Window>().ok()
}

/// The page, `None` on a server and in a worker. A DOM that a test puts beside Node's own globals is one, too.
pub(crate) fn document() -> Option<Document> {
    let document = Reflect::get(&js_sys::global(), &"document".into()).ok()?;
    document.is_object().then(|| document.unchecked_into())
}

/// An address as `fetch` would resolve it: against the page where there is one.
#[cfg(feature = "core")]
pub(crate) fn resolve(address: &str) -> Option<Url> {
    let base = document().and_then(|document| document.base_uri().ok().flatten());
    match base {
        Some(base) => Url::new_with_base(address, &base).ok(),
        None => Url::new(address).ok(),
    }
}
