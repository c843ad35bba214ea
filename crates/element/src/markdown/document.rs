//! A text that grows: finished blocks are kept as they are, only the open tail is parsed and built again.
//!
//! In Markdown a top-level block can no longer change once another one has begun behind it; the one exception, a link
//! definition that comes later, is caught by reading the whole text once when it is complete.

use std::rc::Rc;

use super::mend::mend;
use super::{Citation, Context, render};
use crate::tree::{Node, el};

/// One growing text and its nodes.
#[derive(Debug, Default)]
pub struct Document {
    text: String,
    citations: Vec<Citation>,
    /// The blocks that can no longer change.
    settled: Vec<Node>,
    /// The byte where the first block that still can begins.
    tail_at: usize,
}

impl Document {
    /// The nodes of `text`. Pass the same document again with a longer text, and the settled nodes are the same ones:
    /// the patcher passes over them by their pointer. With `is_open` the last block ends in a caret.
    pub fn update(
        &mut self,
        text: &str,
        citations: &[Citation],
        context: &Context,
        is_open: bool,
    ) -> Vec<Node> {
        let is_longer = text.starts_with(&self.text);
        let is_cited_alike = settled(&self.citations, self.tail_at) == settled(citations, self.tail_at);
        if !is_longer || !is_cited_alike || (!is_open && self.text.contains("]:")) {
            self.settled.clear();
            self.tail_at = 0;
        }
        self.text.clear();
        self.text.push_str(text);
        self.citations = citations.to_vec();

        let tail = &text[self.tail_at..];
        let waiting: Vec<Citation> = citations
            .iter()
            .filter(|citation| citation.at >= self.tail_at)
            .map(|citation| {
                // The end of the text stays the end of the text.
                let at = if citation.at == usize::MAX { citation.at } else { citation.at - self.tail_at };
                Citation { at, ..citation.clone() }
            })
            .collect();
        let mended = if is_open { mend(tail) } else { tail.into() };
        let mut blocks = render(&mended, &waiting, context, !is_open);
        if !is_open {
            let settled = self.settled.iter().cloned();
            return settled.chain(blocks.into_iter().map(|(_, node)| node)).collect();
        }
        let start = blocks.last().map_or(0, |(start, _)| *start);
        let first_open = blocks.iter().position(|(at, _)| *at == start).unwrap_or(0);
        let open = blocks.split_off(first_open);
        self.settled.extend(blocks.into_iter().map(|(_, node)| share(node)));
        self.tail_at += start.min(tail.len());
        let mut nodes = self.settled.clone();
        nodes.extend(open.into_iter().map(|(_, node)| node));
        if nodes.len() == self.settled.len() {
            nodes.push(el("p").into());
        }
        nodes.last_mut().into_iter().for_each(add_caret);
        nodes
    }
}

/// The citations that stand in settled text.
fn settled(citations: &[Citation], tail_at: usize) -> usize {
    citations.iter().filter(|citation| citation.at < tail_at).count()
}

fn share(node: Node) -> Node {
    match node {
        Node::Element(element) => Node::Shared(Rc::new(element)),
        other => other,
    }
}

fn add_caret(node: &mut Node) {
    let caret = || Node::from(el("span").class("caret").attr("aria-hidden", "true"));
    let Node::Element(element) = node else { return };
    let is_list = matches!(element.tag, "ul" | "ol" | "li" | "blockquote");
    if is_list
        && let Some(Node::Element(last)) = element.children.last()
        && matches!(last.tag, "ul" | "ol" | "li" | "p" | "blockquote")
    {
        return element.children.last_mut().into_iter().for_each(add_caret);
    }
    if matches!(element.tag, "p" | "li" | "h3" | "h4" | "h5" | "h6" | "blockquote") {
        element.children.push(caret());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::Element;

    fn pointers(nodes: &[Node]) -> Vec<*const Element> {
        nodes
            .iter()
            .filter_map(|node| match node {
                Node::Shared(element) => Some(Rc::as_ptr(element)),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn settled_blocks_are_the_same_nodes_while_the_tail_grows() {
        let mut document = Document::default();
        let context = Context::default();
        let first = document.update("One.\n\nTwo", &[], &context, true);
        let second = document.update("One.\n\nTwo and **three**\n\n- a", &[], &context, true);
        assert_eq!(pointers(&first).len(), 1);
        assert_eq!(pointers(&second).len(), 2);
        assert_eq!(pointers(&first)[0], pointers(&second)[0]);
    }

    #[test]
    fn a_citation_after_a_table_stays_when_the_text_goes_on() {
        let table = "| a | b |\n|--|--|\n| 1 | 2 |";
        let citation = Citation { at: table.len(), number: 1, href: None, title: "Page".into() };
        let context = Context::default();
        let mut document = Document::default();
        document.update(table, &[], &context, true);
        for more in ["", "\n", "\n\n", "\n\nFrom", "\n\nFrom here.\n\n- a"] {
            let text = [table, more].concat();
            let nodes = document.update(&text, std::slice::from_ref(&citation), &context, true);
            let marks = nodes.iter().filter(|node| node.sketch().contains("sup")).count();
            assert_eq!(marks, 1, "{more:?}: {:?}", nodes.iter().map(Node::sketch).collect::<Vec<_>>());
        }
    }

    #[test]
    fn any_split_of_a_text_ends_in_the_same_nodes_as_the_whole() {
        let text = "# Title\n\nA *b* [c](https://c.example) [d].\n\n1. x\n\n   y\n2. z\n\n| a | b |\n|--|--|\n| 1 | 2 |\n\n```rust\nfn x() {}\n\n\nlet y;\n```\n\n> q\n> r\n\n[d]: https://d.example\n";
        let context = Context::default();
        let whole: Vec<String> =
            Document::default().update(text, &[], &context, false).iter().map(Node::sketch).collect();
        for step in 1..9 {
            let mut document = Document::default();
            for end in (0..text.len()).step_by(step) {
                document.update(&text[..end], &[], &context, true);
            }
            let parts: Vec<String> =
                document.update(text, &[], &context, false).iter().map(Node::sketch).collect();
            assert_eq!(parts, whole, "in steps of {step}");
        }
    }

    #[test]
    fn a_citation_that_arrives_late_for_settled_text_is_still_placed() {
        let mut document = Document::default();
        let context = Context { source_label: "Source {}", ..Context::default() };
        document.update("One.\n\nTwo.\n\nThree", &[], &context, true);
        let late = [Citation { at: 4, number: 1, href: None, title: "T".into() }];
        let nodes = document.update("One.\n\nTwo.\n\nThree", &late, &context, true);
        assert_eq!(nodes[0].plain(), "One.1");
    }

    #[test]
    fn the_open_block_ends_in_a_caret_and_the_finished_text_does_not() {
        let mut document = Document::default();
        let context = Context::default();
        let open: String =
            document.update("- a\n- b", &[], &context, true).iter().map(Node::sketch).collect();
        assert_eq!(open, "<ul><li>a</li><li>b<span class=\"caret\" aria-hidden=\"true\"></span></li></ul>");
        let done: String =
            document.update("- a\n- b", &[], &context, false).iter().map(Node::sketch).collect();
        assert_eq!(done, "<ul><li>a</li><li>b</li></ul>");
    }
}
