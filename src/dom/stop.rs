//! Stopping an answer. An element stops one by aborting its request, which a server cannot tell from a reader whose
//! connection broke: Docent's goes on then, so that nothing is lost. Here the server is told which of the two it was.
//!
//! A stop may come before the answer has begun, and with it before the name of its run is known. The caller's promise
//! is rejected at once then, and the request itself goes on until the name is there, five seconds at most.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AbortController, AbortSignal, Response, Url};

use super::{deferred, function, later, member, once};

/// The header by which Docent's server names the run that answers; other servers have none and are told nothing.
const RUN_ID: &str = "x-docent-run-id";

/// How long a stopped request may go on to learn the name of its run.
const NAME_MS: u32 = 5_000;

/// The signal of one call, and what its abort comes to.
pub(crate) struct Stop {
    /// The signal and what listens to it, until the call is answered: then the signal alone holds the listener, and both go
    /// when the caller lets go of the signal.
    watched: RefCell<Option<(AbortSignal, JsValue)>>,
    stage: RefCell<Stage>,
}

/// How far a request is.
enum Stage {
    /// It has the caller's own signal, or is not sent yet.
    Callers,
    /// It is sent with this controller's signal and not answered yet.
    Sent(AbortController),
    /// It is answered; the function tells the server.
    Answered(AbortController, Option<Box<dyn FnOnce()>>),
}

impl Stop {
    /// Begins to listen. The promise is rejected with the signal's reason once it is aborted.
    pub(crate) fn watch(signal: AbortSignal) -> (Rc<Self>, Promise) {
        let stop = Rc::new(Self { watched: RefCell::default(), stage: RefCell::new(Stage::Callers) });
        let (aborted, (_, reject)) = deferred();
        let stopped = Rc::clone(&stop);
        let listener = function(Box::new(move |event| {
            let reason = reason(&member(&event, "target").unwrap_or(JsValue::UNDEFINED));
            stopped.end(&reason);
            reject.call1(&JsValue::UNDEFINED, &reason)
        }));
        let _ = signal.add_event_listener_with_callback("abort", listener.unchecked_ref());
        stop.watched.replace(Some((signal, listener)));
        (stop, aborted)
    }

    /// Why the caller gave up, if that is so.
    pub(crate) fn reason(&self) -> Option<JsValue> {
        let watched = self.watched.borrow();
        let (signal, _) = watched.as_ref()?;
        signal.aborted().then(|| reason(signal))
    }

    /// The signal to send a request with whose answer the server has to be told to stop.
    pub(crate) fn own_signal(&self) -> Option<AbortSignal> {
        let controller = AbortController::new().ok()?;
        let signal = controller.signal();
        self.stage.replace(Stage::Sent(controller));
        Some(signal)
    }

    /// The answer is there. `tell` tells the server, where it can be told.
    pub(crate) fn answered(&self, tell: Option<Box<dyn FnOnce()>>) {
        let reason = self.reason();
        let watched = self.watched.take();
        let stage = self.stage.replace(Stage::Callers);
        if let Stage::Sent(controller) = stage {
            self.stage.replace(Stage::Answered(controller, tell));
            if let Some(reason) = reason {
                self.end(&reason);
            }
        } else if let Some((signal, listener)) = watched {
            // A signal may outlive many calls.
            let _ = signal.remove_event_listener_with_callback("abort", listener.unchecked_ref());
        }
    }

    fn end(&self, reason: &JsValue) {
        match self.stage.replace(Stage::Callers) {
            Stage::Callers => {}
            Stage::Sent(controller) => {
                let request = controller.clone();
                later(NAME_MS, &once(move || request.abort()));
                self.stage.replace(Stage::Sent(controller));
            }
            Stage::Answered(controller, tell) => {
                controller.abort_with_reason(reason);
                if let Some(tell) = tell {
                    tell();
                }
            }
        }
    }
}

/// What an aborted signal rejects with.
fn reason(signal: &JsValue) -> JsValue {
    member(signal, "reason").unwrap_or_else(|| {
        // Browsers of before 2022 give none.
        let error = js_sys::Error::new("The operation was aborted.");
        error.set_name("AbortError");
        error.into()
    })
}

/// Where to post that the run behind `response`, the answer to a request to `url`, is to be stopped.
pub(crate) fn cancel_address(response: &JsValue, url: &Url) -> Option<String> {
    let run = response.dyn_ref::<Response>()?.headers().get(RUN_ID).ok()??;
    // The id becomes part of an address, so it may be nothing but a name.
    let is_name = run.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let path = url.pathname();
    is_name.then(|| {
        [&url.origin(), path.trim_end_matches('/'), "/runs/", &run, "/cancel", &url.search()].concat()
    })
}
