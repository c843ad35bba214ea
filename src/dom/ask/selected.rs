//! Reads the selection of the page: whether one may ask about it, and its text without what is private.

use wasm_bindgen::JsCast;
use web_sys::{Document, Element, HtmlElement, Node, Range, Selection, ShadowRoot, Text, Window};

use crate::anchor::Rect;
use crate::excerpt::visible_count;
use crate::passage::Passage;

/// Never read: what a reader typed, what the site marked, and chat itself (ours and the official one).
const PRIVATE: &str = "[data-no-ask],[data-private],input,textarea,select,[role=textbox],\
    [contenteditable]:not([contenteditable=false]),openai-chatkit,docent-chat,[data-docent-ask]";

/// Left out of the text as well: labels of controls and what never shows.
const OMITTED: &str = "button,script,style,noscript,template";

/// `NodeFilter.SHOW_TEXT`.
const SHOW_TEXT: u32 = 4;

/// Where one may ask.
pub(crate) struct Scope {
    /// Only inside these elements and those below; with neither, the whole page.
    pub(crate) roots: Vec<Element>,
    /// Only inside what these selectors find when the reader selects: a site that changes pages without loading them
    /// replaces its elements.
    pub(crate) selectors: Vec<String>,
    /// The least number of visible characters.
    pub(crate) min_chars: usize,
}

/// A selection one may ask about.
pub(crate) struct Selected {
    /// From the first visible character to the last one.
    pub(crate) range: Range,
    /// Whether the reader selected towards the start of the text.
    pub(crate) is_backward: bool,
    /// The character at which the reader stopped.
    focus: Range,
    /// The text as the browser would copy it, without what is private.
    pub(crate) text: String,
}

impl Selected {
    /// The selection of the page, if one may ask about it.
    pub(crate) fn read(window: &Window, document: &Document, scope: &Scope) -> Option<Self> {
        let selection = window.get_selection().ok()??;
        // With the caret in a text field, the selection's text is that of the field (Chromium, Firefox).
        if selection.range_count() == 0 || is_in_field(document) {
            return None;
        }
        let range = selection.get_range_at(0).ok()?;
        if range.collapsed() {
            return None;
        }
        let (start, end) = (range.start_container().ok()?, range.end_container().ok()?);
        // A triple click ends at offset 0 of the next block, of which nothing is selected by that.
        let is_open = |node: &Node| scope.allows(node) && !is_private(node);
        if !is_open(&start) || !(is_open(&end) || range.end_offset() == Ok(0)) {
            return None;
        }
        let text = text_of(window, &selection, &range)?;
        if visible_count(&text) < scope.min_chars {
            return None;
        }
        let is_backward = is_backward(&selection);
        let (range, first, last) = trimmed(document, &range)?;
        let focus = if is_backward { first } else { last };
        Some(Self { range, is_backward, focus, text })
    }

    /// Where the character at which the reader stopped is now.
    pub(crate) fn focus_rect(&self) -> Option<Rect> {
        rects_of(&self.focus).into_iter().next()
    }

    /// Whether the text is still part of the page.
    pub(crate) fn is_there(&self) -> bool {
        !self.range.collapsed() && self.range.start_container().is_ok_and(|node| node.is_connected())
    }

    /// Whether `other` has the same ends.
    pub(crate) fn is_same(&self, other: &Range) -> bool {
        let same = |own: Result<Node, _>, others: Result<Node, _>| match (own, others) {
            (Ok(own), Ok(others)) => own.is_same_node(Some(&others)),
            _ => false,
        };
        let range = &self.range;
        same(range.start_container(), other.start_container())
            && same(range.end_container(), other.end_container())
            && range.start_offset() == other.start_offset()
            && range.end_offset() == other.end_offset()
    }
}

impl Scope {
    fn allows(&self, node: &Node) -> bool {
        if self.roots.is_empty() && self.selectors.is_empty() {
            return true;
        }
        let element = element_of(node);
        let is_within = |selector: &String| {
            element.as_ref().is_some_and(|element| element.closest(selector).is_ok_and(|found| found.is_some()))
        };
        self.roots.iter().any(|root| root.contains(Some(node))) || self.selectors.iter().any(is_within)
    }
}

/// The element a node is in, or is.
pub(crate) fn element_of(node: &Node) -> Option<Element> {
    match node.dyn_ref::<Element>() {
        Some(element) => Some(element.clone()),
        None => node.parent_element(),
    }
}

