//! The headings of a page's content, where they are on the page, and in whose section something is.

use std::ops::Range;

use super::lexicon::Mark;
use super::markup::{Markup, Node};
use super::{Cleaner, View};
use crate::outline::Heading;

/// More headings than this are not looked for.
const MAX_HEADINGS: usize = 2_000;

/// Of so many headings is asked whether styles hide them: no more are told.
const MAX_ASKED: usize = 100;

/// The headings in their order.
pub(super) struct Outline {
    /// What they say.
    pub(super) headings: Vec<Heading>,
    nodes: Vec<usize>,
}

impl Outline {
    /// Reads the headings in `root`.
    pub(super) fn read(markup: &Markup<'_>, root: usize, view: &dyn View, cleaner: &mut Cleaner<'_>) -> Self {
        let mut outline = Self { headings: Vec::new(), nodes: Vec::new() };
        let root_node = markup.node(root);
        let mut folded_to = 0;
        let mut at = root + 1;
        let end = if root_node.is_private { 0 } else { root_node.end as usize };
        while at < end && outline.nodes.len() < MAX_HEADINGS {
            let node = markup.node(at);
            if node.is_left_out || node.is_private || view.is_excluded(node.scope, node.element) {
                at = (node.end as usize).max(at + 1);
                continue;
            }
            match node.tag {
                // A heading in a table, or of what is folded away, is text like any other.
                Mark::Table | Mark::Summary => at = node.end as usize - 1,
                Mark::Details if !markup.has(at, "open") => folded_to = folded_to.max(node.end as usize),
                Mark::Heading(level) => {
                    let is_seen =
                        outline.nodes.len() >= MAX_ASKED || view.is_visible(node.scope, node.element);
                    let text = if is_seen || at < folded_to {
                        cleaner.line(&markup.line(at))
                    } else {
                        String::new()
                    };
                    if !text.is_empty() {
                        outline.headings.push(Heading {
                            level,
                            id: cleaner.line(&anchor_of(markup, at)),
                            text,
                        });
                        outline.nodes.push(at);
                    }
                    at = node.end as usize - 1;
                }
                _ => {}
            }
            at += 1;
        }
        outline
    }

    /// The section that a node is in: 0 before the first heading.
    pub(super) fn section_of(&self, node: usize) -> usize {
        self.nodes.partition_point(|heading| *heading <= node)
    }

    /// The nodes of a section.
    pub(super) fn range(&self, section: usize, markup: &Markup<'_>, root: usize) -> Range<usize> {
        let start = if section == 0 { root + 1 } else { self.nodes.get(section - 1).copied().unwrap_or(0) };
        let end = self.nodes.get(section).copied().unwrap_or(markup.node(root).end as usize);
        start..end
    }

    /// The heading in whose section the reader is. The line is 30 % below the top of the viewport: what is read is
    /// rarely at its very edge, and sticky headers cover that.
    ///
    /// At the end of the page, where the last sections cannot reach the line, it is the last one in the viewport. It is
    /// looked for by halves: a browser takes its time to say where something is.
    pub(super) fn in_sight(
        &self,
        markup: &Markup<'_>,
        view: &dyn View,
        height: f64,
        is_at_end: bool,
    ) -> Option<usize> {
        let line = if is_at_end { height } else { height * 0.3 };
        let (mut from, mut to) = (0, self.nodes.len());
        let mut found = None;
        while from < to {
            let middle = from.midpoint(to);
            // What is folded away is nowhere: the next one that is somewhere stands for it.
            let place =
                (middle..to).find_map(|at| Some((at, top_of(view, markup.node(*self.nodes.get(at)?))?)));
            match place {
                Some((at, top)) if top <= line => {
                    found = Some(at);
                    from = at + 1;
                }
                _ => to = middle,
            }
        }
        found
    }
}

/// The upper edge of a heading in the viewport; `None` for one that has no box.
fn top_of(view: &dyn View, node: &Node) -> Option<f64> {
    let edges = view.edges(node.scope, node.element);
    (edges.width > 0.0 || edges.height > 0.0).then_some(edges.top)
}

/// The id that links to this heading use: its own, that of an anchor in or before it, or that of the section it opens.
fn anchor_of(markup: &Markup<'_>, heading: usize) -> String {
    let named = |at: usize| {
        let id = markup.attribute(at, "id");
        if id.is_empty() && markup.node(at).tag == Mark::Link { markup.attribute(at, "name") } else { id }
    };
    let own = named(heading);
    if !own.is_empty() {
        return own;
    }
    let within = markup.below(heading).find_map(|at| {
        let id = named(at);
        let href = markup.attribute(at, "href");
        let target = href.strip_prefix('#').filter(|_| markup.node(at).is_left_out).map(str::to_owned);
        if id.is_empty() { target } else { Some(id) }
    });
    let parent = markup.node(heading).parent as usize;
    let is_ink = |at: &usize| markup.node(*at).tag != Mark::Text || !markup.text(*at).trim().is_empty();
    let before = || {
        let last =
            markup.children(parent).into_iter().take_while(|at| *at < heading).filter(is_ink).last()?;
        let is_empty =
            markup.line(last).is_empty() && matches!(markup.node(last).tag, Mark::Link | Mark::Inline);
        Some(named(last)).filter(|_| is_empty)
    };
    let opens = || {
        let is_first = markup.children(parent).into_iter().find(is_ink) == Some(heading);
        (is_first && markup.name(parent) == "section").then(|| markup.attribute(parent, "id"))
    };
    within
        .filter(|id| !id.is_empty())
        .or_else(before)
        .filter(|id| !id.is_empty())
        .or_else(opens)
        .unwrap_or_default()
}
