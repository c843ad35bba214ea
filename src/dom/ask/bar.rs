//! The popover: a bar of buttons in a shadow root of its own, in the browser's top layer where there is one.
//!
//! It is built by the DOM's own calls from constants and labels, with a constructed style sheet: no markup is parsed
//! and no inline style is written, so it stands under any content security policy and under Trusted Types.

use js_sys::{Array, Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    CssStyleSheet, Document, Element, Event, FocusOptions, HtmlElement, ShadowRoot, ShadowRootInit,
    ShadowRootMode,
};

/// One button.
#[derive(Clone)]
pub(crate) struct Action {
    /// What the caller knows it by.
    pub(crate) id: String,
    /// What it says.
    pub(crate) label: String,
}

/// The bar. It is part of the page until it is dropped.
pub(crate) struct Bar {
    host: HtmlElement,
    pub(crate) element: HtmlElement,
    live: HtmlElement,
    buttons: Vec<HtmlElement>,
}

impl Bar {
    /// Builds it, hidden, at the end of the page.
    pub(crate) fn new(
        document: &Document,
        actions: &[Action],
        label: &str,
        shortcut: Option<&str>,
    ) -> Result<Self, JsValue> {
        let host = element(document, "div")?;
        host.set_attribute("data-docent-ask", "")?;
        let root = host.attach_shadow(&ShadowRootInit::new(ShadowRootMode::Open))?;
        style(document, &root)?;
        let bar = element(document, "div")?;
        for (name, value) in [
            ("class", "bar"),
            ("part", "bar"),
            ("role", "toolbar"),
            ("aria-label", label),
            ("popover", "manual"),
        ] {
            bar.set_attribute(name, value)?;
        }
        let mut buttons = Vec::new();
        for (index, action) in actions.iter().enumerate() {
            let button = element(document, "button")?;
            button.set_attribute("type", "button")?;
            button.set_attribute("part", "button")?;
            button.set_attribute("data-action", &action.id)?;
            // One stop for Tab; the arrow keys go on from there.
            button.set_tab_index(if index == 0 { 0 } else { -1 });
            if index == 0 {
                if let Some(shortcut) = shortcut {
                    button.set_attribute("aria-keyshortcuts", shortcut)?;
                }
                let icon = icon(document)?;
                button.append_child(&icon)?;
            }
            let text = element(document, "span")?;
            text.set_dir("auto");
            text.set_text_content(Some(&action.label));
            button.append_child(&text)?;
            bar.append_child(&button)?;
            buttons.push(button);
        }
        let live = element(document, "div")?;
        live.set_class_name("live");
        live.set_attribute("role", "status")?;
        root.append_child(&bar)?;
        root.append_child(&live)?;
        if let Some(body) = document.body() {
            body.append_child(&host)?;
        }
        Ok(Self { host, element: bar, live, buttons })
    }

    /// Shows it where it was last; `is_dark` and `is_rtl` follow the text it belongs to. A modal dialog makes
    /// everything outside it inert, so there the bar moves inside.
    pub(crate) fn show(&self, near: &Element, is_dark: bool, is_rtl: bool) {
        let dialog = near.closest("dialog:modal").ok().flatten();
        let wanted = dialog.or_else(|| self.host.owner_document()?.body().map(Into::into));
        let is_there = self.host.parent_element().is_some_and(|own| wanted.as_ref() == Some(&own));
        if let Some(parent) = wanted.filter(|_| !is_there) {
            // Moving it fails only if the dialog is gone, and then there is nothing to show either.
            let _ = parent.append_child(&self.host);
        }
        self.element.set_class_name(if is_dark { "bar shown dark" } else { "bar shown" });
        self.element.set_dir(if is_rtl { "rtl" } else { "ltr" });
        self.toggle("showPopover");
    }

    /// Hides it.
    pub(crate) fn hide(&self) {
        self.toggle("hidePopover");
        self.element.set_class_name("bar");
    }

    /// Whether it can be seen.
    pub(crate) fn is_shown(&self) -> bool {
        self.element.class_list().contains("shown")
    }

    /// Its width and height, while shown.
    pub(crate) fn size(&self) -> (f64, f64) {
        (f64::from(self.element.offset_width()), f64::from(self.element.offset_height()))
    }

