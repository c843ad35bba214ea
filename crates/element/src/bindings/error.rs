//! The one way an error crosses to JavaScript: a real `Error` named `DocentError`, with a code.

use js_sys::{Error, Reflect};
use wasm_bindgen::JsValue;

use crate::i18n::Text;
use crate::model::Failure;

/// A `DocentError` with a machine-readable code and a message that says what to do.
pub(super) fn error(code: &str, message: &str) -> JsValue {
    let error = Error::new(message);
    error.set_name("DocentError");
    let _ = Reflect::set(&error, &"code".into(), &code.into());
    error.into()
}

/// A failure as the page's log should hold it: our words, then the server's.
pub(super) fn failure(failure: &Failure, text: &Text) -> JsValue {
    let mut message = text.failure(failure.kind).to_owned();
    if let Some(theirs) = &failure.message {
        message.push(' ');
        message.push_str(theirs);
    }
    let error = error(&failure.host_code(), &message);
    if let Some(status) = failure.status {
        let _ = Reflect::set(&error, &"status".into(), &status.into());
    }
    error
}
