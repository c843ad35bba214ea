//! One call of `fetch` as it was made: `(input, init)` with all the forms that the Fetch standard allows.

use js_sys::{Function, JsString, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::{AbortSignal, Headers, Request, RequestInit, Url};

use super::promised;
use crate::bindings::record::set;
use crate::text::until;

#[wasm_bindgen]
extern "C" {
    /// What a `RequestInit`, a `Request` and a `Response` have in common, and what every request asks of the page. Named
    /// members are read faster than through `Reflect`, which has to be given each name as a string.
    pub(crate) type Parts;

    #[wasm_bindgen(method, getter, structural)]
    pub(crate) fn document(this: &Parts) -> JsValue;
    #[wasm_bindgen(method, getter, structural, js_name = baseURI)]
    pub(crate) fn base_uri(this: &Parts) -> JsValue;
    #[wasm_bindgen(method, getter, structural)]
    pub(crate) fn fetch(this: &Parts) -> JsValue;
    #[wasm_bindgen(method, getter, structural, catch)]
    pub(crate) fn then(this: &Parts) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, getter, structural, catch)]
    fn body(this: &Parts) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, structural, catch)]
    fn headers(this: &Parts) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, structural, catch)]
    fn method(this: &Parts) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, structural, catch)]
    fn signal(this: &Parts) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, structural, catch)]
    pub(crate) fn status(this: &Parts) -> Result<JsValue, JsValue>;

    /// Headers, by names and values that are on the side of JavaScript already.
    pub(crate) type KeptHeaders;

    #[wasm_bindgen(method)]
    pub(crate) fn has(this: &KeptHeaders, name: &JsValue) -> bool;
    #[wasm_bindgen(method)]
    pub(crate) fn get(this: &KeptHeaders, name: &JsValue) -> JsValue;
    #[wasm_bindgen(method, catch)]
    pub(crate) fn set(this: &KeptHeaders, name: &JsValue, value: &JsValue) -> Result<(), JsValue>;

    #[wasm_bindgen(method, setter, structural, js_name = body)]
    fn set_body(this: &Parts, body: &JsValue);
    #[wasm_bindgen(method, setter, structural, js_name = headers)]
    fn set_headers(this: &Parts, headers: &JsValue);
    #[wasm_bindgen(method, setter, structural, js_name = signal)]
    fn set_signal(this: &Parts, signal: &AbortSignal);
}

/// The arguments of one call of `fetch`. They are read, never changed: what differs goes into a new `init`.
pub(crate) struct Call {
    pub(crate) input: JsValue,
    pub(crate) init: JsValue,
    request: Option<Request>,
}

/// What a request carries, as far as the interceptor cares.
pub(crate) enum Payload {
    /// Text, which may be a ChatKit request.
    Text(JsString),
    /// A promise of text: what a copy of a `Request` holds.
    Unread(JsValue),
    /// Something that can be sent again as it is: nothing, a form, a blob, a buffer.
    Opaque,
    /// Something that can be sent once, as a stream.
    Once,
}

impl Call {
    /// The call `fetch(input, init)`. A copy of `init` holds what is its own; one that inherits members, as a `Request`
    /// used for it does, is first read into a `Request` as `fetch` would read it.
    pub(crate) fn new(input: JsValue, init: JsValue) -> Self {
        let (input, init) = if !init.is_object() || is_plain(&init) {
            (input, init)
        } else {
            match make_request(&input, &init) {
                Ok(request) => (request.into(), JsValue::UNDEFINED),
                Err(_) => (input, init),
            }
        };
        let request = if input.is_string() { None } else { input.dyn_ref::<Request>().cloned() };
        Self { input, init, request }
    }

    /// A member of `init` or, if it is not there, of the `Request`.
    fn part(&self, read: fn(&Parts) -> Result<JsValue, JsValue>) -> Option<JsValue> {
        let request = || read(self.request.as_ref()?.unchecked_ref()).ok();
        self.option(read).or_else(request)
    }

    fn option(&self, read: fn(&Parts) -> Result<JsValue, JsValue>) -> Option<JsValue> {
        let value =
            if self.init.is_object() { read(self.init.unchecked_ref()).ok()? } else { JsValue::UNDEFINED };
        (!value.is_undefined() && !value.is_null()).then_some(value)
    }

    /// The address as it was given. `None` for objects that are neither a `Request` nor a `URL`: what those mean is
    /// left to `fetch`.
    pub(crate) fn address(&self) -> Option<JsValue> {
        if self.input.is_string() {
            return Some(self.input.clone());
        }
        member(&self.input, if self.request.is_some() { "url" } else { "href" }).filter(JsValue::is_string)
    }

    /// The signal that ends the call.
    pub(crate) fn signal(&self) -> Option<AbortSignal> {
        self.part(Parts::signal)?.dyn_into().ok()
    }

    /// A copy of the headers that the call would send: those of `init` replace those of a `Request`.
    pub(crate) fn headers(&self) -> Result<Headers, JsValue> {
        match self.part(Parts::headers) {
            Some(headers) => Headers::new_with_headers(headers.unchecked_ref()),
            None => Headers::new(),
        }
    }

