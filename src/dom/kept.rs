//! The markup of the page as it was read last, for as long as nothing in the page has changed since.
//!
//! Most of what a page context takes is taken by the browser that writes the markup and by cutting it. Whether that is
//! still what the page says, a `MutationObserver` knows: it is there from one reading to the first change, which ends it.
//! A page that is not read is not watched.

use std::cell::RefCell;

use js_sys::JsString;
use web_sys::Document;

use super::changes::Changes;
use crate::page::markup::{Markup, Node};
use crate::text::part;

/// Text goes into the wasm twice as fast where its first letter is not ASCII: the glue takes ASCII letter by letter.
const FAST: &str = "\u{feff}";

/// Markup that crossed from the browser, and its nodes.
struct Kept {
    /// Behind [`FAST`].
    html: String,
    nodes: Vec<Node>,
}

thread_local! {
    static KEPT: RefCell<Option<Kept>> = const { RefCell::new(None) };
    static WATCH: RefCell<Option<Changes>> = const { RefCell::new(None) };
}

/// Calls `read` with the markup of the document: what `write` gives, or what that gave at the last time if the page is
/// still the same.
pub(super) fn with_markup<T>(
    document: &Document,
    write: impl FnOnce() -> JsString,
    read: impl FnOnce(&Markup<'_>) -> T,
) -> T {
    // Of a change in this very moment the observer has not been told yet.
    let is_changed = WATCH.with_borrow(|watch| watch.as_ref().is_none_or(Changes::take));
    let kept = KEPT.with_borrow_mut(Option::take).filter(|_| !is_changed);
    let is_watched = kept.is_some() || watch(document);
    let (html, nodes) = match kept {
        Some(Kept { html, nodes }) => (html, Some(nodes)),
        None => (String::from(JsString::from(FAST).concat(&write())), None),
    };
    let text = part(&html, FAST.len()..html.len());
    let markup = nodes.map_or_else(|| Markup::cut(text), |nodes| Markup::again(text, nodes));
    let result = read(&markup);
    let nodes = markup.nodes;
    if is_watched {
        KEPT.set(Some(Kept { html, nodes }));
    }
    result
}

/// Watches the document until it changes. `false` where there is nothing to watch with.
fn watch(document: &Document) -> bool {
    WATCH.with_borrow_mut(|watch| {
        if watch.is_none() {
            *watch = Changes::new(|| {
                KEPT.set(None);
                WATCH.with_borrow(|watch| watch.iter().for_each(Changes::rest));
            });
        }
        watch.as_ref().is_some_and(|watch| watch.watch(document, true))
    })
}
