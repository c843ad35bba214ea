//! Doing what the model asks for.

use std::rc::Rc;

use gloo_timers::callback::Timeout;
use js_sys::Promise;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{CustomEvent, CustomEventInit};

use super::app::{Shared, dispatch};
use super::{convert, error, upload};
use crate::client::api::{self, Stopped, Stream};
use crate::json::{Json, object};
use crate::model::{Call, Effect, Failure, FailureKind, Hook, Msg, Ticket};

/// How long a button shows that its text was copied.
const COPIED_MS: u32 = 1_600;

pub(super) fn perform(app: &Shared, effect: Effect) {
    match effect {
        Effect::Stream(turn, body) => start_stream(app, turn, body),
        Effect::Abort(turn) => {
            let stream = app.borrow_mut().streams.remove(turn);
            if let Some(stream) = stream {
                stream.abort();
            }
        }
        Effect::Leave(turn) => {
            let stream = app.borrow_mut().streams.remove(turn);
            if let Some(stream) = stream {
                stream.leave();
            }
        }
        Effect::Call(call, body) => start_call(app, call, body),
        Effect::Upload(key) => upload::start(app, key),
        Effect::Forget(key) => {
            app.borrow_mut().files.remove(key);
        }
        Effect::Emit(name, detail) => emit(app, name, detail),
        Effect::EmitError(failure) => {
            let error = error::failure(&failure, app.borrow().state.text);
            emit_error(app, &error);
        }
        Effect::CallHook(hook) => call_hook(app, hook),
        Effect::Settle(ticket, Ok(())) => settle(app, ticket, Ok(())),
        Effect::Settle(ticket, Err(failure)) => {
            let error = error::failure(&failure, app.borrow().state.text);
            settle(app, ticket, Err(error));
        }
        Effect::RejectBusy(ticket) => {
            let why =
                "An answer is still on its way. Wait for chatkit.response.end, or stop it, and call again.";
            settle(app, ticket, Err(error::error("busy", why)));
        }
        Effect::Copy(text) => {
            let button = app.borrow().place.as_ref().and_then(|place| place.pressed.clone());
            copy(app, &text, button);
        }
        Effect::Announce(text) => announce(app, text),
        // Done before and with the rendering.
        Effect::Focus(_) | Effect::ScrollToEnd => {}
    }
}

fn start_stream(app: &Shared, turn: u32, body: String) {
    let Some(endpoint) = app.borrow().endpoint() else {
        return dispatch(app, Msg::Failed(turn, Failure::new(FailureKind::Setup, None)));
    };
    let Some(stream) = Stream::new() else { return };
    app.borrow_mut().streams.insert(turn, Rc::clone(&stream));
    let app = Rc::clone(app);
    spawn_local(async move {
        let arrived = |data| dispatch(&app, Msg::Arrived(turn, data));
        let outcome = api::stream(&endpoint, &body, &stream, arrived).await;
        match outcome {
            Ok(()) => {
                app.borrow_mut().streams.remove(turn);
                dispatch(&app, Msg::Ended(turn));
            }
            Err(Stopped::Failed(failure)) => {
                app.borrow_mut().streams.remove(turn);
                dispatch(&app, Msg::Failed(turn, failure));
            }
            // `Effect::Abort` or `Effect::Leave` has already taken it away.
            Err(Stopped::Aborted) => {}
        }
    });
}

fn start_call(app: &Shared, call: Box<Call>, body: String) {
    let Some(endpoint) = app.borrow().endpoint() else {
        return dispatch(app, Msg::Answered(call, Err(Failure::new(FailureKind::Setup, None))));
    };
    let app = Rc::clone(app);
    spawn_local(async move {
        let result = match api::call(&endpoint, &body).await {
            Ok(answer) => Ok(answer),
            Err(Stopped::Failed(failure)) => Err(failure),
            Err(Stopped::Aborted) => return,
        };
        dispatch(&app, Msg::Answered(call, result));
    });
}

/// Sends an event, or holds it back until the page has had time to listen.
fn emit(app: &Shared, name: &'static str, detail: Json) {
    let mut held = app.borrow_mut();
    if let Some(waiting) = &mut held.held {
        waiting.push((name, detail));
        return;
    }
    drop(held);
    send_event(app, name, &if detail.is_null() { JsValue::NULL } else { convert::to_js(&detail) });
}

