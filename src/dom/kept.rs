//! The markup of the page as it was read last, and where the page has changed since.
//!
//! Most of what a page context takes is taken by the browser that writes the markup and by cutting it. What of that is
//! no longer what the page says, a `MutationObserver` knows: it is there from one reading on until the page has changed
//! so much that reading it anew is less work. A page that is not read is not watched.

use std::cell::RefCell;

use js_sys::{Array, JsString};
use wasm_bindgen::prelude::*;
use web_sys::Document;

use super::changes::Changes;
use super::page::Browser;
use super::web::Dom;
use crate::page::markup::{Markup, Node, count, renewed};

/// Text goes into the wasm twice as fast where its first letter is not ASCII: the glue takes ASCII letter by letter. A
/// letter of Latin-1, because browsers keep what has no others in a byte for each.
const FAST: &str = "\u{a0}";

/// More changes than this are not listened to, nor more elements in which they are written one by one.
const MAX_CHANGES: u32 = 500;
const MAX_CHANGED: usize = 8;

#[wasm_bindgen]
extern "C" {
    /// A `MutationRecord`.
    type Change;
    #[wasm_bindgen(method, getter)]
    fn target(this: &Change) -> Dom;
}

/// Markup that crossed from the browser, and its nodes.
struct Kept {
    html: String,
    nodes: Vec<Node>,
    /// The elements that have changed since, or something in them.
    changed: Vec<Dom>,
    changes: u32,
}

thread_local! {
    static KEPT: RefCell<Option<Kept>> = const { RefCell::new(None) };
    static WATCH: RefCell<Option<Changes>> = const { RefCell::new(None) };
}

/// Calls `read` with the markup of the document: as it was at the last time, with what has changed since.
pub(super) fn with_markup<T>(
    document: &Document,
    browser: &Browser,
    read: impl FnOnce(&Markup<'_>) -> T,
) -> T {
    // Of a change in this very moment the observer has not been told yet.
    WATCH.with_borrow(|watch| watch.iter().for_each(|watch| note(&watch.take())));
    let kept = KEPT.take();
    let is_watched = kept.is_some() || watch(document);
    let (html, nodes) = kept.and_then(|kept| kept.renewed(browser)).unwrap_or_else(|| {
        let mut html = String::from(JsString::from(FAST).concat(&browser.html()));
        html.remove(0);
        let nodes = Markup::cut(&html).nodes;
        (html, nodes)
    });
    let markup = Markup::again(&html, nodes);
    let result = read(&markup);
    let nodes = markup.nodes;
    // A page whose scripts made what no markup says (a `br` with something in it) has other numbers than its markup.
    if is_watched && count(&nodes) == browser.count() {
        KEPT.set(Some(Kept { html, nodes, changed: Vec::new(), changes: 0 }));
    }
    result
}

/// Watches the document until it changes too much. `false` where there is nothing to watch with.
fn watch(document: &Document) -> bool {
    WATCH.with_borrow_mut(|watch| {
        if watch.is_none() {
            *watch = Changes::new(note);
        }
        watch.as_ref().is_some_and(|watch| watch.watch(document, true))
    })
}

/// Takes note of what has changed.
fn note(changes: &Array) {
    let kept = KEPT.take().and_then(|kept| kept.note(changes));
    if kept.is_none() {
        WATCH.with_borrow(|watch| watch.iter().for_each(Changes::rest));
    }
    KEPT.set(kept);
}

impl Kept {
    /// With these changes; `None` if they are too many.
    fn note(mut self, changes: &Array) -> Option<Self> {
        self.changes += changes.length();
        if self.changes > MAX_CHANGES {
            return None;
        }
        for index in 0..changes.length() {
            let element = changes.get(index).unchecked_into::<Change>().target().element()?;
            if !self.changed.iter().any(|changed| changed.contains(&element)) {
                let is_behind = |changed: &Dom| element.is_before(changed);
                let place = self.changed.iter().position(is_behind).unwrap_or(self.changed.len());
                self.changed.insert(place, element);
            }
        }
        (self.changed.len() <= MAX_CHANGED).then_some(self)
    }

    /// As the page is now; `None` where that cannot be told from its changes.
    fn renewed(self, browser: &Browser) -> Option<(String, Vec<Node>)> {
        let Self { mut html, mut nodes, .. } = self;
        let mut last = 0;
        for element in self.changed {
            // What was taken out of the page has no number. Where it was, that changed, too.
            let Some((0, number)) = browser.number_of(&element) else { continue };
            // Where all before an element is as it is now, it has the number that it has now. What changed is in the order of
            // the page, unless it was moved.
            if number < last {
                return None;
            }
            last = number;
            let now = String::from(element.outer_html());
            let elements = element.elements_by_name("*").count() + 1;
            (html, nodes) = renewed(&html, &nodes, number, &now, elements)?;
        }
        Some((html, nodes))
    }
}
