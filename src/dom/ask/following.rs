//! What can move or remove the selected text while the bar shows.

use js_sys::Reflect;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, Event, EventTarget, MutationObserver, MutationObserverInit, Window};

use crate::dom::Listener;

/// Listens to a page until it is dropped.
#[must_use = "nothing is followed once this is dropped"]
pub(crate) struct Following {
    _listeners: Vec<Listener>,
    observer: Option<MutationObserver>,
    _mutated: Closure<dyn FnMut()>,
}

impl Following {
    /// Calls `react(false)` when something may have moved, and `react(true)` when the reader has gone elsewhere.
    pub(crate) fn start(
        window: &Window,
        document: &Document,
        react: impl Fn(bool) + Clone + 'static,
    ) -> Self {
        let leaves = react.clone();
        let leave = move || leaves(true);
        let location = window.location();
        let page = move || {
            let read = |part: Result<String, JsValue>| part.unwrap_or_default();
            // Without the hash: sites write the section a reader scrolls to into it.
            [read(location.pathname()), read(location.search())].concat()
        };
        let first_page = page();
        let check = move || react(page() != first_page);
        let on = |target: &EventTarget, event: &'static str| {
            let check = check.clone();
            Listener::capture(target, event, move |_: &Event| check())
        };
        // A press into a frame of another page gives no event here, only the blur.
        let left = |event: &'static str| {
            let leave = leave.clone();
            Listener::on(window, event, move |_: &Event| leave())
        };
        let mut listeners = vec![
            on(document, "scroll"),
            on(window, "resize"),
            on(window, "popstate"),
            left("blur"),
            left("pagehide"),
        ];
        let part = |owner: &JsValue, name: &str| {
            let value = Reflect::get(owner, &name.into()).ok()?;
            value.is_object().then(|| value.unchecked_into::<EventTarget>())
        };
        let parts = [
            (part(window, "visualViewport"), "resize"),
            (part(window, "visualViewport"), "scroll"),
            (part(document, "fonts"), "loadingdone"),
            (part(window, "navigation"), "currententrychange"),
        ];
        for (target, event) in parts {
            listeners.extend(target.map(|target| on(&target, event)));
        }
        // A router may replace the text without any of these events, and Chromium fires no `selectionchange` then.
        let mutated = Closure::new(check.clone());
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
