//! Tells of changes of the page.

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::JsValue;
use web_sys::{Document, MutationObserver};

use super::promise::function;

/// Calls back with what has changed of the page, while it is told to watch; dropped, it watches no more.
#[must_use = "dropped, it watches no more"]
pub(super) struct Changes {
    observer: MutationObserver,
}

impl Changes {
    /// `None` in a DOM that has no such thing.
    pub(super) fn new(mut react: impl FnMut(&Array) + 'static) -> Option<Self> {
        let react = function(Box::new(move |changes| {
            react(changes.unchecked_ref());
            Ok(JsValue::UNDEFINED)
        }));
        Some(Self { observer: MutationObserver::new(react.unchecked_ref()).ok()? })
    }

    /// Watches the texts and elements of the document and, if wanted, their attributes. Gives whether it does.
    pub(super) fn watch(&self, document: &Document, has_attributes: bool) -> bool {
        let watched = flags(&["childList", "characterData", "subtree"]);
        if has_attributes {
            set(&watched, "attributes");
        }
        self.observer.observe_with_options(document, watched.unchecked_ref()).is_ok()
    }

    /// The changes that were not told yet: they are not told any more.
    pub(super) fn take(&self) -> Array {
        self.observer.take_records()
    }

    /// Watches no more until it is told to.
    pub(super) fn rest(&self) {
        self.observer.disconnect();
    }
}

impl Drop for Changes {
    fn drop(&mut self) {
        self.rest();
    }
}

/// A fresh object with these properties, all `true`.
pub(super) fn flags(names: &[&str]) -> Object {
    let flags = Object::new();
    for name in names {
        set(&flags, name);
    }
    flags
}

fn set(flags: &Object, name: &str) {
    // A fresh object takes any property.
    let _ = Reflect::set(flags, &name.into(), &JsValue::TRUE);
}
