//! Reads the selection of a page: where its ends are, and whether one may ask about it.

use wasm_bindgen::{JsCast, JsValue};

use super::reading::{PRIVATE, edge, neighbour, part_of, text_in};
use crate::anchor::Rect;
use crate::dom::web::{Dom, Edges, Selected as Selection, Span};
use crate::excerpt::visible_count;
use crate::text::is_invisible;

/// Where one may ask.
#[derive(Default)]
pub(crate) struct Scope {
    /// Only inside these elements, documents and shadow roots and those below; with neither, the whole page.
    pub(crate) roots: Vec<Dom>,
    /// Only inside what these selectors find when the reader selects: a site that changes pages without loading them
    /// replaces its elements.
    pub(crate) selectors: Vec<String>,
    /// The shadow roots that the roots are or lie in: a selection inside any other stays the business of its element.
    pub(crate) shadow_roots: Vec<JsValue>,
}

/// A selection one may ask about.
pub(crate) struct Selected {
    /// What is selected: one range, in Firefox several.
    pub(crate) ranges: Vec<Span>,
    /// The last of them from its first visible character to its last one.
    pub(crate) range: Span,
    /// Whether the reader selected towards the start of the text.
    pub(crate) is_backward: bool,
    /// Its first visible character.
    first: Span,
    /// Its last one.
    last: Span,
}

impl Scope {
    /// What is selected now, open to questions or not. Reads no layout.
    pub(crate) fn ranges(&self, document: &Dom) -> Vec<Span> {
        let Some(selection) = document.selection() else { return Vec::new() };
        // Copies: the browser's own ranges follow the selection, and those of composed ranges follow nothing.
        let copied = |found: Vec<Span>| {
            // With its ends in different trees a range collapses.
            let mut copies: Vec<Span> = found.iter().map(|range| span(document, range, range)).collect();
            copies.retain(|range| !range.collapsed());
            copies
        };
        let count = selection.range_count();
        if count < 2
            && let Ok(found) = self.composed(&selection)
        {
            if found.first().is_some_and(|one| is_foreign(one, &selection.range_at(0))) {
                return Vec::new();
            }
            let inner = copied(found);
            // From the page into a shadow tree: then as the page sees it.
            return if inner.is_empty() {
                copied(selection.composed_ranges(Vec::new()).unwrap_or_default())
            } else {
                inner
            };
        }
        copied((0..count).map(|index| selection.range_at(index)).collect())
    }

    fn composed(&self, selection: &Selection) -> Result<Vec<Span>, JsValue> {
        let roots: js_sys::Array = self.shadow_roots.iter().collect();
        let options = crate::bindings::record::record(&[("shadowRoots", roots.into())]);
        selection
            .composed_ranges(vec![options])
            .or_else(|_| selection.composed_ranges(self.shadow_roots.clone()))
    }

    /// Whether one may ask about what is at this node.
    pub(crate) fn is_open(&self, node: &Dom) -> bool {
        let is_allowed = if self.roots.is_empty() && self.selectors.is_empty() {
            node.root_node().host().is_none()
        } else {
            let element = node.element();
            self.roots.iter().any(|root| root.contains(node))
                || element.is_some_and(|element| {
                    self.selectors.iter().any(|selector| element.closest(selector).is_some())
                })
        };
        is_allowed && node.closest_anywhere(PRIVATE).is_none()
    }
}

/// Enough text to count the least number of characters in, whatever the white space between them.
const ENOUGH: usize = 4096;

impl Selected {
    /// What is selected, if one may ask about it: at least `min_chars` that can be seen, in open places.
    pub(crate) fn read(
        document: &Dom,
        scope: &Scope,
        mut ranges: Vec<Span>,
        min_chars: usize,
    ) -> Option<Self> {
        ranges.retain(|range| {
            // A triple click ends at offset 0 of the next block, of which nothing is selected by that.
            (range.end_offset() == 0 || scope.is_open(&range.end_container()))
                && scope.is_open(&range.start_container())
        });
        let range = ranges.last()?;
        if visible_count(&text_in(&ranges, ENOUGH.saturating_add(min_chars))) < min_chars {
            return None;
        }
        let is_backward = document.selection().is_some_and(|selection| is_backward(&selection, range));
        let first = visible_end(document, range, true)?;
        let last = visible_end(document, range, false)?;
        Some(Self { range: span(document, &first, &last), is_backward, first, last, ranges })
    }