fn is_private(node: &Node) -> bool {
    let mut element = element_of(node).or_else(|| host_of(node));
    while let Some(current) = element {
        let is_edited = current.dyn_ref::<HtmlElement>().is_some_and(HtmlElement::is_content_editable);
        if is_edited || current.closest(PRIVATE).is_ok_and(|found| found.is_some()) {
            return true;
        }
        element = host_of(&current);
    }
    false
}

/// The element whose shadow tree a node is in.
fn host_of(node: &Node) -> Option<Element> {
    Some(node.get_root_node().dyn_ref::<ShadowRoot>()?.host())
}

fn is_in_field(document: &Document) -> bool {
    let mut active = document.active_element();
    while let Some(element) = active {
        if matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT") {
            return true;
        }
        active = element.shadow_root().and_then(|root| root.active_element());
    }
    false
}

fn is_backward(selection: &Selection) -> bool {
    let (Some(anchor), Some(focus)) = (selection.anchor_node(), selection.focus_node()) else {
        return false;
    };
    if anchor.is_same_node(Some(&focus)) {
        return selection.anchor_offset() > selection.focus_offset();
    }
    anchor.compare_document_position(&focus) & Node::DOCUMENT_POSITION_PRECEDING != 0
}

/// The browser's own text of the selection knows best what can be seen. It also holds what lies private in the
/// middle of it; then the text is put together without that.
fn text_of(window: &Window, selection: &Selection, range: &Range) -> Option<String> {
    let top = element_of(&range.common_ancestor_container().ok()?)?;
    let has_private = [PRIVATE, ",", OMITTED].concat();
    let found = top.query_selector_all(&has_private).ok()?;
    let touches = |index| found.item(index).is_some_and(|node| range.intersects_node(&node).unwrap_or(true));
    if !(0..found.length()).any(touches) {
        return selection.to_string().as_string();
    }
    let mut passage = Passage::default();
    for index in 0..selection.range_count() {
        let range = selection.get_range_at(index).ok()?;
        gather(window, &range.common_ancestor_container().ok()?, &range, &mut passage, usize::MAX);
        passage.border(1);
    }
    Some(passage.finish())
}

/// The text of `range` without what is private or hidden, up to about `limit` bytes.
pub(crate) fn text_in(window: &Window, range: &Range, limit: usize) -> String {
    let mut passage = Passage::default();
    if let Ok(top) = range.common_ancestor_container() {
        gather(window, &top, range, &mut passage, limit);
    }
    passage.finish()
}

fn gather(window: &Window, node: &Node, range: &Range, passage: &mut Passage, limit: usize) {
    if passage.len() >= limit || !range.intersects_node(node).unwrap_or(false) {
        return;
    }
    if let Some(text) = node.dyn_ref::<Text>() {
        let is_preformatted = node
            .parent_element()
            .and_then(|parent| style_of(window, &parent, "white-space-collapse", "white-space"))
            .is_some_and(|value| value.starts_with("pre") || value == "break-spaces");
        passage.write(&selected_part(text, range), is_preformatted);
        return;
    }
    let mut border = 0;
    let mut is_cell = false;
    if let Some(element) = node.dyn_ref::<Element>() {
        if element.matches(PRIVATE).unwrap_or(true) || element.matches(OMITTED).unwrap_or(true) {
            return;
        }
        let read = |name| style_of(window, element, name, "").unwrap_or_default();
        let display = read("display");
        let is_unselectable =
            style_of(window, element, "user-select", "-webkit-user-select").is_some_and(|it| it == "none");
        if display == "none" || read("visibility") != "visible" || is_unselectable {
            return;
        }
        if element.tag_name() == "BR" {
            return passage.break_line();
        }
        is_cell = display == "table-cell";
        let is_inline = is_cell || display.starts_with("inline") || display == "contents";
        border = if is_inline {
            0
        } else if element.tag_name() == "P" {
            2
        } else {
            1
        };
    }
    passage.border(border);
    let mut child = node.first_child();
    while let Some(current) = child {
        gather(window, &current, range, passage, limit);
        child = current.next_sibling();
    }
    passage.border(border);
    if is_cell {
        passage.end_cell();
    }
}

fn style_of(window: &Window, element: &Element, name: &str, older: &str) -> Option<String> {
    let style = window.get_computed_style(element).ok()??;
    let value = style.get_property_value(name).ok().filter(|value| !value.is_empty());
    value.or_else(|| style.get_property_value(older).ok())
}

