//! Reads one options object of a caller and names the option that is wrong.
//!
//! By hand rather than by serde: options hold functions and live objects, which serde cannot carry, and a message
//! such as "createFetch: `apiUrl` must be a string" is worth more to a caller than a type mismatch.

#[cfg(feature = "core")]
use std::cell::RefCell;

use js_sys::{Array, Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use crate::DocentError;

/// Reads many options and keeps the first that is wrong: one check at the end takes less code than one for each.
#[cfg(feature = "page")]
#[derive(Default)]
pub(crate) struct FirstError(Option<DocentError>);

#[cfg(feature = "page")]
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

/// Reads many options and keeps the first that is wrong. Its functions are called and never copied into their callers:
/// what a caller reads twenty of would be the largest function of all.
#[cfg(feature = "core")]
pub(crate) struct Reader {
    options: Options,
    error: RefCell<Option<DocentError>>,
}

#[cfg(feature = "core")]
impl Reader {
    /// The argument of `function`, as [`Options::new`] reads it.
    pub(crate) fn new(function: &'static str, value: JsValue) -> Result<Self, DocentError> {
        Ok(Self { options: Options::new(function, value)?, error: RefCell::default() })
    }

    /// The first error, if there was one.
    pub(crate) fn check(self) -> Result<(), DocentError> {
        self.error.take().map_or(Ok(()), Err)
    }

    /// The option is missing or wrong: `must` says what it has to be.
    #[inline(never)]
    pub(crate) fn refuse(&self, name: &str, must: &str) {
        self.error.borrow_mut().get_or_insert_with(|| self.options.wrong(name, must));
    }

    /// As it was given.
    pub(crate) fn value(&self, name: &str) -> Option<JsValue> {
        self.options.value(name)
    }

    /// A string.
    #[inline(never)]
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.keep(self.options.text(name))
    }

    /// A list of strings.
    pub(crate) fn texts(&self, name: &str) -> Option<Vec<String>> {
        self.keep(self.options.texts(name))
    }

    /// A whole number of at least 0.
    #[inline(never)]
    pub(crate) fn whole_number(&self, name: &str) -> Option<u32> {
        self.keep(self.options.whole_number(name))
    }

    /// `true` or `false`.
    #[inline(never)]
    pub(crate) fn flag(&self, name: &str) -> Option<bool> {
        self.keep(self.options.flag(name))
    }

    /// A function.
    #[inline(never)]
    pub(crate) fn function(&self, name: &str) -> Option<Function> {
        self.keep(self.options.function(name))
    }

    /// An object that `fits`.
    #[inline(never)]
    pub(crate) fn object(&self, name: &str, must: &str, fits: fn(&JsValue) -> bool) -> Option<JsValue> {
        let value = self.value(name)?;
        if !fits(&value) {
            self.refuse(name, must);
            return None;
        }
        Some(value)
    }

    fn keep<T>(&self, option: Result<Option<T>, DocentError>) -> Option<T> {
        option.unwrap_or_else(|error| {
            self.error.borrow_mut().get_or_insert(error);
            None
        })
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
