//! One call of `fetch` as it was made: `(input, init)` with all the forms that the Fetch standard allows.

use js_sys::{Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AbortSignal, Headers, Request, RequestInit, Url};

use super::resolve;

/// The arguments of one call of `fetch`. They are read, never changed: what differs goes into a new `init`.
pub(crate) struct Call {
    pub(crate) input: JsValue,
    pub(crate) init: JsValue,
}

/// What a request carries, as far as the interceptor cares.
pub(crate) enum Payload {
    /// Text, which may be a ChatKit request.
    Text(String),
    /// A promise of text: what a copy of a `Request` holds.
    Unread(JsValue),
    /// Something that can be sent again as it is: nothing, a form, a blob, a buffer.
    Opaque,
    /// Something that can be sent once, as a stream.
    Once,
}

/// The members of `RequestInit` (Fetch standard, 5.4).
const INIT_MEMBERS: &str = "method headers body referrer referrerPolicy mode credentials cache redirect integrity \
    keepalive signal duplex priority";

impl Call {
    fn request(&self) -> Option<&Request> {
        self.input.dyn_ref()
    }

    fn option(&self, name: &str) -> Option<JsValue> {
        member(&self.init, name)
    }

    /// The address, resolved against the page. `None` for what `fetch` itself would refuse, and for objects that are
    /// neither a `Request` nor a `URL`: what those mean is left to `fetch`.
    pub(crate) fn url(&self) -> Option<Url> {
        let address = self.input.as_string().or_else(|| {
            let name = if self.request().is_some() { "url" } else { "href" };
            member(&self.input, name)?.as_string()
        });
        resolve(&address?)
    }

    /// The signal that ends the call.
    pub(crate) fn signal(&self) -> Option<AbortSignal> {
        match self.option("signal") {
            Some(signal) => signal.dyn_into().ok(),
            None => self.request().map(Request::signal),
        }
    }

    /// A copy of the headers that the call would send: those of `init` replace those of a `Request`.
    pub(crate) fn headers(&self) -> Result<Headers, JsValue> {
        let given = self.option("headers").or_else(|| Some(self.request()?.headers().into()));
        match given {
            Some(headers) => Headers::new_with_headers(headers.unchecked_ref()),
            None => Headers::new(),
        }
    }

    /// What the call carries. The body of a `Request` is read from a copy, and only where it may be a chat request:
    /// a `POST` of JSON or of plain text.
    pub(crate) fn payload(&self, headers: &Headers) -> Payload {
        let method = self.option("method").or_else(|| Some(self.request()?.method().into()));
        let is_post = method
            .and_then(|method| method.as_string())
            .is_some_and(|method| method.eq_ignore_ascii_case("POST"));
        if let Some(body) = self.option("body") {
            return match body.as_string() {
                Some(text) if is_post => Payload::Text(text),
                None if member(&body, "getReader").is_some() => Payload::Once,
                _ => Payload::Opaque,
            };
        }
        // Firefox has no `Request.body`; there the request may have one.
        let Some(request) = self
            .request()
            .filter(|request| Reflect::get(request, &"body".into()).is_ok_and(|body| !body.is_null()))
        else {
            return Payload::Opaque;
        };
        let kind = headers.get("content-type").ok().flatten().unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default();
        if !is_post || !(kind.ends_with("json") || kind == "text/plain") {
            return Payload::Once;
        }
        match request.clone().and_then(|copy| copy.text()) {
            Ok(text) => Payload::Unread(text.into()),
            Err(_) => Payload::Once,
        }
    }

    /// The arguments for sending this call with these headers, and with this body and these cookies where given. What
    /// the call itself says about cookies stays.
    pub(crate) fn arguments(
        &self,
        headers: &Headers,
        body: Option<&str>,
        credentials: Option<&str>,
    ) -> Result<(JsValue, JsValue), JsValue> {
        let init = Object::new();
        if self.init.is_object() {
            Object::assign(&init, self.init.unchecked_ref());
        }
        // `fetch` also reads inherited members, as those of a `Request` are, and a copy of an object has none.
        for name in INIT_MEMBERS.split(' ') {
            let value = match name {
                "headers" => Some(headers.into()),
                "body" => body.map(JsValue::from).or_else(|| self.option(name)),
                "credentials" => self.option(name).or_else(|| credentials.map(JsValue::from)),
                _ => self.option(name),
            };
            if let Some(value) = value {
                Reflect::set(&init, &name.into(), &value)?;
            }
        }
        match self.request().filter(|_| body.is_some()) {
            // A `Request` made from one with another body leaves the first one's body unread.
            Some(request) => {
                let init: &RequestInit = init.unchecked_ref();
                Ok((Request::new_with_request_and_init(request, init)?.into(), JsValue::UNDEFINED))
            }
            None => Ok((self.input.clone(), init.into())),
        }
    }
}

fn member(object: &JsValue, name: &str) -> Option<JsValue> {
    if !object.is_object() {
        return None;
    }
    let value = Reflect::get(object, &name.into()).ok()?;
    (!value.is_undefined() && !value.is_null()).then_some(value)
}
