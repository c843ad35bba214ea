//! What happens to one request between the chat element and the network: one step after the other, each ends in an
//! answer or in a promise to wait for. What need not be waited for is not.

use std::rc::Rc;

use js_sys::{Array, JsString, Promise};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Headers, Response, Url};

use super::interceptor::{DEVELOPMENT_USER, IS_SIGNED_IN, Interceptor, PAGE, TOKEN, USER_INFO};
use super::message::{Added, Message};
use super::provider::Provider;
use super::session::signed_out;
use super::waiting::Waiting;
use crate::dom::{
    Call, Cancel, KeptHeaders, Parts, Payload, Settled, Stop, cancel_address, content_type, fill, global,
    is_promise, member, promised,
};
use crate::text::until;

/// One request on its way.
pub(super) struct Exchange {
    options: Rc<Interceptor>,
    call: Call,
    /// Where it goes; nowhere, if only whether there is a user is asked.
    url: Option<Url>,
    headers: Headers,
    /// Whether the call itself says who is asking.
    has_own: bool,
    payload: Payload,
    /// What the payload says, if a stream answers it.
    message: Option<Rc<Message>>,
    stop: Option<Stop>,
    /// The second argument for the network: the call's own, with what differs.
    init: JsValue,
    token: JsValue,
    /// The answer that refused the token.
    refusal: JsValue,
    step: Step,
}

/// What a request waits for.
#[derive(Clone, Copy, PartialEq)]
enum Step {
    /// The text of a `Request`.
    Text,
    /// What the options' functions give.
    Answers,
    /// The answer of the server.
    Response,
    /// Another token in place of the one that was refused.
    Token,
    /// The answer to the request with that one.
    LastResponse,
}

/// What a step comes to.
enum Next {
    Wait(Promise),
    Done(JsValue),
}

type Progress = Result<Next, JsValue>;

/// A header may be cut on its way; an address is rarely longer.
const PAGE_URL_BYTES: usize = 512;

impl Exchange {
    /// Sends a call to `url`, which may learn who the reader is.
    pub(super) fn start(options: Rc<Interceptor>, call: Call, url: Url, headers: Headers) -> Promise {
        let Some(signal) = call.signal() else {
            return Self::begin(options, call, Some(url), headers, None);
        };
        if signal.aborted() {
            // The plain call says in the browser's own words that it was aborted.
            return options.network(&call.input, &call.init);
        }
        let (stop, wish) = Stop::watch(signal);
        wish.or(&Self::begin(options, call, Some(url), headers, Some(stop)))
    }

    /// Asks whether there is a user, and sends nothing.
    pub(super) fn check(options: Rc<Interceptor>) -> Promise {
        match Headers::new() {
            Ok(headers) => {
                let call = Call::new(JsValue::UNDEFINED, JsValue::UNDEFINED);
                Self::begin(options, call, None, headers, None)
            }
            Err(error) => Promise::reject(&error),
        }
    }

    fn begin(
        options: Rc<Interceptor>,
        call: Call,
        url: Option<Url>,
        headers: Headers,
        stop: Option<Stop>,
    ) -> Promise {
        let payload = call.payload(&headers);
        let has_own = headers.unchecked_ref::<KeptHeaders>().has(&options.authorization);
        let mut exchange = Box::new(Self {
            options,
            call,
            url,
            has_own,
            headers,
            payload,
            message: None,
            stop,
            init: JsValue::UNDEFINED,
            token: JsValue::UNDEFINED,
            refusal: JsValue::UNDEFINED,
            step: Step::Text,
        });
        let next = match &exchange.payload {
            Payload::Unread(text) => Ok(Next::Wait(Promise::resolve(text))),
            _ => exchange.ask(),
        };
        promised(exchange.follow(next))
    }

    /// Goes on with what was waited for.
    pub(super) fn resume(mut self: Box<Self>, result: Settled) -> Settled {
        let next = self.advance(result);
        self.follow(next)
    }

    fn follow(self: Box<Self>, next: Progress) -> Settled {
        match next {
            Ok(Next::Wait(promise)) => {
                let options = Rc::clone(&self.options);
                Ok(Waiting::wait(&options, self, &promise).into())
            }
            Ok(Next::Done(value)) => Ok(value),
            Err(error) => {
                self.release();
                Err(error)
            }
        }
    }

