//! Walks the main part of a page and gives its headings and blocks, in order.

use scraper::{ElementRef, Node};

use super::skip::is_skipped;
use crate::block::{Block, Text};
use crate::outline::Outline;

/// Deeper elements are not followed: no author nests like this, and the walk must not exhaust the stack.
const MAX_DEPTH: usize = 200;

pub(super) fn walk(root: ElementRef<'_>, outline: &mut Outline) {
    let mut walker = Walker { outline, text: Text::default(), lists: Vec::new(), item: None };
    walker.children(root, 0, false);
    walker.flush();
}

struct Walker<'o> {
    outline: &'o mut Outline,
    text: Text,
    /// Open lists: the number of the next item, or none for bullets.
    lists: Vec<Option<u64>>,
    item: Option<(usize, Option<u64>)>,
}

impl Walker<'_> {
    fn children(&mut self, element: ElementRef<'_>, depth: usize, is_code: bool) {
        if depth > MAX_DEPTH {
            return;
        }
        for child in element.children() {
            match child.value() {
                Node::Text(text) => self.text.push(text, is_code),
                Node::Element(_) => {
                    if let Some(child) = ElementRef::wrap(child) {
                        self.element(child, depth + 1, is_code);
                    }
                }
                _ => {}
            }
        }
    }

    fn element(&mut self, element: ElementRef<'_>, depth: usize, is_code: bool) {
        if is_skipped(element.value()) {
            return;
        }
        match element.value().name() {
            name @ ("h1" | "h2" | "h3" | "h4" | "h5" | "h6") => self.heading(element, name),
            "pre" => {
                self.flush();
                let text = code_text(element);
                self.outline.block(Block::Code { language: language_of(element), text });
            }
            "ul" | "ol" => self.list(element, depth),
            "li" => {
                self.flush();
                let number = self.lists.last().copied().flatten();
                if let Some(Some(next)) = self.lists.last_mut() {
                    *next += 1;
                }
                self.item = Some((self.lists.len().saturating_sub(1), number));
                self.children(element, depth, false);
                self.flush();
                self.item = None;
            }
            "tr" => self.row(element, depth),
            "br" => self.text.push(" ", false),
            "img" => {
                if let Some(alt) = element.attr("alt").filter(|_| self.text.is_empty()) {
                    self.text.push(alt, false);
                }
            }
            "code" | "kbd" | "samp" => self.children(element, depth, true),
            "a" | "span" | "strong" | "b" | "em" | "i" | "u" | "s" | "del" | "ins" | "mark" | "small"
            | "sub" | "sup" | "abbr" | "cite" | "dfn" | "q" | "time" | "var" | "label" | "font" | "wbr"
            | "bdi" | "bdo" => {
                self.children(element, depth, is_code);
            }
            _ => {
                self.flush();
                self.children(element, depth, false);
                self.flush();
            }
        }
    }

    fn list(&mut self, element: ElementRef<'_>, depth: usize) {
        self.flush();
        let first = element.attr("start").and_then(|start| start.parse().ok()).unwrap_or(1);
        self.lists.push((element.value().name() == "ol").then_some(first));
        self.children(element, depth, false);
        self.flush();
        self.lists.pop();
        self.item = None;
    }

    fn row(&mut self, element: ElementRef<'_>, depth: usize) {
        self.flush();
        let mut cells = Vec::new();
        let mut is_header = true;
        for cell in element.child_elements().filter(|cell| !is_skipped(cell.value())) {
            is_header &= cell.value().name() == "th";
            let mut walker = Inline::default();
            walker.children(cell, depth, false);
            walker.text.trim();
            cells.push(walker.text);
        }
        self.outline.block(Block::Row { is_header, cells });
    }

    fn heading(&mut self, element: ElementRef<'_>, name: &str) {
        self.flush();
        let level = name.as_bytes()[1] - b'0';
        let mut inline = Inline::default();
        inline.children(element, 0, false);
        inline.text.trim();
        let mut text = inline.text;
        // Builders without a class for the link beside a heading still show one of these signs.
        let bare = text.plain.trim_end_matches(['¶', '#', '§', '🔗']).trim_end().len();
        text = text.slice(0..bare);
        self.outline.heading(level, text, anchor_of(element));
    }

    fn flush(&mut self) {
        let mut text = std::mem::take(&mut self.text);
        text.trim();
        if text.is_empty() {
            return;
        }
        let block = match self.item.take() {
            Some((depth, number)) => Block::Item { depth, number, text },
            None => Block::Paragraph(text),
        };
        self.outline.block(block);
    }
}

