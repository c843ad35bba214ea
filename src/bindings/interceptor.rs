//! What happens to one request between the chat element and the network.

use std::cell::Cell;

use js_sys::{Function, JSON, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Headers, Response, ResponseInit, Url};

use super::Options;
use super::page_context::PageContextOptions;
use super::provider::{ObjectProvider, Provider};
use crate::DocentError;
use crate::dom::{Call, Payload, resolve, settled, unless_aborted};
use crate::metadata::{DEFAULT_BODY_LIMIT_BYTES, Metadata, PageJson, takes_metadata};
use crate::origin::{Trust, is_loopback};
use crate::splice::Body;

/// The options of one `createFetch`, read and checked once.
pub(crate) struct Interceptor {
    api_url: String,
    allowed_origins: Vec<String>,
    token: Option<Provider>,
    development_user: Option<Provider>,
    credentials: Option<JsValue>,
    user_info: Option<ObjectProvider>,
    page: PageSource,
    body_limit_bytes: usize,
    fetch: Option<Function>,
    has_warned_of_user: Cell<bool>,
}

/// Where the page context of a request comes from.
enum PageSource {
    /// `pageContext: false`.
    Nowhere,
    /// The caller's own object or function: wins over what the body holds.
    Caller(ObjectProvider),
    /// Taken from the page: yields to what the body holds.
    Page(PageContextOptions, Cell<bool>),
}

/// What the token provider said.
enum Identity {
    /// Signed in, or signed out and going on without a token.
    Token(Option<String>),
    /// It failed: the reason stays on the console.
    Unknown,
}

impl Interceptor {
    /// Reads the options of `createFetch`.
    pub(crate) fn new(options: JsValue) -> Result<Self, DocentError> {
        let options = Options::new("createFetch", options)?;
        let allowed_origins = options.texts("allowedOrigins")?.unwrap_or_default();
        let is_origin = |origin: &String| Url::new(origin).is_ok_and(|url| url.origin() != "null");
        if !allowed_origins.iter().all(is_origin) {
            return Err(
                options.wrong("allowedOrigins", "an array of origins such as \"https://files.example.com\"")
            );
        }
        let token = options.value("token").map(Provider::new);
        if let Some(Provider::Value(value)) = &token
            && !value.is_string()
        {
            return Err(options.wrong("token", "a string or a function that gives one"));
        }
        let page = match options.value("pageContext") {
            Some(value) if value == JsValue::FALSE => PageSource::Nowhere,
            Some(value) if value.is_function() => {
                PageSource::Caller(ObjectProvider::new("pageContext", value))
            }
            Some(value) if !value.is_object() && value != JsValue::TRUE => {
                return Err(options.wrong("pageContext", "false, an object of options, or a function"));
            }
            value => {
                let given = value.filter(JsValue::is_object).unwrap_or(JsValue::UNDEFINED);
                PageSource::Page(PageContextOptions::read("createFetch", given)?, Cell::new(false))
            }
        };
        Ok(Self {
            api_url: options.required_text("apiUrl")?,
            allowed_origins,
            token,
            development_user: options.value("developmentUserId").map(Provider::new),
            credentials: options.text("credentials")?.map(JsValue::from),
            user_info: options.value("userInfo").map(|value| ObjectProvider::new("userInfo", value)),
            page,
            body_limit_bytes: options
                .whole_number("maxBodyBytes")?
                .map_or(DEFAULT_BODY_LIMIT_BYTES, |bytes| bytes as usize),
            fetch: options.function("fetch")?,
            has_warned_of_user: Cell::new(false),
        })
    }