    fn advance(&mut self, result: Settled) -> Progress {
        match self.step {
            Step::Text => {
                // A file may be in letters of any kind, and is sent as it is.
                let is_object = |text: &JsString| text.char_code_at(0) == f64::from(b'{');
                let text = result.ok().and_then(|text| text.dyn_into().ok()).filter(is_object);
                self.payload = text.map_or(Payload::Once, Payload::Text);
                self.ask()
            }
            Step::Answers => {
                let answers: Array = result?.unchecked_into();
                let settled = |answer: JsValue| match member(&answer, "reason") {
                    Some(reason) => Err(reason),
                    None => Ok(member(&answer, "value").unwrap_or(JsValue::UNDEFINED)),
                };
                self.prepare(&answers.iter().map(settled).collect::<Vec<_>>())
            }
            Step::Token => self.renew(result),
            Step::Response | Step::LastResponse => self.respond(result?),
        }
    }

    fn ask(&mut self) -> Progress {
        if let Payload::Text(string) = &self.payload {
            self.message = Message::read(string, self.options.body_limit_bytes, &self.options.last_message);
        }
        let is_message = self.message.is_some();
        let (answers, waits) = self.options.ask(self.has_own, self.url.as_ref(), is_message);
        if waits {
            self.step = Step::Answers;
            let promises = Array::new();
            for answer in answers {
                // As a rejected promise, what was thrown takes the way of what fails later.
                promises.push(&answer.unwrap_or_else(|error| Promise::reject(&error).into()));
            }
            return Ok(Next::Wait(Promise::all_settled(&promises)));
        }
        self.prepare(&answers)
    }

    /// Takes in what was asked for and sends the request.
    fn prepare(&mut self, answers: &[Settled]) -> Progress {
        let answer = |index: usize| answers.get(index).cloned().unwrap_or(Ok(JsValue::UNDEFINED));
        let options = Rc::clone(&self.options);
        let token = answer(TOKEN).and_then(|token| self.authorize(&token));
        let is_signed_in = match &token {
            Ok(token) => {
                let says_no = options.is_signed_in.is_some()
                    && !answer(IS_SIGNED_IN).is_ok_and(|answer| answer.is_truthy());
                !says_no && (self.has_own || token.is_some() || options.session.allows_anonymous)
            }
            Err(reason) => {
                options.complain("token", TOKEN, "the request was not sent", reason);
                false
            }
        };
        if !is_signed_in || self.url.is_none() {
            options.session.tell(is_signed_in);
            self.release();
            return Ok(Next::Done(match self.url {
                Some(_) => signed_out()?,
                None => options.session.standing(is_signed_in),
            }));
        }
        self.token = token.ok().flatten().unwrap_or(JsValue::UNDEFINED);
        if let Some(id) = answer(DEVELOPMENT_USER).ok().filter(JsValue::is_string) {
            // An id that cannot be a header is none: the server asks for one.
            let _ = self.headers.unchecked_ref::<KeptHeaders>().set(&"X-User-ID".into(), &id);
        }
        if let (Some(message), Payload::Text(string)) = (&self.message, &self.payload) {
            let page = answer(PAGE);
            if let Ok(page) = &page
                && self.token.is_undefined()
            {
                self.name_page(page);
            }
            let added = Added {
                page: options.object(PAGE, &page),
                user_info: options.object(USER_INFO, &answer(USER_INFO)),
                is_callers_page: options.has_callers_page(),
            };
            if let Some(text) = message.with(string, &added, options.body_limit_bytes) {
                self.payload = Payload::Text(text);
            }
        }
        self.init = self.call.init(options.credentials.as_deref());
        let body = if let Payload::Text(text) = &self.payload { Some(text) } else { None };
        let stop = self.stop.as_ref().filter(|_| self.message.is_some());
        fill(&self.init, &self.headers, body, stop.and_then(Stop::own_signal).as_ref());
        self.send(Step::Response)
    }

