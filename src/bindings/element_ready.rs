//! `whenElementReady` for JavaScript.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AbortSignal, Element};

use super::record::{call, record, set};
use super::{FirstError, Options};
use crate::dom::detector::{Detector, Standing, Wish};
use crate::dom::script::{ScriptRequest, absolute_url};
use crate::dom::{Listener, document, window};
use crate::load_failure::describe;
use crate::readiness::{Limits, State};
use crate::{DocentError, ErrorCode};

/// Waits until the chat element is defined and has its methods.
///
/// Options: `name` (default `"openai-chatkit"`), `scriptUrl`, `nonce`, `integrity`, `trustedTypesPolicy`, `element`,
/// `timeoutMs` (10 000), `slowMs` (3 000), `retries` (2), `signal`, `fallback`, `onStatus`.
///
/// Resolves with `{ name, source }`, `source` being `"official"` or `"element"`. Rejects with a `DocentError`; its
/// `recovered` is a promise that resolves if the element comes after all, and `onStatus` hears of it too.
///
/// # Errors
/// Throws a `DocentError` with the code `invalid_option` or, without a page, `no_document`.
#[wasm_bindgen(js_name = whenElementReady)]
pub fn when_element_ready(options: JsValue) -> Result<Promise, JsValue> {
    Ok(start(options)?)
}

fn start(options: JsValue) -> Result<Promise, DocentError> {
    let options = Options::new("whenElementReady", options)?;
    let (Some(window), Some(document)) = (window(), document()) else {
        let message = "whenElementReady needs a page. Call it in the browser, for example in an effect.";
        return Err(DocentError::new(ErrorCode::NoDocument, message));
    };
    let mut first = FirstError::default();
    let script = first.take(options.text("scriptUrl")).map(|url| {
        let address = absolute_url(&document, &url);
        ScriptRequest {
            url: first
                .take(address.map(Some).ok_or_else(|| options.wrong("scriptUrl", "a URL")))
                .unwrap_or_default(),
            nonce: first.take(options.text("nonce")),
            integrity: first.take(options.text("integrity")),
            trusted_types_policy: first
                .take(options.text("trustedTypesPolicy"))
                .unwrap_or_else(|| "docent".into()),
        }
    });
    let mut limits = Limits::default();
    for (name, limit) in [("slowMs", &mut limits.slow_ms), ("timeoutMs", &mut limits.timeout_ms)] {
        if let Some(given) = first.take(options.whole_number(name)) {
            *limit = f64::from(given);
        }
    }
    limits.retries = first.take(options.whole_number("retries")).unwrap_or(limits.retries);
    let element = first.take(instance::<Element>(&options, "element", "an element"));
    let signal = first.take(instance::<AbortSignal>(&options, "signal", "an AbortSignal"));
    let fallback = first.take(options.function("fallback"));
    let on_status = first.take(options.function("onStatus"));
    let name = first.take(options.text("name")).unwrap_or_else(|| "openai-chatkit".into());
    first.check()?;

    let (promise, outcome) = Outcome::new(name.clone(), on_status);
    let outcome = Rc::new(outcome);
    if signal.as_ref().is_some_and(AbortSignal::aborted) {
        let error = describe(ErrorCode::Aborted, &name, None, 0);
        let state = State::Error(ErrorCode::Aborted);
        outcome.tell(&Standing { state, source: None, error: Some((error, None)) });
        return Ok(promise);
    }
    let told = outcome.clone();
    let wish = Wish { name, script, element, fallback, limits };
    let detector = Detector::start(window, document, wish, Box::new(move |standing| told.tell(standing)));
    if let Some(signal) = signal.filter(|_| !outcome.is_over()) {
        let aborts = Listener::on(&signal, "abort", move |_| detector.abort());
        outcome.abort_listener.replace(Some(aborts));
    }
    Ok(promise)
}

fn instance<T: JsCast>(options: &Options, name: &str, must: &str) -> Result<Option<T>, DocentError> {
    let Some(value) = options.value(name) else { return Ok(None) };
    value.dyn_into().map(Some).map_err(|_| options.wrong(name, must))
}

/// The promises of one call and who else hears of changes.
struct Outcome {
    name: String,
    on_status: Option<Function>,
    settle: RefCell<Option<(Function, Function)>>,
    recover: Function,
    recovered: Promise,
    abort_listener: RefCell<Option<Listener>>,
    is_over: Cell<bool>,
}

impl Outcome {
    fn new(name: String, on_status: Option<Function>) -> (Promise, Self) {
        let (promise, settle) = deferred();
        let (recovered, (recover, _)) = deferred();
        let outcome = Self {
            name,
            on_status,
            settle: RefCell::new(Some(settle)),
            recover,
            recovered,
            abort_listener: RefCell::default(),
            is_over: Cell::new(false),
        };
        (promise, outcome)
    }

    fn is_over(&self) -> bool {
        self.is_over.get()
    }

    fn tell(&self, standing: &Standing) {
        let status =
            record(&[("state", standing.state.as_str().into()), ("name", self.name.as_str().into())]);
        match (standing.source, &standing.error) {
            (Some(source), _) => {
                set(&status, "source", &source.into());
                self.is_over.set(true);
                let ready = record(&[("name", self.name.as_str().into()), ("source", source.into())]);
                let resolve = self.settle.take().map_or_else(|| self.recover.clone(), |(resolve, _)| resolve);
                call(&resolve, &ready);
            }
            (None, Some((error, cause))) => {
                self.is_over.set(standing.state == State::Error(ErrorCode::Aborted));
                let error = JsValue::from(error.clone());
                set(&error, "recovered", &self.recovered);
                if let Some(cause) = cause {
                    set(&error, "cause", cause);
                }
                set(&status, "error", &error);
                if let Some((_, reject)) = self.settle.take() {
                    call(&reject, &error);
                }
            }
            (None, None) => {}
        }
        if self.is_over() {
            self.abort_listener.take();
        }
        if let Some(on_status) = &self.on_status {
            call(on_status, &status);
        }
    }
}

fn deferred() -> (Promise, (Function, Function)) {
    let mut functions = None;
    let promise = Promise::new(&mut |resolve, reject| functions = Some((resolve, reject)));
    // The executor of a promise runs before its constructor returns.
    (promise, functions.unwrap_or_default())
}
