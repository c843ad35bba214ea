//! `whenElementReady` for JavaScript.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AbortSignal, CustomEvent, CustomEventInit, Element, EventTarget};

use super::Reader;
use super::record::{call, record, set};
use crate::dom::detector::{Begin, Detector, Failure, Standing, Wish};
use crate::dom::script::{ScriptRequest, absolute_url};
use crate::dom::{Listener, Settled, deferred, document, function, promised, then, window, within};
use crate::load_failure::brief;
use crate::readiness::{Limits, State};
use crate::{DocentError, ErrorCode};

/// Waits until the chat element is defined and has its methods.
///
/// Options: `name` (default `"openai-chatkit"`), `scriptUrl`, the tag's `nonce`, `integrity`, `crossOrigin`,
/// `referrerPolicy`, `fetchPriority` and `scriptType`, `trustedTypesPolicy`, `cacheBust`, `element`, `timeoutMs`
/// (10 000), `slowMs` (3 000), `retries` (2), `load` (`"now"`, `"idle"`, `"intent"`), `trigger`, `signal`, `fallback`,
/// `onStatus`, `events`, `windowEvents`.
///
/// Resolves with `{ name, source }`, `source` being `"official"` or `"element"`. Rejects with a `DocentError`; its
/// `recovered` is a promise that resolves if the element comes after all, and `onStatus` hears of it too; its `retry()`
/// tries again.
///
/// `explain` is asked for an error's message, with an array of the arguments of `explainFailure`.
/// Without it, or if it takes more than three seconds, the message says little more than the code.
///
/// # Errors
/// Throws a `DocentError` with the code `invalid_option` or, without a page, `no_document`.
#[wasm_bindgen(js_name = whenElementReady)]
pub fn when_element_ready(options: JsValue, explain: Option<Function>) -> Result<Promise, JsValue> {
    Ok(start(options, explain)?)
}

/// How long an error waits for its words.
const PATIENCE_MS: u32 = 3_000;

fn start(options: JsValue, explain: Option<Function>) -> Result<Promise, DocentError> {
    let options = Reader::new("whenElementReady", options)?;
    let (Some(window), Some(document)) = (window(), document()) else {
        let message = "whenElementReady needs a page. Call it in the browser, for example in an effect.";
        return Err(DocentError::new(ErrorCode::NoDocument, message));
    };
    let script = options.text("scriptUrl").map(|url| {
        let url = absolute_url(&document, &url).unwrap_or_else(|| {
            options.refuse("scriptUrl", "a URL");
            url
        });
        let attributes = ATTRIBUTES.into_iter();
        ScriptRequest {
            url,
            attributes: attributes
                .filter_map(|(name, attribute)| Some((attribute, options.text(name)?)))
                .collect(),
            busts_cache: options.flag("cacheBust").unwrap_or(false),
            trusted_types_policy: options.text("trustedTypesPolicy").unwrap_or_else(|| "docent".into()),
        }
    });
    let mut limits = Limits::default();
    for (name, limit) in [("slowMs", &mut limits.slow_ms), ("timeoutMs", &mut limits.timeout_ms)] {
        if let Some(given) = options.whole_number(name) {
            *limit = f64::from(given);
        }
    }
    limits.retries = options.whole_number("retries").unwrap_or(limits.retries);
    let target = |name| options.object(name, "an EventTarget", |value| value.has_type::<EventTarget>());
    let element = options.object("element", "an element", |value| value.has_type::<Element>());
    let signal = options.object("signal", "an AbortSignal", |value| value.has_type::<AbortSignal>());
    let (events, trigger) = (target("events"), target("trigger"));
    let fallback = options.function("fallback");
    let on_status = options.function("onStatus");
    let window_events = options.flag("windowEvents").unwrap_or(false);
    let name = options.text("name").unwrap_or_else(|| "openai-chatkit".into());
    let begin = match options.text("load").as_deref() {
        Some("idle") => Begin::Idle,
        Some("intent") => {
            Begin::Intent(trigger.map_or_else(|| document.clone().into(), JsCast::unchecked_into))
        }
        given => {
            if given.is_some_and(|given| given != "now") {
                options.refuse("load", "\"now\", \"idle\" or \"intent\"");
            }
            Begin::Now
        }
    };
    options.check()?;
    let element = element.map(JsCast::unchecked_into);
    let signal: Option<AbortSignal> = signal.map(JsCast::unchecked_into);

    let targets = (events.map(JsCast::unchecked_into), window_events.then(|| window.clone().into()));
    let (promise, outcome) = Outcome::new(name.clone(), on_status, explain, targets);
    let outcome = Rc::new(outcome);
    if signal.as_ref().is_some_and(AbortSignal::aborted) {
        let code = ErrorCode::Aborted;
        let failure = Failure { code, url: JsValue::UNDEFINED, detail: JsValue::UNDEFINED, cause: None };
        let state = State::Error(code);
        outcome.tell(None, &Standing { state, is_retry: false, source: None, failure: Some(failure) });
        return Ok(promise);
    }
    let told = outcome.clone();
    let wish = Wish { name, script, element, fallback, limits, begin };
    let tell = Box::new(move |detector: &_, standing: &_| told.tell(Some(detector), standing));
    let detector = Detector::start(window, document, wish, tell);
    if let Some(signal) = signal.filter(|_| !outcome.is_over()) {
        let aborts = Listener::on(&signal, "abort", move |_| detector.abort());
        outcome.abort_listener.replace(Some(aborts));
    }
    Ok(promise)
}

