//! Puts the bar beside its text: reads what can be seen of both, once per frame, and only then writes.

use super::bar::Bar;
use super::selected::{Selected, rect, rects_of};
use crate::anchor::{self, Anchor, Means, Rect, Room};
use crate::dom::web::{Dom, Span, View as Window, computed_style};
use crate::theme::{Theme, is_dark, thousandths};

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

/// A selection longer than so many screens is looked at only where it can be seen: the rects of all of it would take
/// as long as the page is.
const SCREENS: f64 = 3.0;

/// How many places of the screen are tried for a line of a long selection.
const TRIES: u8 = 9;

/// What holds the lines of a text.
const LINES: &str = "p,li,td,th,dt,dd,pre,blockquote,figcaption,h1,h2,h3,h4,h5,h6";

impl View {
    /// Shows the bar beside the text, or hides it where the text cannot be seen. Returns `false` if the text is so far
    /// away that the reader has left it.
    pub(crate) fn put(&self, document: &Dom, selected: &Selected, means: Means, bar: &Bar) -> bool {
        let top = selected.range.common_ancestor();
        let (Some(place), Some(window)) = (top.element().or_else(|| top.host()), document.default_view())
        else {
            return false;
        };
        let bounds = self.bounds(document, &window, bar);
        let (focus, other) = selected.ends();
        let (focus_rect, other_rect) = (rects_of(focus).pop(), rects_of(other).pop());
        let (Some(focus_rect), Some(other_rect)) = (focus_rect, other_rect) else { return false };
        let anchor = clip(&place, &bounds).and_then(|clip| {
            let choose =
                |rects: &[Rect]| anchor::choose(rects, &clip, Some(&focus_rect), selected.is_backward, means);
            let is_long = (focus_rect.y - other_rect.y).abs() > SCREENS * bounds.height
                || (focus_rect.x - other_rect.x).abs() > SCREENS * bounds.width;
            if is_long {
                let upward = selected.is_backward && means != Means::Touch;
                let columns = [focus_rect.x, other_rect.x];
                in_sight(document, &selected.range, focus, &clip, (upward, columns), &choose)
            } else {
                choose(&rects_of(&selected.range))
            }
        });
        let Some(anchor) = anchor else {
            bar.hide();
            let upper = focus_rect.y.min(other_rect.y);
            let lower = focus_rect.bottom().max(other_rect.bottom());
            return lower >= bounds.y - bounds.height && upper <= bounds.bottom() + bounds.height;
        };
        // Of the bar in pixels of the window, as the rects are.
        let zoom = bar.element.zoom();
        let zoom = if zoom > 0.0 { zoom } else { 1.0 };
        let (width, height) = (bar.element.offset_width() * zoom, bar.element.offset_height() * zoom);
        let gap = if means == Means::Touch { GAP_TOUCH } else { GAP };
        let (x, y) = anchor::place(&anchor, &Room { bounds, width, height, gap });
        let own = |pixels| (f64::from(pixels) / zoom).round() as i32;
        let is_dark = match self.theme {
            Theme::Light => false,
            Theme::Dark => true,
            Theme::Auto => is_dark_at(&place, bar),
        };
        let dir = computed_style(&place).get("direction");
        bar.show(document, &place, is_dark, &dir, (own(x), own(y)));
        true
    }

    /// What the reader sees of the page: less than the window while zoomed in or while a keyboard is open, and
    /// without what sticks to the upper edge (`scroll-padding` says so, too) and what a display's notches cover.
    fn bounds(&self, document: &Dom, window: &Window, bar: &Bar) -> Rect {
        // The bar's `scroll-margin` is the safe area: a computed value is the only way to learn it.
        let margins = computed_style(&bar.element);
        let margin = |side| f64::from(thousandths(&margins.get(side)).unwrap_or_default()) / 1000.0;
        let padding = document.query_selector(":root").map(|root| computed_style(&root));
        let padding = padding.and_then(|style| thousandths(&style.get("scroll-padding-top")));
        let sticky = (f64::from(padding.unwrap_or_default()) / 1000.0).max(self.inset_top);
        let (x, y) = (margin("scroll-margin-left"), margin("scroll-margin-top").max(sticky));
        let safe = Rect {
            x,
            y,
            width: window.inner_width() - x - margin("scroll-margin-right"),
            height: window.inner_height() - y - margin("scroll-margin-bottom"),
        };
        let visible = window.visual_viewport().and_then(|viewport| {
            let (x, y) = (viewport.offset_left(), viewport.offset_top());
            safe.overlap(&Rect { x, y, width: viewport.width(), height: viewport.height() })
        });
        visible.unwrap_or(safe)
    }
}

/// The anchor among the lines of a long selection that are in sight: those at the reader's end of it if they are,
/// else the first that the screen has, going through the columns in which the selection begins and ends.
fn in_sight(
    document: &Dom,
    range: &Span,
    focus: &Span,
    clip: &Rect,
    (upward, columns): (bool, [f64; 2]),
    choose: &dyn Fn(&[Rect]) -> Option<Anchor>,
) -> Option<Anchor> {
    let step = clip.height / f64::from(TRIES);
    let root = range.common_ancestor().root_node();
    let mut tried = focus.start_container().element();
    for index in 0..=TRIES {
        if let Some(element) = tried {
            let lines = element.closest(LINES);
            let has_text = || element.first_child().is_some_and(|child| child.is_text());
            let lines = lines.or_else(|| Some(element.clone()).filter(|_| has_text()));
            if let Some(lines) = lines.filter(|lines| range.intersects(lines)) {
                let part = document.create_range();
                part.select_contents(&lines);
                if lines.contains(&range.start_container()) {
                    part.set_start(&range.start_container(), range.start_offset());
                }
                if lines.contains(&range.end_container()) {
                    part.set_end(&range.end_container(), range.end_offset());
                }
                let anchor = choose(&rects_of(&part));
                if anchor.is_some() {
                    return anchor;
                }
            }
        }
        let from_edge = step * (f64::from(index) + 0.5);
        let y = if upward { clip.y + from_edge } else { clip.bottom() - from_edge };
        let x = anchor::within(columns[usize::from(index) % 2] + 1.0, clip.x, clip.right() - 1.0);
        tried = root.element_from_point(x, y);
    }
    None
}

/// Whether the page is dark there: what is painted decides, because a site may switch by a class and tell the browser
/// nothing. Where nothing is painted the browser's own canvas shows, and that is the colour of the bar's live region.
fn is_dark_at(place: &Dom, bar: &Bar) -> bool {
    let mut current = Some(place.clone());
    while let Some(element) = current {
        if let Some(is_dark) = is_dark(&computed_style(&element).get("background-color")) {
            return is_dark;
        }
        current = element.parent_element().or_else(|| element.root_node().host());
    }
    is_dark(&computed_style(&bar.live).get("background-color")).unwrap_or(false)
}

/// What can be seen of the page at this element: what its scrolling ancestors leave of the view.
fn clip(place: &Dom, bounds: &Rect) -> Option<Rect> {
    let mut clip = *bounds;
    let mut current = Some(place.clone());
    while let Some(element) = current {
        current = element.parent_element().or_else(|| element.root_node().host());
        // The overflow of the root and of the body belongs to the viewport.
        if !element.matches("html,body") && !computed_style(&element).get("overflow").starts_with("visible") {
            clip = clip.overlap(&rect(&element.bounding_rect()))?;
        }
    }
    Some(clip)
}
