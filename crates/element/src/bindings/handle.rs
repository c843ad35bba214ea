//! The handle a `<docent-chat>` element holds.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use js_sys::{Promise, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::{CssStyleSheet, FontFace, HtmlElement, ShadowRootInit, ShadowRootMode};

use super::app::{App, Shared, dispatch, render};
use super::{convert, effect, error, upload, wire};
use crate::json::Json;
use crate::model::{Font, Msg, Options, Ticket, read_options};
use crate::style::SHEET;

/// The page's listeners are added after the element is made (React adds them after painting); the first events wait for
/// them this long.
const FIRST_EVENTS_MS: u32 = 30;

/// One element's inside.
#[wasm_bindgen(js_name = DocentElement)]
pub struct DocentElement {
    app: Shared,
    listeners: RefCell<Vec<EventListener>>,
}

#[wasm_bindgen(js_class = DocentElement)]
impl DocentElement {
    /// Takes an element over: attaches its shadow root and its styles. Nothing is shown before `connect`.
    #[wasm_bindgen(constructor)]
    pub fn new(host: HtmlElement) -> Result<DocentElement, JsValue> {
        let document = host
            .owner_document()
            .ok_or_else(|| error::error("setup", "The element belongs to no document."))?;
        let shadow = match host.shadow_root() {
            Some(shadow) => shadow,
            None => host.attach_shadow(&ShadowRootInit::new(ShadowRootMode::Open))?,
        };
        let sheet = CssStyleSheet::new()?;
        sheet.replace_sync(SHEET)?;
        let sheets = js_sys::Array::of1(&sheet);
        Reflect::set(&shadow, &"adoptedStyleSheets".into(), &sheets)?;
        let app = Rc::new(RefCell::new(App::new(document)));
        Ok(Self { app, listeners: RefCell::new(Vec::new()) })
    }

    /// The element is in the document, with the options it was given last, if any: shows it and starts listening. The
    /// options still have to be applied; what is fetched meanwhile is fetched as they say.
    pub fn connect(&self, host: HtmlElement, options: JsValue) {
        self.app.borrow_mut().enter(host, options);
        if self.listeners.borrow().is_empty() {
            *self.listeners.borrow_mut() = wire::listen(&self.app);
        }
        dispatch(&self.app, Msg::Attached);
    }

    /// The element has left the document: stops reading and listening, and lets go of the element, so that the browser can
    /// free it. An answer under way goes on at the server, and is fetched should the element come back.
    pub fn disconnect(&self) {
        self.listeners.borrow_mut().clear();
        if self.app.borrow().state.is_busy() {
            dispatch(&self.app, Msg::Detached);
        }
        self.app.borrow_mut().leave();
    }

    /// Applies a full set of options. What is not understood is said once on the console.
    #[wasm_bindgen(js_name = setOptions)]
    pub fn set_options(&self, value: JsValue) {
        let json = convert::to_json(&value);
        let (mut options, notes) = read_options(&json, &convert::functions(&value));
        if options.locale.is_none() {
            options.locale = web_sys::window().and_then(|window| window.navigator().language());
        }
        for note in notes {
            let is_new = !self.app.borrow().noted.contains(&note);
            if is_new {
                web_sys::console::warn_1(&["docent-chat: option ", &note, "."].concat().into());
                self.app.borrow_mut().noted.push(note);
            }
        }
        self.load_fonts(&options);
        let is_first = !self.app.borrow().state.is_ready;
        if let Some(place) = &mut self.app.borrow_mut().place {
            place.options = value;
        }
        dispatch(&self.app, Msg::SetOptions(Box::new(options)));
        if is_first {
            let app = Rc::clone(&self.app);
            let timeout = Timeout::new(FIRST_EVENTS_MS, move || effect::release_events(&app));
            self.app.borrow_mut().first_events = Some(timeout);
        }
    }

    /// Sends a message. Rejects while an answer is on its way; waits while a thread loads.
    #[wasm_bindgen(js_name = sendUserMessage)]
    pub fn send_user_message(&self, params: JsValue) -> Promise {
        let draft = convert::draft(&convert::to_json(&params));
        if draft.content.iter().all(|part| part.text.trim().is_empty()) && draft.attachments.is_empty() {
            let why = "sendUserMessage needs `text`, `content` or `attachments`.";
            return Promise::reject(&error::error("invalid_argument", why));
        }
        self.ask(|ticket| Msg::Send(Box::new(draft), ticket))
    }