/// Collects the text of a heading or a cell, where blocks do not count.
#[derive(Default)]
struct Inline {
    text: Text,
}

impl Inline {
    fn children(&mut self, element: ElementRef<'_>, depth: usize, is_code: bool) {
        if depth > MAX_DEPTH {
            return;
        }
        for child in element.children() {
            match child.value() {
                Node::Text(text) => self.text.push(text, is_code),
                Node::Element(inner) if !is_skipped(inner) => {
                    if let Some(child) = ElementRef::wrap(child) {
                        let is_code = is_code || matches!(inner.name(), "code" | "kbd" | "samp");
                        let is_block = matches!(inner.name(), "br" | "p" | "div" | "li");
                        if is_block {
                            self.text.push(" ", false);
                        }
                        self.children(child, depth + 1, is_code);
                    }
                }
                _ => {}
            }
        }
    }
}

/// The id that leads to a heading: its own, one inside it, or that of the section it opens.
fn anchor_of(heading: ElementRef<'_>) -> Option<String> {
    let id_of = |element: ElementRef<'_>| {
        element.attr("id").or_else(|| element.attr("name")).filter(|id| !id.is_empty()).map(str::to_owned)
    };
    if let Some(id) = id_of(heading) {
        return Some(id);
    }
    let inside = heading
        .descendent_elements()
        .skip(1)
        .filter(|element| matches!(element.value().name(), "a" | "span"))
        .find_map(id_of);
    if inside.is_some() {
        return inside;
    }
    let parent = heading.parent().and_then(ElementRef::wrap)?;
    let is_heading = |element: &ElementRef<'_>| element.value().name().starts_with('h');
    let opens_parent =
        parent.child_elements().find(is_heading).is_some_and(|first| first.id() == heading.id());
    let is_section = matches!(parent.value().name(), "section" | "div" | "article");
    let previous = heading.prev_siblings().find_map(ElementRef::wrap).filter(|previous| {
        matches!(previous.value().name(), "a" | "span") && previous.text().all(|text| text.trim().is_empty())
    });
    previous.and_then(id_of).or_else(|| id_of(parent).filter(|_| opens_parent && is_section))
}

/// The text of a code block with its line breaks; a `br` is one too.
fn code_text(pre: ElementRef<'_>) -> String {
    fn collect(element: ElementRef<'_>, depth: usize, text: &mut String) {
        for child in element.children() {
            match child.value() {
                Node::Text(piece) => text.push_str(piece),
                Node::Element(inner) if inner.name() == "br" => text.push('\n'),
                Node::Element(inner) if depth < MAX_DEPTH && !is_skipped(inner) => {
                    if let Some(child) = ElementRef::wrap(child) {
                        collect(child, depth + 1, text);
                    }
                }
                _ => {}
            }
        }
    }
    let mut text = String::new();
    collect(pre, 0, &mut text);
    text.retain(|character| !crate::block::is_invisible(character));
    text.trim_matches('\n').trim_end().to_owned()
}

/// The language in a `language-x`, `lang-x` or `highlight-x` class of the block, its code or its wrapper.
fn language_of(pre: ElementRef<'_>) -> Option<String> {
    let around = pre.ancestors().take(3).filter_map(ElementRef::wrap);
    let candidates = std::iter::once(pre).chain(pre.child_elements()).chain(around);
    candidates.flat_map(|element| element.value().classes()).find_map(|class| {
        let language = ["language-", "lang-", "highlight-source-"]
            .iter()
            .find_map(|prefix| class.strip_prefix(prefix))?;
        let is_named = !matches!(language, "text" | "plaintext" | "none" | "undefined" | "default");
        (is_named && language.len() <= 20).then(|| language.to_owned())
    })
}
