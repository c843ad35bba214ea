//! `askSelection` for JavaScript.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Window;

use super::record::{call, record};
use super::{FirstError, Options};
use crate::dom::ask::{Action, Amounts, Asker, Labels, Scope, View, Wish, add_root};
use crate::dom::web::Dom;
use crate::dom::{Listener, document, window};
use crate::shortcut::Shortcut;
use crate::theme::Theme;
use crate::{DocentError, ErrorCode};

/// No browser and no screen reader uses it by itself (Alt+Shift+A, for one, moves the focus in Chromium). The letter
/// stands for "question".
const SHORTCUT: &str = "Alt+Shift+Q";

/// What the bar may offer by name, and what it says then.
const KNOWN: [(&str, &str); 4] =
    [("ask", "Ask"), ("explain", "Explain"), ("add", "Add to context"), ("copy", "Copy")];

/// Shows a small bar beside selected text and hands over the passage when the reader presses it.
///
/// Options: `onAsk(selection)` (required), `root` (an element, a document, a shadow root, a frame, a selector, or a list
/// of these; the whole page), `minChars` (3), `maxChars` (4000), `contextChars` (64), `label` ("Ask"), `actions`
/// (`[{ id, label }]` instead of `label`; `"ask"`, `"explain"`, `"add"` and `"copy"` have labels of their own),
/// `toolbarLabel`, `trayLabel`, `removeLabel`, `addedLabel`, `copiedLabel`, `hint`, `shortcut` (`"Alt+Shift+Q"`, `false`
/// for none), `theme` (`"auto"`, `"light"`, `"dark"`), `insetTop` (pixels covered by a sticky header).
///
/// The actions `add` (collects the passage; the next question has it among its `snippets`) and `copy` are done here,
/// all others come to `onAsk`.
///
/// Returns `{ ask(), destroy() }`: `ask` asks about the current selection, or else about what is collected, and returns
/// whether there was something to ask about.
///
/// # Errors
/// Throws a `DocentError` with the code `invalid_option` or, without a page, `no_document`.
#[wasm_bindgen(js_name = askSelection)]
pub fn ask_selection(options: JsValue) -> Result<JsValue, JsValue> {
    Ok(start(options)?)
}

fn start(options: JsValue) -> Result<JsValue, DocentError> {
    let options = Options::new("askSelection", options)?;
    let (Some(window), Some(document)) = (window(), document()) else {
        let message = "askSelection needs a page. Call it in the browser, for example in an effect.";
        return Err(DocentError::new(ErrorCode::NoDocument, message));
    };
    let mut first = FirstError::default();
    let on_ask = first.take(options.function("onAsk").and_then(|on_ask| match on_ask {
        None => Err(options.wrong("onAsk", "a function")),
        on_ask => Ok(on_ask),
    }));
    let actions = first.take(actions(&options)).unwrap_or_default();
    let shortcut = first.take(shortcut(&options, &window));
    let theme = first.take(theme(&options)).unwrap_or(Theme::Auto);
    let mut number = |name, standard| first.take(options.whole_number(name)).unwrap_or(standard) as usize;
    let min_chars = number("minChars", 3).max(1);
    let max_chars = number("maxChars", 4_000).max(1);
    let context_chars = number("contextChars", 64);
    let inset_top = number("insetTop", 0) as f64;
    let keys = shortcut.as_ref().map(Shortcut::aria).unwrap_or_default();
    let mut label =
        |name: &str, standard: &str| first.take(options.text(name)).unwrap_or_else(|| standard.to_owned());
    let hint = match keys.is_empty() {
        true => String::new(),
        false => ["Press ", &keys, " to ask about the selected text."].concat(),
    };
    let hint = label("hint", &hint);
    let (added, copied) =
        (label("addedLabel", "Added to the next question."), label("copiedLabel", "Copied."));
    let labels = Labels {
        toolbar: label("toolbarLabel", "Ask about the selected text"),
        tray: label("trayLabel", "Collected passages"),
        remove: label("removeLabel", "Remove"),
    };
    let places = first.take(places(&options, document.unchecked_ref()).map(Some));
    first.check()?;
    let (Some(places), Some(on_ask)) = (places, on_ask) else {
        return Err(options.wrong("onAsk", "a function"));
    };
    let wish = Rc::new(Wish {
        min_chars,
        amounts: Amounts { max_chars, context_chars },
        actions,
        labels,
        shortcut,
        hint,
        added,
        copied,
        view: View { theme, inset_top },
        on_ask: Box::new(move |selection| call(&on_ask, selection)),
    });
    Ok(handle(places.into_iter().map(|place| place.start(&wish)).collect()))
}

fn shortcut(options: &Options, window: &Window) -> Result<Option<Shortcut>, DocentError> {
    let keys = match options.value("shortcut") {
        None => Some(SHORTCUT.to_owned()),
        Some(value) if value == JsValue::FALSE => return Ok(None),
        Some(value) => value.as_string(),
    };
    let platform = window.navigator().platform().unwrap_or_default();
    let is_mac = platform.starts_with("Mac") || platform.starts_with("iP");
    let shortcut = keys.and_then(|keys| Shortcut::parse(&keys, is_mac));
    let must = "false or keys such as \"Alt+Shift+Q\", with Alt, Control or Meta";
    shortcut.map(Some).ok_or_else(|| options.wrong("shortcut", must))
}

fn theme(options: &Options) -> Result<Option<Theme>, DocentError> {
    let Some(text) = options.text("theme")? else { return Ok(None) };
    let theme = Theme::parse(&text);
    theme.map(Some).ok_or_else(|| options.wrong("theme", "\"auto\", \"light\" or \"dark\""))
}

