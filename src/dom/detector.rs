//! Waits for the chat element in a real page: feeds what the browser tells into [`Readiness`] and does what it asks.
//!
//! A detector keeps itself alive through its listeners and timers. Once the element is ready, or the caller gave up,
//! all of them are gone, and with them the detector. After an error only what a recovery needs is left: the promise
//! of the custom element registry, and the listener for coming online.

mod attempt;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, Element, Event, EventTarget, Window};

use super::definition::{has_options, note_version, replay, source_of};
use super::script::{Script, ScriptRequest, preconnect};
use super::{Listener, Settled, Timer, later, member, once, promised, then};
use crate::ErrorCode;
use crate::readiness::{Limits, Readiness, Signal, State, Step};

/// What to wait for.
pub(crate) struct Wish {
    /// The element's tag name.
    pub(crate) name: String,
    /// The script to find or add; without one the page brings its own.
    pub(crate) script: Option<ScriptRequest>,
    /// The very element to use; without one the class decides.
    pub(crate) element: Option<Element>,
    /// Called once when everything else failed; returns a promise.
    pub(crate) fallback: Option<Function>,
    /// How long to wait.
    pub(crate) limits: Limits,
    /// When to begin.
    pub(crate) begin: Begin,
}

/// When a wait begins. An element that is there already is ready in any case.
pub(crate) enum Begin {
    /// At once.
    Now,
    /// When the browser has nothing else to do.
    Idle,
    /// When the reader points at or focuses this, touches or presses a key there, or selects text anywhere.
    Intent(EventTarget),
}

/// Where the element stands, for the caller.
pub(crate) struct Standing {
    pub(crate) state: State,
    /// Whether nothing has changed but that the script is asked for again.
    pub(crate) is_retry: bool,
    /// Once ready, whose element it is.
    pub(crate) source: Option<&'static str>,
    /// After an error, what there is to say of it.
    pub(crate) failure: Option<Failure>,
}

/// What an error is about.
pub(crate) struct Failure {
    pub(crate) code: ErrorCode,
    /// The script's address; `undefined` where there is none.
    pub(crate) url: JsValue,
    /// The status of its answer, or the name of the policy that the page did not allow.
    pub(crate) detail: JsValue,
    /// What the fallback failed with.
    pub(crate) cause: Option<JsValue>,
}

/// After this long an element that is defined without its methods is not looked at again.
const LAST_LOOK_MS: u32 = 10_000;

/// How long the pointer rests where it shows intent.
const REST_MS: u32 = 80;

pub(crate) struct Detector {
    window: Window,
    document: Document,
    wish: Wish,
    readiness: RefCell<Readiness>,
    tell: Tell,
    /// What is needed until the wait begins, until it ends, until the element is ready, and for the tag of the moment.
    intent: RefCell<Vec<Listener>>,
    waiting: RefCell<Vec<Listener>>,
    recovery: RefCell<Vec<Listener>>,
    tag: RefCell<Vec<Listener>>,
    timers: RefCell<Timers>,
    has_csp_violation: Cell<bool>,
    /// Whether the page let no script be added.
    is_refused: Cell<bool>,
    http_status: Cell<u16>,
    fallback_error: RefCell<Option<JsValue>>,
}

/// Hears of every change.
pub(crate) type Tell = Box<dyn Fn(&Rc<Detector>, &Standing)>;

#[derive(Default)]
struct Timers {
    wake: Option<Timer>,
    look: Option<Timer>,
    report: Option<Timer>,
}

