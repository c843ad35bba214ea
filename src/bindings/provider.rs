//! What a caller gives either as a value or as a function that makes one, at once or later.

use std::cell::Cell;

use js_sys::{Array, Error, Function, JSON};
use wasm_bindgen::{JsCast, JsValue};

use crate::dom::{settled, within};

/// A value, or a function that gives one or a promise of one.
pub(crate) enum Provider {
    /// The value itself.
    Value(JsValue),
    /// Called for every request.
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

    /// The value; `null` counts as none. What the function throws is the error, and so is what its promise is
    /// rejected with.
    pub(crate) async fn get(&self, argument: &JsValue) -> Result<Option<JsValue>, JsValue> {
        let value = match self {
            Self::Value(value) => value.clone(),
            Self::Function(function) => settled(&function.call1(&JsValue::UNDEFINED, argument)?).await?,
        };
        Ok((!value.is_null() && !value.is_undefined()).then_some(value))
    }
}

/// A provider of an object that goes into a request if all is well and is left out if not: it never stops a message.
pub(crate) struct ObjectProvider {
    name: &'static str,
    provider: Provider,
    has_warned: Cell<bool>,
}

/// How long a message waits for what is only nice to have.
const PATIENCE_MS: u32 = 3_000;

impl ObjectProvider {
    /// The provider that is the option `name` of `createFetch`.
    pub(crate) fn new(name: &'static str, value: JsValue) -> Self {
        Self { name, provider: Provider::new(value), has_warned: Cell::new(false) }
    }

    /// The object, `None` where there is none or where getting it failed or took more than three seconds.
    pub(crate) async fn get(&self) -> Option<JsValue> {
        let reason = match within(PATIENCE_MS, self.provider.get(&JsValue::UNDEFINED)).await {
            Some(Ok(None)) => return None,
            Some(Ok(Some(value))) if value.is_object() && !Array::is_array(&value) => return Some(value),
            Some(Ok(Some(_))) => Error::new("it gave something that is not a plain object").into(),
            Some(Err(error)) => error,
            None => Error::new("it gave nothing within 3 seconds").into(),
        };
        self.warn(&reason);
        None
    }

    /// The object as JSON.
    pub(crate) async fn get_json(&self) -> Option<String> {
        let value = self.get().await?;
        self.json(&value)
    }

    /// `value` as JSON; a value that has none (a cycle, a `BigInt`) counts as a failure of the provider.
    pub(crate) fn json(&self, value: &JsValue) -> Option<String> {
        match JSON::stringify(value) {
            // `toJSON` may give anything, and nothing at all is `undefined`.
            Ok(json) => json.as_string().filter(|json| json.starts_with('{')),
            Err(error) => {
                self.warn(&error);
                None
            }
        }
    }

    /// Says it once: a provider that fails does so with every message.
    fn warn(&self, reason: &JsValue) {
        if !self.has_warned.replace(true) {
            let message = ["docent: `", self.name, "` failed; messages are sent without it."].concat();
            web_sys::console::warn_2(&message.into(), reason);
        }
    }
}
