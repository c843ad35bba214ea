//! What can move or remove the selected text while the bar shows.

use js_sys::Reflect;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::EventTarget;

use crate::dom::Listener;
use crate::dom::changes::Changes;
use crate::dom::web::Dom;
use crate::text::find;

/// Listens to a page until it is dropped.
#[must_use = "nothing is followed once this is dropped"]
pub(crate) struct Following {
    _listeners: Vec<Listener>,
    _changes: Option<Changes>,
}

/// Where to listen, from the window on, and what for.
const MOVES: [(&str, &str); 10] = [
    // Captured, so those of everything that scrolls or loads inside.
    ("document", "scroll"),
    ("document", "load"),
    ("window", "resize"),
    ("window", "popstate"),
    ("visualViewport", "resize"),
    ("visualViewport", "scroll"),
    ("navigation", "currententrychange"),
    // A press into a frame of another page gives no event here, only the blur.
    ("window", "blur"),
    ("window", "pagehide"),
    ("fonts", "loadingdone"),
];

impl Following {
    /// Calls `react(false)` when something may have moved, and `react(true)` when the reader has gone elsewhere.
    /// `place` is where the text is.
    pub(crate) fn start(document: &Dom, place: &Dom, react: impl Fn(bool) + Clone + 'static) -> Self {
        let page = {
            let document = document.clone();
            // Without the hash: sites write the section a reader scrolls to into it.
            move || {
                let mut url = document.url();
                url.truncate(find(&url, "#").unwrap_or(url.len()));
                url
            }
        };
        let first_page = page();
        let check = move |is_left: bool| react(is_left || page() != first_page);
        let mut listeners = Vec::new();
        let mut listen = |target: &JsValue, event: &'static str| {
            if target.is_object() {
                let check = check.clone();
                let is_left = event == "blur" || event == "pagehide";
                let target: &EventTarget = target.unchecked_ref();
                listeners.push(Listener::capture(target, event, move |event| {
                    // A field that loses the focus blurs, too, and is not the window.
                    check(is_left && event.target() == event.current_target());
                }));
            }
        };
        let window: JsValue = document.default_view().map_or(JsValue::UNDEFINED, JsValue::from);
        for (owner, event) in MOVES {
            let owner_of: &JsValue = if owner == "fonts" { document } else { &window };
            listen(&Reflect::get(owner_of, &owner.into()).unwrap_or_default(), event);
        }
        let root = place.root_node();
        let is_in_shadow = root.host().is_some();
        if is_in_shadow {
            // Scrolling is not heard outside the shadow tree it happens in.
            listen(&root, "scroll");
        }
        // A router may replace the text without any of these events, and Chromium fires no `selectionchange` then.
        let changes = Changes::new(move |_| check(false));
        if let Some(changes) = &changes {
            for root in [Some(document), Some(&root).filter(|_| is_in_shadow)].into_iter().flatten() {
                changes.watch(root.unchecked_ref(), false);
            }
        }
        Self { _listeners: listeners, _changes: changes }
    }
}
