//! Reads the text of a range as the browser would copy it, without what is private and without what does not show.
//!
//! Not the browser's own `toString`: that holds what is private in the middle of a selection, in Firefox even the text
//! of a field that has the focus, and of a whole page it takes as long as the page is.

use js_sys::JsString;

use crate::dom::web::{Dom, List, Span, computed_style};
use crate::passage::Passage;

/// What [`PRIVATE`] finds, as a literal.
macro_rules! private {
    () => {
        "[data-no-ask],[data-private],.sr-mask,input,textarea,select,[role=textbox],\
        [contenteditable]:not([contenteditable=false]),openai-chatkit,docent-chat,[data-docent-ask]"
    };
}

/// Never read: what a reader typed, what the site marked, and chat itself (ours and the official one).
pub(crate) const PRIVATE: &str = private!();

/// [`PRIVATE`], and what is left out of a text as well: labels of controls, line numbers and what never shows.
const OMITTED: &str = concat!(
    private!(),
    ",button,script,style,noscript,template,.linenos,.lineno,.line-number,.line-numbers-rows"
);

/// The nodes of a list.
pub(crate) fn nodes(list: &List) -> impl Iterator<Item = Dom> {
    (0..list.count()).filter_map(|index| list.item(index))
}

/// The text of all `ranges`, each on lines of its own, up to about `limit` bytes.
pub(crate) fn text_in(ranges: &[Span], limit: usize) -> String {
    let mut passage = Passage::default();
    let words = Words::default();
    for range in ranges {
        let top = range.common_ancestor();
        let mut walk = Walk {
            range,
            first: edge(range, true),
            last: edge(range, false),
            words: &words,
            passage: &mut passage,
            limit,
            has_begun: false,
            is_over: false,
        };
        walk.gather(&top.element().unwrap_or(top), false);
        passage.border(1);
    }
    passage.finish()
}

/// What is asked of every element; made once, because a word that crosses for each costs as much as the answer.
struct Words {
    omitted: JsString,
    br: JsString,
    p: JsString,
    display: JsString,
    visibility: JsString,
    user_select: JsString,
    white_space: JsString,
}

impl Default for Words {
    fn default() -> Self {
        let word = |word: &str| JsString::from(word);
        Self {
            omitted: word(OMITTED),
            br: word("br"),
            p: word("p"),
            display: word("display"),
            visibility: word("visibility"),
            // Every browser knows the prefixed name, Safari no other.
            user_select: word("-webkit-user-select"),
            white_space: word("white-space"),
        }
    }
}

/// A walk over a range. Whether a node lies inside is known by where the walk is: asking the range of each node
/// (`intersectsNode`) makes browsers count its siblings, which takes seconds on a long page.
struct Walk<'a> {
    range: &'a Span,
    /// The nodes with which the range begins and ends.
    first: Dom,
    last: Dom,
    words: &'a Words,
    passage: &'a mut Passage,
    limit: usize,
    has_begun: bool,
    is_over: bool,
}

impl Walk<'_> {
    fn gather(&mut self, node: &Dom, is_preformatted: bool) {
        let holds_first = !self.has_begun && node.contains(&self.first);
        if self.is_over || self.passage.len() >= self.limit || !(self.has_begun || holds_first) {
            return;
        }
        let is_first = holds_first && *node == self.first;
        self.has_begun |= is_first;
        let is_last = *node == self.last;
        if node.is_text() {
            let text = if is_first || is_last {
                part_of(node, self.range).1
            } else {
                node.node_value().unwrap_or_default()
            };
            self.passage.write(&text, is_preformatted);
        } else if !self.is_edge_outside(node, is_first, is_last) && !self.element(node, is_preformatted) {
            // What is left out may hold where the range begins or ends.
            self.has_begun = true;
            self.is_over = node.contains(&self.last);
        }
        self.is_over |= is_last;
    }

    /// Whether the range begins behind the last child of this node, or ends before its first.
    fn is_edge_outside(&self, node: &Dom, is_first: bool, is_last: bool) -> bool {
        (is_first && self.range.start_container() == *node && self.range.start_offset() > 0)
            || (is_last && self.range.end_container() == *node)
    }

    /// `false` where it is left out.
    fn element(&mut self, node: &Dom, mut is_preformatted: bool) -> bool {
        let mut border = 0;
        let mut is_cell = false;
        if node.is_element() {
            if node.matches_kept(&self.words.omitted) {
                return false;
            }
            let style = computed_style(node);
            let display = style.get_kept(&self.words.display);
            let is_shown = display != "none"
                && style.get_kept(&self.words.visibility) == "visible"
                && style.get_kept(&self.words.user_select) != "none";
            if !is_shown {
                return false;
            }
            if node.matches_kept(&self.words.br) {
                self.passage.break_line();
                return true;
            }
            is_cell = display == "table-cell";
            // `inline`, `contents`, `ruby` or `math`, and what begins with them: no other word begins so, and none of these
            // breaks a line.
            let is_inline = matches!(display.as_bytes().first(), Some(b'i' | b'c' | b'r' | b'm'));
            if !is_cell && !is_inline {
                border = if node.matches_kept(&self.words.p) { 2 } else { 1 };
            }
            let white_space = style.get_kept(&self.words.white_space);
            is_preformatted = white_space.starts_with("pre") || white_space == "break-spaces";
        }
        self.passage.border(border);
        if is_cell {
            self.passage.start_cell();
        }
        let mut child = node.first_child();
        while let Some(current) = child {
            self.gather(&current, is_preformatted);
            child = current.next_sibling();
        }
        self.passage.border(border);
        if is_cell {
            self.passage.end_cell();
        }
        true
    }
}

/// The node at which `range` starts (or ends), as deep as it goes.
pub(crate) fn edge(range: &Span, is_start: bool) -> Dom {
    if is_start {
        let container = range.start_container();
        return container.child_nodes().item(range.start_offset()).unwrap_or(container);
    }
    let container = range.end_container();
    let before = range.end_offset().checked_sub(1).and_then(|index| container.child_nodes().item(index));
    before.map_or(container, last_inside)
}

/// The part of a text node inside `range`, and where it starts.
pub(crate) fn part_of(text: &Dom, range: &Span) -> (u32, String) {
    let start = if range.start_container() == *text { range.start_offset() } else { 0 };
    let end = if range.end_container() == *text { range.end_offset() } else { text.length() };
    (start, text.substring_data(start, end.saturating_sub(start)))
}

/// The next (or previous) node inside `top`, parents and children alike; forward children come after their parent,
/// backward only childless nodes are met.
pub(crate) fn neighbour(node: &Dom, top: &Dom, is_forward: bool) -> Option<Dom> {
    if is_forward && let Some(child) = node.first_child() {
        return Some(child);
    }
    let mut current = node.clone();
    while current != *top {
        let sibling = if is_forward { current.next_sibling() } else { current.previous_sibling() };
        if let Some(sibling) = sibling {
            return Some(if is_forward { sibling } else { last_inside(sibling) });
        }
        current = current.parent_node()?;
    }
    None
}

/// The last of everything inside a node, itself where nothing is.
fn last_inside(mut node: Dom) -> Dom {
    while let Some(child) = node.last_child() {
        node = child;
    }
    node
}
