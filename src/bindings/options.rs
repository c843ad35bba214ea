//! Reads one options object of a caller and names the option that is wrong.
//!
//! By hand rather than by serde: options hold functions and live objects, which serde cannot carry, and a message
//! such as "createFetch: `apiUrl` must be a string" is worth more to a caller than a type mismatch.

use js_sys::{Array, Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use crate::DocentError;

/// Reads many options and keeps the first that is wrong: one check at the end takes less code than one for each.
#[derive(Default)]
pub(crate) struct FirstError(Option<DocentError>);

impl FirstError {
    /// The option, `None` where it was not given or is wrong.
    pub(crate) fn take<T>(&mut self, option: Result<Option<T>, DocentError>) -> Option<T> {
        option.unwrap_or_else(|error| {
            self.0.get_or_insert(error);
            None
        })
    }

    /// The first error, if there was one.
    pub(crate) fn check(self) -> Result<(), DocentError> {
        self.0.map_or(Ok(()), Err)
    }
}

/// The options given to one of the public functions. `null` and `undefined` count as "not given" everywhere.
pub(crate) struct Options {
    function: &'static str,
    value: JsValue,
}

impl Options {
    /// The argument of `function`. Not given at all means no options; anything but an object is an error.
    pub(crate) fn new(function: &'static str, value: JsValue) -> Result<Self, DocentError> {
        if value.is_object() || value.is_null() || value.is_undefined() {
            return Ok(Self { function, value });
        }
        Err(DocentError::option(function, "options", "an object"))
    }

    /// The option as it was given, `None` where it was not.
    pub(crate) fn value(&self, name: &str) -> Option<JsValue> {
        if !self.value.is_object() {
            return None;
        }
        let value = Reflect::get(&self.value, &name.into()).ok()?;
        (!value.is_undefined() && !value.is_null()).then_some(value)
    }

    /// A string.
    pub(crate) fn text(&self, name: &str) -> Result<Option<String>, DocentError> {
        self.typed(name, "a string", |value| value.as_string())
    }

    /// A string that must be there and must not be empty.
    #[cfg(feature = "core")]
    pub(crate) fn required_text(&self, name: &str) -> Result<String, DocentError> {
        let text = self.text(name)?.filter(|text| !text.is_empty());
        text.ok_or_else(|| self.wrong(name, "a non-empty string"))
    }

    /// A list of strings.
    pub(crate) fn texts(&self, name: &str) -> Result<Option<Vec<String>>, DocentError> {
        self.typed(name, "an array of strings", |value| {
            let list = value.dyn_ref::<Array>()?;
            list.iter().map(|entry| entry.as_string()).collect()
        })
    }

    /// A whole number of at least 0. Above `u32::MAX` (`Infinity` too) it counts as `u32::MAX`.
    pub(crate) fn whole_number(&self, name: &str) -> Result<Option<u32>, DocentError> {
        self.typed(name, "a number of at least 0", |value| {
            let number = value.as_f64().filter(|number| *number >= 0.0)?;
            Some(number as u32)
        })
    }

    /// `true` or `false`.
    pub(crate) fn flag(&self, name: &str) -> Result<Option<bool>, DocentError> {
        self.typed(name, "true or false", |value| value.as_bool())
    }

    /// A function.
    pub(crate) fn function(&self, name: &str) -> Result<Option<Function>, DocentError> {
        self.typed(name, "a function", |value| value.dyn_ref::<Function>().cloned())
    }

    /// The error for an option that is missing or wrong: `must` says what it has to be.
    pub(crate) fn wrong(&self, name: &str, must: &str) -> DocentError {
        DocentError::option(self.function, name, must)
    }

    fn typed<T>(
        &self,
        name: &str,
        must: &str,
        read: impl FnOnce(&JsValue) -> Option<T>,
    ) -> Result<Option<T>, DocentError> {
        match self.value(name) {
            None => Ok(None),
            Some(value) => read(&value).map(Some).ok_or_else(|| self.wrong(name, must)),
        }
    }
}
