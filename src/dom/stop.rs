//! Stopping an answer. An element stops one by aborting its request, which a server cannot tell from a reader whose
//! connection broke: Docent's goes on then, so that nothing is lost. Here the server is told which of the two it was.

use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{AbortSignal, AddEventListenerOptions, Headers, Response, Url};

use super::settled;

/// The header by which Docent's server names the run that answers; other servers have none and are told nothing.
const RUN_ID: &str = "x-docent-run-id";

/// Posts `<url>/runs/<id>/cancel` when `signal` is aborted, with the headers of the request itself. A page that closes
/// aborts nothing, so the answer of a reader who left is still written to its end.
pub(crate) fn stop_on_abort(
    signal: &AbortSignal,
    response: &JsValue,
    url: &Url,
    headers: &Headers,
    credentials: Option<&str>,
    network: impl Fn(&JsValue, &JsValue) -> Promise + 'static,
) {
    let run = response.dyn_ref::<Response>().and_then(|response| response.headers().get(RUN_ID).ok()?);
    // The id becomes part of an address, so it may be nothing but a name.
    let is_name = |run: &String| run.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let Some(run) = run.filter(is_name) else { return };
    let path = url.pathname();
    let address = [&url.origin(), path.trim_end_matches('/'), "/runs/", &run, "/cancel"].concat();
    let init = Object::new();
    let set = |name: &str, value: &JsValue| Reflect::set(&init, &name.into(), value);
    if set("method", &"POST".into()).and(set("headers", headers)).and(set("keepalive", &true.into())).is_err()
    {
        return;
    }
    if let Some(credentials) = credentials {
        let _ = set("credentials", &credentials.into());
    }
    let stop = Closure::once_into_js(move || {
        let told = network(&address.into(), &init);
        // Nobody waits for the answer, and a server out of reach has nothing to stop.
        spawn_local(async move { drop(settled(&told).await) });
    });
    let once = AddEventListenerOptions::new();
    once.set_once(true);
    let _ = signal.add_event_listener_with_callback_and_add_event_listener_options(
        "abort",
        stop.unchecked_ref::<Function>(),
        &once,
    );
}
