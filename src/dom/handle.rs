//! Listeners and timers as values: they live as long as their handle. By hand and not by gloo, because here all closures
//! have one type, and its code is there once.

use wasm_bindgen::prelude::*;
#[cfg(feature = "page")]
use web_sys::AddEventListenerOptions;
use web_sys::{Event, EventTarget};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &JsValue, milliseconds: u32) -> JsValue;
    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(timer: &JsValue);

    /// What events happen to. Names and options may be on the side of JavaScript already.
    #[derive(Clone)]
    pub(crate) type Target;
    #[wasm_bindgen(method, js_name = addEventListener)]
    pub(crate) fn listen(this: &Target, event: &JsValue, listener: &JsValue, options: &JsValue);
    #[wasm_bindgen(method, js_name = removeEventListener)]
    pub(crate) fn rest(this: &Target, event: &JsValue, listener: &JsValue, is_capturing: bool);
}

/// What every function that JavaScript calls takes and gives; what it fails with is thrown.
type Call = Closure<dyn FnMut(JsValue) -> Result<JsValue, JsValue>>;

/// An event listener that is removed when this value is dropped.
#[must_use = "the listener is removed as soon as this is dropped"]
pub(crate) struct Listener {
    target: Target,
    event: &'static str,
    call: Call,
    #[cfg(feature = "page")]
    is_capturing: bool,
}

impl Listener {
    /// Listens in the bubbling phase.
    pub(crate) fn on(target: &EventTarget, event: &'static str, react: impl FnMut(&Event) + 'static) -> Self {
        let listener = Self::new(target, event, Box::new(react));
        listener.target.listen(&event.into(), listener.call.as_ref(), &JsValue::UNDEFINED);
        listener
    }

    /// Listens in the capturing phase and may prevent the event's default.
    #[cfg(feature = "page")]
    pub(crate) fn capture(
        target: &EventTarget,
        event: &'static str,
        react: impl FnMut(&Event) + 'static,
    ) -> Self {
        let mut listener = Self::new(target, event, Box::new(react));
        listener.is_capturing = true;
        let options = AddEventListenerOptions::new();
        options.set_capture(true);
        options.set_passive(false);
        listener.target.listen(&event.into(), listener.call.as_ref(), &options);
        listener
    }

    /// Boxed, so that the shipped file holds this once and not for every listener.
    fn new(target: &EventTarget, event: &'static str, mut react: Box<dyn FnMut(&Event)>) -> Self {
        let call = Closure::wrap(Box::new(move |event: JsValue| {
            react(event.unchecked_ref());
            Ok(JsValue::UNDEFINED)
        }) as Box<dyn FnMut(JsValue) -> _>);
        Self {
            target: target.unchecked_ref::<Target>().clone(),
            event,
            call,
            #[cfg(feature = "page")]
            is_capturing: false,
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        #[cfg(feature = "page")]
        let is_capturing = self.is_capturing;
        #[cfg(not(feature = "page"))]
        let is_capturing = false;
        self.target.rest(&self.event.into(), self.call.as_ref(), is_capturing);
    }
}

/// A timer that is cancelled when this value is dropped.
#[must_use = "the timer is cancelled as soon as this is dropped"]
pub(crate) struct Timer {
    timer: JsValue,
    _call: Call,
}

impl Timer {
    /// Calls `react` once after this many milliseconds.
    pub(crate) fn after(milliseconds: u32, react: impl FnOnce() + 'static) -> Self {
        Self::start(milliseconds, Box::new(react))
    }

    fn start(milliseconds: u32, react: Box<dyn FnOnce()>) -> Self {
        let mut react = Some(react);
        let call = Closure::wrap(Box::new(move |_| {
            if let Some(react) = react.take() {
                react();
            }
            Ok(JsValue::UNDEFINED)
        }) as Box<dyn FnMut(JsValue) -> _>);
        Self { timer: set_timeout(call.as_ref(), milliseconds), _call: call }
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        clear_timeout(&self.timer);
    }
}
