//! Puts the bar beside its text: reads what can be seen of both, once per frame.

use web_sys::{Document, Element, Window};

use super::bar::Bar;
use super::selected::{Selected, element_of, rects_of};
use crate::anchor::{self, Means, Rect, Room};
use crate::theme::{Theme, is_dark};

/// What the site says about the view.
#[derive(Clone, Copy)]
pub(crate) struct View {
    pub(crate) theme: Theme,
    /// The height of what sticks to the upper edge of the page.
    pub(crate) inset_top: f64,
}

/// Where the bar ended up.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spot {
    /// Beside the text.
    Beside,
    /// Nowhere for now: the text is scrolled out of sight.
    Hidden,
    /// Nowhere for good: the text is gone or far away.
    Gone,
}

/// Between the text and the bar. A finger's handles hang below the text and need room.
const GAP: f64 = 8.0;
const GAP_TOUCH: f64 = 48.0;

impl View {
    /// Shows the bar beside the text, or hides it where the text cannot be seen.
    pub(crate) fn put(
        &self,
        window: &Window,
        document: &Document,
        selected: &Selected,
        means: Means,
        bar: &Bar,
    ) -> Spot {
        let common = selected.range.common_ancestor_container().ok();
        let Some(place) = common.and_then(|node| element_of(&node)) else { return Spot::Gone };
        let bounds = self.bounds(window, document);
        let rects = rects_of(&selected.range);
        let Some(clip) = clip(window, &place, &bounds) else {
            bar.hide();
            return Spot::Hidden;
        };
        // The character at which the reader stopped, as it lies now.
        let focus = selected.focus_rect();
        let Some(anchor) = anchor::choose(&rects, &clip, focus.as_ref(), selected.is_backward, means) else {
            bar.hide();
            let is_far = |rect: &Rect| {
                rect.bottom() < bounds.y - bounds.height || rect.y > bounds.bottom() + bounds.height
            };
            return if rects.iter().all(is_far) { Spot::Gone } else { Spot::Hidden };
        };
        let is_rtl = style(window, &place, "direction") == "rtl";
        bar.show(&place, self.is_dark(window, &place), is_rtl);
        let (width, height) = bar.size();
        let gap = if means == Means::Touch { GAP_TOUCH } else { GAP };
        let (x, y) = anchor::place(&anchor, &Room { bounds, width, height, gap });
        bar.move_to(x, y);
        Spot::Beside
    }

    /// Where the text is on the screen.
    pub(crate) fn rect_of(&self, selected: &Selected) -> Rect {
        let rect = selected.range.get_bounding_client_rect();
        Rect { x: rect.x(), y: rect.y(), width: rect.width(), height: rect.height() }
    }

    /// What the reader sees of the page: less than the window while zoomed in or while a keyboard is open.
    fn bounds(&self, window: &Window, document: &Document) -> Rect {
        let root = document.document_element();
        let size = |read: fn(&Element) -> i32| root.as_ref().map_or(0.0, |root| f64::from(read(root)));
        let mut bounds =
            Rect { x: 0.0, y: 0.0, width: size(Element::client_width), height: size(Element::client_height) };
        if let Some(viewport) = window.visual_viewport() {
            let (x, y) = (viewport.offset_left(), viewport.offset_top());
            let seen = Rect { x, y, width: viewport.width(), height: viewport.height() };
            bounds = bounds.overlap(&seen).unwrap_or(seen);
        }
        let covered = anchor::within(self.inset_top - bounds.y, 0.0, bounds.height);
        Rect { y: bounds.y + covered, height: bounds.height - covered, ..bounds }
    }

    fn is_dark(&self, window: &Window, place: &Element) -> bool {
        match self.theme {
            Theme::Light => false,
            Theme::Dark => true,
            Theme::Auto => {
                let mut backgrounds = Vec::new();
                let mut current = Some(place.clone());
                while let Some(element) = current {
                    backgrounds.push(style(window, &element, "background-color"));
                    current = element.parent_element();
                }
                let query = window.match_media("(prefers-color-scheme: dark)").ok().flatten();
                let prefers_dark = query.is_some_and(|query| query.matches());
                is_dark(&style(window, place, "color-scheme"), &backgrounds, prefers_dark)
            }
        }
    }
}

/// What can be seen of the page at this element: what its scrolling ancestors leave of the view.
fn clip(window: &Window, place: &Element, bounds: &Rect) -> Option<Rect> {
    let mut clip = *bounds;
    let mut current = Some(place.clone());
    while let Some(element) = current {
        current = element.parent_element();
        // The root's own overflow belongs to the viewport.
        let is_root = current.is_none() || element.tag_name() == "BODY";
        if !is_root && !style(window, &element, "overflow").starts_with("visible") {
            let rect = element.get_bounding_client_rect();
            let rect = Rect { x: rect.x(), y: rect.y(), width: rect.width(), height: rect.height() };
            clip = clip.overlap(&rect)?;
        }
    }
    Some(clip)
}

fn style(window: &Window, element: &Element, name: &str) -> String {
    let style = window.get_computed_style(element).ok().flatten();
    style.and_then(|style| style.get_property_value(name).ok()).unwrap_or_default()
}