    /// One call of the function that `createFetch` made.
    pub(crate) async fn fetch(&self, input: JsValue, init: JsValue) -> Result<JsValue, JsValue> {
        let call = Call::new(input, init);
        let Some(url) = call.url().filter(|url| self.trust().covers(&url.origin())) else {
            return self.pass(&call).await;
        };
        let signal = call.signal();
        let Ok(headers) = call.headers() else { return self.pass(&call).await };
        // Once aborted, the plain call says so in the browser's own words.
        let Some(identity) = unless_aborted(self.identify(&headers, &url), signal.as_ref()).await else {
            return self.pass(&call).await;
        };
        let Identity::Token(token) = identity else { return signed_out() };
        let Some(payload) = unless_aborted(self.prepare(&call, &headers), signal.as_ref()).await else {
            return self.pass(&call).await;
        };
        let response = self.send(&call, &headers, &payload).await?;
        let Some(token) = token.filter(|_| is_unauthorized(&response)) else { return Ok(response) };
        if matches!(payload, Payload::Once) {
            return Ok(response);
        }
        let fresh = unless_aborted(self.token(&token.as_str().into()), signal.as_ref()).await;
        let Some(Ok(Some(fresh))) = fresh else { return Ok(response) };
        if fresh == token || set_bearer(&headers, &fresh).is_err() {
            return Ok(response);
        }
        discard(&response);
        self.send(&call, &headers, &payload).await
    }

    fn trust(&self) -> Trust {
        let origins = self.allowed_origins.iter().chain([&self.api_url]);
        Trust::new(origins.filter_map(|address| resolve(address)).map(|url| url.origin()))
    }

    /// Sends a call as it was made.
    async fn pass(&self, call: &Call) -> Result<JsValue, JsValue> {
        let (input, init) = call.untouched();
        self.network(input, init).await
    }

    async fn send(&self, call: &Call, headers: &Headers, payload: &Payload) -> Result<JsValue, JsValue> {
        let body = match payload {
            Payload::Text(text) => Some(text.as_str()),
            Payload::Opaque | Payload::Once => None,
        };
        let credentials = self.credentials.as_ref().filter(|_| !call.sets_credentials());
        let (input, init) = call.arguments(headers, body, credentials)?;
        self.network(&input, &init).await
    }

    /// The caller's `fetch`, or whichever the page has when the request is sent: called without a `this`, as a plain
    /// function would be.
    async fn network(&self, input: &JsValue, init: &JsValue) -> Result<JsValue, JsValue> {
        let fetch = match &self.fetch {
            Some(fetch) => fetch.clone(),
            None => Reflect::get(&js_sys::global(), &"fetch".into())?.dyn_into()?,
        };
        settled(&fetch.call2(&JsValue::UNDEFINED, input, init)?).await
    }

    /// Puts the reader's identity into the headers. A header that the caller of this one request set stays.
    async fn identify(&self, headers: &Headers, url: &Url) -> Identity {
        let mut token = None;
        if !headers.has("authorization").unwrap_or(true) {
            match self.token(&JsValue::UNDEFINED).await {
                Ok(given) => token = given,
                Err(error) => {
                    web_sys::console::error_2(
                        &"docent: `token` failed; the request was not sent.".into(),
                        &error,
                    );
                    return Identity::Unknown;
                }
            }
            if let Some(token) = &token
                && set_bearer(headers, token).is_err()
            {
                // The browser's own message repeats the value, so it is not shown.
                web_sys::console::error_1(
                    &"docent: `token` gave a value that cannot be a header; the request was not sent.".into(),
                );
                return Identity::Unknown;
            }
        }
        if let Some(user) = &self.development_user {
            if is_loopback(&url.hostname()) {
                let id = user.get(&JsValue::UNDEFINED).await.ok().flatten().and_then(|id| id.as_string());
                // An id that cannot be a header is none: the server asks for one.
                let _ = id.map(|id| headers.set("X-User-ID", &id));
            } else if !self.has_warned_of_user.replace(true) {
                web_sys::console::warn_1(
                    &"docent: `developmentUserId` is only sent to a server on this machine; use `token`."
                        .into(),
                );
            }
        }
        // A token that came as a plain string is the same the next time.
        Identity::Token(token.filter(|_| matches!(self.token, Some(Provider::Function(_)))))
    }

