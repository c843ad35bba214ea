//! `askQueue` for JavaScript: the part of the React hook that decides when a question goes into the chat.

use std::rc::Rc;

use js_sys::{Object, Promise};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Element;

use super::Options;
use super::record::{call, record, set};
use crate::DocentError;
use crate::dom::chat::{Ask, Chat};
use crate::dom::{deferred, function};

/// Puts questions into a chat element when it can take them: not before it is usable, nor while a thread loads or a
/// response streams.
///
/// Options: `element` (the chat element, required), `onBusy(busy)`.
///
/// Returns `{ usable(), ask(request), destroy() }`. `usable` says that [`crate::bindings::when_element_ready`] has
/// resolved. `ask` takes `{ text?, prompt?, send?, newThread? }`, one of the first two at least: `text` becomes the quotation (`reply`), `prompt` the
/// message; with `send` it is sent at once, otherwise it waits in the composer. It returns a promise that resolves
/// once the element has taken it and rejects with the element's own error if it will not.
///
/// # Errors
/// Throws a `DocentError` with the code `invalid_option`.
#[wasm_bindgen(js_name = askQueue)]
pub fn ask_queue(options: JsValue) -> Result<JsValue, JsValue> {
    let options = Options::new("askQueue", options)?;
    let element = options.value("element").and_then(|value| value.dyn_into::<Element>().ok());
    let element = element.ok_or_else(|| options.wrong("element", "an element"))?;
    let on_busy = options.function("onBusy")?;
    let chat = Chat::start(element, move |is_busy| {
        if let Some(on_busy) = &on_busy {
            call(on_busy, &is_busy.into());
        }
    });
    let usable = chat.clone();
    let asked = chat.clone();
    let usable = function(Box::new(move |_| {
        usable.usable();
        Ok(JsValue::UNDEFINED)
    }));
    let ask = function(Box::new(move |request| Ok(ask(&asked, request).into())));
    let destroy = function(Box::new(move |_| {
        chat.destroy();
        Ok(JsValue::UNDEFINED)
    }));
    Ok(record(&[("usable", usable), ("ask", ask), ("destroy", destroy)]))
}

fn ask(chat: &Rc<Chat>, request: JsValue) -> Promise {
    let read = || -> Result<(Object, bool), DocentError> {
        let request = Options::new("ask", request)?;
        let message = Object::new();
        let prompt = request.text("prompt")?;
        match request.text("text")?.filter(|text| !text.is_empty()) {
            Some(text) => set(&message, "reply", &text.into()),
            None if prompt.is_none() => return Err(request.wrong("text", "a non-empty string")),
            None => {}
        }
        let is_sent = request.flag("send")?.unwrap_or(false);
        if is_sent && prompt.as_deref().is_none_or(str::is_empty) {
            return Err(request.wrong("prompt", "a non-empty string where `send` is true"));
        }
        if let Some(prompt) = prompt {
            set(&message, "text", &prompt.into());
        }
        if request.flag("newThread")? == Some(true) && is_sent {
            set(&message, "newThread", &JsValue::TRUE);
        }
        Ok((message, is_sent))
    };
    match read() {
        Err(error) => Promise::reject(&error.into()),
        Ok((message, is_sent)) => {
            let (promise, (resolve, reject)) = deferred();
            chat.push(Ask { message, is_sent, resolve, reject });
            promise
        }
    }
}
