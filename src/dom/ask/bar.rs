//! The popover: a bar of buttons in a shadow root of its own, in the browser's top layer where there is one.
//!
//! It is built by the DOM's own calls from constants and labels, with a constructed style sheet: no markup is parsed
//! and no inline style is written, so it stands under any content security policy and under Trusted Types.

use wasm_bindgen::JsValue;
use web_sys::Event;

use crate::bindings::record::record;
use crate::dom::web::{Dom, Sheet};
use crate::json_writer::push_decimal;

/// One button.
pub(crate) struct Action {
    /// What the caller knows it by.
    pub(crate) id: String,
    /// What it says.
    pub(crate) label: String,
}

/// The bar. It is part of the page until it is dropped.
pub(crate) struct Bar {
    host: Dom,
    pub(crate) element: Dom,
    live: Dom,
    buttons: Vec<Dom>,
}

const HTML: &str = "http://www.w3.org/1999/xhtml";
const SVG: &str = "http://www.w3.org/2000/svg";

const CSS: &str = include_str!("bar.css");

/// A speech bubble with a spark.
const ICON: [&str; 2] = [
    "M20 11.5a8 8 0 0 1-11.7 7.1L4 20l1.4-4.1A8 8 0 0 1 12.5 4",
    "M18.5 2.5l.9 2.1 2.1.9-2.1.9-.9 2.1-.9-2.1-2.1-.9 2.1-.9z",
];

impl Bar {
    /// Builds it, hidden, at the end of the page. `shortcut` is empty where there is none.
    pub(crate) fn new(document: &Dom, actions: &[Action], label: &str, shortcut: &str) -> Self {
        let make = |namespace: &str, name: &str, parent: &Dom, attributes: &[(&str, &str)]| {
            let element = document.create_element_ns(namespace, name);
            for (name, value) in attributes.iter().filter(|(_, value)| !value.is_empty()) {
                element.set_attribute(name, value);
            }
            parent.append_child(&element);
            element
        };
        let host = document.create_element_ns(HTML, "div");
        host.set_attribute("data-docent-ask", "true");
        let root = host.attach_shadow(&record(&[("mode", "open".into())]));
        match Sheet::new() {
            Ok(sheet) => {
                sheet.replace_sync(CSS);
                root.set_adopted_style_sheets(vec![sheet.into()]);
            }
            // Safari before 16.4: a page with a strict policy shows the bar unstyled there.
            Err(_) => make(HTML, "style", &root, &[]).set_text_content(CSS),
        }
        let bar = [
            ("class", "bar"),
            ("part", "bar"),
            ("role", "toolbar"),
            ("aria-label", label),
            ("popover", "manual"),
        ];
        let bar = make(HTML, "div", &root, &bar);
        let mut buttons = Vec::new();
        for action in actions {
            let is_first = buttons.is_empty();
            let button = [
                ("type", "button"),
                ("part", "button"),
                ("data-action", &action.id),
                // One stop for Tab; the arrow keys go on from there.
                ("tabindex", if is_first { "0" } else { "-1" }),
                ("aria-keyshortcuts", if is_first { shortcut } else { "" }),
            ];
            let button = make(HTML, "button", &bar, &button);
            if is_first {
                let svg = [("viewBox", "0 0 24 24"), ("aria-hidden", "true")];
                let svg = make(SVG, "svg", &button, &svg);
                for line in ICON {
                    make(SVG, "path", &svg, &[("d", line)]);
                }
            }
            make(HTML, "span", &button, &[("dir", "auto")]).set_text_content(&action.label);
            buttons.push(button);
        }
        let live = make(HTML, "div", &root, &[("class", "live"), ("role", "status")]);
        if let Some(body) = document.body() {
            body.append_child(&host);
        }
        Self { host, element: bar, live, buttons }
    }

    /// Shows it where it was last; `class` and `dir` follow the text it belongs to. A modal dialog makes everything
    /// outside it inert, so there the bar moves inside.
    pub(crate) fn show(&self, document: &Dom, near: &Dom, is_dark: bool, dir: &str) {
        let dialog = near.closest("dialog").filter(|dialog| dialog.matches(":modal"));
        let parent = dialog.or_else(|| document.body());
        if let Some(parent) = parent.filter(|parent| self.host.parent_element().as_ref() != Some(parent)) {
            parent.append_child(&self.host);
        }
        self.element.set_attribute("class", if is_dark { "bar shown dark" } else { "bar shown" });
        self.element.set_attribute("dir", dir);
        if self.has_top_layer() && !self.element.matches(":popover-open") {
            self.element.show_popover();
        }
    }

    /// Hides it.
    pub(crate) fn hide(&self) {
        if self.is_shown() {
            if self.has_top_layer() && self.element.matches(":popover-open") {
                self.element.hide_popover();
            }
            self.element.set_attribute("class", "bar");
        }
    }

    /// Without the top layer the class alone shows it, above the page by its z-index.
    fn has_top_layer(&self) -> bool {
        self.element.show_popover_method().is_function()
    }

    /// Whether it can be seen.
    pub(crate) fn is_shown(&self) -> bool {
        self.element.matches(".shown")
    }

    /// Moves its upper left corner there.
    pub(crate) fn move_to(&self, x: i32, y: i32) {
        for (name, value) in [("left", x), ("top", y)] {
            let mut length = String::from(if value < 0 { "-" } else { "" });
            push_decimal(&mut length, value.unsigned_abs() as usize);
            length.push_str("px");
            self.element.style().set(name, &length);
        }
    }

    /// Whether an event happened in it.
    pub(crate) fn holds(&self, event: &Event) -> bool {
        event.composed_path().includes(self.host.as_ref(), 0)
    }

    /// The id of the action whose button an event happened on.
    pub(crate) fn action_of(&self, event: &Event) -> Option<String> {
        let path = event.composed_path();
        self.buttons.iter().find(|button| path.includes(button.as_ref(), 0))?.get_attribute("data-action")
    }

    /// The number of the button that has the focus.
    pub(crate) fn focused(&self) -> Option<usize> {
        let active = self.host.shadow_root()?.active_element()?;
        self.buttons.iter().position(|button| active == *button)
    }

    /// Focuses the first button, or the one `steps` further than the focused one, around the ends.
    pub(crate) fn focus(&self, steps: usize) {
        let index = self.focused().map_or(0, |index| index + steps);
        for (other, button) in self.buttons.iter().enumerate() {
            let is_it = index % self.buttons.len() == other;
            button.set_attribute("tabindex", if is_it { "0" } else { "-1" });
            if is_it {
                focus(button);
            }
        }
    }

    /// One step back is as many forward.
    pub(crate) fn steps_back(&self) -> usize {
        self.buttons.len() - 1
    }

    /// Says this to people who use a screen reader.
    pub(crate) fn announce(&self, hint: &str) {
        self.live.set_text_content(hint);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.host.remove();
    }
}

/// Gives an element the focus without scrolling to it.
pub(crate) fn focus(element: &Dom) {
    element.focus(&record(&[("preventScroll", JsValue::TRUE)]));
}