    /// Fills the composer without sending; `files` are uploaded.
    #[wasm_bindgen(js_name = setComposerValue)]
    pub fn set_composer_value(&self, params: JsValue) {
        dispatch(&self.app, Msg::FillComposer(Box::new(convert::patch(&convert::to_json(&params)))));
        let files = Reflect::get(&params, &"files".into()).unwrap_or(JsValue::UNDEFINED);
        if let Ok(files) = files.dyn_into::<js_sys::Array>() {
            upload::take(&self.app, files.iter().filter_map(|file| file.dyn_into().ok()).collect());
        }
    }

    /// Opens a thread, or a new conversation with `null`.
    #[wasm_bindgen(js_name = setThreadId)]
    pub fn set_thread_id(&self, thread_id: Option<String>) -> Promise {
        self.ask(|ticket| Msg::SetThread(thread_id.filter(|id| !id.is_empty()), ticket))
    }

    /// Sends an action to the server, on behalf of a widget when `item_id` names one.
    #[wasm_bindgen(js_name = sendCustomAction)]
    pub fn send_custom_action(&self, action: JsValue, item_id: Option<String>) -> Promise {
        let action = convert::action(&convert::to_json(&action));
        if action.get("type").is_null() {
            return Promise::reject(&error::error(
                "invalid_argument",
                "sendCustomAction needs an action with a `type`.",
            ));
        }
        self.ask(|ticket| Msg::SendAction(action, item_id, ticket))
    }

    /// Fetches what is new in the thread shown.
    #[wasm_bindgen(js_name = fetchUpdates)]
    pub fn fetch_updates(&self) -> Promise {
        self.ask(Msg::FetchUpdates)
    }

    /// Puts the focus into the composer.
    #[wasm_bindgen(js_name = focusComposer)]
    pub fn focus_composer(&self) {
        self.app.borrow_mut().focus = Some(crate::model::FocusTarget::Composer);
        render(&self.app);
    }

    /// Opens the history.
    #[wasm_bindgen(js_name = showHistory)]
    pub fn show_history(&self) {
        dispatch(&self.app, Msg::OpenHistory);
    }

    /// Closes the history.
    #[wasm_bindgen(js_name = hideHistory)]
    pub fn hide_history(&self) {
        dispatch(&self.app, Msg::CloseHistory);
    }
}

impl DocentElement {
    /// Dispatches a message that will be answered, and answers its promise.
    fn ask(&self, msg: impl FnOnce(Ticket) -> Msg) -> Promise {
        let mut msg = Some(msg);
        Promise::new(&mut |resolve, reject| {
            let Some(msg) = msg.take() else { return };
            let ticket = {
                let mut app = self.app.borrow_mut();
                app.next_ticket += 1;
                let ticket = app.next_ticket;
                app.tickets.insert(ticket, (resolve, reject));
                ticket
            };
            dispatch(&self.app, msg(ticket));
        })
    }

    /// Font faces do not work inside a shadow root, so they are added to the document, each once.
    fn load_fonts(&self, options: &Options) {
        let document = self.app.borrow().document.clone();
        for font in &options.theme.fonts {
            let name = [font.family.as_str(), " ", &font.src].concat();
            let mut app = self.app.borrow_mut();
            if app.fonts.contains(&name) {
                continue;
            }
            app.fonts.push(name);
            if let Some(face) = face(font) {
                let _ = document.fonts().add(&face);
            }
        }
    }
}

fn face(font: &Font) -> Option<FontFace> {
    let descriptors = js_sys::Object::new();
    for (name, value) in &font.descriptors {
        let _ = Reflect::set(&descriptors, &(*name).into(), &value.as_str().into());
    }
    // A JSON string is a CSS string as far as addresses go.
    let source = ["url(", &Json::Text(font.src.clone()).to_json(), ")"].concat();
    FontFace::new_with_str_and_descriptors(&font.family, &source, descriptors.unchecked_ref()).ok()
}
