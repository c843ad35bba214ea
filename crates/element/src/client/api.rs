//! Calling the server: `api.fetch` or the browser's own, with what the official element sends.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    AbortController, AbortSignal, ReadableStreamDefaultReader, ReadableStreamReadResult, Response,
};

use super::sse::Reader;
use crate::json::{self, Json};
use crate::model::{Failure, FailureKind};

/// How long an answer that is not a stream may take.
const CALL_TIMEOUT_MS: u32 = 60_000;

/// Where requests go, and how.
#[derive(Clone)]
pub(crate) struct Endpoint {
    pub(crate) url: String,
    /// The page's own `fetch`.
    pub(crate) fetch: Option<Function>,
    /// Sent as `Accept-Language`.
    pub(crate) locale: String,
}

/// Why there is no answer.
pub(crate) enum Stopped {
    /// We broke the request off, or left it, ourselves: nobody waits for it.
    Aborted,
    /// It failed.
    Failed(Failure),
}

impl From<FailureKind> for Stopped {
    fn from(kind: FailureKind) -> Self {
        Stopped::Failed(Failure::new(kind, None))
    }
}

/// An answer that is being read, for whoever wants to end that.
pub(crate) struct Stream {
    controller: AbortController,
    reader: RefCell<Option<ReadableStreamDefaultReader>>,
    is_over: Cell<bool>,
}

impl Stream {
    pub(crate) fn new() -> Option<Rc<Self>> {
        let controller = AbortController::new().ok()?;
        Some(Rc::new(Self { controller, reader: RefCell::default(), is_over: Cell::new(false) }))
    }

    /// Ends the request by its signal. That is how `createFetch` learns that the reader stopped the answer.
    pub(crate) fn abort(&self) {
        self.is_over.set(true);
        self.controller.abort();
    }

    /// Reads no more, and lets the connection go. The signal stays quiet: the answer is still wanted.
    pub(crate) fn leave(&self) {
        self.is_over.set(true);
        if let Some(reader) = self.reader.take() {
            // A stream that had failed says so once more, to nobody.
            let cancelled = reader.cancel();
            spawn_local(async move { drop(JsFuture::from(cancelled).await) });
        }
    }
}

/// Posts a body whose answer is a stream and hands over the data of each event.
pub(crate) async fn stream(
    endpoint: &Endpoint,
    body: &str,
    stream: &Stream,
    mut on_event: impl FnMut(String),
) -> Result<(), Stopped> {
    let signal = stream.controller.signal();
    let response = endpoint.post(&endpoint.url, body.into(), true, &signal).await?;
    let kind = response.headers().get("content-type").ok().flatten().unwrap_or_default();
    if !kind.trim_start().to_ascii_lowercase().starts_with("text/event-stream") {
        return Err(FailureKind::NotChatKit.into());
    }
    let body = response.body().ok_or(FailureKind::NotChatKit)?;
    let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
    stream.reader.replace(Some(reader.clone()));
    if stream.is_over.get() {
        // It was left before the server answered.
        stream.leave();
        return Err(Stopped::Aborted);
    }
    let mut events = Reader::default();
    loop {
        // From here on the server has the message: a broken stream is reported, never sent again by itself.
        let chunk = JsFuture::from(reader.read()).await.map_err(|_| match stream.is_over.get() {
            true => Stopped::Aborted,
            false => Stopped::Failed(Failure::new(unless_offline(FailureKind::Interrupted), None)),
        })?;
        let chunk: ReadableStreamReadResult = chunk.unchecked_into();
        if stream.is_over.get() {
            return Err(Stopped::Aborted);
        }
        if chunk.get_done().unwrap_or(true) {
            return Ok(());
        }
        let bytes = js_sys::Uint8Array::new(&chunk.get_value()).to_vec();
        let Ok(complete) = events.push(&bytes) else {
            let _ = reader.cancel();
            return Err(FailureKind::NotChatKit.into());
        };
        complete.into_iter().for_each(&mut on_event);
    }
}