impl Detector {
    /// Begins to wait. `tell` hears of every change of state, first of `loading` or, if the element is there, `ready`.
    pub(crate) fn start(window: Window, document: Document, wish: Wish, tell: Tell) -> Rc<Self> {
        note_version(&window);
        let has_script = wish.script.is_some();
        let readiness = Readiness::new(wish.limits, has_script, wish.fallback.is_some());
        let detector = Rc::new(Self {
            window,
            document,
            wish,
            readiness: RefCell::new(readiness),
            tell,
            intent: RefCell::default(),
            waiting: RefCell::default(),
            recovery: RefCell::default(),
            tag: RefCell::default(),
            timers: RefCell::default(),
            has_csp_violation: Cell::new(false),
            is_refused: Cell::new(false),
            http_status: Cell::new(0),
            fallback_error: RefCell::default(),
        });
        if detector.is_usable() {
            detector.signal(Signal::Usable);
            return detector;
        }
        detector.recovery.replace(detector.listen(&detector.window, &["online", "pageshow"]));
        detector.expect_definition();
        match &detector.wish.begin {
            Begin::Now => detector.begin(),
            Begin::Idle => detector.begin_when_idle(),
            Begin::Intent(trigger) => {
                let events = &["pointerover", "pointerdown", "focusin", "keydown"];
                let mut intent = detector.listen(trigger, events);
                intent.extend(detector.listen(&detector.document, &["selectionchange"]));
                detector.intent.replace(intent);
            }
        }
        detector
    }

    fn begin_when_idle(self: &Rc<Self>) {
        let weak = Rc::downgrade(self);
        let begin = once(move || weak.upgrade().iter().for_each(Self::begin));
        match member(&self.window, "requestIdleCallback")
            .and_then(|request| request.dyn_into::<Function>().ok())
        {
            Some(request) => drop(request.call1(&self.window, &begin)),
            None => later(LAST_LOOK_MS / 50, &begin),
        }
    }

    fn begin(self: &Rc<Self>) {
        if self.readiness.borrow().state() != State::Idle {
            return;
        }
        self.intent.take();
        self.timers.borrow_mut().look = None;
        self.signal(Signal::Hidden(self.document.hidden()));
        self.signal(Signal::Offline(!self.window.navigator().on_line()));
        self.signal(Signal::Started);
    }

    /// Tries again after an error.
    pub(crate) fn retry(self: &Rc<Self>) {
        self.signal(Signal::Retried);
    }

    /// Ends the wait for good.
    pub(crate) fn abort(self: &Rc<Self>) {
        self.signal(Signal::Aborted);
        self.release();
    }

    fn signal(self: &Rc<Self>, signal: Signal) {
        let now_ms = self.window.performance().map_or_else(js_sys::Date::now, |clock| clock.now());
        let (before, step, after) = {
            let mut readiness = self.readiness.borrow_mut();
            let before = readiness.state();
            let step = readiness.apply(now_ms, signal);
            (before, step, readiness.state())
        };
        if before != after {
            self.enter(after);
        }
        match step {
            Step::Nothing => {}
            Step::Load => self.attach_script(false),
            Step::Reload => {
                self.tell(after, true);
                self.attach_script(true);
            }
            Step::RunFallback => self.run_fallback(),
        }
        let wake_in_ms = self.readiness.borrow().wake_in_ms();
        let wake = wake_in_ms.map(|wait| {
            let this = self.clone();
            Timer::after(wait, move || this.signal(Signal::Woke))
        });
        self.timers.borrow_mut().wake = wake;
    }

    fn enter(self: &Rc<Self>, state: State) {
        match state {
            State::Idle | State::Slow => {}
            State::Loading => {
                let mut waiting =
                    self.listen(&self.document, &["visibilitychange", "securitypolicyviolation"]);
                waiting.extend(self.listen(&self.window, &["offline"]));
                self.waiting.replace(waiting);
            }
            State::Ready | State::Error(ErrorCode::Aborted) => self.release(),
            State::Error(code) => {
                if let Some(request) = self.wish.script.as_ref().filter(|_| code == ErrorCode::Timeout) {
                    Script::find(&self.document, &request.url)
                        .iter()
                        .for_each(|tag| tag.give_up(&request.url));
                }
                self.waiting.take();
                self.tag.take();
                self.timers.borrow_mut().report = None;
            }
        }
        self.tell(state, false);
    }

    fn tell(self: &Rc<Self>, state: State, is_retry: bool) {
        let failure = match state {
            State::Error(code) => {
                let script = self.wish.script.as_ref();
                let policy = script.filter(|_| code == ErrorCode::Csp && self.is_refused.get());
                Some(Failure {
                    code,
                    url: script.map_or(JsValue::UNDEFINED, |script| script.url.as_str().into()),
                    detail: policy.map_or_else(
                        || self.http_status.get().into(),
                        |script| script.trusted_types_policy.as_str().into(),
                    ),
                    cause: self.fallback_error.borrow().clone(),
                })
            }
            _ => None,
        };
        let source = (state == State::Ready).then(|| source_of(&self.class()));
        (self.tell)(self, &Standing { state, is_retry, source, failure });
    }