    /// Moves its upper left corner there.
    pub(crate) fn move_to(&self, x: i32, y: i32) {
        let style = self.element.style();
        for (name, value) in [("left", x), ("top", y)] {
            // Both are lengths the browser knows.
            let _ = style.set_property(name, &[value.to_string().as_str(), "px"].concat());
        }
    }

    /// Whether an event happened in it.
    pub(crate) fn holds(&self, event: &Event) -> bool {
        let host: &JsValue = self.host.as_ref();
        event.composed_path().includes(host, 0)
    }

    /// Whether it has the focus.
    pub(crate) fn has_focus(&self) -> bool {
        self.focused().is_some()
    }

    /// The id of the action whose button an event happened on.
    pub(crate) fn action_of(&self, event: &Event) -> Option<String> {
        let path = event.composed_path();
        let button = self.buttons.iter().find(|button| path.includes(button.as_ref(), 0))?;
        button.get_attribute("data-action")
    }

    /// Focuses the first button, or the one `steps` further than the focused one, around the ends.
    pub(crate) fn focus(&self, steps: Option<i32>) {
        let count = self.buttons.len() as i32;
        let index = match (steps, self.focused()) {
            (Some(steps), Some(index)) => (index as i32 + steps).rem_euclid(count.max(1)),
            _ => 0,
        };
        for (other, button) in self.buttons.iter().enumerate() {
            button.set_tab_index(if other as i32 == index { 0 } else { -1 });
        }
        if let Some(button) = self.buttons.get(index as usize) {
            focus(button);
        }
    }

    /// Says this once to people who use a screen reader.
    pub(crate) fn announce(&self, hint: &str) {
        self.live.set_text_content(Some(hint));
    }

    fn focused(&self) -> Option<usize> {
        let active = self.host.shadow_root()?.active_element()?;
        self.buttons.iter().position(|button| active.is_same_node(Some(button)))
    }

    fn toggle(&self, method: &str) {
        let is_open = self.element.matches(":popover-open").unwrap_or(false);
        if is_open == (method == "showPopover") {
            return;
        }
        // Without the top layer the class alone shows it, above the page by its z-index.
        if let Ok(method) = Reflect::get(&self.element, &method.into())
            && let Some(method) = method.dyn_ref::<Function>()
        {
            let _ = method.call0(&self.element);
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.host.remove();
    }
}

/// Gives an element the focus without scrolling to it.
pub(crate) fn focus(element: &HtmlElement) {
    let options = FocusOptions::new();
    options.set_prevent_scroll(true);
    // An element that cannot take the focus leaves it where it is.
    let _ = element.focus_with_options(&options);
}

fn element(document: &Document, name: &str) -> Result<HtmlElement, JsValue> {
    Ok(document.create_element(name)?.unchecked_into())
}

const CSS: &str = include_str!("bar.css");

fn style(document: &Document, root: &ShadowRoot) -> Result<(), JsValue> {
    if let Ok(sheet) = CssStyleSheet::new() {
        sheet.replace_sync(CSS)?;
        root.set_adopted_style_sheets(&Array::of1(&sheet));
        return Ok(());
    }
    // Browsers before constructed style sheets (Safari 16.3): a page with a strict policy shows the bar unstyled there.
    let tag = element(document, "style")?;
    tag.set_text_content(Some(CSS));
    root.append_child(&tag)?;
    Ok(())
}

/// A speech bubble with a spark.
fn icon(document: &Document) -> Result<Element, JsValue> {
    let namespace = Some("http://www.w3.org/2000/svg");
    let svg = document.create_element_ns(namespace, "svg")?;
    for (name, value) in [
        ("viewBox", "0 0 24 24"),
        ("fill", "none"),
        ("stroke", "currentColor"),
        ("stroke-width", "2"),
        ("stroke-linecap", "round"),
        ("stroke-linejoin", "round"),
        ("aria-hidden", "true"),
    ] {
        svg.set_attribute(name, value)?;
    }
    for line in [
        "M20 11.5a8 8 0 0 1-11.7 7.1L4 20l1.4-4.1A8 8 0 1 1 12.5 4",
        "M18.5 2.5l.9 2.1 2.1.9-2.1.9-.9 2.1-.9-2.1-2.1-.9 2.1-.9z",
    ] {
        let path = document.create_element_ns(namespace, "path")?;
        path.set_attribute("d", line)?;
        svg.append_child(&path)?;
    }
    Ok(svg)
}