fn selected_part(text: &Text, range: &Range) -> String {
    let is = |node: Result<Node, _>| node.is_ok_and(|node| node.is_same_node(Some(text)));
    let start = if is(range.start_container()) { range.start_offset().unwrap_or(0) } else { 0 };
    let end = if is(range.end_container()) { range.end_offset().unwrap_or(0) } else { text.length() };
    text.substring_data(start, end.saturating_sub(start)).unwrap_or_default()
}

/// `range` from its first visible character to its last one, and both of these.
fn trimmed(document: &Document, range: &Range) -> Option<(Range, Range, Range)> {
    let (first, start, from) = visible_end(document, range, true)?;
    let (last, end, to) = visible_end(document, range, false)?;
    let trimmed = document.create_range().ok()?;
    trimmed.set_start(&first, start).ok()?;
    trimmed.set_end(&last, end).ok()?;
    Some((trimmed, from, to))
}

/// The first (or last) visible character of `range`: its text node, the offset before (or after) it, itself.
fn visible_end(document: &Document, range: &Range, is_start: bool) -> Option<(Node, u32, Range)> {
    let top = range.common_ancestor_container().ok()?;
    let walker = document.create_tree_walker_with_what_to_show(&top, SHOW_TEXT).ok()?;
    let mut node = Some(edge_node(range, is_start)?);
    while let Some(current) = node {
        walker.set_current_node(&current);
        if let Some(text) = current.dyn_ref::<Text>() {
            // The walk begins at the nearest node, which may lie just outside.
            let is_inside = range.intersects_node(&current).ok()?;
            let found = is_inside.then(|| visible_character(document, text, range, is_start)).flatten();
            if found.is_some() {
                return found;
            }
        }
        node = if is_start { walker.next_node() } else { walker.previous_node() }.ok()?;
    }
    None
}

/// The node at which `range` starts (or ends), as deep as it goes.
fn edge_node(range: &Range, is_start: bool) -> Option<Node> {
    let (container, offset) = if is_start {
        (range.start_container().ok()?, range.start_offset().ok()?)
    } else {
        (range.end_container().ok()?, range.end_offset().ok()?)
    };
    let children = container.child_nodes();
    if is_start {
        // Past its last child, the walk begins there and goes on behind it.
        let child = children.item(offset).or_else(|| children.item(offset.checked_sub(1)?));
        return Some(child.unwrap_or(container));
    }
    let Some(before) = offset.checked_sub(1).and_then(|index| children.item(index)) else {
        return Some(container);
    };
    let mut deepest = before;
    while let Some(last) = deepest.last_child() {
        deepest = last;
    }
    Some(deepest)
}

fn visible_character(
    document: &Document,
    text: &Text,
    range: &Range,
    is_start: bool,
) -> Option<(Node, u32, Range)> {
    let is = |node: Result<Node, _>| node.is_ok_and(|node| node.is_same_node(Some(text)));
    let base = if is(range.start_container()) { range.start_offset().ok()? } else { 0 };
    let part = selected_part(text, range);
    let is_ink = |character: &char| !character.is_whitespace() && !crate::text::is_invisible(*character);
    let mut at = base;
    let mut inked = part.chars().map(|character| {
        let start = at;
        at += character.len_utf16() as u32;
        (character, start, at)
    });
    let (_, start, end) = if is_start {
        inked.find(|(character, ..)| is_ink(character))?
    } else {
        inked.filter(|(character, ..)| is_ink(character)).last()?
    };
    let character = document.create_range().ok()?;
    character.set_start(text, start).ok()?;
    character.set_end(text, end).ok()?;
    // Text that is not laid out (inside a style element, say) has no rects.
    let is_laid_out = rects_of(&character).iter().any(|rect| rect.width > 0.0 && rect.height > 0.0);
    is_laid_out.then(|| (text.clone().into(), if is_start { start } else { end }, character))
}

/// The client rects of a range.
pub(crate) fn rects_of(range: &Range) -> Vec<Rect> {
    let Some(list) = range.get_client_rects() else { return Vec::new() };
    let rects = (0..list.length()).filter_map(|index| list.item(index));
    rects.map(|rect| Rect { x: rect.x(), y: rect.y(), width: rect.width(), height: rect.height() }).collect()
}