/// Sends the events that were held back, and from now on each at once.
pub(super) fn release_events(app: &Shared) {
    let held = app.borrow_mut().held.take().unwrap_or_default();
    for (name, detail) in held {
        emit(app, name, detail);
    }
}

fn emit_error(app: &Shared, error: &JsValue) {
    let detail = js_sys::Object::new();
    let _ = js_sys::Reflect::set(&detail, &"error".into(), error);
    send_event(app, "error", &detail);
}

fn send_event(app: &Shared, name: &str, detail: &JsValue) {
    let init = CustomEventInit::new();
    init.set_detail(detail);
    let Some(host) = app.borrow().place.as_ref().map(|place| place.host.clone()) else { return };
    if let Ok(event) = CustomEvent::new_with_event_init_dict(&["chatkit.", name].concat(), &init) {
        // A listener that throws is reported by the browser, not to us.
        let _ = host.dispatch_event(&event);
    }
}

fn settle(app: &Shared, ticket: Ticket, outcome: Result<(), JsValue>) {
    let waiting = app.borrow_mut().tickets.remove(ticket);
    let Some((resolve, reject)) = waiting else { return };
    let _ = match outcome {
        Ok(()) => resolve.call0(&JsValue::NULL),
        Err(error) => reject.call1(&JsValue::NULL, &error),
    };
}

fn call_hook(app: &Shared, hook: Hook) {
    let Some(options) = app.borrow().place.as_ref().map(|place| place.options.clone()) else { return };
    let (path, arguments) = match &hook {
        Hook::ClientTool(_, call) => ("onClientTool", vec![convert::to_js(call)]),
        Hook::Header(true) => ("header.leftAction.onClick", Vec::new()),
        Hook::Header(false) => ("header.rightAction.onClick", Vec::new()),
        Hook::Widget(action, item) => {
            ("widgets.onAction", vec![convert::to_js(action), convert::to_js(item)])
        }
        Hook::Entity(entity) => ("entities.onClick", vec![convert::to_js(entity)]),
        Hook::TagSearch(query) => ("entities.onTagSearch", vec![query.as_str().into()]),
    };
    let Some((parent, function)) = convert::function(&options, path) else { return };
    let arguments: js_sys::Array = arguments.into_iter().collect();
    let answer = function.apply(&parent, &arguments).map(|value| Promise::resolve(&value));
    let app = Rc::clone(app);
    spawn_local(async move {
        let answer = match answer {
            Ok(promise) => JsFuture::from(promise).await,
            Err(error) => Err(error),
        };
        if let Err(error) = &answer {
            emit_error(&app, error);
        }
        match hook {
            Hook::ClientTool(turn, _) => {
                let result = match &answer {
                    Ok(value) => convert::to_json(value),
                    // The model is told that the tool failed, and no more: the page's error may name what it should not see.
                    Err(_) => object([("error", "The client tool failed.".into())]),
                };
                dispatch(&app, Msg::ToolAnswered(turn, result));
            }
            Hook::TagSearch(query) => {
                let found = answer.map_or(Json::Null, |value| convert::to_json(&value));
                dispatch(&app, Msg::TagsFound(query, found.items().to_vec()));
            }
            _ => {}
        }
    });
}

/// Puts a text on the clipboard and shows it on the button.
pub(super) fn copy(app: &Shared, text: &str, button: Option<web_sys::Element>) {
    let Some(window) = web_sys::window() else { return };
    // Missing on pages that are not secure.
    let clipboard =
        js_sys::Reflect::get(&window.navigator(), &"clipboard".into()).unwrap_or(JsValue::UNDEFINED);
    if clipboard.is_undefined() {
        return;
    }
    let written = clipboard.unchecked_into::<web_sys::Clipboard>().write_text(text);
    let app = Rc::clone(app);
    spawn_local(async move {
        if JsFuture::from(written).await.is_err() {
            return;
        }
        let words = app.borrow().state.text.copied.to_owned();
        announce(&app, words);
        if let Some(button) = button {
            let _ = button.set_attribute("data-copied", "");
            Timeout::new(COPIED_MS, move || {
                let _ = button.remove_attribute("data-copied");
            })
            .forget();
        }
    });
}

/// Tells a screen reader. The box is emptied first: the same words twice would otherwise be no news.
pub(super) fn announce(app: &Shared, text: String) {
    let Some(box_) = app.borrow().find(".live") else { return };
    box_.set_text_content(None);
    Timeout::new(60, move || box_.set_text_content(Some(&text))).forget();
}