/// The options that are attributes of the script tag.
const ATTRIBUTES: [(&str, &str); 6] = [
    ("nonce", "nonce"),
    ("integrity", "integrity"),
    ("crossOrigin", "crossorigin"),
    ("referrerPolicy", "referrerpolicy"),
    ("fetchPriority", "fetchpriority"),
    ("scriptType", "type"),
];

/// The promises of one call and who else hears of changes.
struct Outcome {
    name: String,
    on_status: Option<Function>,
    explain: Option<Function>,
    /// How often something was told: what happens while an error waits for its words comes in its place.
    turn: Cell<u32>,
    /// Who hears of changes as events: a target of the caller's, and the window under the names of older recipes.
    targets: (Option<EventTarget>, Option<EventTarget>),
    settle: RefCell<Option<(Function, Function)>>,
    recover: Function,
    recovered: Promise,
    abort_listener: RefCell<Option<Listener>>,
    is_over: Cell<bool>,
}

impl Outcome {
    fn new(
        name: String,
        on_status: Option<Function>,
        explain: Option<Function>,
        targets: (Option<EventTarget>, Option<EventTarget>),
    ) -> (Promise, Self) {
        let (promise, settle) = deferred();
        let (recovered, (recover, _)) = deferred();
        let outcome = Self {
            name,
            on_status,
            explain,
            turn: Cell::new(0),
            targets,
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

    fn tell(self: &Rc<Self>, detector: Option<&Rc<Detector>>, standing: &Standing) {
        let state = standing.state;
        let status = record(&[("state", state.as_str().into()), ("name", self.name.as_str().into())]);
        if standing.is_retry {
            return dispatch(self.targets.0.as_ref(), "retry", &status);
        }
        let turn = self.turn.get() + 1;
        self.turn.set(turn);
        self.is_over.set(matches!(state, State::Ready | State::Error(ErrorCode::Aborted)));
        if self.is_over() {
            self.abort_listener.take();
        }
        if let Some(source) = standing.source {
            set(&status, "source", &source.into());
            let ready = record(&[("name", self.name.as_str().into()), ("source", source.into())]);
            let resolve = self.settle.take().map_or_else(|| self.recover.clone(), |(resolve, _)| resolve);
            call(&resolve, &ready);
        }
        let Some(failure) = &standing.failure else { return self.announce(state, &status) };
        let error = self.error(detector, failure);
        set(&status, "error", &error);
        let explain = self.explain.as_ref().filter(|_| !self.is_over());
        let Some(explain) = explain else { return self.fail(state, &status, &error) };
        let arguments = Array::of4(
            &failure.code.as_str().into(),
            &self.name.as_str().into(),
            &failure.url,
            &failure.detail,
        );
        let words = within(PATIENCE_MS, &promised(explain.call1(&JsValue::UNDEFINED, &arguments)));
        let this = self.clone();
        let go_on = move |words: Settled| {
            if let Some(words) = words.ok().filter(JsValue::is_string) {
                set(&error, "message", &words);
            }
            if this.turn.get() == turn {
                this.fail(state, &status, &error);
            }
            Ok(JsValue::UNDEFINED)
        };
        drop(then(&words, Box::new(go_on)));
    }

    fn error(&self, detector: Option<&Rc<Detector>>, failure: &Failure) -> JsValue {
        let error = JsValue::from(brief(failure.code, &self.name));
        set(&error, "recovered", &self.recovered);
        if let Some(detector) = detector.cloned().filter(|_| !self.is_over()) {
            let retry = function(Box::new(move |_| {
                detector.retry();
                Ok(JsValue::UNDEFINED)
            }));
            set(&error, "retry", &retry);
        }
        if let Some(cause) = &failure.cause {
            set(&error, "cause", cause);
        }
        error
    }

    fn fail(&self, state: State, status: &JsValue, error: &JsValue) {
        if let Some((_, reject)) = self.settle.take() {
            call(&reject, error);
        }
        self.announce(state, status);
    }

    fn announce(&self, state: State, status: &JsValue) {
        if let Some(on_status) = &self.on_status {
            call(on_status, status);
        }
        dispatch(self.targets.0.as_ref(), state.as_str(), status);
        let seed = match state {
            State::Ready => "chatkit-script-loaded",
            State::Error(_) => "chatkit-script-error",
            _ => return,
        };
        dispatch(self.targets.1.as_ref(), seed, status);
    }
}

fn dispatch(target: Option<&EventTarget>, name: &str, status: &JsValue) {
    let Some(target) = target else { return };
    let init = CustomEventInit::new();
    init.set_detail(status);
    if let Ok(event) = CustomEvent::new_with_event_init_dict(name, &init) {
        // Listeners that throw are reported by the browser.
        let _ = target.dispatch_event(&event);
    }
}
