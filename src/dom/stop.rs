//! Stopping an answer. An element stops one by aborting its request, which a server cannot tell from a reader whose
//! connection broke: Docent's goes on then, so that nothing is lost. Here the server is told which of the two it was.
//!
//! A stop may come before the answer has begun, and with it before the name of its run is known. The caller's promise
//! is rejected at once then, and the request itself goes on until the name is there, five seconds at most.

use js_sys::{Array, Function, Object, Promise};
use wasm_bindgen::prelude::*;
use web_sys::{AbortController, AbortSignal, Headers, Response, Url};

use super::handle::Target;
use super::{KeptHeaders, Settled, call_fetch, deferred, later, member, on_settled, once};
use crate::bindings::record::record;

/// The header by which Docent's server names the run that answers; other servers have none and are told nothing.
const RUN_ID: &str = "x-docent-run-id";

/// How long a stopped request may go on to learn the name of its run.
const NAME_MS: u32 = 5_000;

#[wasm_bindgen]
extern "C" {
    /// What an abort has to know. It is an object of JavaScript, bound to the one function that listens to all signals: after
    /// the answer the caller's signal alone holds it, and a closure of Rust's own for each call would have to be registered
    /// with the garbage collector.
    type Abort;
    /// Rejects the caller's promise.
    #[wasm_bindgen(method, getter, structural)]
    fn reject(this: &Abort) -> Function;
    #[wasm_bindgen(method, setter, structural)]
    fn set_reject(this: &Abort, reject: &Function);
    /// Whose signal the request was sent with, if not with the caller's own.
    #[wasm_bindgen(method, getter, structural)]
    fn controller(this: &Abort) -> Option<AbortController>;
    #[wasm_bindgen(method, setter, structural)]
    fn set_controller(this: &Abort, controller: &AbortController);
    /// How to tell the server, in the order of [`Cancel`], once there is an answer; `false` where it cannot be told.
    #[wasm_bindgen(method, getter, structural)]
    fn cancel(this: &Abort) -> JsValue;
    #[wasm_bindgen(method, setter, structural)]
    fn set_cancel(this: &Abort, cancel: &JsValue);
}

/// What every call needs on the side of JavaScript: to take it there each time costs microseconds.
struct Known {
    /// Takes an [`Abort`] and the event.
    listener: Function,
    event: JsValue,
    run_id: JsValue,
}

thread_local! {
    static KNOWN: Known = Known {
        listener: Closure::<dyn Fn(Abort, JsValue) -> Settled>::new(heard).into_js_value().unchecked_into(),
        event: "abort".into(),
        run_id: RUN_ID.into(),
    };
}

/// The signal of one call, and what its abort comes to.
pub(crate) struct Stop {
    signal: AbortSignal,
    abort: Abort,
    listener: JsValue,
}

/// How a server is told to stop a run.
pub(crate) struct Cancel<'a> {
    /// See [`cancel_address`].
    pub(crate) address: String,
    /// Those of the request.
    pub(crate) headers: &'a Headers,
    pub(crate) credentials: Option<&'a str>,
    /// The page's own if there is none.
    pub(crate) fetch: Option<&'a Function>,
}

impl Stop {
    /// Begins to listen.
    pub(crate) fn watch(signal: AbortSignal) -> (Self, Wish) {
        let abort: Abort = Object::new().unchecked_into();
        let (promise, (resolve, reject)) = deferred();
        abort.set_reject(&reject);
        let listener = KNOWN.with(|known| {
            let listener: JsValue = known.listener.bind1(&JsValue::UNDEFINED, &abort).into();
            signal.unchecked_ref::<Target>().listen(&known.event, &listener, &JsValue::UNDEFINED);
            listener
        });
        (Self { signal, abort, listener }, Wish { promise, resolve, reject })
    }

    /// Why the caller gave up, if that is so.
    pub(crate) fn reason(&self) -> Option<JsValue> {
        self.signal.aborted().then(|| reason(&self.signal))
    }

