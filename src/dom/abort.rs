//! Waiting that ends early: by an `AbortSignal` or by a deadline.

use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

use super::settled;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &Function, milliseconds: u32, argument: &str);
}

/// What `work` comes to, or an error as soon as `signal` is aborted.
pub(crate) async fn unless_aborted(work: &JsValue, signal: Option<&AbortSignal>) -> Result<JsValue, JsValue> {
    let Some(signal) = signal else { return settled(work).await };
    if signal.aborted() {
        return Err(JsValue::UNDEFINED);
    }
    let mut on_abort = None;
    let aborted = Promise::new(&mut |_, reject| {
        // `reject` itself listens: it needs no closure that would have to be kept.
        let _ = signal.add_event_listener_with_callback("abort", &reject);
        on_abort = Some(reject);
    });
    let result = settled(&Promise::race(&Array::of2(work, &aborted))).await;
    if let Some(reject) = on_abort {
        let _ = signal.remove_event_listener_with_callback("abort", &reject);
    }
    if signal.aborted() { Err(JsValue::UNDEFINED) } else { result }
}

/// `work`, or an error after this many milliseconds.
pub(crate) fn within(milliseconds: u32, work: &JsValue) -> Promise {
    let late = Promise::new(&mut |_, reject| set_timeout(&reject, milliseconds, "it takes too long"));
    Promise::race(&Array::of2(work, &late))
}
