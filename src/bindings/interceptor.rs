//! What happens to one request between the chat element and the network.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::{Array, Function, JSON, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::future_to_promise;
use web_sys::{Headers, Response, ResponseInit, Url};

use super::Options;
use super::provider::Provider;
use crate::DocentError;
use crate::dom::{Call, Payload, resolve, settled, stop_on_abort, unless_aborted, within};
use crate::metadata::{DEFAULT_BODY_LIMIT_BYTES, Metadata, PageJson, takes_metadata};
use crate::origin::{Trust, is_loopback};
use crate::splice::Body;

/// The options of one `createFetch`, read and checked once.
pub(crate) struct Interceptor {
    api_url: String,
    allowed_origins: Vec<String>,
    token: Option<Provider>,
    development_user: Option<Provider>,
    credentials: Option<String>,
    user_info: Option<Provider>,
    page: PageSource,
    body_limit_bytes: usize,
    fetch: Option<Function>,
    /// Which of [`ASKED`] have been complained about, a bit each: one that fails does so with every message.
    complaints: Cell<u32>,
}

/// Where the page context of a request comes from.
enum PageSource {
    /// `pageContext: false`.
    Nowhere,
    /// The caller's own function: wins over what the body holds.
    Caller(Provider),
    /// Taken from the page by this function, with these options: yields to what the body holds.
    Page(Function, JsValue),
}

/// The options that are asked for each request, in the order of their answers.
const ASKED: [&str; 4] = ["token", "developmentUserId", "userInfo", "pageContext"];

/// How long a message waits for what is only nice to have.
const PATIENCE_MS: u32 = 3_000;

impl Interceptor {
    /// Reads the options of `createFetch`; `take_page` takes the page's context where they do not say otherwise.
    pub(crate) fn new(options: JsValue, take_page: Option<Function>) -> Result<Self, DocentError> {
        let options = Options::new("createFetch", options)?;
        let allowed_origins = options.texts("allowedOrigins")?.unwrap_or_default();
        let is_origin = |origin: &String| Url::new(origin).is_ok_and(|url| url.origin() != "null");
        if !allowed_origins.iter().all(is_origin) {
            return Err(
                options.wrong("allowedOrigins", "an array of origins such as \"https://files.example\"")
            );
        }
        let token = options.value("token").map(Provider::new);
        if let Some(Provider::Value(value)) = &token
            && !value.is_string()
        {
            return Err(options.wrong("token", "a string or a function that gives one"));
        }
        let page = match options.value("pageContext") {
            Some(value) if value.is_function() => PageSource::Caller(Provider::new(value)),
            Some(value) if value.as_bool() == Some(false) => PageSource::Nowhere,
            value => {
                let given = value.filter(|value| value.as_bool().is_none()).unwrap_or(JsValue::UNDEFINED);
                if !given.is_object() && !given.is_undefined() {
                    return Err(options.wrong("pageContext", "false, an object of options, or a function"));
                }
                take_page.map_or(PageSource::Nowhere, |take| PageSource::Page(take, given))
            }
        };
        Ok(Self {
            api_url: options.required_text("apiUrl")?,
            allowed_origins,
            token,
            development_user: options.value("developmentUserId").map(Provider::new),
            credentials: options.text("credentials")?,
            user_info: options.value("userInfo").map(Provider::new),
            page,
            body_limit_bytes: options
                .whole_number("maxBodyBytes")?
                .map_or(DEFAULT_BODY_LIMIT_BYTES, |bytes| bytes as usize),
            fetch: options.function("fetch")?,
            complaints: Cell::new(0),
        })
    }

    /// One call of the function that `createFetch` made.
    pub(crate) fn fetch(self: Rc<Self>, input: JsValue, init: JsValue) -> Promise {
        let call = Call { input, init };
        let url = call.url().filter(|url| self.trust().covers(&url.origin()));
        match (url, call.headers()) {
            (Some(url), Ok(headers)) => future_to_promise(async move {
                let response = self.fetch_as_reader(&call, &url, &headers).await?;
                if let Some(signal) = call.signal() {
                    let credentials = self.credentials.clone();
                    let network = move |input: &_, init: &_| self.network(input, init);
                    stop_on_abort(&signal, &response, &url, &headers, credentials.as_deref(), network);
                }
                Ok(response)
            }),
            // Not ours, or nothing that `fetch` would take.
            _ => self.network(&call.input, &call.init),
        }
    }

