//! Between JavaScript values and ours.

use js_sys::{Function, JSON, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use crate::json::{self, Json, object};
use crate::model::{Attachment, ComposerPatch, Draft, Part};

/// The functions the options may hold.
const FUNCTIONS: [&str; 11] = [
    "api.fetch",
    "api.getClientSecret",
    "onClientTool",
    "header.leftAction.onClick",
    "header.rightAction.onClick",
    "widgets.onAction",
    "entities.onTagSearch",
    "entities.onClick",
    "entities.onRequestPreview",
    "commands.onSearch",
    "commands.onSelect",
];

/// A value as JSON; functions and what JSON cannot hold are left out.
pub(super) fn to_json(value: &JsValue) -> Json {
    let text = JSON::stringify(value).ok().and_then(|text| text.as_string());
    text.and_then(|text| json::parse(&text)).unwrap_or_default()
}

/// JSON as a value.
pub(super) fn to_js(value: &Json) -> JsValue {
    JSON::parse(&value.to_json()).unwrap_or(JsValue::NULL)
}

/// The function at a path such as `header.leftAction.onClick`, and the object it is a member of.
pub(super) fn function(options: &JsValue, path: &str) -> Option<(JsValue, Function)> {
    let mut parent = options.clone();
    let mut names = path.split('.').peekable();
    while let Some(name) = names.next() {
        // Asking for a member of nothing throws, and wasm-bindgen keeps what was thrown for as long as the page lives.
        if !parent.is_object() {
            return None;
        }
        let value = Reflect::get(&parent, &name.into()).ok()?;
        if names.peek().is_none() {
            return Some((parent, value.dyn_into().ok()?));
        }
        parent = value;
    }
    None
}

/// The paths of the functions that are there.
pub(super) fn functions(options: &JsValue) -> Vec<String> {
    FUNCTIONS.iter().filter(|path| function(options, path).is_some()).map(|path| (*path).to_owned()).collect()
}

/// The content of `sendUserMessage` or `setComposerValue`: `content`, or `text`, or neither.
fn content(params: &Json) -> Option<Vec<Part>> {
    match params.get("content") {
        Json::List(parts) if !parts.is_empty() => Some(parts.iter().map(Part::read).collect()),
        _ => params.str("text").map(|text| vec![Part::plain(text)]),
    }
}

/// The parameters of `sendUserMessage`.
pub(super) fn draft(params: &Json) -> Draft {
    Draft {
        content: content(params).unwrap_or_default(),
        quote: params.filled("reply"),
        attachments: params.list("attachments").iter().map(Attachment::read).collect(),
        tool: params.get("toolChoice").filled("id"),
        model: params.filled("model"),
        is_new_thread: params.is("newThread"),
    }
}

/// The parameters of `setComposerValue`. `selectedToolId: null` takes the tool away; leaving it out keeps it.
pub(super) fn patch(params: &Json) -> ComposerPatch {
    let names_tool = params.members().iter().any(|(name, _)| name == "selectedToolId");
    let attachments = match params.get("attachments") {
        Json::List(list) => Some(list.iter().map(Attachment::read).collect()),
        _ => None,
    };
    ComposerPatch {
        content: content(params),
        quote: params.str("reply").map(str::to_owned),
        attachments,
        tool: names_tool.then(|| params.filled("selectedToolId")),
        model: params.filled("selectedModelId"),
    }
}

/// An action of the page: its type and payload.
pub(super) fn action(value: &Json) -> Json {
    object([("type", value.get("type").clone()), ("payload", value.get("payload").clone())])
}
