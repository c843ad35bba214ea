//! The passages that wait to be sent together with the next question.

use std::cell::RefCell;

use js_sys::{Array, Reflect};
use wasm_bindgen::JsValue;

use crate::bindings::record::set;

/// Passages as callers get them, in the order in which they were collected, none of them twice.
#[derive(Default)]
pub(crate) struct Collection(RefCell<Vec<JsValue>>);

impl Collection {
    /// Adds one; the same text counts once.
    pub(crate) fn add(&self, passage: JsValue) {
        let mut passages = self.0.borrow_mut();
        let text = text_of(&passage);
        passages.retain(|other| text_of(other) != text);
        passages.push(passage);
    }

    /// Takes out the one with this number.
    pub(crate) fn remove(&self, index: usize) {
        let mut passages = self.0.borrow_mut();
        if index < passages.len() {
            passages.remove(index);
        }
    }

    /// The passage to ask about with all others as its `snippets`: `passage`, or else the one collected last. `None`
    /// where there is neither. Nothing is collected any more then.
    pub(crate) fn complete(&self, passage: Option<JsValue>) -> Option<JsValue> {
        if let Some(passage) = passage {
            self.add(passage);
        }
        let passage = self.0.borrow_mut().pop()?;
        let others: Array = self.0.take().into_iter().collect();
        set(&passage, "snippets", &others);
        Some(passage)
    }

    /// The texts, to be shown.
    pub(crate) fn texts(&self) -> Vec<String> {
        self.0.borrow().iter().map(|passage| text_of(passage).as_string().unwrap_or_default()).collect()
    }
}

/// What a passage says.
pub(crate) fn text_of(passage: &JsValue) -> JsValue {
    Reflect::get(passage, &"text".into()).unwrap_or_default()
}
