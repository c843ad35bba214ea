//! What is known of the element's definition: whose it is, whether it works, and who else shares the page.

use js_sys::{Object, Reflect, Symbol};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Window};

/// Sets again what was set before the element was defined: as members of its own, they hide those of its class.
pub(super) fn replay(element: &Element) -> bool {
    for name in Object::keys(element.unchecked_ref::<Object>()).iter() {
        let prototype = Object::get_prototype_of(element);
        if Reflect::has(&prototype, &name).unwrap_or(false)
            && let Ok(value) = Reflect::get(element, &name)
            && Reflect::delete_property(element.unchecked_ref::<Object>(), &name).unwrap_or(false)
        {
            let _ = Reflect::set(element, &name, &value);
        }
    }
    true
}

/// Says once that two versions of this package share the page.
pub(super) fn note_version(window: &Window) {
    let key = Symbol::for_("docent.version");
    let ours = JsValue::from(env!("CARGO_PKG_VERSION"));
    let known = Reflect::get(window, &key).unwrap_or(JsValue::UNDEFINED);
    if known.is_string() && known != ours {
        let message =
            "docent: this page has two versions of the package; serve one, they may not fit each other.";
        web_sys::console::warn_3(&message.into(), &known, &ours);
    }
    if known != JsValue::TRUE {
        let seen = if known.is_undefined() || known == ours { ours } else { JsValue::TRUE };
        let _ = Reflect::set(window, &key, &seen);
    }
}

/// Our own element says so on its class; any other counts as the official one.
pub(super) fn source_of(class: &JsValue) -> &'static str {
    let is_ours = Reflect::get(class, &"docent".into()).is_ok_and(|mark| mark.is_truthy());
    if is_ours { "element" } else { "official" }
}

/// Whether this has the methods of a chat element.
pub(super) fn has_options(target: &JsValue) -> bool {
    Reflect::get(target, &"setOptions".into()).is_ok_and(|method| method.is_function())
}
