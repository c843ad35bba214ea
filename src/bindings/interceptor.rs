//! The options of one `createFetch`, and whom they are asked of.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Function, JSON, JsString, Promise};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Url;

use super::Reader;
use super::exchange::Exchange;
use super::message::LastMessage;
use super::provider::Provider;
use super::session::Session;
use super::waiting::Waiting;
use crate::DocentError;
use crate::dom::{Call, Parts, Settled, call_fetch, global, is_promise, url_against, within};
use crate::metadata::DEFAULT_BODY_LIMIT_BYTES;
use crate::origin::{is_loopback, is_same};

/// The options of one `createFetch`, read and checked once.
pub(crate) struct Interceptor {
    api_url: String,
    allowed_origins: Vec<String>,
    pub(super) token: Option<Provider>,
    pub(super) is_signed_in: Option<Provider>,
    development_user: Option<Provider>,
    user_info: Option<Provider>,
    page: PageSource,
    pub(super) session: Session,
    pub(super) credentials: Option<String>,
    pub(super) body_limit_bytes: usize,
    pub(super) fetch: Option<Function>,
    pub(super) waiting: Waiting,
    pub(super) last_message: LastMessage,
    /// What every request says.
    pub(super) authorization: JsValue,
    pub(super) bearer: JsString,
    /// The address of the last call, the page's base then, and where it led if it was trusted.
    target: RefCell<Option<(JsValue, JsValue, Option<Url>)>>,
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
const ASKED: [&str; 5] = ["token", "isSignedIn", "developmentUserId", "userInfo", "pageContext"];

/// Where an option is in [`ASKED`] and in what [`Interceptor::ask`] gives.
pub(super) const TOKEN: usize = 0;
pub(super) const IS_SIGNED_IN: usize = 1;
pub(super) const DEVELOPMENT_USER: usize = 2;
pub(super) const USER_INFO: usize = 3;
pub(super) const PAGE: usize = 4;

/// How long a message waits for what is only nice to have.
const PATIENCE_MS: u32 = 3_000;

impl Interceptor {
    /// Reads the options of `createFetch`; `take_page` takes the page's context where they do not say otherwise.
    pub(crate) fn new(options: JsValue, take_page: Option<Function>) -> Result<Self, DocentError> {
        let options = Reader::new("createFetch", options)?;
        let api_url = options.text("apiUrl").unwrap_or_default();
        if api_url.is_empty() {
            options.refuse("apiUrl", "a non-empty string");
        }
        let allowed_origins = options.texts("allowedOrigins").unwrap_or_default();
        let is_origin = |origin: &String| Url::new(origin).is_ok_and(|url| url.origin() != "null");
        if !allowed_origins.iter().all(is_origin) {
            options.refuse("allowedOrigins", "an array of origins such as \"https://files.example\"");
        }
        let provider = |name| options.value(name).map(Provider::new);
        let token = provider("token");
        if matches!(&token, Some(Provider::Value(value)) if !value.is_string()) {
            options.refuse("token", "a string or a function that gives one");
        }
        let page = match options.value("pageContext") {
            Some(value) if value.is_function() => PageSource::Caller(Provider::new(value)),
            Some(value) if value == JsValue::FALSE => PageSource::Nowhere,
            value => {
                let given = value.filter(|value| *value != JsValue::TRUE).unwrap_or(JsValue::UNDEFINED);
                if !given.is_object() && !given.is_undefined() {
                    options.refuse("pageContext", "false, an object of options, or a function");
                }
                take_page.map_or(PageSource::Nowhere, |take| PageSource::Page(take, given))
            }
        };
        let interceptor = Self {
            api_url,
            allowed_origins,
            is_signed_in: provider("isSignedIn"),
            development_user: provider("developmentUserId"),
            user_info: provider("userInfo"),
            page,
            session: Session::read(&options, token.is_some()),
            token,
            credentials: options.text("credentials"),
            body_limit_bytes: options
                .whole_number("maxBodyBytes")
                .map_or(DEFAULT_BODY_LIMIT_BYTES, |bytes| bytes as usize),
            fetch: options.function("fetch"),
            waiting: Waiting::default(),
            last_message: LastMessage::default(),
            authorization: "Authorization".into(),
            bearer: "Bearer ".into(),
            target: RefCell::default(),
            complaints: Cell::new(0),
        };
        options.check().map(|()| interceptor)
    }

    /// One call of the function that `createFetch` made.
    pub(crate) fn fetch(self: Rc<Self>, input: JsValue, init: JsValue) -> Promise {
        let call = Call::new(input, init);
        match (self.target(&call), call.headers()) {
            (Some(url), Ok(headers)) => Exchange::start(self, call, url, headers),
            // Not ours, or nothing that `fetch` would take.
            _ => self.network(&call.input, &call.init),
        }
    }

