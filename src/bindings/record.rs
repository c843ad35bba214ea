//! Plain JavaScript objects out of Rust values, and calls of a caller's functions.

use js_sys::{Function, Object, Reflect};
use wasm_bindgen::JsValue;

/// A fresh object with these properties.
pub(crate) fn record(fields: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new().into();
    for (name, value) in fields {
        set(&object, name, value);
    }
    object
}

/// Sets one property of an object of ours.
pub(crate) fn set(target: &JsValue, name: &str, value: &JsValue) {
    // The targets are fresh objects of ours, which take every property.
    let _ = Reflect::set(target, &name.into(), value);
}

/// A callback that throws is reported by the console as uncaught would be, and stops nothing here.
pub(crate) fn call(function: &Function, argument: &JsValue) {
    if let Err(thrown) = function.call1(&JsValue::UNDEFINED, argument) {
        web_sys::console::error_1(&thrown);
    }
}