    /// The signal to send a request with whose answer the server has to be told to stop.
    pub(crate) fn own_signal(&self) -> Option<AbortSignal> {
        let controller = AbortController::new().ok()?;
        self.abort.set_controller(&controller);
        Some(controller.signal())
    }

    /// The answer is there, or none will be. `cancel` says how to tell the server, where it can be told.
    pub(crate) fn answered(&self, cancel: Option<Cancel<'_>>) {
        let Some(controller) = self.abort.controller() else {
            // A signal may outlive many calls.
            return KNOWN.with(|known| {
                self.signal.unchecked_ref::<Target>().rest(&known.event, &self.listener, false)
            });
        };
        self.abort.set_cancel(&cancel.map_or(JsValue::FALSE, |cancel| {
            let Cancel { address, headers, credentials, fetch } = cancel;
            let credentials = credentials.map_or(JsValue::UNDEFINED, JsValue::from);
            let fetch = fetch.map_or(JsValue::UNDEFINED, JsValue::from);
            Array::of4(&address.into(), headers, &credentials, &fetch).into()
        }));
        if let Some(reason) = self.reason() {
            hang_up(&self.abort, &controller, &reason);
        }
    }
}

/// What the caller waits for.
pub(crate) struct Wish {
    promise: Promise,
    resolve: Function,
    reject: Function,
}

impl Wish {
    /// A promise of what `answer` comes to, or of the signal's reason once that is aborted.
    pub(crate) fn or(self, answer: &Promise) -> Promise {
        // What this gives in its turn is nothing.
        drop(on_settled(answer, &self.resolve, &self.reject));
        self.promise
    }
}

/// An abort: the caller learns of it at once, the server as soon as the name of its run is known.
fn heard(abort: Abort, event: JsValue) -> Settled {
    let reason = reason(&member(&event, "target").unwrap_or(JsValue::UNDEFINED));
    if let Some(controller) = abort.controller() {
        if !abort.cancel().is_undefined() {
            hang_up(&abort, &controller, &reason);
        } else {
            later(NAME_MS, &once(move || controller.abort()));
        }
    }
    abort.reject().call1(&JsValue::UNDEFINED, &reason)
}

/// Ends the stream of an answer, and tells the server once. A page that closes aborts nothing, so the answer of a reader who
/// left is still written to its end.
fn hang_up(abort: &Abort, controller: &AbortController, reason: &JsValue) {
    controller.abort_with_reason(reason);
    let Ok(cancel) = abort.cancel().dyn_into::<Array>() else { return };
    abort.set_cancel(&JsValue::FALSE);
    let init = record(&[
        ("method", "POST".into()),
        ("headers", cancel.get(1)),
        ("credentials", cancel.get(2)),
        ("keepalive", JsValue::TRUE),
    ]);
    let told = call_fetch(cancel.get(3).dyn_ref(), &cancel.get(0), &init);
    // Nobody waits for the answer, and a server out of reach has nothing to stop.
    drop(on_settled(&told, &JsValue::UNDEFINED, &once(|| ())));
}

/// What an aborted signal rejects with.
fn reason(signal: &JsValue) -> JsValue {
    member(signal, "reason").unwrap_or(JsValue::UNDEFINED)
}

/// Where to post that the run behind `response`, the answer to a request to `url`, is to be stopped.
pub(crate) fn cancel_address(response: &JsValue, url: &Url) -> Option<String> {
    let headers = response.dyn_ref::<Response>()?.headers();
    let run = KNOWN.with(|known| headers.unchecked_ref::<KeptHeaders>().get(&known.run_id)).as_string()?;
    // The id becomes part of an address, so it may be nothing but a name.
    let is_name = run.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let path = url.pathname();
    is_name.then(|| {
        [&url.origin(), path.trim_end_matches('/'), "/runs/", &run, "/cancel", &url.search()].concat()
    })
}