/// Posts a body whose answer is one JSON value.
pub(crate) async fn call(endpoint: &Endpoint, body: &str) -> Result<Json, Stopped> {
    let controller = AbortController::new().map_err(|_| FailureKind::Host)?;
    let signal = controller.signal();
    let timeout = gloo_timers::callback::Timeout::new(CALL_TIMEOUT_MS, move || controller.abort());
    let answer = answer(endpoint.post(&endpoint.url, body.into(), true, &signal).await).await;
    drop(timeout);
    // The only one who aborts this request is the clock.
    answer.map_err(|stopped| match stopped {
        Stopped::Aborted => FailureKind::Unreachable.into(),
        failed => failed,
    })
}

/// Sends a form or a file to an address and reads the JSON it answers, if it answers any.
pub(crate) async fn upload(
    endpoint: &Endpoint,
    url: &str,
    method: &str,
    headers: &Json,
    body: JsValue,
) -> Result<Json, Stopped> {
    let controller = AbortController::new().map_err(|_| FailureKind::Host)?;
    let init = init(method, body, &controller.signal());
    let fields = Object::new();
    for (name, value) in headers.members() {
        set(&fields, name, &value.as_str().unwrap_or_default().into());
    }
    set(&init, "headers", &fields);
    let response = endpoint.fetch(url, &init, &controller.signal()).await?;
    Ok(answer(Ok(response)).await.unwrap_or_default())
}

async fn answer(response: Result<Response, Stopped>) -> Result<Json, Stopped> {
    let text = text(&response?).await;
    match text.trim() {
        "" => Ok(Json::Null),
        text => json::parse(text).ok_or_else(|| FailureKind::NotChatKit.into()),
    }
}

async fn text(response: &Response) -> String {
    let Ok(promise) = response.text() else { return String::new() };
    JsFuture::from(promise).await.ok().and_then(|text| text.as_string()).unwrap_or_default()
}

impl Endpoint {
    async fn post(
        &self,
        url: &str,
        body: JsValue,
        is_json: bool,
        signal: &AbortSignal,
    ) -> Result<Response, Stopped> {
        let init = init("POST", body, signal);
        let headers = Object::new();
        if is_json {
            set(&headers, "Content-Type", &"application/json".into());
        }
        set(&headers, "Accept-Language", &self.locale.as_str().into());
        set(&init, "headers", &headers);
        self.fetch(url, &init, signal).await
    }

    async fn fetch(&self, url: &str, init: &Object, signal: &AbortSignal) -> Result<Response, Stopped> {
        let own =
            || Reflect::get(&js_sys::global(), &"fetch".into()).ok().and_then(|fetch| fetch.dyn_into().ok());
        let function: Function = self.fetch.clone().or_else(own).ok_or(FailureKind::Host)?;
        // Not as a method of anything: the browser's `fetch` refuses any `this` but the window.
        let promise =
            function.call2(&JsValue::UNDEFINED, &url.into(), init).map(|value| Promise::resolve(&value));
        let outcome = match promise {
            Ok(promise) => JsFuture::from(promise).await,
            Err(error) => Err(error),
        };
        let response: Response = match outcome {
            Ok(response) => response.unchecked_into(),
            Err(_) if signal.aborted() => return Err(Stopped::Aborted),
            Err(error) => return Err(Stopped::Failed(thrown(&error))),
        };
        if response.ok() {
            return Ok(response);
        }
        let status = response.status();
        Err(Stopped::Failed(Failure::from_status(status, &text(&response).await)))
    }
}

/// What a `fetch` that threw means.
fn thrown(error: &JsValue) -> Failure {
    let is_ours = error.is_instance_of::<js_sys::TypeError>();
    if is_ours {
        return Failure::new(unless_offline(FailureKind::Unreachable), None);
    }
    let read = |name: &str| Reflect::get(error, &name.into()).ok().and_then(|value| value.as_string());
    let mut failure = Failure::new(FailureKind::Host, read("message"));
    failure.code = read("code");
    failure
}

/// The browser knows best when it is the network that is gone.
fn unless_offline(kind: FailureKind) -> FailureKind {
    let is_online = web_sys::window().is_none_or(|window| window.navigator().on_line());
    if is_online { kind } else { FailureKind::Offline }
}

fn init(method: &str, body: JsValue, signal: &AbortSignal) -> Object {
    let init = Object::new();
    set(&init, "method", &method.into());
    set(&init, "body", &body);
    set(&init, "signal", signal);
    init
}

fn set(object: &Object, name: &str, value: &JsValue) {
    // Setting a member of an object we made cannot fail.
    let _ = Reflect::set(object, &name.into(), value);
}