    fn trust(&self) -> Trust {
        let origins = self.allowed_origins.iter().chain([&self.api_url]);
        Trust::new(origins.filter_map(|address| resolve(address)).map(|url| url.origin()))
    }

    async fn fetch_as_reader(&self, call: &Call, url: &Url, headers: &Headers) -> Result<JsValue, JsValue> {
        let payload = match call.payload(headers) {
            Payload::Unread(text) => match settled(&text).await.ok().and_then(|text| text.as_string()) {
                Some(text) => Payload::Text(text),
                None => Payload::Once,
            },
            known => known,
        };
        let body = match &payload {
            Payload::Text(text) => Body::read(text).filter(takes_metadata),
            _ => None,
        };
        let signal = call.signal();
        let asked = Promise::all_settled(&self.ask(headers, url, body.is_some()));
        let Ok(answers) = unless_aborted(&asked, signal.as_ref()).await else {
            // The plain call says in the browser's own words that it was aborted.
            return settled(&self.network(&call.input, &call.init)).await;
        };
        let answer = |index| answer(&answers, index);
        let token = match answer(0).and_then(|token| authorize(headers, &token)) {
            Ok(token) => token,
            Err(reason) => {
                web_sys::console::error_2(
                    &"docent: `token` failed; the request was not sent.".into(),
                    &reason,
                );
                return signed_out();
            }
        };
        if let Some(id) = answer(1).ok().and_then(|id| id.as_string()) {
            // An id that cannot be a header is none: the server asks for one.
            let _ = headers.set("X-User-ID", &id);
        }
        let text = body.and_then(|body| {
            let is_callers = matches!(self.page, PageSource::Caller(_));
            let page = self.object(3, answer(3));
            let page = page.map(|json| PageJson { json, is_callers });
            let metadata = Metadata { user_info: self.object(2, answer(2)), page };
            metadata.add_to(&body, self.body_limit_bytes)
        });
        let text = match (&text, &payload) {
            (Some(text), _) | (None, Payload::Text(text)) => Some(text.as_str()),
            _ => None,
        };
        let credentials = self.credentials.as_deref();
        let (input, init) = call.arguments(headers, text, credentials)?;
        let response = settled(&self.network(&input, &init)).await?;

        // A token that came as a plain string is the same the next time.
        let (Some(provider @ Provider::Function(_)), Some(token)) = (&self.token, token) else {
            return Ok(response);
        };
        if matches!(payload, Payload::Once) || !is_unauthorized(&response) {
            return Ok(response);
        }
        let Ok(fresh) = unless_aborted(&promised(provider, &token), signal.as_ref()).await else {
            return Ok(response);
        };
        headers.delete("authorization")?;
        if fresh == token || !matches!(authorize(headers, &fresh), Ok(Some(_))) {
            return Ok(response);
        }
        if let Some(body) = response.dyn_ref::<Response>().and_then(Response::body) {
            // Nobody will read it, and its connection is wanted.
            drop(body.cancel());
        }
        let (input, init) = call.arguments(headers, text, credentials)?;
        settled(&self.network(&input, &init)).await
    }

    /// The caller's `fetch`, or whichever the page has when the request is sent: called without a `this`, as a plain
    /// function would be.
    fn network(&self, input: &JsValue, init: &JsValue) -> Promise {
        let fetch = self.fetch.clone().or_else(|| {
            Reflect::get(&js_sys::global(), &"fetch".into()).ok().and_then(|fetch| fetch.dyn_into().ok())
        });
        let sent = match fetch {
            Some(fetch) => fetch.call2(&JsValue::UNDEFINED, input, init),
            None => Err(js_sys::Error::new("There is no `fetch` here: give createFetch one.").into()),
        };
        sent.map_or_else(|error| Promise::reject(&error), |response| Promise::resolve(&response))
    }

