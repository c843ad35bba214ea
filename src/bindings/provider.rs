//! What a caller gives either as a value or as a function that makes one, at once or later.

use js_sys::Function;
use wasm_bindgen::{JsCast, JsValue};

/// A value, or a function that gives one or a promise of one.
pub(crate) enum Provider {
    /// The value itself.
    Value(JsValue),
    /// Called each time.
    Function(Function),
}

impl Provider {
    /// Whichever of the two this is.
    pub(crate) fn new(value: JsValue) -> Self {
        match value.dyn_into() {
            Ok(function) => Self::Function(function),
            Err(value) => Self::Value(value),
        }
    }

    /// The value or a promise of it; what the function throws is the error.
    pub(crate) fn ask(&self, argument: &JsValue) -> Result<JsValue, JsValue> {
        match self {
            Self::Value(value) => Ok(value.clone()),
            Self::Function(function) => function.call1(&JsValue::UNDEFINED, argument),
        }
    }
}
