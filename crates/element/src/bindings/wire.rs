//! The listeners of one element. They are owned: dropping them takes them off.

use std::rc::Rc;

use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, EventTarget, FileList, KeyboardEvent};

use super::app::{Shared, dispatch, note_distance};
use super::{effect, upload};
use crate::dom::{Action, Key, values};
use crate::model::Msg;
use crate::tree::Trigger;

/// Listens on the shadow root: for controls by what the tree says, and for scrolling, pasting and dropping.
#[must_use = "the listeners go when this is dropped"]
pub(super) fn listen(app: &Shared) -> Vec<EventListener> {
    let Some(place) = app.borrow().place.as_ref().map(|place| place.shadow.clone()) else {
        return Vec::new();
    };
    let target: EventTarget = place.into();
    let active = EventListenerOptions::enable_prevent_default();
    let mut listeners = Vec::new();
    for (name, trigger) in [
        ("click", Trigger::Click),
        ("input", Trigger::Input),
        ("change", Trigger::Change),
        ("keydown", Trigger::KeyDown),
        ("submit", Trigger::Submit),
    ] {
        let app = Rc::clone(app);
        listeners.push(EventListener::new_with_options(&target, name, active, move |event| {
            heard(&app, trigger, event)
        }));
    }
    let shared = Rc::clone(app);
    let capture = EventListenerOptions::run_in_capture_phase();
    listeners.push(EventListener::new_with_options(&target, "scroll", capture, move |event| {
        scrolled(&shared, event)
    }));
    for name in ["paste", "drop", "dragover"] {
        let app = Rc::clone(app);
        listeners
            .push(EventListener::new_with_options(&target, name, active, move |event| offered(&app, event)));
    }
    listeners
}

fn heard(app: &Shared, trigger: Trigger, event: &Event) {
    if trigger == Trigger::Submit {
        // A form here never leaves the page.
        event.prevent_default();
    }
    let key = event.dyn_ref::<KeyboardEvent>().map(|event| Key {
        name: event.key(),
        is_taken: event.shift_key() || event.is_composing() || event.key_code() == 229,
    });
    let action = {
        // A field that is taken away while it has the focus may say `change` at once, while we render.
        let Ok(app) = app.try_borrow() else { return };
        let surface = app.place.as_ref().and_then(|place| place.surface.as_ref());
        surface.and_then(|surface| surface.action(trigger, event, key.as_ref()))
    };
    let Some(action) = action else { return };
    if trigger == Trigger::Click {
        let pressed = event.composed_path().get(0).dyn_into::<web_sys::Element>().ok();
        if let Some(place) = &mut app.borrow_mut().place {
            place.pressed = pressed.and_then(|element| element.closest("button").ok().flatten());
        }
    }
    match action {
        Action::Send(msg) => dispatch(app, msg),
        Action::Form(msg, control) => {
            let as_lists = matches!(msg, Msg::AnswerQuestions(..));
            dispatch(app, msg.with_values(values(&control, as_lists)));
        }
        Action::CopyCode(button) => {
            let code = button
                .closest(".code")
                .ok()
                .flatten()
                .and_then(|block| block.query_selector("code").ok().flatten());
            let text = code.and_then(|code| code.text_content()).unwrap_or_default();
            effect::copy(app, &text, Some(button));
        }
        Action::Files(field) => {
            let list = js_sys::Reflect::get(&field, &"files".into()).unwrap_or(JsValue::UNDEFINED);
            upload::take(app, files(&list));
            // The same file can be chosen again.
            let _ = js_sys::Reflect::set(&field, &"value".into(), &"".into());
        }
    }
}

fn scrolled(app: &Shared, event: &Event) {
    let Some(target) = event.composed_path().get(0).dyn_into::<web_sys::Element>().ok() else { return };
    let is_ours = app.borrow().scroll_box().is_some_and(|box_| *box_ == *target);
    if !is_ours {
        return;
    }
    app.borrow_mut().scroller.scrolled(&target);
    note_distance(app);
    let wants_older = {
        let app = app.borrow();
        target.scroll_top() < 160 && app.state.thread.older.is_some() && !app.state.thread.is_loading_older
    };
    if wants_older {
        dispatch(app, Msg::LoadOlder);
    }
}

/// Files that are pasted or dropped, when the composer takes any.
fn offered(app: &Shared, event: &Event) {
    let takes_files = {
        let app = app.borrow();
        app.state.options.composer.files.is_some() && app.state.options.upload.is_some()
    };
    let source = if event.type_() == "paste" { "clipboardData" } else { "dataTransfer" };
    let data = js_sys::Reflect::get(event, &source.into()).unwrap_or(JsValue::UNDEFINED);
    if !takes_files || data.is_undefined() || data.is_null() {
        return;
    }
    if event.type_() == "dragover" {
        return event.prevent_default();
    }
    let files = files(&js_sys::Reflect::get(&data, &"files".into()).unwrap_or(JsValue::UNDEFINED));
    if !files.is_empty() {
        event.prevent_default();
        upload::take(app, files);
    }
}

fn files(list: &JsValue) -> Vec<web_sys::File> {
    let Some(list) = list.dyn_ref::<FileList>() else { return Vec::new() };
    (0..list.length()).filter_map(|at| list.get(at)).collect()
}