    /// The reader's token, `None` when signed out. `rejected` is the token that the server just refused, if any.
    async fn token(&self, rejected: &JsValue) -> Result<Option<String>, JsValue> {
        let Some(provider) = &self.token else { return Ok(None) };
        match provider.get(rejected).await? {
            None => Ok(None),
            Some(token) => match token.as_string() {
                Some(token) => Ok(Some(token).filter(|token| !token.is_empty())),
                None => Err(js_sys::Error::new("the token must be a string or null").into()),
            },
        }
    }

    /// What is sent: the call's own payload, with metadata if it is a chat request that takes it.
    async fn prepare(&self, call: &Call, headers: &Headers) -> Payload {
        let payload = call.payload(headers).await;
        let Payload::Text(text) = payload else { return payload };
        let with_metadata = match Body::read(&text).filter(takes_metadata) {
            Some(body) => self.metadata().await.add_to(&body, self.body_limit_bytes),
            None => None,
        };
        Payload::Text(with_metadata.unwrap_or(text))
    }

    async fn metadata(&self) -> Metadata {
        let user_info = match &self.user_info {
            Some(provider) => provider.get_json().await,
            None => None,
        };
        let page = match &self.page {
            PageSource::Nowhere => None,
            PageSource::Caller(provider) => match provider.get().await {
                Some(value) => page_json(&value, true, |value| provider.json(value)),
                None => None,
            },
            PageSource::Page(options, has_warned) => {
                let plain = |value: &JsValue| JSON::stringify(value).ok().and_then(|json| json.as_string());
                match options.take().await {
                    Ok(value) => page_json(&value, false, plain),
                    Err(error) => {
                        if !has_warned.replace(true) {
                            let message =
                                "docent: the page context could not be taken; messages are sent without it.";
                            web_sys::console::warn_2(&message.into(), &error);
                        }
                        None
                    }
                }
            }
        };
        Metadata { user_info, page }
    }
}

/// A page context as JSON, whole and without its text. A page without a context (`null`) has none.
fn page_json(
    value: &JsValue,
    is_callers: bool,
    json: impl Fn(&JsValue) -> Option<String>,
) -> Option<PageJson> {
    if !value.is_object() {
        return None;
    }
    let full = json(value)?;
    let brief = Object::assign(&Object::new(), value.unchecked_ref());
    Reflect::delete_property(&brief, &"text".into()).ok()?;
    Reflect::set(&brief, &"truncated".into(), &JsValue::TRUE).ok()?;
    Some(PageJson { full, without_text: json(&brief)?, is_callers })
}

fn set_bearer(headers: &Headers, token: &str) -> Result<(), JsValue> {
    headers.set("Authorization", &["Bearer ", token].concat())
}

/// Whether a response, of the page's realm or of a test's making, has the status 401.
fn is_unauthorized(response: &JsValue) -> bool {
    Reflect::get(response, &"status".into()).is_ok_and(|status| status == 401)
}

/// Lets go of a response that nobody will read, so that its connection is free for the next one.
fn discard(response: &JsValue) {
    if let Some(body) = response.dyn_ref::<Response>().and_then(Response::body) {
        drop(body.cancel());
    }
}

/// The answer to a request whose reader could not be identified. A rejected `fetch` is fatal to the chat element and
/// tells nobody why; a 401 is what the server would have said.
fn signed_out() -> Result<JsValue, JsValue> {
    let headers = Headers::new()?;
    headers.set("content-type", "application/json")?;
    let init = ResponseInit::new();
    init.set_status(401);
    init.set_headers(&headers);
    let body = r#"{"error":{"code":"signed_out","message":"You are signed out. Sign in and try again."}}"#;
    Ok(Response::new_with_opt_str_and_init(Some(body), &init)?.into())
}
