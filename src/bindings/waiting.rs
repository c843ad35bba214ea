//! The requests that wait for a promise.
//!
//! A closure of Rust's own for each would have to be registered with the garbage collector, which costs more than the
//! rest of the wait. Here one function serves all requests of a `createFetch`, bound to the number of each.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;

use super::exchange::Exchange;
use super::interceptor::Interceptor;
use crate::dom::{Settled, on_settled};

/// Where the requests are while they wait. One that waits keeps its [`Interceptor`], and so this, until it goes on.
#[derive(Default)]
pub(super) struct Waiting {
    places: RefCell<Vec<Option<Box<Exchange>>>>,
    /// Takes twice the number of a place, one more for a promise that was rejected, and what the promise came to.
    settle: OnceCell<Function>,
}

impl Waiting {
    /// Goes on with `exchange` when `promise` is settled, and promises what that comes to.
    pub(super) fn wait(interceptor: &Rc<Interceptor>, exchange: Box<Exchange>, promise: &Promise) -> Promise {
        let waiting = &interceptor.waiting;
        let settle = waiting.settle.get_or_init(|| {
            let interceptor = Rc::downgrade(interceptor);
            let settle = move |number: u32, value: JsValue| -> Settled {
                let interceptor = interceptor.upgrade();
                let take = |interceptor: Rc<Interceptor>| {
                    interceptor.waiting.places.borrow_mut().get_mut(number as usize / 2)?.take()
                };
                let result = if number.is_multiple_of(2) { Ok(value) } else { Err(value) };
                // A promise is settled once.
                interceptor.and_then(take).map_or(Ok(JsValue::UNDEFINED), |exchange| exchange.resume(result))
            };
            Closure::<dyn Fn(u32, JsValue) -> Settled>::new(settle).into_js_value().unchecked_into()
        });
        let place = waiting.put(exchange) as u32;
        let bound = |number: u32| settle.bind1(&JsValue::UNDEFINED, &number.into());
        on_settled(promise, &bound(place * 2), &bound(place * 2 + 1))
    }

    fn put(&self, exchange: Box<Exchange>) -> usize {
        let mut places = self.places.borrow_mut();
        let free = places.iter().position(Option::is_none).unwrap_or_else(|| {
            places.push(None);
            places.len() - 1
        });
        if let Some(place) = places.get_mut(free) {
            *place = Some(exchange);
        }
        free
    }
}
