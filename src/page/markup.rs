//! A page as its markup says it: the text that a browser writes for its DOM, cut into nodes.
//!
//! One string crosses from the browser, and everything else is a pure function of it. It is no parser of HTML: a
//! browser writes every end tag, quotes every attribute and escapes what must be (HTML Standard, "Serializing HTML
//! fragments"), so that cutting is all there is to do. A page whose scripts wrote something else into its DOM is read
//! wrong at worst: positions are checked, and nothing here can fail.

mod cutter;
mod renewed;

use std::borrow::Cow;

use super::lexicon::Mark;
use crate::text::{append_collapsed, part};
use cutter::Cutter;
pub use renewed::{count, renewed};

/// One element or one run of text. Nodes stand in the order of the page, so what is in an element follows it.
#[derive(Clone, Copy)]
#[cfg_attr(test, derive(PartialEq))]
pub struct Node {
    /// What its tag means.
    pub tag: Mark,
    /// What its classes mean.
    pub class: Mark,
    /// Whether it is no part of the content by its tag or attributes; what is in it is not asked.
    pub is_left_out: bool,
    /// Whether it, or what it is in, is private.
    pub is_private: bool,
    /// The first node behind everything that is in it.
    pub end: u32,
    /// The element that it is in.
    pub parent: u32,
    /// Which tree of the page it belongs to: 0, or the number of the shadow tree.
    pub scope: u32,
    /// Its number among the elements of that tree.
    pub element: u32,
    start: u32,
    stop: u32,
    attributes: u32,
    /// Where the markup behind it begins.
    behind: u32,
}

/// The nodes of a page.
pub struct Markup<'a> {
    html: &'a str,
    /// All of them; the first one is the `html` element.
    pub nodes: Vec<Node>,
}

/// More nodes than this are not looked at: a page of any size is read in bounded time.
pub const MAX_NODES: usize = 200_000;

impl<'a> Markup<'a> {
    /// Cuts what a browser wrote for a document.
    #[must_use]
    pub fn cut(html: &'a str) -> Self {
        Cutter::new(html, false).run()
    }

    /// What was cut before, from the same text.
    #[must_use]
    pub fn again(html: &'a str, nodes: Vec<Node>) -> Self {
        Self { html, nodes }
    }

    /// The node; a text that is nowhere if there is none.
    #[must_use]
    #[inline(never)]
    pub fn node(&self, index: usize) -> &Node {
        self.nodes.get(index).unwrap_or(&NOWHERE)
    }

    /// The nodes directly in `parent`.
    #[must_use]
    pub fn children(&self, parent: usize) -> Vec<usize> {
        self.children_in(parent, &(0..usize::MAX))
    }

    /// Those of them of which a part is in `range`.
    // A list, as below, and not an iterator: that would be compiled again wherever it is used.
    #[must_use]
    #[inline(never)]
    pub fn children_in(&self, parent: usize, range: &std::ops::Range<usize>) -> Vec<usize> {
        let end = self.behind(parent);
        let mut children = Vec::new();
        let mut child = parent + 1;
        if child < range.start && range.start < end {
            // The one that the range begins in; what is before it is not even looked at.
            child = range.start;
            while self.node(child).parent as usize > parent {
                child = self.node(child).parent as usize;
            }
        }
        let end = end.min(range.end);
        while child < end {
            children.push(child);
            child = self.behind(child);
        }
        children
    }

    /// The elements directly in `parent`.
    #[must_use]
    #[inline(never)]
    pub fn elements(&self, parent: usize) -> Vec<usize> {
        let mut elements = self.children(parent);
        elements.retain(|at| self.node(*at).tag != Mark::Text);
        elements
    }

    /// Of how many elements that `is_it` a node is a part, itself included.
    #[must_use]
    #[inline(never)]
    pub fn count_up(&self, index: usize, is_it: &dyn Fn(usize, &Node) -> bool) -> usize {
        let mut count = 0;
        let mut at = index;
        while at < self.nodes.len() {
            count += usize::from(is_it(at, self.node(at)));
            if at == 0 {
                break;
            }
            at = self.node(at).parent as usize;
        }
        count
    }

    /// The first node behind a node and everything that is in it.
    #[must_use]
    #[inline(never)]
    pub fn behind(&self, index: usize) -> usize {
        (self.node(index).end as usize).max(index + 1)
    }

    /// The nodes in `parent`, at any depth.
    #[must_use]
    pub fn below(&self, parent: usize) -> std::ops::Range<usize> {
        parent + 1..self.behind(parent)
    }

    /// The first node in `range` that `is_it`.
    #[must_use]
    #[inline(never)]
    pub fn find(&self, range: std::ops::Range<usize>, is_it: &dyn Fn(usize, &Node) -> bool) -> Option<usize> {
        let mut range = range;
        range.find(|at| is_it(*at, self.node(*at)))
    }

    /// The elements that the node is in, innermost first, beginning with itself.
    #[must_use]
    #[inline(never)]
    pub fn up(&self, index: usize) -> Vec<usize> {
        let mut chain = Vec::new();
        let mut at = index;
        while at < self.nodes.len() {
            chain.push(at);
            if at == 0 {
                break;
            }
            at = self.node(at).parent as usize;
        }
        chain
    }