    /// What the call carries. The body of a `Request` is read from a copy, and only where it may be a chat request:
    /// a `POST` of JSON or of plain text.
    pub(crate) fn payload(&self, headers: &Headers) -> Payload {
        let is_post = self
            .part(Parts::method)
            .and_then(|method| method.as_string())
            .is_some_and(|method| method.eq_ignore_ascii_case("POST"));
        if let Some(body) = self.option(Parts::body) {
            return match body.dyn_into::<JsString>() {
                Ok(text) if is_post => Payload::Text(text),
                Err(body) if member(&body, "getReader").is_some() => Payload::Once,
                _ => Payload::Opaque,
            };
        }
        // Firefox has no `Request.body`; there the request may have one.
        let has_body =
            |request: &&Request| Reflect::get(request, &"body".into()).is_ok_and(|body| !body.is_null());
        let Some(request) = self.request.as_ref().filter(has_body) else { return Payload::Opaque };
        let kind = content_type(headers);
        let kind = until(&kind, b";");
        if !is_post || !(kind.ends_with("json") || kind == "text/plain") {
            return Payload::Once;
        }
        request
            .clone()
            .and_then(|copy| copy.text())
            .map_or(Payload::Once, |text| Payload::Unread(text.into()))
    }

    /// A new `init` with what the call's own says, and with these cookies where the call says nothing about cookies.
    pub(crate) fn init(&self, credentials: Option<&str>) -> JsValue {
        let init = Object::new();
        if self.init.is_object() {
            Object::assign(&init, self.init.unchecked_ref());
        }
        // What a `Request` has without being told is no wish of its caller, as is `undefined`.
        let is_open =
            |options: &JsValue| member(options, "credentials").is_none_or(|mode| mode == "same-origin");
        let init = init.into();
        if let Some(credentials) = credentials
            && member(&init, "credentials").is_none()
            && is_open(&self.input)
        {
            set(&init, "credentials", &credentials.into());
        }
        init
    }

    /// The arguments for sending this call with this `init`.
    pub(crate) fn arguments(&self, init: &JsValue) -> Result<(JsValue, JsValue), JsValue> {
        if self.request.is_some() && member(init, "body").is_some() {
            // A `Request` made from one with another body leaves the first one's body unread.
            return Ok((make_request(&self.input, init)?.into(), JsValue::UNDEFINED));
        }
        Ok((self.input.clone(), init.clone()))
    }
}

/// What headers say of a body.
pub(crate) fn content_type(headers: &Headers) -> String {
    headers.unchecked_ref::<KeptHeaders>().get(&"content-type".into()).as_string().unwrap_or_default()
}

/// Puts headers and, where there are, a body and a signal into an `init` of ours.
pub(crate) fn fill(init: &JsValue, headers: &Headers, body: Option<&JsString>, signal: Option<&AbortSignal>) {
    let init: &Parts = init.unchecked_ref();
    init.set_headers(headers);
    if let Some(body) = body {
        init.set_body(body);
    }
    if let Some(signal) = signal {
        init.set_signal(signal);
    }
}

/// Calls this `fetch`, or whichever the page has now: without a `this`, as a plain function would be.
pub(crate) fn call_fetch(fetch: Option<&Function>, input: &JsValue, init: &JsValue) -> Promise {
    let call = |fetch: &Function| fetch.call2(&JsValue::UNDEFINED, input, init);
    let pages = || super::global().unchecked_ref::<Parts>().fetch();
    promised(match fetch {
        Some(fetch) => call(fetch),
        None => match pages().dyn_ref() {
            Some(fetch) => call(fetch),
            None => Err(js_sys::Error::new("There is no `fetch` here: give createFetch one.").into()),
        },
    })
}

/// A member of an object that is neither `undefined` nor `null`.
pub(crate) fn member(object: &JsValue, name: &str) -> Option<JsValue> {
    if !object.is_object() {
        return None;
    }
    let value = Reflect::get(object, &name.into()).ok()?;
    (!value.is_undefined() && !value.is_null()).then_some(value)
}

/// What `new Request(input, init)` gives, whatever the two are.
fn make_request(input: &JsValue, init: &JsValue) -> Result<Request, JsValue> {
    // The binding wants a `Request` and hands on anything.
    let init: &RequestInit = init.unchecked_ref();
    Request::new_with_request_and_init(input.unchecked_ref(), init)
}

/// Whether an object has no members but its own.
fn is_plain(object: &JsValue) -> bool {
    let prototype = Object::get_prototype_of(object);
    prototype.is_null() || prototype == Object::get_prototype_of(&Object::new())
}

/// An address as `fetch` would resolve it: against `base`, the page's, where there is one.
pub(crate) fn url_against(address: &str, base: Option<&str>) -> Option<Url> {
    base.map_or_else(|| Url::new(address), |base| Url::new_with_base(address, base)).ok()
}
