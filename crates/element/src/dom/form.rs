//! The values of a form's controls.

use js_sys::Reflect;
use wasm_bindgen::JsValue;
use web_sys::Element;

use crate::json::Json;

/// The values around a control, one member per name. A name with several values (check boxes, choices with an answer of
/// one's own) has a list when `as_lists`; otherwise the last one counts, and a lone check box is a boolean.
pub(crate) fn values(control: &Element, as_lists: bool) -> Json {
    let Some(form) = control.closest("[data-form]").ok().flatten() else { return Json::Object(Vec::new()) };
    let Ok(fields) = form.query_selector_all("input,textarea,select") else {
        return Json::Object(Vec::new());
    };
    let mut values: Vec<(String, Json)> = Vec::new();
    for at in 0..fields.length() {
        let Some(field) = fields.get(at) else { continue };
        let read = |name: &str| Reflect::get(&field, &name.into()).unwrap_or(JsValue::UNDEFINED);
        let name = read("name").as_string().unwrap_or_default();
        if name.is_empty() {
            continue;
        }
        let kind = read("type").as_string().unwrap_or_default();
        let text = read("value").as_string().unwrap_or_default();
        let is_on = read("checked").is_truthy();
        let value = match kind.as_str() {
            "checkbox" if !as_lists => Json::Bool(is_on),
            "radio" | "checkbox" if !is_on => continue,
            _ if text.is_empty() && as_lists => continue,
            _ => Json::Text(text),
        };
        match values.iter_mut().find(|(known, _)| *known == name) {
            Some((_, Json::List(list))) => list.push(value),
            Some((_, known)) => *known = value,
            None if as_lists => values.push((name, Json::List(vec![value]))),
            None => values.push((name, value)),
        }
    }
    Json::Object(values)
}
