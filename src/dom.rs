//! The only room that touches a page. What it takes from the browser it gives back: listeners and timers are owned
//! values that clean up when they are dropped.

mod abort;
pub(crate) mod ask;
mod call;
pub(crate) mod chat;
mod content;
pub(crate) mod detector;
mod frame;
mod handle;
mod page;
pub(crate) mod script;
mod stop;
pub(crate) mod web;

pub(crate) use abort::{settled, unless_aborted, within};
pub(crate) use call::{Call, Payload, resolve};
pub(crate) use handle::{Listener, Timer, after};
pub(crate) use page::{PageRules, page_json};
pub(crate) use stop::stop_on_abort;

use wasm_bindgen::JsCast;
use web_sys::{Document, Window};

/// The window, `None` on a server and in a worker.
pub(crate) fn window() -> Option<Window> {
    js_sys::global().dyn_into::<Window>().ok()
}

/// The page, `None` on a server and in a worker.
pub(crate) fn document() -> Option<Document> {
    window()?.document()
}
