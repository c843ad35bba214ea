//! Waits until a page shows what its address says: single-page sites change the one some time before the other.
//!
//! Nothing runs while nobody asks. What was seen last is remembered, and compared when a message is sent: a path that
//! is another one than then means that the reader went on, by whatever means, and that the page may still be on its way.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Function, JsString, Promise};
use wasm_bindgen::prelude::*;
use web_sys::Document;

use super::changes::Changes;
use super::promise::{deferred, later, once};
use super::web::Dom;
use crate::page::lexicon::{CLASS, hash};

/// A page that does not change for so long is complete.
const QUIET_MS: u32 = 60;

/// Longer is not waited for a page that keeps changing, nor for one that does not change at all.
const MAX_RESTLESS_MS: u32 = 600;
const MAX_STALE_MS: u32 = 2_000;

#[wasm_bindgen]
extern "C" {
    /// Of an element. It stays on the JavaScript side: of some only its length is asked.
    #[wasm_bindgen(method, getter, js_name = textContent)]
    fn text_content(this: &Dom) -> JsString;
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

/// Waits, if the address is another one than at the last time, until the title and the content have settled: promises
/// whether the page before is still shown. `None` if there is nothing to wait for.
pub(crate) fn settle(document: &Document) -> Option<Promise> {
    let last = SEEN.with(|last| last.borrow().clone());
    let is_loading = document.ready_state() == "loading";
    let is_known = last.as_ref().is_some_and(|last| last.route == route(document));
    if is_known && !is_loading {
        // What it looks like may have changed in place: the next one is compared with what is sent.
        remember(document);
        return None;
    }
    let changes = Rc::new(Cell::new(0_u32));
    let counter = Rc::clone(&changes);
    let watch = Changes::new(move |_| counter.set(counter.get().wrapping_add(1)));
    if let Some(watch) = &watch {
        watch.watch(document, false);
    }
    let (settled, (resolve, _)) = deferred();
    Wait { document: document.clone(), last, changes, resolve, waited: 0, _watch: watch }.rest();
    Some(settled)
}

/// A wait for the page to be quiet.
struct Wait {
    document: Document,
    last: Option<Seen>,
    changes: Rc<Cell<u32>>,
    resolve: Function,
    waited: u32,
    _watch: Option<Changes>,
}

impl Wait {
    /// Looks again after a moment.
    fn rest(mut self) {
        let before = self.changes.get();
        later(
            QUIET_MS,
            &once(move || {
                self.waited += QUIET_MS;
                self.look(before);
            }),
        );
    }

    fn look(self, before: u32) {
        let now = Seen::now(&self.document);
        // Back where it was, or on to another page: whatever it is now counts.
        let is_stale =
            self.last.as_ref().is_some_and(|last| last.looks == now.looks && last.route != now.route);
        let is_quiet = self.changes.get() == before;
        let is_over =
            (!is_stale && (is_quiet || self.waited >= MAX_RESTLESS_MS)) || self.waited >= MAX_STALE_MS;
        if !is_over {
            return self.rest();
        }
        // What does not change for so long is not on its way: the next message takes it for this page.
        remember(&self.document);
        // What settles a promise never throws.
        let _ = self.resolve.call1(&JsValue::UNDEFINED, &is_stale.into());
    }
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
                looks.push_str(&String::from(text.text_content()));
                index += 1;
            }
        }
        // An application may have none of these: then how much there is must do.
        if let Some(body) = page.body().filter(|_| !has_text) {
            let length = body.text_content().length();
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
