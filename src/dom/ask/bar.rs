//! What is seen: the bar of buttons beside the text, in the browser's top layer where there is one, and the tray of
//! collected passages at the edge of the window. Both are in one shadow root.
//!
//! They are built by the DOM's own calls from constants and labels, with a constructed style sheet: no markup is parsed
//! and no inline style is written, so they stand under any content security policy and under Trusted Types.

use js_sys::{Array, Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Event;

use crate::bindings::record::{record, set};
use crate::dom::web::{Dom, write_to_clipboard};
use crate::json_writer::push_decimal;
use crate::text::{one_line, shorten};

/// One button.
pub(crate) struct Action {
    /// What the caller knows it by.
    pub(crate) id: String,
    /// What it says.
    pub(crate) label: String,
}

/// What the page side calls its parts.
pub(crate) struct Labels {
    pub(crate) toolbar: String,
    pub(crate) tray: String,
    pub(crate) remove: String,
}

/// The bar and the tray. They are part of the page until [`Bar::remove`].
pub(crate) struct Bar {
    pub(crate) host: Dom,
    /// Around both: carries the theme.
    frame: Dom,
    pub(crate) element: Dom,
    tray: Dom,
    /// Spoken by screen readers; painted in the colour of the browser's canvas.
    pub(crate) live: Dom,
}

const HTML: &str = "http://www.w3.org/1999/xhtml";
const SVG: &str = "http://www.w3.org/2000/svg";

/// Shipped as it is, so without comments. The bar is laid out while it is hidden: its size is read together with the rest
/// of the page, before anything is written.
const CSS: &str = include_str!("bar.css");

/// A speech bubble with a spark.
const ICON: [&str; 2] = [
    "M20 11.5a8 8 0 0 1-11.7 7.1L4 20l1.4-4.1A8 8 0 0 1 12.5 4",
    "M18.5 2.5l.9 2.1 2.1.9-2.1.9-.9 2.1-.9-2.1-2.1-.9 2.1-.9z",
];

/// An element of this name with these attributes, at the end of `parent`; empty attributes are left out.
fn make(parent: &Dom, namespace: &str, name: &str, attributes: &[(&str, &str)]) -> Option<Dom> {
    let element = parent.owner_document()?.create_element_ns(namespace, name);
    for (name, value) in attributes.iter().filter(|(_, value)| !value.is_empty()) {
        element.set_attribute(name, value);
    }
    parent.append_child(&element);
    Some(element)
}

/// A style sheet for this document, made by calls; `None` in browsers before 2023.
pub(crate) fn sheet(document: &Dom, css: &str) -> Option<JsValue> {
    // Of the document's own window: sheets are not shared between frames.
    let class = Reflect::get(document.default_view()?.as_ref(), &"CSSStyleSheet".into()).ok()?;
    let class: Function = class.dyn_into().ok()?;
    let sheet = Reflect::construct(&class, &Array::new()).ok()?;
    let replace: Function = Reflect::get(&sheet, &"replaceSync".into()).ok()?.dyn_into().ok()?;
    replace.call1(&sheet, &css.into()).ok()?;
    Some(sheet)
}

impl Bar {
    /// Builds it, hidden, at the end of the page. `shortcut` is empty where there is none.
    pub(crate) fn new(document: &Dom, actions: &[Action], labels: &Labels, shortcut: &str) -> Option<Self> {
        let host = make(&document.body()?, HTML, "div", &[("data-docent-ask", "true")])?;
        let root = host.attach_shadow(&record(&[("mode", "open".into())]));
        match sheet(document, CSS).filter(|_| root.adopted_style_sheets().is_some()) {
            Some(sheet) => root.set_adopted_style_sheets(&Array::of1(&sheet)),
            // Safari before 16.4: a page with a strict policy shows the bar unstyled there.
            None => make(&root, HTML, "style", &[])?.set_text_content(CSS),
        }
        let frame = make(&root, HTML, "div", &[("class", "frame")])?;
        let live = make(&frame, HTML, "div", &[("class", "live"), ("role", "status")])?;
        let tray = [("class", "tray"), ("part", "tray"), ("role", "group"), ("aria-label", &labels.tray)];
        let tray = make(&frame, HTML, "div", &tray)?;
        let bar = [
            ("class", "bar"),
            ("part", "bar"),
            ("role", "toolbar"),
            ("aria-label", &labels.toolbar),
            ("popover", "manual"),
        ];
        let bar = make(&frame, HTML, "div", &bar)?;
        for (index, Action { id, label }) in actions.iter().enumerate() {
            button(&bar, id, label, if index == 0 { Some(shortcut) } else { None })?;
        }
        Some(Self { host, frame, element: bar, tray, live })
    }

    /// Takes both off the page.
    pub(crate) fn remove(&self) {
        self.host.remove();
    }

    /// Moves into the modal dialog around this place, or else into the page: the browser or the site makes all outside
    /// such a dialog inert.
    pub(crate) fn lodge(&self, document: &Dom, near: &Dom) {
        // With `:is`, browsers before 2022 read past what they do not know.
        let dialog = near.closest_anywhere(":is(:modal,[aria-modal=true])");
        let parent = dialog.filter(Dom::is_connected).or_else(|| document.body());
        if let Some(parent) = parent.filter(|parent| self.host.parent_element().as_ref() != Some(parent)) {
            parent.append_child(&self.host);
            // What the site did to all outside its dialog.
            set(&self.host, "inert", &JsValue::FALSE);
            set(&self.host, "ariaHidden", &JsValue::NULL);
        }
    }

    /// Shows the bar with its upper left corner there; theme and direction follow the text it belongs to.
    pub(crate) fn show(&self, document: &Dom, near: &Dom, is_dark: bool, dir: &str, corner: (i32, i32)) {
        self.lodge(document, near);
        self.frame.set_attribute("class", if is_dark { "frame dark" } else { "frame" });
        self.frame.set_attribute("dir", dir);
        for (name, value) in [("left", corner.0), ("top", corner.1)] {
            let mut length = String::from(if value < 0 { "-" } else { "" });
            push_decimal(&mut length, value.unsigned_abs() as usize);
            length.push_str("px");
            self.element.style().set(name, &length);
        }
        self.element.set_attribute("class", "bar shown");
        if self.has_top_layer() && !self.element.matches(":popover-open") {
            self.element.show_popover();
        }
    }

    /// Hides the bar.
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

    /// Whether the bar can be seen.
    pub(crate) fn is_shown(&self) -> bool {
        self.element.matches(".shown")
    }

    /// Shows these passages in the tray, with a button that removes each and one that asks about all; without any, no
    /// tray.
    pub(crate) fn collect(&self, texts: &[String], ask: &Action, labels: &Labels) -> Option<()> {
        let had_focus = self.focused(&self.tray).is_some();
        self.tray.set_text_content("");
        self.tray.set_attribute("class", if texts.is_empty() { "tray" } else { "tray shown" });
        let list = make(&self.tray, HTML, "ul", &[("role", "list")])?;
        for (index, text) in texts.iter().enumerate() {
            let row = make(&list, HTML, "li", &[])?;
            let text = shorten(&one_line(text), 100);
            make(&row, HTML, "span", &[("dir", "auto")])?.set_text_content(&text);
            let mut number = String::new();
            push_decimal(&mut number, index);
            let name = [&labels.remove, ": ", &text].concat();
            let remove = [("type", "button"), ("data-remove", &*number), ("aria-label", &name)];
            make(&row, HTML, "button", &remove)?.set_text_content("\u{d7}");
        }
        let mut label = [&ask.label, " ("].concat();
        push_decimal(&mut label, texts.len());
        label.push(')');
        let ask = button(&self.tray, &ask.id, &label, Some(""))?;
        if had_focus && !texts.is_empty() {
            focus(&ask);
        }
        Some(())
    }

    /// Whether an event happened here.
    pub(crate) fn holds(&self, event: &Event) -> bool {
        event.composed_path().includes(self.host.as_ref(), 0)
    }

    /// The button an event happened on, and whether it is one of the tray.
    pub(crate) fn button_of(&self, event: &Event) -> Option<(Dom, bool)> {
        let button = event.composed_path().get(0).unchecked_into::<Dom>().closest("button")?;
        let is_in_tray = self.tray.contains(&button);
        Some((button, is_in_tray))
    }

    /// The button in the bar that has the focus.
    pub(crate) fn focused_button(&self) -> Option<Dom> {
        self.focused(&self.element)
    }

    /// Whether something here has the focus.
    pub(crate) fn has_focus(&self) -> bool {
        self.focused(&self.frame).is_some()
    }

    fn focused(&self, part: &Dom) -> Option<Dom> {
        self.host.shadow_root()?.active_element().filter(|active| part.contains(active))
    }

    /// Focuses the first button of the bar.
    pub(crate) fn enter(&self) {
        if let Some(first) = self.element.first_child() {
            focus(&first);
        }
    }

    /// Focuses the button that asks about the collected passages; `false` where there are none.
    pub(crate) fn enter_tray(&self) -> bool {
        let ask = self.tray.query_selector("[data-action]").filter(|_| self.tray.matches(".shown"));
        ask.map(|ask| focus(&ask)).is_some()
    }

    /// Whether the buttons stand from right to left.
    pub(crate) fn is_mirrored(&self) -> bool {
        self.frame.matches("[dir=rtl]")
    }

    /// Focuses the button after (or before) this one, around the ends.
    pub(crate) fn step(&self, from: &Dom, is_forward: bool) {
        let next = if is_forward {
            from.next_sibling().or_else(|| self.element.first_child())
        } else {
            from.previous_sibling().or_else(|| self.element.last_child())
        };
        if let Some(next) = next {
            focus(&next);
        }
    }

    /// Says this to people who use a screen reader.
    pub(crate) fn announce(&self, text: &str) {
        self.live.set_text_content(text);
    }
}

/// A button for an action. With a shortcut, which may be empty, it is its bar's first: it has the icon, and it is the
/// one stop for Tab; the arrow keys go on from there.
fn button(parent: &Dom, id: &str, label: &str, shortcut: Option<&str>) -> Option<Dom> {
    let button = [
        ("type", "button"),
        ("part", "button"),
        ("data-action", id),
        ("tabindex", if shortcut.is_some() { "0" } else { "-1" }),
        ("aria-keyshortcuts", shortcut.unwrap_or_default()),
    ];
    let button = make(parent, HTML, "button", &button)?;
    if shortcut.is_some() {
        let svg = make(&button, SVG, "svg", &[("viewBox", "0 0 24 24"), ("aria-hidden", "true")])?;
        for line in ICON {
            make(&svg, SVG, "path", &[("d", line)])?;
        }
    }
    make(&button, HTML, "span", &[("dir", "auto")])?.set_text_content(label);
    Some(button)
}

/// Gives an element the focus without scrolling to it.
pub(crate) fn focus(element: &Dom) {
    element.focus(&record(&[("preventScroll", JsValue::TRUE)]));
}

/// Puts a text on the clipboard: by the selection where a page has no clipboard of its own.
pub(crate) fn copy(document: &Dom, text: &str) {
    let Ok(by_selection) = Reflect::get(document, &"execCommand".into()) else { return };
    let by_selection = by_selection.unchecked_into::<Function>().bind1(document, &"copy".into());
    match write_to_clipboard(text) {
        Ok(copied) => copied.or_else(&by_selection),
        Err(_) => drop(by_selection.call0(&JsValue::UNDEFINED)),
    }
}
