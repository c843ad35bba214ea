//! The only room that touches a page. What it takes from the browser it gives back: listeners and timers are owned
//! values that clean up when they are dropped.

#[cfg(feature = "page")]
pub(crate) mod ask;
#[cfg(feature = "core")]
mod call;
#[cfg(feature = "page")]
mod changes;
#[cfg(feature = "page")]
pub(crate) mod chat;
#[cfg(feature = "core")]
mod definition;
#[cfg(feature = "core")]
pub(crate) mod detector;
#[cfg(feature = "page")]
mod frame;
mod handle;
#[cfg(feature = "page")]
mod kept;
#[cfg(feature = "page")]
mod page;
mod promise;
#[cfg(feature = "core")]
pub(crate) mod script;
#[cfg(feature = "page")]
mod settle;
#[cfg(feature = "core")]
mod stop;
#[cfg(feature = "core")]
mod text;
#[cfg(feature = "page")]
pub(crate) mod web;

#[cfg(feature = "core")]
pub(crate) use call::{
    Call, KeptHeaders, Parts, Payload, call_fetch, content_type, fill, member, url_against,
};
pub(crate) use handle::{Listener, Timer};
#[cfg(feature = "page")]
pub(crate) use page::{PageRules, page_json, remember_asked, warm_up};
pub(crate) use promise::{Settled, deferred, function, promised, then};
#[cfg(feature = "core")]
pub(crate) use promise::{is_promise, later, on_settled, once, within};
#[cfg(feature = "page")]
pub(crate) use settle::{remember, settle};
#[cfg(feature = "core")]
pub(crate) use stop::{Cancel, Stop, cancel_address};
#[cfg(feature = "core")]
pub(crate) use text::{UNIT_BYTES, begins_with, edited, has_syntax, utf8_of};

use js_sys::Reflect;
use wasm_bindgen::prelude::*;
use web_sys::{Document, Window};

#[wasm_bindgen]
extern "C" {
    /// `globalThis`, which is the value of itself. js-sys looks for it in four places, for browsers that have no wasm of
    /// today's kind, and makes a function from text at last.
    #[wasm_bindgen(js_namespace = globalThis, js_name = valueOf)]
    pub(crate) fn global() -> JsValue;
}

/// The window, `None` on a server and in a worker.
pub(crate) fn window() -> Option<Window> {
    global().dyn_into::<Window>().ok()
}

/// The page, `None` on a server and in a worker. A DOM that a test puts beside Node's own globals is one, too.
pub(crate) fn document() -> Option<Document> {
    let document = Reflect::get(&global(), &"document".into()).ok()?;
    document.is_object().then(|| document.unchecked_into())
}
