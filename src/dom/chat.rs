//! The chat element as something to talk to: hears its events and gives it the questions that wait.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Element;

use super::{Listener, after};
use crate::ask_queue::{AskQueue, ChatEvent};

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

/// A chat element and its questions.
pub(crate) struct Chat {
    element: Element,
    queue: RefCell<AskQueue<Ask>>,
    listeners: RefCell<Vec<Listener>>,
    on_busy: Box<dyn Fn(bool)>,
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
        // An element that works already may have started before; one that does not will say so.
        let has_started = method(&element, "setComposerValue").is_some();
        let chat = Rc::new(Self {
            element,
            queue: RefCell::new(AskQueue::new(has_started)),
            listeners: RefCell::default(),
            on_busy: Box::new(on_busy),
        });
        let listen = |(name, event): (&'static str, ChatEvent)| {
            let this = chat.clone();
            Listener::on(&chat.element, name, move |_| this.hear(event))
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

    /// Adds a question.
    pub(crate) fn push(self: &Rc<Self>, ask: Ask) {
        self.queue.borrow_mut().push(ask);
        self.deliver();
    }

    /// Stops listening; what still waits is rejected with `reason`.
    pub(crate) fn destroy(&self, reason: &JsValue) {
        self.listeners.take();
        let left = self.queue.borrow_mut().drain();
        for ask in left {
            settle(&ask.reject, reason);
        }
    }

    fn hear(self: &Rc<Self>, event: ChatEvent) {
        let (before, after) = {
            let mut queue = self.queue.borrow_mut();
            let before = queue.is_busy();
            queue.hear(event);
            (before, queue.is_busy())
        };
        if before != after {
            (self.on_busy)(after);
        }
        self.deliver();
    }

    fn deliver(self: &Rc<Self>) {
        let next = self.queue.borrow_mut().take();
        let Some((ask, is_retry)) = next else { return };
        let name = if ask.is_sent { "sendUserMessage" } else { "setComposerValue" };
        let arguments = Array::of1(&ask.message);
        let this = self.clone();
        let given = move |result: Result<JsValue, JsValue>| {
            if result.is_err() || ask.is_sent {
                return this.end(ask, is_retry, result);
            }
            let focused = command(&this.element, "focusComposer", &Array::new());
            after(focused, Box::new(move |result| this.end(ask, is_retry, result)));
        };
        after(command(&self.element, name, &arguments), Box::new(given));
    }

    fn end(self: &Rc<Self>, ask: Ask, is_retry: bool, result: Result<JsValue, JsValue>) {
        match result {
            Ok(_) => {
                self.queue.borrow_mut().delivered();
                settle(&ask.resolve, &JsValue::UNDEFINED);
            }
            Err(error) => {
                let lost = self.queue.borrow_mut().rejected(ask, is_retry);
                if let Some(ask) = lost {
                    settle(&ask.reject, &error);
                }
            }
        }
        self.deliver();
    }
}

/// What the element's method of this name comes to.
fn command(element: &Element, name: &str, arguments: &Array) -> Promise {
    let result = match method(element, name) {
        Some(method) => Reflect::apply(&method, element, arguments),
        None => Err(js_sys::Error::new(&["The chat element has no method ", name, "."].concat()).into()),
    };
    result.map_or_else(|error| Promise::reject(&error), |value| Promise::resolve(&value))
}

fn method(element: &Element, name: &str) -> Option<Function> {
    Reflect::get(element, &name.into()).ok()?.dyn_into().ok()
}

fn settle(function: &Function, value: &JsValue) {
    // The functions of a promise throw nothing.
    let _ = function.call1(&JsValue::UNDEFINED, value);
}
