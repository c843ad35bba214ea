//! `createFetch`: a `fetch` for the chat element that says who is asking, and from which page.

use std::rc::Rc;

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;

use super::exchange::Exchange;
use super::interceptor::Interceptor;
use super::record::set;
use crate::dom::function;

/// Makes a function that is called as `fetch(input, init)` is, with any `this`. It is an ordinary closure that is
/// freed with the last reference to it. Its member `session()` says whether there is a user, without sending anything.
/// `take_page` is `pageContext`, or what loads it: it is asked for the page's context, with the options of that name,
/// where these are options and no function; without it none is sent.
///
/// # Errors
/// A `DocentError` with the code `invalid_option` for options that are missing or wrong.
#[wasm_bindgen(js_name = createFetch, skip_typescript)]
pub fn create_fetch(options: JsValue, take_page: Option<Function>) -> Result<JsValue, JsValue> {
    let interceptor = Rc::new(Interceptor::new(options, take_page)?);
    let checked = Rc::clone(&interceptor);
    let fetch = move |input: JsValue, init: JsValue| Rc::clone(&interceptor).fetch(input, init);
    let session = function(Box::new(move |_| Ok(Exchange::check(Rc::clone(&checked)).into())));
    let fetch = Closure::<dyn Fn(JsValue, JsValue) -> Promise>::new(fetch).into_js_value();
    set(&fetch, "session", &session);
    Ok(fetch)
}