    /// Asks for everything that a request needs, at once: the token, the development user, what is known about the
    /// reader, and the page. The last two are asked for `with_metadata` only, and may take three seconds.
    fn ask(&self, headers: &Headers, url: &Url, with_metadata: bool) -> Array {
        let nothing = JsValue::UNDEFINED;
        // A header that the caller of this one request set stays.
        let token = self.token.as_ref().filter(|_| !headers.has("authorization").unwrap_or(true));
        let user = self.development_user.as_ref().filter(|_| {
            let is_near = is_loopback(&url.hostname());
            if !is_near {
                self.complain(1, "it is only sent to a server on this machine", &nothing);
            }
            is_near
        });
        let user_info = self.user_info.as_ref().filter(|_| with_metadata);
        let page = match &self.page {
            PageSource::Caller(provider) if with_metadata => promised(provider, &nothing),
            PageSource::Page(take, options) if with_metadata => {
                take.call1(&nothing, options).unwrap_or_else(|error| Promise::reject(&error).into())
            }
            _ => nothing.clone(),
        };
        let ask = |provider: Option<&Provider>| provider.map_or(nothing.clone(), |it| promised(it, &nothing));
        Array::of4(
            &ask(token),
            &ask(user),
            &within(PATIENCE_MS, &ask(user_info)),
            &within(PATIENCE_MS, &page),
        )
    }

    /// An object that goes into a request if all is well and is left out if not, as JSON.
    fn object(&self, index: usize, answer: Result<JsValue, JsValue>) -> Option<String> {
        let json = answer.and_then(|value| {
            if value.is_undefined() || value.is_null() {
                return Ok(None);
            }
            // `toJSON` may give anything, and nothing at all is `undefined`.
            let json = JSON::stringify(&value)?.as_string().filter(|json| json.starts_with('{'));
            json.map(Some).ok_or_else(|| "it is not an object".into())
        });
        json.unwrap_or_else(|reason| {
            self.complain(index, "messages are sent without it", &reason);
            None
        })
    }

    /// Says once that an option is of no use, and why.
    fn complain(&self, index: usize, consequence: &str, reason: &JsValue) {
        let complaints = self.complaints.get();
        if complaints & (1 << index) == 0 {
            self.complaints.set(complaints | (1 << index));
            let message = ["docent: `", ASKED[index], "` was not used; ", consequence, "."].concat();
            web_sys::console::warn_2(&message.into(), reason);
        }
    }
}

/// A provider's answer, or a promise of it, or a promise that is rejected with what it threw.
fn promised(provider: &Provider, argument: &JsValue) -> JsValue {
    provider.ask(argument).unwrap_or_else(|error| Promise::reject(&error).into())
}

/// One of the answers that `Promise.allSettled` gave.
fn answer(answers: &JsValue, index: u32) -> Result<JsValue, JsValue> {
    let answer = Reflect::get_u32(answers, index)?;
    if Reflect::has(&answer, &"reason".into())? {
        return Err(Reflect::get(&answer, &"reason".into())?);
    }
    Reflect::get(&answer, &"value".into())
}

/// Puts the token into the headers and gives it back; `None` for a reader who is signed out. The error never repeats
/// the token, as the browser's own would.
fn authorize(headers: &Headers, token: &JsValue) -> Result<Option<JsValue>, JsValue> {
    if token.is_null() || token.is_undefined() {
        return Ok(None);
    }
    match token.as_string() {
        None => Err("it is not a string".into()),
        Some(text) if text.is_empty() => Ok(None),
        Some(text) => match headers.set("Authorization", &["Bearer ", &text].concat()) {
            Ok(()) => Ok(Some(token.clone())),
            Err(_) => Err("it cannot be a header".into()),
        },
    }
}

/// Whether a response, of the page's realm or of a test's making, has the status 401.
fn is_unauthorized(response: &JsValue) -> bool {
    Reflect::get(response, &"status".into()).is_ok_and(|status| status.as_f64() == Some(401.0))
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
