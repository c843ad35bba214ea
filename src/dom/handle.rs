//! Listeners and timers as values: they live as long as their handle.

#[cfg(feature = "page")]
use gloo_events::EventListenerPhase;
use gloo_events::{EventListener, EventListenerOptions};
use gloo_timers::callback::Timeout;
use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
#[cfg(feature = "core")]
use wasm_bindgen_futures::spawn_local;
use web_sys::{Event, EventTarget};

/// An event listener that is removed when this value is dropped.
#[must_use = "the listener is removed as soon as this is dropped"]
pub(crate) struct Listener {
    _listener: EventListener,
}

impl Listener {
    /// Listens in the bubbling phase; the event's default cannot be prevented (passive).
    #[cfg(feature = "core")]
    pub(crate) fn on(target: &EventTarget, event: &'static str, react: impl FnMut(&Event) + 'static) -> Self {
        Self::add(target, event, Box::new(react), EventListenerOptions::default())
    }

    /// Listens in the capturing phase and may prevent the event's default.
    #[cfg(feature = "page")]
    pub(crate) fn capture(
        target: &EventTarget,
        event: &'static str,
        react: impl FnMut(&Event) + 'static,
    ) -> Self {
        let options = EventListenerOptions { phase: EventListenerPhase::Capture, passive: false };
        Self::add(target, event, Box::new(react), options)
    }

    /// Boxed, so that the shipped file holds this once and not for every listener.
    fn add(
        target: &EventTarget,
        event: &'static str,
        react: Box<dyn FnMut(&Event)>,
        options: EventListenerOptions,
    ) -> Self {
        Self { _listener: EventListener::new_with_options(target, event, options, react) }
    }
}

/// A timer that is cancelled when this value is dropped.
#[must_use = "the timer is cancelled as soon as this is dropped"]
pub(crate) struct Timer {
    _timeout: Timeout,
}

impl Timer {
    /// Calls `react` once after this many milliseconds.
    pub(crate) fn after(milliseconds: u32, react: impl FnOnce() + 'static) -> Self {
        Self::start(milliseconds, Box::new(react))
    }

    fn start(milliseconds: u32, react: Box<dyn FnOnce()>) -> Self {
        Self { _timeout: Timeout::new(milliseconds, react) }
    }
}

/// The value of a promise, or the value itself where it is none.
pub(crate) async fn settled(value: &JsValue) -> Result<JsValue, JsValue> {
    JsFuture::from(Promise::resolve(value)).await
}

/// Calls `react` with what `promise` comes to.
#[cfg(feature = "core")]
pub(crate) fn after(promise: Promise, react: Box<dyn FnOnce(Result<JsValue, JsValue>)>) {
    spawn_local(async move { react(JsFuture::from(promise).await) });
}
