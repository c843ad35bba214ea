//! Promises and callbacks without futures: what happens next is a closure. An async function would bring a scheduler of
//! its own, and a closure of a type of its own would bring code of its own: here all have one type.

use std::cell::Cell;
use std::rc::Rc;

#[cfg(feature = "core")]
use js_sys::Array;
use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    type Thenable;

    #[wasm_bindgen(method)]
    fn then(this: &Thenable, fulfilled: &JsValue, rejected: &JsValue) -> Promise;

    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &JsValue, milliseconds: u32, argument: &str);
}

/// What a promise came to: its value, or what it was rejected with.
pub(crate) type Settled = Result<JsValue, JsValue>;

/// A function of JavaScript that takes one argument; what it fails with is thrown. It is freed with its last reference.
#[inline(never)]
pub(crate) fn function(react: Box<dyn FnMut(JsValue) -> Settled>) -> JsValue {
    Closure::wrap(react).into_js_value()
}

/// A function of JavaScript that does something the first time it is called.
pub(crate) fn once(react: impl FnOnce() + 'static) -> JsValue {
    let mut react = Some(react);
    function(Box::new(move |_| {
        if let Some(react) = react.take() {
            react();
        }
        Ok(JsValue::UNDEFINED)
    }))
}

/// A promise with what fulfils and what rejects it.
#[inline(never)]
pub(crate) fn deferred() -> (Promise, (Function, Function)) {
    let mut functions = (JsValue::UNDEFINED.unchecked_into(), JsValue::UNDEFINED.unchecked_into());
    let promise = Promise::new(&mut |resolve, reject| functions = (resolve, reject));
    // The executor of a promise runs before its constructor returns.
    (promise, functions)
}

/// Calls `react` with what `promise` comes to, and promises what that gives.
#[inline(never)]
pub(crate) fn then(promise: &Promise, react: Box<dyn FnOnce(Settled) -> Settled>) -> Promise {
    let react = Rc::new(Cell::new(Some(react)));
    let settle = |settled: fn(JsValue) -> Settled| {
        let react = Rc::clone(&react);
        let call = move |value| react.take().map_or(Ok(JsValue::UNDEFINED), |react| react(settled(value)));
        function(Box::new(call))
    };
    promise.unchecked_ref::<Thenable>().then(&settle(Ok), &settle(Err))
}

/// Calls one of two functions of JavaScript with what `promise` comes to, and promises what that gives.
#[cfg(feature = "core")]
pub(crate) fn on_settled(promise: &Promise, fulfilled: &JsValue, rejected: &JsValue) -> Promise {
    promise.unchecked_ref::<Thenable>().then(fulfilled, rejected)
}

/// A promise of a value or a failure that is there already.
#[inline(never)]
pub(crate) fn promised(result: Settled) -> Promise {
    result.map_or_else(|error| Promise::reject(&error), |value| Promise::resolve(&value))
}

/// Whether this has to be waited for.
#[cfg(feature = "core")]
pub(crate) fn is_promise(value: &JsValue) -> bool {
    value.is_object()
        && value.unchecked_ref::<super::call::Parts>().then().is_ok_and(|then| then.is_function())
}

/// `work`, or a rejection after this many milliseconds.
#[cfg(feature = "core")]
pub(crate) fn within(milliseconds: u32, work: &JsValue) -> Promise {
    let (late, (_, reject)) = deferred();
    set_timeout(&reject, milliseconds, "it takes too long");
    Promise::race(&Array::of2(work, &late))
}

/// Calls `react` after this many milliseconds, whatever happens meanwhile.
pub(crate) fn later(milliseconds: u32, react: &JsValue) {
    set_timeout(react, milliseconds, "");
}
