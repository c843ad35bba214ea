//! Attributes, properties and styles of one element.

use std::borrow::Cow;

use wasm_bindgen::{JsCast, JsValue};
use web_sys::Element;

type Attr = (&'static str, Cow<'static, str>);

/// Sets what is new or different and takes away what is gone.
pub(super) fn patch(element: &Element, old: &[Attr], new: &[Attr]) {
    for (name, value) in new {
        let before = old.iter().find(|(known, _)| known == name).map(|(_, value)| value);
        // What a reader has typed is only overwritten when it is not what the state says.
        if before != Some(value) || *name == "value" {
            set(element, name, value, before.is_none());
        }
    }
    for (name, _) in old {
        if !new.iter().any(|(kept, _)| kept == name) {
            remove(element, name);
        }
    }
}

fn set(element: &Element, name: &str, value: &str, is_first: bool) {
    if let Some(property) = name.strip_prefix("style:") {
        if let Some(style) = style(element) {
            let _ = style.set_property(property, value);
        }
        return;
    }
    match name {
        "value" if is_field(element) => {
            if property(element, "value").as_string().as_deref() != Some(value) {
                let _ = js_sys::Reflect::set(element, &"value".into(), &value.into());
            }
        }
        "initial" => {
            if is_first && !value.is_empty() {
                let _ = js_sys::Reflect::set(element, &"value".into(), &value.into());
            }
        }
        "checked" => {
            let _ = js_sys::Reflect::set(element, &"checked".into(), &JsValue::TRUE);
        }
        _ => {
            // Fails only for a name that is not one, and ours all are.
            let _ = element.set_attribute(name, value);
        }
    }
}

/// A radio button's value is an attribute; a text field's is what is typed.
fn is_field(element: &Element) -> bool {
    let kind = property(element, "type").as_string().unwrap_or_default();
    !matches!(kind.as_str(), "radio" | "checkbox") && element.local_name() != "option"
}

fn remove(element: &Element, name: &str) {
    if let Some(property) = name.strip_prefix("style:") {
        if let Some(style) = style(element) {
            let _ = style.remove_property(property);
        }
        return;
    }
    if name == "checked" {
        let _ = js_sys::Reflect::set(element, &"checked".into(), &JsValue::FALSE);
    }
    let _ = element.remove_attribute(name);
}

fn style(element: &Element) -> Option<web_sys::CssStyleDeclaration> {
    property(element, "style").dyn_into().ok()
}

fn property(element: &Element, name: &str) -> JsValue {
    js_sys::Reflect::get(element, &name.into()).unwrap_or(JsValue::UNDEFINED)
}