    /// The name of an element as the page spells it.
    #[must_use]
    pub fn name(&self, index: usize) -> &'a str {
        let node = self.node(index);
        if node.tag == Mark::Text {
            ""
        } else {
            part(self.html, node.start as usize..node.attributes as usize)
        }
    }

    /// The characters of a run of text; of a script its source.
    #[must_use]
    pub fn text(&self, index: usize) -> Cow<'a, str> {
        let node = self.node(index);
        if node.tag == Mark::Text {
            unescape(part(self.html, node.start as usize..node.stop as usize))
        } else {
            Cow::Borrowed("")
        }
    }

    /// What is between the tags of an element that holds nothing but raw text, such as a script.
    #[must_use]
    pub fn source(&self, index: usize) -> &'a str {
        let text = self.node(index + 1);
        if self.node(index).end as usize > index + 1 {
            part(self.html, text.start as usize..text.stop as usize)
        } else {
            ""
        }
    }

    /// The value of an attribute as it is written, `None` where an element has none. For comparisons with words.
    #[must_use]
    #[inline(never)]
    pub fn written(&self, index: usize, name: &str) -> Option<&'a str> {
        let node = self.node(index);
        let mut found = None;
        if node.tag != Mark::Text {
            let text = part(self.html, node.attributes as usize..node.stop as usize);
            let _end = each_attribute(text, &mut |key, value| {
                if key == name {
                    found = Some(value);
                }
            });
        }
        found
    }

    /// As [`Self::written`], empty where it has none.
    #[must_use]
    #[inline(never)]
    pub fn word(&self, index: usize, name: &str) -> &'a str {
        self.written(index, name).unwrap_or_default()
    }

    /// The value of an attribute, empty where it has none.
    #[must_use]
    #[inline(never)]
    pub fn attribute(&self, index: usize, name: &str) -> String {
        unescape(self.word(index, name)).into_owned()
    }

    /// Whether an element has an attribute.
    #[must_use]
    pub fn has(&self, index: usize, name: &str) -> bool {
        self.written(index, name).is_some()
    }

    /// All text in a node on one line, without what is no content.
    #[must_use]
    #[inline(never)]
    pub fn line(&self, index: usize) -> String {
        let mut line = String::new();
        self.gather(index, &mut line);
        line.truncate(line.trim_end().len());
        line
    }

    fn gather(&self, index: usize, line: &mut String) {
        let mut at = index;
        let end = self.node(index).end as usize;
        while at < end.max(index + 1) {
            let node = self.node(at);
            if node.tag == Mark::Text {
                append_collapsed(line, &self.text(at));
            } else if (node.is_left_out || node.is_private) && at != index {
                at = (node.end as usize).max(at + 1);
                continue;
            } else if !matches!(node.tag, Mark::Inline | Mark::Link | Mark::Code) {
                // Blocks stand apart.
                append_collapsed(line, " ");
            }
            at += 1;
        }
    }
}

static NOWHERE: Node = Node {
    tag: Mark::Text,
    class: Mark::Other,
    is_left_out: true,
    is_private: true,
    end: 0,
    parent: 0,
    scope: 0,
    element: u32::MAX,
    start: 0,
    stop: 0,
    attributes: 0,
    behind: 0,
};

/// Calls `visit` with each `name="value"`, as a browser writes them, to the end of the tag. Gives where that is; of what
/// is written otherwise it is the end of the text.
fn each_attribute<'a>(text: &'a str, visit: &mut dyn FnMut(&'a str, &'a str)) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    loop {
        while matches!(bytes.get(at), Some(b' ' | b'\n' | b'/')) {
            at += 1;
        }
        let start = at;
        loop {
            match bytes.get(at) {
                None => return text.len(),
                Some(b'>') => return at,
                Some(b'=') => break,
                Some(_) => at += 1,
            }
        }
        let value = part(text, at + 2..text.len());
        let Some(length) = value.bytes().position(|byte| byte == b'"') else { return text.len() };
        visit(part(text, start..at), part(value, 0..length));
        at += length + 3;
    }
}

/// Undoes what a browser escapes in text and attributes.
fn unescape(text: &str) -> Cow<'_, str> {
    let Some(first) = text.find('&') else { return Cow::Borrowed(text) };
    let mut plain = String::with_capacity(text.len());
    plain.push_str(part(text, 0..first));
    let mut rest = part(text, first..text.len());
    while !rest.is_empty() {
        let named = [("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&nbsp;", "\u{a0}"), ("&quot;", "\"")];
        let found = named.iter().find_map(|(name, meant)| Some((rest.strip_prefix(name)?, *meant)));
        let (behind, meant) = found.unwrap_or_else(|| (part(rest, 1..rest.len()), "&"));
        plain.push_str(meant);
        let next = behind.find('&').unwrap_or(behind.len());
        plain.push_str(part(behind, 0..next));
        rest = part(behind, next..behind.len());
    }
    Cow::Owned(plain)
}

#[cfg(test)]
mod tests;
