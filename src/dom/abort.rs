//! Waiting that ends early: by an `AbortSignal` or by a deadline.

use std::future::Future;
use std::pin::pin;
use std::task::Poll;

use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortSignal;

use super::{Listener, sleep};

/// What `work` gives, or `None` once `signal` is aborted. Dropping `work` is all the cancelling there is.
pub(crate) async fn unless_aborted<T>(
    work: impl Future<Output = T>,
    signal: Option<&AbortSignal>,
) -> Option<T> {
    let Some(signal) = signal else { return Some(work.await) };
    if signal.aborted() {
        return None;
    }
    let mut listener = None;
    let aborted = Promise::new(&mut |resolve, _| {
        listener = Some(Listener::on(signal, "abort", move |_| {
            // `resolve` of a promise throws nothing.
            let _ = resolve.call0(&JsValue::UNDEFINED);
        }));
    });
    let result = first(work, async { drop(JsFuture::from(aborted).await) }).await;
    drop(listener);
    result
}

/// What `work` gives, or `None` after this many milliseconds.
pub(crate) async fn within<T>(milliseconds: u32, work: impl Future<Output = T>) -> Option<T> {
    first(work, sleep(milliseconds)).await
}

/// What `work` gives, `None` if `end` is first.
async fn first<T>(work: impl Future<Output = T>, end: impl Future<Output = ()>) -> Option<T> {
    let mut work = pin!(work);
    let mut end = pin!(end);
    std::future::poll_fn(|context| {
        if let Poll::Ready(value) = work.as_mut().poll(context) {
            return Poll::Ready(Some(value));
        }
        end.as_mut().poll(context).map(|()| None)
    })
    .await
}
