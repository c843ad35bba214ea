//! `askSelection` for JavaScript.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, JSON, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, Element, Window};

use super::record::{call, record, set};
use super::{FirstError, Options};
use crate::anchor::Rect;
use crate::dom::ask::{Action, Amounts, Asker, Bar, Scope, Snapshot, View, Wish};
use crate::dom::{document, window};
use crate::json_writer::JsonWriter;
use crate::shortcut::Shortcut;
use crate::theme::Theme;
use crate::{DocentError, ErrorCode};

/// No browser and no screen reader uses it by itself (Alt+Shift+A, for one, moves the focus in Chromium). The letter
/// stands for "question".
const SHORTCUT: &str = "Alt+Shift+Q";

/// Shows a small bar beside selected text and hands over the passage when the reader presses it.
///
/// Options: `onAsk(selection)` (required), `root` (an element, a document, a selector, or a list of these; the whole
/// page), `minChars` (3), `maxChars` (4000), `contextChars` (64), `label` ("Ask"), `actions` (`[{ id, label }]`
/// instead of `label`), `toolbarLabel`, `hint`, `shortcut` (`"Alt+Shift+Q"`, `false` for none), `theme`
/// (`"auto"`, `"light"`, `"dark"`), `insetTop` (pixels covered by a sticky header).
///
/// Returns `{ ask(), destroy() }`: `ask` asks about the current selection and returns whether there was one.
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
    let hint = first.take(options.text("hint")).unwrap_or_else(|| match keys.is_empty() {
        true => String::new(),
        false => ["Press ", &keys, " to ask about the selected text."].concat(),
    });
    let toolbar_label = first.take(options.text("toolbarLabel"));
    let scope = first.take(scope(&options, &document, min_chars));
    first.check()?;
    let (Some(scope), Some(on_ask)) = (scope, on_ask) else {
        return Err(options.wrong("onAsk", "a function"));
    };

    let label = toolbar_label.as_deref().unwrap_or("Ask about the selected text");
    let bar = Bar::new(document.unchecked_ref(), &actions, label, &keys);
    let wish = Wish {
        scope,
        amounts: Amounts { max_chars, context_chars },
        shortcut,
        hint,
        view: View { theme, inset_top },
        actions,
        on_ask: Box::new(move |snapshot, action| call(&on_ask, &selection(snapshot, action))),
    };
    Ok(handle(Asker::start(window, document, bar, wish)))
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

/// A plain object, so that a caller may spread it, keep its functions apart and compare it in tests. Its functions let go
/// of the page's own with `destroy`: those may lead back to the handle, and what the wasm holds, the browser keeps.
fn handle(asker: Rc<Asker>) -> JsValue {
    let asker = Rc::new(RefCell::new(Some(asker)));
    let asks = asker.clone();
    let ask = Closure::<dyn Fn() -> bool>::new(move || {
        let asker = asks.borrow().clone();
        asker.is_some_and(|asker| asker.ask_now())
    });
    let destroy = Closure::<dyn Fn()>::new(move || {
        if let Some(asker) = asker.take() {
            asker.destroy();
        }
    });
    let (ask, destroy) = (ask.into_js_value(), destroy.into_js_value());
    record(&[("ask", ask), ("destroy", destroy)])
}

fn actions(options: &Options) -> Result<Option<Vec<Action>>, DocentError> {
    let Some(value) = options.value("actions") else {
        let label = options.text("label")?.unwrap_or_else(|| "Ask".into());
        return Ok(Some(vec![Action { id: "ask".into(), label }]));
    };
    let text = |action: &JsValue, name: &str| {
        Reflect::get(action, &name.into()).ok()?.as_string().filter(|text| !text.is_empty())
    };
    let read = |action: JsValue| Some(Action { id: text(&action, "id")?, label: text(&action, "label")? });
    let list = value.dyn_into::<Array>().ok().filter(|list| list.length() > 0);
    let actions = list.and_then(|list| list.iter().map(read).collect::<Option<Vec<_>>>());
    actions
        .map(Some)
        .ok_or_else(|| options.wrong("actions", "a list of { id, label } with at least one entry"))
}

fn scope(options: &Options, document: &Document, min_chars: usize) -> Result<Option<Scope>, DocentError> {
    let mut scope = Scope { roots: Vec::new(), selectors: Vec::new(), min_chars };
    let Some(value) = options.value("root") else { return Ok(Some(scope)) };
    let wrong = || options.wrong("root", "an element, a document, a selector, or a list of these");
    let values = if Array::is_array(&value) { Array::from(&value) } else { Array::of1(&value) };
    for value in values.iter() {
        if let Some(selector) = value.as_string() {
            // The browser knows best what a selector is.
            document.query_selector(&selector).map_err(|_| wrong())?;
            scope.selectors.push(selector);
        } else if value.is_instance_of::<Document>() {
            scope.roots.push(value.unchecked_into());
        } else {
            scope.roots.push(value.dyn_into::<Element>().map_err(|_| wrong())?.unchecked_into());
        }
    }
    if scope.roots.is_empty() && scope.selectors.is_empty() { Err(wrong()) } else { Ok(Some(scope)) }
}

/// As JSON on the way, which takes less code than setting each property, and one crossing.
fn selection(snapshot: &Snapshot, action: &str) -> JsValue {
    let mut json = JsonWriter::default();
    json.open('{');
    json.member("text", &snapshot.excerpt.text);
    json.key("truncated");
    json.flag(snapshot.excerpt.truncated);
    json.count("charCount", snapshot.excerpt.char_count as u32);
    json.member("url", &snapshot.url);
    if let Some(heading) = snapshot.headings.last() {
        json.key("heading");
        json.open('{');
        json.count("level", u32::from(heading.level));
        json.member("id", &heading.id);
        json.member("text", &heading.text);
        json.key("path");
        json.open('[');
        for heading in &snapshot.headings {
            json.text(&heading.text);
        }
        json.close(']');
        json.close('}');
    }
    json.member("prefix", &snapshot.prefix);
    json.member("suffix", &snapshot.suffix);
    json.member("block", snapshot.block);
    json.member_if("codeLanguage", &snapshot.code_language);
    json.member_if("lang", &snapshot.lang);
    json.member_if("dir", &snapshot.dir);
    json.member("action", action);
    json.close('}');
    // What was just written is JSON.
    let selection = JSON::parse(&json.finish()).unwrap_or_default();
    let Rect { x, y, width, height } = snapshot.rect;
    let rect = [("x", x), ("y", y), ("width", width), ("height", height)];
    let rect = rect.map(|(name, value)| (name, value.round().into()));
    set(&selection, "rect", &record(&rect));
    selection
}