    fn release(&self) {
        self.intent.take();
        self.waiting.take();
        self.recovery.take();
        self.tag.take();
        self.timers.take();
    }

    fn listen(self: &Rc<Self>, target: &EventTarget, events: &[&'static str]) -> Vec<Listener> {
        let listen = |event: &&'static str| {
            let this = self.clone();
            Listener::on(target, event, move |event| this.hear(event))
        };
        events.iter().map(listen).collect()
    }

    fn hear(self: &Rc<Self>, event: &Event) {
        match event.type_().as_str() {
            "visibilitychange" => self.signal(Signal::Hidden(self.document.hidden())),
            "online" => self.signal(Signal::Offline(false)),
            "offline" => self.signal(Signal::Offline(true)),
            "securitypolicyviolation" => self.read_violation(event.unchecked_ref()),
            "error" => self.await_report(),
            "load" => {
                self.signal(Signal::Loaded);
                self.look(16);
            }
            "pointerover" => self.point(),
            "selectionchange" if self.has_selection() => self.begin(),
            "selectionchange" => {}
            "pointerdown" | "focusin" | "keydown" => self.begin(),
            // A page that comes out of the back-forward cache may have missed what happened meanwhile.
            _ => self.look(LAST_LOOK_MS),
        }
    }

    fn has_selection(&self) -> bool {
        self.window.get_selection().ok().flatten().is_some_and(|selection| !selection.is_collapsed())
    }

    /// A pointer that passes over is no intent yet, and a connection is what takes longest.
    fn point(self: &Rc<Self>) {
        let mut timers = self.timers.borrow_mut();
        if timers.look.is_none() {
            if let Some(request) = &self.wish.script {
                // Without it the script comes later.
                let _ = preconnect(&self.document, request);
            }
            let this = self.clone();
            timers.look = Some(Timer::after(REST_MS, move || this.begin()));
        }
    }

    /// The registry's promise cannot be cancelled, so it must not keep the detector alive.
    fn expect_definition(self: &Rc<Self>) {
        let Ok(defined) = self.window.custom_elements().when_defined(&self.wish.name) else { return };
        let weak = Rc::downgrade(self);
        let look = move |_: Settled| {
            weak.upgrade().iter().for_each(|this| this.look(16));
            Ok(JsValue::UNDEFINED)
        };
        drop(then(&defined, Box::new(look)));
    }

    /// Looks whether the element is usable; if it is defined without its methods, again after twice the time.
    fn look(self: &Rc<Self>, again_in_ms: u32) {
        if self.is_usable() {
            self.signal(Signal::Usable);
        } else if again_in_ms < LAST_LOOK_MS {
            let this = self.clone();
            let look = Timer::after(again_in_ms, move || this.look(again_in_ms * 2));
            self.timers.borrow_mut().look = Some(look);
        }
    }

    fn class(&self) -> JsValue {
        self.window.custom_elements().get(&self.wish.name)
    }

    fn is_usable(&self) -> bool {
        let class = self.class();
        if class.is_undefined() {
            return false;
        }
        if let Some(element) = &self.wish.element {
            self.window.custom_elements().upgrade(element);
            return has_options(element) && replay(element);
        }
        let prototype = Reflect::get(&class, &"prototype".into()).unwrap_or(JsValue::UNDEFINED);
        // A class may also set its methods in its constructor: then only an instance shows them.
        has_options(&prototype)
            || self.document.create_element(&self.wish.name).is_ok_and(|instance| has_options(&instance))
    }

    fn run_fallback(self: &Rc<Self>) {
        let Some(fallback) = &self.wish.fallback else { return };
        let promise = promised(fallback.call0(&JsValue::UNDEFINED));
        let this = self.clone();
        let done = move |result: Settled| {
            this.fallback_error.replace(result.err());
            let signal = if this.is_usable() { Signal::Usable } else { Signal::FallbackFailed };
            this.signal(signal);
            Ok(JsValue::UNDEFINED)
        };
        drop(then(&promise, Box::new(done)));
    }
}
