//! Puts the bar beside its text: reads what can be seen of both, once per frame.

use web_sys::Window;

use super::bar::Bar;
use super::selected::{Selected, rect, rects_of};
use crate::anchor::{self, Means, Rect, Room};
use crate::dom::web::{Dom, Edges, computed_style};
use crate::theme::{Theme, is_dark};

/// What the site says about the view.
#[derive(Clone, Copy)]
pub(crate) struct View {
    pub(crate) theme: Theme,
    /// The height of what sticks to the upper edge of the page.
    pub(crate) inset_top: f64,
}

/// Between the text and the bar. A finger's handles hang below the text and need room.
const GAP: f64 = 8.0;
const GAP_TOUCH: f64 = 48.0;

impl View {
    /// Shows the bar beside the text, or hides it where the text cannot be seen. Returns `false` if the text is so far
    /// away that the reader has left it.
    pub(crate) fn put(
        &self,
        window: &Window,
        document: &Dom,
        selected: &Selected,
        means: Means,
        bar: &Bar,
    ) -> bool {
        let Some(place) = selected.range.common_ancestor().element() else { return false };
        let bounds = self.bounds(window);
        let rects = rects_of(&selected.range);
        let focus = selected.focus_rect();
        let anchor = clip(&place, &bounds)
            .and_then(|clip| anchor::choose(&rects, &clip, focus.as_ref(), selected.is_backward, means));
        let Some(anchor) = anchor else {
            bar.hide();
            let (above, below) = (bounds.y - bounds.height, bounds.bottom() + bounds.height);
            return rects.iter().any(|rect| rect.bottom() >= above && rect.y <= below);
        };
        bar.show(document, &place, self.is_dark(window, &place), &computed_style(&place).get("direction"));
        let (width, height) = (bar.element.offset_width(), bar.element.offset_height());
        let gap = if means == Means::Touch { GAP_TOUCH } else { GAP };
        let (x, y) = anchor::place(&anchor, &Room { bounds, width, height, gap });
        bar.move_to(x, y);
        true
    }

    /// What the reader sees of the page: less than the window while zoomed in or while a keyboard is open.
    fn bounds(&self, window: &Window) -> Rect {
        let size = |value: Result<wasm_bindgen::JsValue, _>| value.ok().and_then(|it| it.as_f64());
        let mut bounds = match window.visual_viewport() {
            Some(viewport) => {
                let viewport: Edges = wasm_bindgen::JsCast::unchecked_into(viewport);
                let (x, y) = (viewport.offset_left(), viewport.offset_top());
                Rect { x, y, width: viewport.width(), height: viewport.height() }
            }
            None => Rect {
                x: 0.0,
                y: 0.0,
                width: size(window.inner_width()).unwrap_or(0.0),
                height: size(window.inner_height()).unwrap_or(0.0),
            },
        };
        let covered = anchor::within(self.inset_top - bounds.y, 0.0, bounds.height);
        bounds.y += covered;
        bounds.height -= covered;
        bounds
    }

    fn is_dark(&self, window: &Window, place: &Dom) -> bool {
        match self.theme {
            Theme::Light => false,
            Theme::Dark => true,
            Theme::Auto => {
                let mut backgrounds = Vec::new();
                let mut current = Some(place.clone());
                while let Some(element) = current {
                    backgrounds.push(computed_style(&element).get("background-color"));
                    current = element.parent_element();
                }
                let query = window.match_media("(prefers-color-scheme: dark)").ok().flatten();
                let prefers_dark = query.is_some_and(|query| query.matches());
                is_dark(&computed_style(place).get("color-scheme"), &backgrounds, prefers_dark)
            }
        }
    }
}

/// What can be seen of the page at this element: what its scrolling ancestors leave of the view.
fn clip(place: &Dom, bounds: &Rect) -> Option<Rect> {
    let mut clip = *bounds;
    let mut current = Some(place.clone());
    while let Some(element) = current {
        current = element.parent_element();
        // The overflow of the root and of the body belongs to the viewport.
        if !element.matches("html,body") && !computed_style(&element).get("overflow").starts_with("visible") {
            clip = clip.overlap(&rect(&element.bounding_rect()))?;
        }
    }
    Some(clip)
}