    /// Where a call goes, if that may learn who the reader is.
    fn target(&self, call: &Call) -> Option<Url> {
        let address = call.address()?;
        let document = global().unchecked_ref::<Parts>().document();
        let base = if document.is_object() {
            document.unchecked_ref::<Parts>().base_uri()
        } else {
            JsValue::UNDEFINED
        };
        // An element asks for one address again and again.
        if let Some((known, known_base, url)) = &*self.target.borrow()
            && *known == address
            && *known_base == base
        {
            return url.clone();
        }
        let base_text = base.as_string();
        let resolved = |address: &str| url_against(address, base_text.as_deref());
        let url = resolved(&address.as_string()?).filter(|url| {
            let origin = url.origin();
            let leads_there = |trusted| resolved(trusted).is_some_and(|url| is_same(&url.origin(), &origin));
            leads_there(&self.api_url) || self.allowed_origins.iter().any(|trusted| leads_there(trusted))
        });
        self.target.replace(Some((address, base, url.clone())));
        url
    }

    /// The caller's `fetch`, or whichever the page has when the request is sent.
    pub(super) fn network(&self, input: &JsValue, init: &JsValue) -> Promise {
        call_fetch(self.fetch.as_ref(), input, init)
    }

    /// Whether the caller made the page context itself, so that it replaces one already in the body.
    pub(super) fn has_callers_page(&self) -> bool {
        matches!(self.page, PageSource::Caller(_))
    }

    /// Asks for everything that a request needs, at once and in the order of [`ASKED`]. What is known about the reader
    /// and the page is asked for `with_metadata` only, and may take three seconds. The flag says whether any of it has
    /// to be waited for.
    pub(super) fn ask(
        &self,
        has_own_token: bool,
        url: Option<&Url>,
        with_metadata: bool,
    ) -> (Vec<Settled>, bool) {
        let nothing = JsValue::UNDEFINED;
        let mut answers = Vec::with_capacity(ASKED.len());
        let mut waits = false;
        for (index, name) in (0..).zip(ASKED) {
            let provider = match index {
                // A header that the caller of this one request set stays.
                TOKEN => self.token.as_ref().filter(|_| !has_own_token),
                IS_SIGNED_IN => self.is_signed_in.as_ref(),
                DEVELOPMENT_USER => self.development_user.as_ref().filter(|_| {
                    let is_near = url.is_some_and(|url| is_loopback(&url.hostname()));
                    if !is_near && url.is_some() {
                        self.complain(name, index, "it is only sent to a server on this machine", &nothing);
                    }
                    is_near
                }),
                USER_INFO => self.user_info.as_ref().filter(|_| with_metadata),
                _ => match &self.page {
                    PageSource::Caller(provider) if with_metadata => Some(provider),
                    _ => None,
                },
            };
            let answer = match (provider, &self.page) {
                (Some(provider), _) => provider.ask(&nothing),
                (None, PageSource::Page(take, options)) if index == PAGE && with_metadata => {
                    take.call1(&nothing, options)
                }
                _ => Ok(nothing.clone()),
            };
            let answer = match answer {
                Ok(promise) if is_promise(&promise) => {
                    waits = true;
                    Ok(if index >= USER_INFO { within(PATIENCE_MS, &promise).into() } else { promise })
                }
                answer => answer,
            };
            answers.push(answer);
        }
        (answers, waits)
    }

    /// An object that goes into a request if all is well and is left out if not, as JSON.
    pub(super) fn object(&self, index: usize, answer: &Settled) -> Option<JsString> {
        let json = answer.clone().and_then(|value| {
            if value.is_undefined() || value.is_null() {
                return Ok(None);
            }
            // `toJSON` may give anything, and nothing at all is `undefined`.
            let json = JSON::stringify(&value)?;
            let is_object = json.is_string() && json.char_code_at(0) == f64::from(b'{');
            if is_object { Ok(Some(json)) } else { Err("it is not an object".into()) }
        });
        json.unwrap_or_else(|reason| {
            let name = if index == USER_INFO { "userInfo" } else { "pageContext" };
            self.complain(name, index, "messages are sent without it", &reason);
            None
        })
    }

    /// Says once that an option is of no use, and why.
    pub(super) fn complain(&self, name: &str, index: usize, consequence: &str, reason: &JsValue) {
        let complaints = self.complaints.get();
        if complaints & (1 << index) == 0 {
            self.complaints.set(complaints | (1 << index));
            let message = ["docent: `", name, "` was not used; ", consequence, "."].concat();
            web_sys::console::warn_2(&message.into(), reason);
        }
    }
}
