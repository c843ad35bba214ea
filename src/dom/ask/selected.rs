//! Reads the selection of the page: whether one may ask about it, and its text without what is private.

use crate::anchor::Rect;
use crate::dom::web::{self, Dom, Edges, List, Span, computed_style};
use crate::excerpt::visible_count;
use crate::passage::Passage;
use crate::text::is_invisible;

/// Never read: what a reader typed, what the site marked, and chat itself (ours and the official one).
const PRIVATE: &str = "[data-no-ask],[data-private],.sr-mask,input,textarea,select,[role=textbox],\
    [contenteditable]:not([contenteditable=false]),openai-chatkit,docent-chat,[data-docent-ask]";

/// [`PRIVATE`], and what is left out of the text as well: labels of controls and what never shows.
const OMITTED: &str = "[data-no-ask],[data-private],.sr-mask,input,textarea,select,[role=textbox],\
    [contenteditable]:not([contenteditable=false]),openai-chatkit,docent-chat,[data-docent-ask],\
    button,script,style,noscript,template";

/// Where one may ask.
pub(crate) struct Scope {
    /// Only inside these elements and those below; with neither, the whole page.
    pub(crate) roots: Vec<Dom>,
    /// Only inside what these selectors find when the reader selects: a site that changes pages without loading them
    /// replaces its elements.
    pub(crate) selectors: Vec<String>,
    /// The least number of visible characters.
    pub(crate) min_chars: usize,
}

/// A selection one may ask about.
#[derive(Clone)]
pub(crate) struct Selected {
    /// From the first visible character to the last one.
    pub(crate) range: Span,
    /// Whether the reader selected towards the start of the text.
    pub(crate) is_backward: bool,
    /// The character at which the reader stopped.
    focus: Span,
    /// The text as the browser would copy it, without what is private.
    pub(crate) text: String,
}

impl Selected {
    /// The selection of the page, if one may ask about it.
    pub(crate) fn read(document: &Dom, scope: &Scope) -> Option<Self> {
        let selection = web::selection()?;
        // With the caret in a text field, the selection's text is that of the field (Chromium, Firefox).
        if selection.range_count() == 0 || is_in_field(document) {
            return None;
        }
        let range = selection.range_at(0);
        if range.collapsed() {
            return None;
        }
        // A triple click ends at offset 0 of the next block, of which nothing is selected by that.
        let is_end_open = range.end_offset() == 0 || scope.is_open(&range.end_container());
        if !is_end_open || !scope.is_open(&range.start_container()) {
            return None;
        }
        let text = text_of(&selection, &range)?;
        if visible_count(&text) < scope.min_chars {
            return None;
        }
        let is_backward = is_backward(&selection);
        let (first, start, from) = visible_end(document, &range, true)?;
        let (last, end, to) = visible_end(document, &range, false)?;
        let trimmed = document.create_range();
        trimmed.set_start(&first, start);
        trimmed.set_end(&last, end);
        Some(Self { range: trimmed, is_backward, focus: if is_backward { from } else { to }, text })
    }

    /// Where the character at which the reader stopped is now.
    pub(crate) fn focus_rect(&self) -> Option<Rect> {
        rects_of(&self.focus).pop()
    }

    /// Whether the text is still part of the page.
    pub(crate) fn is_there(&self) -> bool {
        !self.range.collapsed() && self.range.start_container().is_connected()
    }

    /// Whether `other` has the same ends.
    pub(crate) fn is_same(&self, other: &Span) -> bool {
        let range = &self.range;
        range.start_offset() == other.start_offset()
            && range.end_offset() == other.end_offset()
            && range.start_container() == other.start_container()
            && range.end_container() == other.end_container()
    }
}

impl Scope {
    fn is_open(&self, node: &Dom) -> bool {
        self.allows(node) && !is_private(node)
    }

    fn allows(&self, node: &Dom) -> bool {
        if self.roots.is_empty() && self.selectors.is_empty() {
            return true;
        }
        let element = node.element();
        let is_within =
            |selector: &String| element.as_ref().is_some_and(|element| element.closest(selector).is_some());
        self.roots.iter().any(|root| root.contains(node)) || self.selectors.iter().any(is_within)
    }
}

/// Whether a node, or what holds the shadow tree it is in, is private.
fn is_private(node: &Dom) -> bool {
    let mut current = Some(node.clone());
    while let Some(node) = current {
        if let Some(element) = node.element()
            && (element.is_content_editable() || element.closest(PRIVATE).is_some())
        {
            return true;
        }
        current = node.root_node().host();
    }
    false
}

fn is_in_field(document: &Dom) -> bool {
    let mut active = document.active_element();
    while let Some(element) = active {
        if element.matches("input,textarea,select") {
            return true;
        }
        active = element.shadow_root().and_then(|root| root.active_element());
    }
    false
}

