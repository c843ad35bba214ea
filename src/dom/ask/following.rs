//! What can move or remove the selected text while the bar shows.

use js_sys::Reflect;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{EventTarget, MutationObserver};

use crate::bindings::record::record;
use crate::dom::Listener;
use crate::dom::web::Dom;
use crate::text::find;

/// Listens to a page until it is dropped.
#[must_use = "nothing is followed once this is dropped"]
pub(crate) struct Following {
    _listeners: Vec<Listener>,
    observer: Option<MutationObserver>,
    _mutated: Closure<dyn FnMut()>,
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
        let mutated = Closure::new(move || check(false));
        let observer = MutationObserver::new(mutated.as_ref().unchecked_ref()).ok();
        if let Some(observer) = &observer {
            let changes = record(&[("childList", JsValue::TRUE), ("subtree", JsValue::TRUE)]);
            for root in [Some(document), Some(&root).filter(|_| is_in_shadow)].into_iter().flatten() {
                // Refused only for options that observe nothing.
                let _ = observer.observe_with_options(root.unchecked_ref(), changes.unchecked_ref());
            }
        }
        Self { _listeners: listeners, observer, _mutated: mutated }
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        if let Some(observer) = &self.observer {
            observer.disconnect();
        }
    }
}