/// Where one may ask: in a document, or in whatever a frame shows.
enum Place {
    Document(Dom, Scope),
    Frame(Dom),
}

/// What asks at one place now, and what notices that a frame shows another page.
struct Started {
    asker: Rc<RefCell<Option<Rc<Asker>>>>,
    _load: Option<Listener>,
}

impl Place {
    fn start(self, wish: &Rc<Wish>) -> Started {
        match self {
            Self::Document(document, scope) => Started {
                asker: Rc::new(RefCell::new(Asker::start(document, scope, wish.clone()))),
                _load: None,
            },
            Self::Frame(frame) => {
                let asker = Rc::new(RefCell::new(inside(&frame, wish)));
                let (shown, started, wish) = (frame.clone(), asker.clone(), wish.clone());
                let load = Listener::capture(frame.unchecked_ref(), "load", move |_| {
                    if let Some(last) = started.replace(inside(&shown, &wish)) {
                        last.destroy();
                    }
                });
                Started { asker, _load: Some(load) }
            }
        }
    }
}

/// Asks in what a frame shows, unless that is of another origin: nothing can be read there.
fn inside(frame: &Dom, wish: &Rc<Wish>) -> Option<Rc<Asker>> {
    let document = Some(frame.content_document()).filter(JsValue::is_object)?;
    Asker::start(document.unchecked_into(), Scope::default(), wish.clone())
}

/// A plain object, so that a caller may spread it, keep its functions apart and compare it in tests. Its functions let go
/// of the page's own with `destroy`: those may lead back to the handle, and what the wasm holds, the browser keeps.
fn handle(started: Vec<Started>) -> JsValue {
    let started = Rc::new(RefCell::new(started));
    let asks = started.clone();
    let ask = Closure::<dyn Fn() -> bool>::new(move || {
        // A page may end everything in its `onAsk`.
        let count = asks.borrow().len();
        (0..count).any(|index| {
            let asker = asks.borrow().get(index).and_then(|one| one.asker.borrow().clone());
            asker.is_some_and(|asker| asker.ask_now())
        })
    });
    let destroy = Closure::<dyn FnMut()>::new(move || {
        for one in started.take() {
            if let Some(asker) = one.asker.take() {
                asker.destroy();
            }
        }
    });
    record(&[("ask", ask.into_js_value()), ("destroy", destroy.into_js_value())])
}

fn actions(options: &Options) -> Result<Option<Vec<Action>>, DocentError> {
    let Some(value) = options.value("actions") else {
        let label = options.text("label")?.unwrap_or_else(|| "Ask".into());
        return Ok(Some(vec![Action { id: "ask".into(), label }]));
    };
    let text = |action: &JsValue, name: &str| {
        Reflect::get(action, &name.into()).ok()?.as_string().filter(|text| !text.is_empty())
    };
    let must = "a list of { id, label }, \"ask\", \"explain\", \"add\" or \"copy\" with at least one entry";
    let wrong = || options.wrong("actions", must);
    let mut actions = Vec::new();
    for action in value.dyn_into::<Array>().map_err(|_| wrong())?.iter() {
        let id = action.as_string().or_else(|| text(&action, "id")).ok_or_else(wrong)?;
        let mut label = text(&action, "label");
        for (known, standard) in KNOWN {
            if label.is_none() && known == id {
                label = Some(standard.to_owned());
            }
        }
        actions.push(Action { label: label.ok_or_else(wrong)?, id });
    }
    if actions.is_empty() { Err(wrong()) } else { Ok(Some(actions)) }
}

/// `Node.ELEMENT_NODE`, `Node.DOCUMENT_NODE`, and `Node.DOCUMENT_FRAGMENT_NODE`, of which a shadow root is one.
const ROOTS: [u32; 3] = [1, 9, 11];

fn places(options: &Options, document: &Dom) -> Result<Vec<Place>, DocentError> {
    let Some(value) = options.value("root") else {
        return Ok(vec![Place::Document(document.clone(), Scope::default())]);
    };
    let wrong = || options.wrong("root", "an element, a document, a frame, a selector, or a list of these");
    let values = if Array::is_array(&value) { Array::from(&value) } else { Array::of1(&value) };
    let mut places = Vec::new();
    let mut scopes: Vec<(Dom, Scope)> = Vec::new();
    for value in values.iter() {
        if let Some(selector) = value.as_string() {
            // The browser knows best what a selector is.
            let is_selector = web_sys::Document::query_selector(document.unchecked_ref(), &selector).is_ok();
            if !is_selector {
                return Err(wrong());
            }
            scope_of(&mut scopes, document.clone()).selectors.push(selector);
            continue;
        }
        // Not by class: nodes of a frame are of other classes.
        let root: Dom = value.unchecked_into();
        if !root.is_object() || !ROOTS.contains(&root.node_type()) {
            return Err(wrong());
        }
        if root.content_document().is_undefined() {
            let owner = root.owner_document().unwrap_or_else(|| root.clone());
            add_root(scope_of(&mut scopes, owner), root);
        } else {
            places.push(Place::Frame(root));
        }
    }
    places.extend(scopes.into_iter().map(|(document, scope)| Place::Document(document, scope)));
    if places.is_empty() { Err(wrong()) } else { Ok(places) }
}

/// The scope of this document among `scopes`, a new one if there is none.
fn scope_of(scopes: &mut Vec<(Dom, Scope)>, document: Dom) -> &mut Scope {
    let index = scopes.iter().position(|(other, _)| *other == document).unwrap_or_else(|| {
        scopes.push((document, Scope::default()));
        scopes.len() - 1
    });
    &mut scopes[index].1
}
