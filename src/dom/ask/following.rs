//! What can move or remove the selected text while the bar shows.

use js_sys::Reflect;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, EventTarget, MutationObserver, MutationObserverInit, Window};

use crate::dom::Listener;

/// Listens to a page until it is dropped.
#[must_use = "nothing is followed once this is dropped"]
pub(crate) struct Following {
    _listeners: Vec<Listener>,
    observer: Option<MutationObserver>,
    _mutated: Closure<dyn FnMut()>,
}

/// Where to listen, from the window on, and what for.
const MOVES: [(&str, &str); 9] = [
    ("document", "scroll"),
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
    pub(crate) fn start(
        window: &Window,
        document: &Document,
        react: impl Fn(bool) + Clone + 'static,
    ) -> Self {
        let location = window.location();
        let page = move || {
            // Without the hash: sites write the section a reader scrolls to into it.
            [location.pathname().unwrap_or_default(), location.search().unwrap_or_default()].concat()
        };
        let first_page = page();
        let check = move |is_left: bool| react(is_left || page() != first_page);
        let mut listeners = Vec::new();
        for (owner, event) in MOVES {
            let owner_of: &JsValue = if owner == "fonts" { document } else { window };
            let target = Reflect::get(owner_of, &owner.into()).unwrap_or_default();
            if target.is_object() {
                let check = check.clone();
                let is_left = event == "blur" || event == "pagehide";
                let target: &EventTarget = target.unchecked_ref();
                listeners.push(Listener::capture(target, event, move |event| {
                    // A field that loses the focus blurs, too, and is not the window.
                    check(is_left && event.target() == event.current_target());
                }));
            }
        }
        // A router may replace the text without any of these events, and Chromium fires no `selectionchange` then.
        let mutated = Closure::new(move || check(false));
        let observer = MutationObserver::new(mutated.as_ref().unchecked_ref()).ok();
        if let (Some(observer), Some(body)) = (&observer, document.body()) {
            let changes = MutationObserverInit::new();
            changes.set_child_list(true);
            changes.set_subtree(true);
            // Refused only for options that observe nothing.
            let _ = observer.observe_with_options(&body, &changes);
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
