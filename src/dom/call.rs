//! One call of `fetch` as it was made: `(input, init)` with all the forms that the Fetch standard allows.

use js_sys::{Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Headers, Request, RequestInit, Url};

/// The arguments of one call of `fetch`. They are read, never changed: what differs goes into a new `init`.
pub(crate) struct Call {
    input: JsValue,
    init: JsValue,
}

/// What a request carries, as far as the interceptor cares.
pub(crate) enum Payload {
    /// Text, which may be a ChatKit request.
    Text(String),
    /// Something that can be sent again as it is: nothing, a form, a blob, a buffer.
    Opaque,
    /// A stream, which can be sent once.
    Once,
}

/// The members of `RequestInit` (Fetch standard, 5.4).
const INIT_MEMBERS: [&str; 14] = [
    "method",
    "headers",
    "body",
    "referrer",
    "referrerPolicy",
    "mode",
    "credentials",
    "cache",
    "redirect",
    "integrity",
    "keepalive",
    "signal",
    "duplex",
    "priority",
];

impl Call {
    /// The arguments as `fetch` got them.
    pub(crate) fn new(input: JsValue, init: JsValue) -> Self {
        Self { input, init }
    }

    fn request(&self) -> Option<&Request> {
        self.input.dyn_ref()
    }

    fn option(&self, name: &str) -> Option<JsValue> {
        if !self.init.is_object() {
            return None;
        }
        let value = Reflect::get(&self.init, &name.into()).ok()?;
        (!value.is_undefined() && !value.is_null()).then_some(value)
    }

    /// The address, resolved against the page. `None` for what `fetch` itself would refuse, and for objects that are
    /// neither a `Request` nor a `URL`: what those mean is left to `fetch`.
    pub(crate) fn url(&self) -> Option<Url> {
        let address = match self.request() {
            Some(request) => request.url(),
            None => match self.input.as_string() {
                Some(text) => text,
                None => Reflect::get(&self.input, &"href".into()).ok()?.as_string()?,
            },
        };
        resolve(&address)
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
        match (self.option("headers"), self.request()) {
            (Some(headers), _) => Headers::new_with_headers(headers.unchecked_ref()),
            (None, Some(request)) => Headers::new_with_headers(&request.headers()),
            (None, None) => Headers::new(),
        }
    }

    /// Whether the caller said how to treat cookies.
    pub(crate) fn sets_credentials(&self) -> bool {
        self.option("credentials").is_some()
    }

    fn is_post(&self) -> bool {
        let method = self.option("method").and_then(|method| method.as_string());
        method
            .or_else(|| self.request().map(Request::method))
            .is_some_and(|method| method.eq_ignore_ascii_case("POST"))
    }

    /// What the call carries. The body of a `Request` is read from a copy, and only where it may be a chat request:
    /// a `POST` of JSON or of plain text.
    pub(crate) async fn payload(&self, headers: &Headers) -> Payload {
        if let Some(body) = self.option("body") {
            return match body.as_string() {
                Some(text) if self.is_post() => Payload::Text(text),
                None if is_stream(&body) => Payload::Once,
                _ => Payload::Opaque,
            };
        }
        let Some(request) = self.request().filter(|request| has_body(request)) else {
            return Payload::Opaque;
        };
        let kind = headers.get("content-type").ok().flatten().unwrap_or_default();
        if !self.is_post() || !(kind.contains("json") || kind.starts_with("text/plain")) {
            return Payload::Once;
        }
        let text = async {
            let text = request.clone().ok()?.text().ok()?;
            JsFuture::from(text).await.ok()?.as_string()
        };
        text.await.map_or(Payload::Once, Payload::Text)
    }

    /// The arguments for sending this call with these headers, and with this body and these cookies where given.
    pub(crate) fn arguments(
        &self,
        headers: &Headers,
        body: Option<&str>,
        credentials: Option<&JsValue>,
    ) -> Result<(JsValue, JsValue), JsValue> {
        let init = Object::new();
        if self.init.is_object() {
            Object::assign(&init, self.init.unchecked_ref());
            // `fetch` also reads inherited members, as those of a `Request` are, and a copy of an object has none.
            for name in INIT_MEMBERS {
                if let Some(value) = self.option(name) {
                    Reflect::set(&init, &name.into(), &value)?;
                }
            }
        }
        Reflect::set(&init, &"headers".into(), headers)?;
        if let Some(credentials) = credentials {
            Reflect::set(&init, &"credentials".into(), credentials)?;
        }
        if let Some(body) = body {
            Reflect::set(&init, &"body".into(), &body.into())?;
            if let Some(request) = self.request() {
                // A `Request` made from one with another body leaves the first one's body unread.
                let init: &RequestInit = init.unchecked_ref();
                let request = Request::new_with_request_and_init(request, init)?;
                return Ok((request.into(), JsValue::UNDEFINED));
            }
        }
        Ok((self.input.clone(), init.into()))
    }

    /// The arguments as they were given.
    pub(crate) fn untouched(&self) -> (&JsValue, &JsValue) {
        (&self.input, &self.init)
    }
}

/// An address as `fetch` would resolve it: against the page where there is one.
pub(crate) fn resolve(address: &str) -> Option<Url> {
    let base = super::document().and_then(|document| document.base_uri().ok().flatten());
    match base {
        Some(base) => Url::new_with_base(address, &base).ok(),
        None => Url::new(address).ok(),
    }
}

/// The value of a promise, or the value itself where it is none.
pub(crate) async fn settled(value: &JsValue) -> Result<JsValue, JsValue> {
    JsFuture::from(Promise::resolve(value)).await
}

fn has_body(request: &Request) -> bool {
    // Firefox has no `Request.body`; there the method tells.
    match Reflect::get(request, &"body".into()) {
        Ok(body) if body.is_null() => false,
        Ok(body) if body.is_undefined() => !matches!(request.method().as_str(), "GET" | "HEAD"),
        _ => true,
    }
}

fn is_stream(body: &JsValue) -> bool {
    Reflect::get(body, &"getReader".into()).is_ok_and(|reader| reader.is_function())
}
