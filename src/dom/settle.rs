//! Waits until a page shows what its address says: single-page sites change the one some time before the other.
//!
//! Nothing runs while nobody asks. What was seen last is remembered, and compared when a message is sent: a path that
//! is another one than then means that the reader went on, by whatever means, and that the page may still be on its way.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use js_sys::JsString;
use wasm_bindgen::prelude::*;
use web_sys::{Document, MutationObserver, MutationObserverInit};

use super::web::Dom;
use crate::page::lexicon::{CLASS, hash};

/// A page that does not change for so long is complete.
const QUIET_MS: u32 = 60;

/// Longer is not waited for a page that keeps changing, nor for one that does not change at all.
const MAX_RESTLESS_MS: u32 = 600;
const MAX_STALE_MS: u32 = 2_000;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(method, getter, js_name = textContent)]
    fn text_content(this: &Dom) -> Option<String>;
    /// The same, for its length: it stays on the JavaScript side.
    #[wasm_bindgen(method, getter, js_name = textContent)]
    fn kept_text(this: &Dom) -> JsString;
}

/// A page as it is told from the next one.
#[derive(Clone, Default, PartialEq)]
struct Seen {
    route: String,
    /// Of its title and of how its text begins.
    looks: u32,
}

thread_local! {
    static SEEN: RefCell<Option<Seen>> = const { RefCell::new(None) };
}

/// Remembers the page that is shown now: what is shown later must be another one if its address is.
pub(crate) fn remember(document: &Document) {
    let seen = Seen::now(document);
    SEEN.with(|last| *last.borrow_mut() = Some(seen));
}

/// Waits, if the address is another one than at the last time, until the title and the content have settled. Gives
/// whether the page before is still shown.
pub(crate) async fn settle(document: &Document) -> bool {
    let last = SEEN.with(|last| last.borrow().clone());
    let is_loading = document.ready_state() == "loading";
    let is_known = last.as_ref().is_some_and(|last| last.route == route(document));
    if is_known && !is_loading {
        // What it looks like may have changed in place: the next one is compared with what is sent.
        remember(document);
        return false;
    }
    let changes = Rc::new(Cell::new(0_u32));
    let counter = Rc::clone(&changes);
    let count = Closure::<dyn FnMut()>::new(move || counter.set(counter.get().wrapping_add(1)));
    let observer = MutationObserver::new(count.as_ref().unchecked_ref()).ok();
    if let Some(observer) = &observer {
        let watched = MutationObserverInit::new();
        watched.set_child_list(true);
        watched.set_character_data(true);
        watched.set_subtree(true);
        // Only refused for a selection of nothing.
        let _ = observer.observe_with_options(document, &watched);
    }
    let mut waited = 0;
    let is_stale = loop {
        let before = changes.get();
        TimeoutFuture::new(QUIET_MS).await;
        waited += QUIET_MS;
        let now = Seen::now(document);
        // Back where it was, or on to another page: whatever it is now counts.
        let is_stale = last.as_ref().is_some_and(|last| last.looks == now.looks && last.route != now.route);
        let is_quiet = changes.get() == before;
        if !is_stale && (is_quiet || waited >= MAX_RESTLESS_MS) {
            break false;
        }
        if waited >= MAX_STALE_MS {
            break is_stale;
        }
    };
    if let Some(observer) = observer {
        observer.disconnect();
    }
    // What does not change for so long is not on its way: the next message takes it for this page.
    remember(document);
    is_stale
}

impl Seen {
    fn now(document: &Document) -> Self {
        let page: &Dom = document.unchecked_ref();
        let mut looks = document.title();
        let mut has_text = false;
        for name in ["h1", "h2", "p"] {
            let texts = page.elements_by_name(name);
            let mut index = 0;
            while let Some(text) = texts.item(index).filter(|_| index < 15) {
                has_text = true;
                looks.extend(text.text_content());
                index += 1;
            }
        }
        // An application may have none of these: then how much there is must do.
        if let Some(body) = page.body().filter(|_| !has_text) {
            let length = body.kept_text().length();
            looks.extend(char::from_u32(length));
        }
        Self { route: route(document), looks: hash(CLASS, &looks) }
    }
}

/// The path of the page; of sites that route by the hash that, too.
fn route(document: &Document) -> String {
    let Some(location) = document.location() else { return String::new() };
    let mut route = location.pathname().unwrap_or_default();
    let hash = location.hash().unwrap_or_default();
    if hash.starts_with("#/") || hash.starts_with("#!") {
        route.push_str(&hash);
    }
    route
}