    /// The character at which the reader stopped, and the one at which they began.
    pub(crate) fn ends(&self) -> (&Span, &Span) {
        if self.is_backward { (&self.first, &self.last) } else { (&self.last, &self.first) }
    }

    /// Whether the text is still part of the page.
    pub(crate) fn is_there(&self) -> bool {
        !self.range.collapsed() && self.range.start_container().is_connected()
    }
}

/// Whether a composed range stands for a selection within a shadow tree that is not registered: then it is all of the
/// element, of which nothing may be selected. `plain` is the same as the page sees it: nothing there, or what is inside.
fn is_foreign(composed: &Span, plain: &Span) -> bool {
    let start = composed.start_container();
    start == composed.end_container()
        && (plain.collapsed() || plain.start_container().root_node().host().is_some())
        && start.root_node().host().is_none()
}

/// From where one range starts to where another ends.
fn span(document: &Dom, from: &Span, to: &Span) -> Span {
    let span = document.create_range();
    span.set_start(&from.start_container(), from.start_offset());
    span.set_end(&to.end_container(), to.end_offset());
    span
}

/// Whether both have the same ends.
pub(crate) fn are_same(these: &[Span], those: &[Span]) -> bool {
    let is_same = |(this, other): (&Span, &Span)| {
        this.start_offset() == other.start_offset()
            && this.end_offset() == other.end_offset()
            && this.start_container() == other.start_container()
            && this.end_container() == other.end_container()
    };
    these.len() == those.len() && these.iter().zip(those).all(is_same)
}

fn is_backward(selection: &Selection, range: &Span) -> bool {
    match selection.direction() {
        Some(direction) => direction == "backward",
        None => {
            selection.anchor_node().is_some_and(|anchor| anchor == range.end_container())
                && selection.anchor_offset() == range.end_offset()
        }
    }
}

/// The first (or last) visible character of `range`.
fn visible_end(document: &Dom, range: &Span, is_start: bool) -> Option<Span> {
    let top = range.common_ancestor();
    let mut node = Some(edge(range, is_start));
    while let Some(current) = node {
        // The walk begins at the nearest node, which may lie just outside.
        if current.is_text() && range.intersects(&current) {
            let found = visible_character(document, &current, range, is_start);
            if found.is_some() {
                return found;
            }
        }
        node = neighbour(&current, &top, is_start);
    }
    None
}

fn visible_character(document: &Dom, text: &Dom, range: &Span, is_start: bool) -> Option<Span> {
    let (mut at, part) = part_of(text, range);
    let mut found = None;
    for character in part.chars() {
        let start = at;
        at += character.len_utf16() as u32;
        if !character.is_whitespace() && !is_invisible(character) {
            found = Some((start, at));
            if is_start {
                break;
            }
        }
    }
    let (start, end) = found?;
    let character = document.create_range();
    character.set_start(text, start);
    character.set_end(text, end);
    // Text that is not laid out (inside a style element, say) has no rects.
    let is_laid_out = rects_of(&character).iter().any(|rect| rect.width > 0.0 && rect.height > 0.0);
    is_laid_out.then_some(character)
}

/// The client rects of a range.
pub(crate) fn rects_of(range: &Span) -> Vec<Rect> {
    let list = range.client_rects();
    (0..list.count()).map(|index| rect(&list.edges(index))).collect()
}

/// A `DOMRect` as ours.
pub(crate) fn rect(edges: &Edges) -> Rect {
    Rect { x: edges.x(), y: edges.y(), width: edges.width(), height: edges.height() }
}

/// A root of `scope`, with the shadow root it is or lies in.
pub(crate) fn add_root(scope: &mut Scope, root: Dom) {
    let top = root.root_node();
    if top.host().is_some() {
        scope.shadow_roots.push(top.unchecked_into());
    }
    scope.roots.push(root);
}
