//! The chat element as something to talk to: hears its events and gives it the questions that wait.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Element;

use super::{Listener, Settled, Timer, promised, then};
use crate::ask_queue::{AskQueue, ChatEvent};
use crate::{DocentError, ErrorCode};

/// One question on its way.
pub(crate) struct Ask {
    /// What `setComposerValue` or `sendUserMessage` gets.
    pub(crate) message: Object,
    /// Whether it is sent at once; otherwise it waits in the composer for the reader.
    pub(crate) is_sent: bool,
    /// Called with nothing once it is delivered.
    pub(crate) resolve: Function,
    /// Called with the element's error if it cannot be.
    pub(crate) reject: Function,
}

/// How long a rejected question waits for an event before it is asked once more: longer than most answers take to end.
const PATIENCE_MS: u32 = 10_000;

/// A chat element and its questions.
pub(crate) struct Chat {
    /// Let go when the chat is destroyed: the page's functions that hold a `Chat` are held by the element in turn, and what
    /// the wasm holds, the browser keeps.
    link: RefCell<Option<Link>>,
    queue: RefCell<AskQueue<Ask>>,
    listeners: RefCell<Vec<Listener>>,
    patience: RefCell<Option<Timer>>,
}

/// What leads from here into the page.
#[derive(Clone)]
struct Link {
    element: Element,
    on_busy: Rc<dyn Fn(bool)>,
}

const EVENTS: [(&str, ChatEvent); 5] = [
    ("chatkit.ready", ChatEvent::Ready),
    ("chatkit.response.start", ChatEvent::ResponseStart),
    ("chatkit.response.end", ChatEvent::ResponseEnd),
    ("chatkit.thread.load.start", ChatEvent::LoadStart),
    ("chatkit.thread.load.end", ChatEvent::LoadEnd),
];

impl Chat {
    /// Begins to listen to `element`. `on_busy` hears whenever it starts or stops being busy.
    pub(crate) fn start(element: Element, on_busy: impl Fn(bool) + 'static) -> Rc<Self> {
        let link = Link { element: element.clone(), on_busy: Rc::new(on_busy) };
        let chat = Rc::new(Self {
            link: RefCell::new(Some(link)),
            queue: RefCell::new(AskQueue::default()),
            listeners: RefCell::default(),
            patience: RefCell::default(),
        });
        let listen = |(name, event): (&'static str, ChatEvent)| {
            let this = chat.clone();
            Listener::on(&element, name, move |_| this.hear(event))
        };
        let listeners = EVENTS.into_iter().map(listen).collect();
        chat.listeners.replace(listeners);
        chat
    }

    /// The element has its methods now.
    pub(crate) fn usable(self: &Rc<Self>) {
        self.queue.borrow_mut().usable();
        self.deliver();
    }

    /// Adds a question. After the end it is rejected at once.
    pub(crate) fn push(self: &Rc<Self>, ask: Ask) {
        if self.link.borrow().is_none() {
            return settle(&ask.reject, &gone());
        }
        self.queue.borrow_mut().push(ask);
        self.deliver();
    }

    /// Stops listening and lets go of the element; what still waits is rejected.
    pub(crate) fn destroy(&self) {
        self.listeners.take();
        self.patience.take();
        self.link.take();
        let left = self.queue.borrow_mut().drain();
        for ask in left {
            settle(&ask.reject, &gone());
        }
    }

    fn hear(self: &Rc<Self>, event: ChatEvent) {
        let (before, after) = {
            let mut queue = self.queue.borrow_mut();
            let before = queue.is_busy();
            queue.hear(event);
            (before, queue.is_busy())
        };
        let link = self.link.borrow().clone();
        if let Some(link) = link.filter(|_| before != after) {
            (link.on_busy)(after);
        }
        self.deliver();
    }

    fn deliver(self: &Rc<Self>) {
        let Some(Link { element, .. }) = self.link.borrow().clone() else { return };
        let next = self.queue.borrow_mut().take();
        let Some((ask, is_retry)) = next else { return };
        let name = if ask.is_sent { "sendUserMessage" } else { "setComposerValue" };
        let arguments = Array::of1(&ask.message);
        let this = self.clone();
        let asked = command(&element, name, &arguments);
        let given = move |result: Settled| {
            if result.is_err() || ask.is_sent {
                return Ok(this.end(ask, is_retry, result));
            }
            let focused = command(&element, "focusComposer", &Array::new());
            Ok(then(&focused, Box::new(move |result| Ok(this.end(ask, is_retry, result)))).into())
        };
        drop(then(&asked, Box::new(given)));
    }

    fn be_patient(self: &Rc<Self>) {
        let this = Rc::downgrade(self);
        let wake = move || {
            if let Some(this) = this.upgrade() {
                this.queue.borrow_mut().waited();
                this.deliver();
            }
        };
        self.patience.replace(Some(Timer::after(PATIENCE_MS, wake)));
    }

    fn end(self: &Rc<Self>, ask: Ask, is_retry: bool, result: Settled) -> JsValue {
        match result {
            Ok(_) => {
                self.queue.borrow_mut().delivered();
                settle(&ask.resolve, &JsValue::UNDEFINED);
            }
            Err(error) => {
                let lost = self.queue.borrow_mut().rejected(ask, is_retry);
                match lost {
                    Some(ask) => settle(&ask.reject, &error),
                    // An element that neither works nor speaks again must not keep the reader waiting for ever.
                    None => self.be_patient(),
                }
            }
        }
        self.deliver();
        JsValue::UNDEFINED
    }
}

/// The error of a question that comes too late.
fn gone() -> JsValue {
    let message = "The chat was taken off the page before the question could be asked.";
    DocentError::new(ErrorCode::Aborted, message).into()
}

/// What the element's method of this name comes to.
fn command(element: &Element, name: &str, arguments: &Array) -> Promise {
    let result = match method(element, name) {
        Some(method) => Reflect::apply(&method, element, arguments),
        None => Err(js_sys::Error::new(&["The chat element has no method ", name, "."].concat()).into()),
    };
    promised(result)
}

fn method(element: &Element, name: &str) -> Option<Function> {
    Reflect::get(element, &name.into()).ok()?.dyn_into().ok()
}

fn settle(function: &Function, value: &JsValue) {
    // The functions of a promise throw nothing.
    let _ = function.call1(&JsValue::UNDEFINED, value);
}