    /// Names the page to a server of the same origin that knows readers by their cookies: a proxy may need it before it
    /// reads a body. The address is the page context's, without secrets.
    fn name_page(&self, page: &JsValue) {
        if self.options.credentials.is_none() {
            return;
        }
        let Some(address) = member(page, "url").and_then(|url| url.as_string()) else { return };
        let origin = member(&global(), "location").and_then(|location| member(&location, "origin"));
        let is_own = |url: &Url| origin.is_some_and(|origin| origin == url.origin().as_str());
        if !self.url.as_ref().is_some_and(is_own) {
            return;
        }
        let parts = [address.as_str(), until(&address, b"?#")];
        if let Some(short) = parts.into_iter().find(|part| part.len() <= PAGE_URL_BYTES && part.is_ascii()) {
            let _ = self.headers.unchecked_ref::<KeptHeaders>().set(&"X-Page-URL".into(), &short.into());
        }
    }

    fn send(&mut self, step: Step) -> Progress {
        if let Some(reason) = self.stop.as_ref().and_then(|stop| stop.reason()) {
            return Err(reason);
        }
        self.step = step;
        let (input, init) = self.call.arguments(&self.init)?;
        Ok(Next::Wait(self.options.network(&input, &init)))
    }

    fn respond(&mut self, response: JsValue) -> Progress {
        let status = response.unchecked_ref::<Parts>().status().ok().and_then(|status| status.as_f64());
        if status != Some(401.0) {
            // 0 is that of an answer that nobody may read, as a redirect to a login that is not followed.
            let is_fine = status.is_some_and(|status| (200.0..300.0).contains(&status));
            if is_fine {
                self.options.session.tell(!is_login(&response));
            }
            return self.end(response);
        }
        // A token that came as a plain string is the same the next time, and so is what can be sent only once.
        if self.step == Step::Response
            && !self.token.is_undefined()
            && !matches!(self.payload, Payload::Once)
            && let Some(provider @ Provider::Function(_)) = &self.options.token
        {
            self.refusal = response;
            self.step = Step::Token;
            return match provider.ask(&self.token) {
                Ok(token) if !is_promise(&token) => self.renew(Ok(token)),
                token => Ok(Next::Wait(promised(token))),
            };
        }
        self.options.session.tell(false);
        self.end(response)
    }

    fn renew(&mut self, token: Settled) -> Progress {
        let refusal = self.refusal.clone();
        self.headers.delete("authorization")?;
        let fresh = token.ok().filter(|token| *token != self.token);
        if !fresh.is_some_and(|fresh| matches!(self.authorize(&fresh), Ok(Some(_)))) {
            self.options.session.tell(false);
            return self.end(refusal);
        }
        if let Some(body) = refusal.dyn_ref::<Response>().and_then(Response::body) {
            // Nobody will read it, and its connection is wanted.
            drop(body.cancel());
        }
        self.send(Step::LastResponse)
    }

    /// Hands the answer over, unread.
    fn end(&mut self, response: JsValue) -> Progress {
        if let Some(stop) = &self.stop {
            let address = self
                .url
                .as_ref()
                .filter(|_| self.message.is_some())
                .and_then(|url| cancel_address(&response, url));
            stop.answered(address.map(|address| Cancel {
                address,
                headers: &self.headers,
                credentials: self.options.credentials.as_deref(),
                fetch: self.options.fetch.as_ref(),
            }));
        }
        Ok(Next::Done(response))
    }

    /// Puts the token into the headers and gives it back; `None` for a reader who is signed out. The error never repeats
    /// the token, as the browser's own would.
    fn authorize(&self, token: &JsValue) -> Result<Option<JsValue>, JsValue> {
        if token.is_null() || token.is_undefined() {
            return Ok(None);
        }
        let Some(text) = token.dyn_ref::<JsString>() else { return Err("it is not a string".into()) };
        if text.length() == 0 {
            return Ok(None);
        }
        let headers: &KeptHeaders = self.headers.unchecked_ref();
        match headers.set(&self.options.authorization, &self.options.bearer.concat(text)) {
            Ok(()) => Ok(Some(token.clone())),
            Err(_) => Err("it cannot be a header".into()),
        }
    }

    fn release(&self) {
        if let Some(stop) = &self.stop {
            stop.answered(None);
        }
    }
}

/// Whether a proxy led the request to a page, as it does with readers whom it does not know.
fn is_login(response: &JsValue) -> bool {
    response.dyn_ref::<Response>().is_some_and(|response| {
        response.redirected() && content_type(&response.headers()).starts_with("text/html")
    })
}