fn is_backward(selection: &web::Selected) -> bool {
    match (selection.anchor_node(), selection.focus_node()) {
        (Some(anchor), Some(focus)) if anchor == focus => {
            selection.anchor_offset() > selection.focus_offset()
        }
        (Some(anchor), Some(focus)) => focus.is_before(&anchor),
        _ => false,
    }
}

/// The browser's own text of the selection knows best what can be seen. It also holds what lies private in the
/// middle of it; then the text is put together without that.
fn text_of(selection: &web::Selected, range: &Span) -> Option<String> {
    let found = range.common_ancestor().element()?.query_selector_all(OMITTED);
    if !nodes(&found).any(|node| range.intersects(&node)) {
        return Some(selection.text());
    }
    let mut passage = Passage::default();
    for index in 0..selection.range_count() {
        let range = selection.range_at(index);
        gather(&range.common_ancestor(), &range, &mut passage, usize::MAX);
        passage.border(1);
    }
    Some(passage.finish())
}

/// The nodes of a list.
pub(crate) fn nodes(list: &List) -> impl Iterator<Item = Dom> {
    (0..list.count()).filter_map(|index| list.item(index))
}

/// The text of `range` without what is private or hidden, up to about `limit` bytes.
pub(crate) fn text_in(range: &Span, limit: usize) -> String {
    let mut passage = Passage::default();
    gather(&range.common_ancestor(), range, &mut passage, limit);
    passage.finish()
}

fn gather(node: &Dom, range: &Span, passage: &mut Passage, limit: usize) {
    if passage.len() >= limit || !range.intersects(node) {
        return;
    }
    if node.is_text() {
        let white_space = node.parent_element().map(|parent| computed_style(&parent).get("white-space"));
        let is_preformatted =
            white_space.is_some_and(|value| value.starts_with("pre") || value == "break-spaces");
        return passage.write(&part_of(node, range).1, is_preformatted);
    }
    let mut border = 0;
    let mut is_cell = false;
    if node.is_element() {
        if node.matches(OMITTED) {
            return;
        }
        let style = computed_style(node);
        let display = style.get("display");
        let is_unselectable =
            style.get("user-select") == "none" || style.get("-webkit-user-select") == "none";
        if display == "none" || style.get("visibility") != "visible" || is_unselectable {
            return;
        }
        if node.matches("br") {
            return passage.break_line();
        }
        is_cell = display == "table-cell";
        if !is_cell && !display.starts_with("inline") && display != "contents" {
            border = if node.matches("p") { 2 } else { 1 };
        }
    }
    passage.border(border);
    let mut child = node.first_child();
    while let Some(current) = child {
        gather(&current, range, passage, limit);
        child = current.next_sibling();
    }
    passage.border(border);
    if is_cell {
        passage.end_cell();
    }
}

/// The part of a text node inside `range`, and where it starts.
fn part_of(text: &Dom, range: &Span) -> (u32, String) {
    let start = if range.start_container() == *text { range.start_offset() } else { 0 };
    let end = if range.end_container() == *text { range.end_offset() } else { text.length() };
    (start, text.substring_data(start, end.saturating_sub(start)))
}

/// The first (or last) visible character of `range`: its text node, the offset before (or after) it, itself.
fn visible_end(document: &Dom, range: &Span, is_start: bool) -> Option<(Dom, u32, Span)> {
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

/// The node at which `range` starts (or ends), as deep as it goes.
fn edge(range: &Span, is_start: bool) -> Dom {
    let (container, offset) = if is_start {
        (range.start_container(), range.start_offset())
    } else {
        (range.end_container(), range.end_offset())
    };
    let children = container.child_nodes();
    if is_start {
        return children.item(offset).unwrap_or(container);
    }
    match offset.checked_sub(1).and_then(|index| children.item(index)) {
        Some(before) => deepest(before, false),
        None => container,
    }
}

/// The first (or last) of everything inside a node that has nothing inside itself.
fn deepest(mut node: Dom, is_first: bool) -> Dom {
    while let Some(child) = if is_first { node.first_child() } else { node.last_child() } {
        node = child;
    }
    node
}

/// The next (or previous) node inside `top`, parents and children alike; forward children come after their parent,
/// backward only childless nodes are met.
fn neighbour(node: &Dom, top: &Dom, is_forward: bool) -> Option<Dom> {
    if is_forward && let Some(child) = node.first_child() {
        return Some(child);
    }
    let mut current = node.clone();
    while current != *top {
        let sibling = if is_forward { current.next_sibling() } else { current.previous_sibling() };
        if let Some(sibling) = sibling {
            return Some(if is_forward { sibling } else { deepest(sibling, false) });
        }
        current = current.parent_node()?;
    }
    None
}

fn visible_character(document: &Dom, text: &Dom, range: &Span, is_start: bool) -> Option<(Dom, u32, Span)> {
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
    is_laid_out.then(|| (text.clone(), if is_start { start } else { end }, character))
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
