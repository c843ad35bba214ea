//! Reads sections of a page's content as blocks of Markdown: what a reader sees there, and nothing that a reader typed.

use std::ops::Range;

use super::lexicon::{CLASS, Mark, hash};
use super::markup::Markup;
use super::{View, code};
use crate::budget::Block;
use crate::markdown::MarkdownWriter;
use crate::text::{one_line, part, parted};

/// How deep is read: deeper pages exist only to fill a stack.
const MAX_DEPTH: usize = 256;

/// Reads one page, section by section.
pub(super) struct Reader<'a> {
    markup: &'a Markup<'a>,
    view: &'a dyn View,
    /// The absolute and cleaned address of a link, `None` where it has none that may be told.
    address_of: &'a dyn Fn(&str) -> Option<String>,
    root: usize,
    range: Range<usize>,
    writer: MarkdownWriter,
    /// Hashes of the addresses that were told: each is told once.
    told: Vec<u32>,
    /// Whether styles hide elements of these classes and styles, asked once for each.
    asked: Vec<(u32, bool)>,
    /// Whether what is read is folded away: there the browser calls everything invisible.
    is_folded: bool,
    /// The element whose shadow tree is read.
    hosts: Vec<usize>,
}

impl<'a> Reader<'a> {
    /// For the content in `root`.
    pub(super) fn new(
        markup: &'a Markup<'a>,
        view: &'a dyn View,
        address_of: &'a dyn Fn(&str) -> Option<String>,
        root: usize,
    ) -> Self {
        Self {
            markup,
            view,
            address_of,
            root,
            range: 0..0,
            writer: MarkdownWriter::default(),
            told: Vec::new(),
            asked: Vec::new(),
            is_folded: false,
            hosts: Vec::new(),
        }
    }

    /// The blocks of the nodes in `range`.
    pub(super) fn read(&mut self, range: Range<usize>) -> Vec<Block> {
        self.range = range;
        self.writer = MarkdownWriter::default();
        self.children(self.root, 0);
        std::mem::take(&mut self.writer).finish()
    }

    /// Whether a reader sees the element: not by asking for each, which takes the browser longer than all the rest.
    /// What lays out others is asked for, and of the others one for each class and style.
    fn is_seen(&mut self, index: usize) -> bool {
        let node = self.markup.node(index);
        if node.is_left_out || node.is_private || self.view.is_excluded(node.scope, node.element) {
            return false;
        }
        if self.is_folded || node.element == u32::MAX {
            return true;
        }
        let is_container = matches!(
            node.tag,
            Mark::Other
                | Mark::List
                | Mark::NumberedList
                | Mark::Table
                | Mark::Quote
                | Mark::Details
                | Mark::Aside
                | Mark::Article
                | Mark::Main
        );
        if is_container {
            return self.view.is_visible(node.scope, node.element);
        }
        let attribute = |name| hash(CLASS, &self.markup.attribute(index, name));
        let (class, style) = (attribute("class"), attribute("style"));
        if class == style {
            return true;
        }
        let key = class ^ style.rotate_left(16);
        if let Some((_, is_visible)) = self.asked.iter().find(|(asked, _)| *asked == key) {
            return *is_visible;
        }
        let is_visible = self.view.is_visible(node.scope, node.element);
        self.asked.push((key, is_visible));
        is_visible
    }

    fn children(&mut self, parent: usize, depth: usize) {
        let markup = self.markup;
        let shadow = markup.node(parent + 1);
        let is_host = shadow.tag == Mark::Template && !shadow.is_left_out;
        // In shadow trees the order of the page is not that of the nodes.
        let is_plain = !is_host && shadow.scope == 0 && self.hosts.is_empty();
        let children =
            if is_plain { markup.children_in(parent, &self.range) } else { markup.children(parent) };
        for child in children {
            // A host shows its shadow tree; what is in it itself is shown where that has slots.
            if markup.node(child).tag == Mark::Template && !markup.node(child).is_left_out {
                self.hosts.push(parent);
                self.children(child, depth + 1);
                self.hosts.pop();
                return;
            }
            self.node(child, depth);
        }
    }

    fn slot(&mut self, slot: usize, depth: usize) {
        let Some(host) = self.hosts.pop() else { return };
        let markup = self.markup;
        let name = markup.word(slot, "name");
        let mut is_filled = false;
        for child in markup.children(host) {
            let node = markup.node(child);
            let is_template = node.tag == Mark::Template;
            if !is_template && markup.word(child, "slot") == name {
                is_filled |= node.tag != Mark::Text || !markup.text(child).trim().is_empty();
                self.node(child, depth);
            }
        }
        self.hosts.push(host);
        if !is_filled {
            self.children(slot, depth);
        }
    }

    fn node(&mut self, index: usize, depth: usize) {
        let markup = self.markup;
        let node = markup.node(index);
        // In shadow trees the order of the page is not that of the nodes: there only texts are told apart.
        let may_hold_slots = node.tag != Mark::Text && (node.scope > 0 || !self.hosts.is_empty());
        let is_outside = index >= self.range.end || node.end as usize <= self.range.start;
        if depth > MAX_DEPTH || (is_outside && !may_hold_slots) {
            return;
        }
        if node.tag == Mark::Text {
            self.writer.node = index;
            self.writer.text(&markup.text(index));
        } else if self.is_seen(index) {
            self.element(index, depth + 1);
        }
    }

    fn element(&mut self, index: usize, depth: usize) {
        let markup = self.markup;
        let node = markup.node(index);
        match (node.class, node.tag) {
            (Mark::CodeBox, Mark::Other | Mark::Paragraph) if self.code_box(index) => return,
            (Mark::Admonition, Mark::Other | Mark::Aside | Mark::Quote) => {
                return self.admonition(index, depth);
            }
            (Mark::Tabs, Mark::Other) => return self.tabs(index, depth),
            _ => {}
        }
        match node.tag {
            Mark::Heading(level) => {
                let can_begin = self.writer.start_heading(level);
                self.children(index, depth);
                if can_begin {
                    self.writer.end_heading();
                }
            }
            Mark::Break => self.writer.end_block(),
            Mark::Pre => self.pre(index, index, ""),
            Mark::Code => {
                let code = code::lines(markup, index, "", self.view);
                self.writer.node = index;
                self.writer.inline_code(&code);
            }
            Mark::Image => {
                let alternative = one_line(&markup.attribute(index, "alt"));
                if !alternative.is_empty() {
                    self.writer.node = index;
                    self.writer.text(&["![", &alternative, "]"].concat());
                }
            }
            Mark::Math => self.math(index),
            Mark::List | Mark::NumberedList => self.list(index, depth),
            Mark::Quote => {
                let before = self.writer.start_quote();
                self.children(index, depth);
                self.writer.end_indent(before);
            }
            Mark::Table => {
                self.writer.start_table();
                self.children(index, depth);
                self.writer.end_table();
            }
            Mark::Row => {
                self.children(index, depth);
                self.writer.end_row();
            }
            Mark::Cell => {
                self.children(index, depth);
                self.writer.end_cell();
            }
            Mark::Details => self.details(index, depth),
            Mark::Link => self.link(index, depth),
            Mark::Slot if node.scope > 0 => self.slot(index, depth),
            Mark::Inline | Mark::Slot | Mark::Time | Mark::Label => self.children(index, depth),
            _ => {
                self.writer.end_block();
                self.children(index, depth);
                self.writer.end_block();
            }
        }
    }

    fn list(&mut self, list: usize, depth: usize) {
        let markup = self.markup;
        let is_numbered = markup.node(list).tag == Mark::NumberedList;
        let mut number = is_numbered.then(|| markup.word(list, "start").parse().unwrap_or(1));
        self.writer.start_list();
        for child in markup.children(list) {
            let node = markup.node(child);
            if node.tag != Mark::Item {
                if node.tag != Mark::Text {
                    self.node(child, depth);
                }
                continue;
            }
            let is_outside = child >= self.range.end || node.end as usize <= self.range.start;
            if (!is_outside || node.scope > 0) && self.is_seen(child) {
                let before = self.writer.start_item(number);
                self.children(child, depth + 1);
                self.writer.end_indent(before);
            }
            number = number.map(|number| number + 1);
        }
        self.writer.end_list();
    }

    /// A formula as the TeX that it was written in, where the page keeps it (KaTeX, MathJax and Wikipedia do).
    fn math(&mut self, math: usize) {
        let markup = self.markup;
        let tex =
            markup.find(markup.below(math), &|at, _| markup.word(at, "encoding") == "application/x-tex");
        self.writer.node = math;
        // What a formula consists of is no block, whatever its tag.
        let Some(tex) = tex else { return self.writer.text(&markup.line(math)) };
        let source: String = markup.below(tex).map(|at| markup.text(at)).collect();
        let is_block = markup.word(math, "display") == "block";
        if is_block {
            self.writer.end_block();
        }
        let sign = if is_block { "$$" } else { "$" };
        self.writer.text(&[sign, source.trim(), sign].concat());
        if is_block {
            self.writer.end_block();
        }
    }

    /// What is folded away is one click from the reader, so it counts as content; its summary says which it is.
    fn details(&mut self, details: usize, depth: usize) {
        let markup = self.markup;
        let is_open = markup.has(details, "open");
        let was_folded = self.is_folded;
        self.writer.end_block();
        for child in markup.children(details) {
            if markup.node(child).tag == Mark::Summary {
                self.is_folded = was_folded;
                if child >= self.range.start && child < self.range.end && self.is_seen(child) {
                    self.writer.node = child;
                    self.writer.text(if is_open { "\u{25be} " } else { "\u{25b8} " });
                    // On one line, whatever it consists of.
                    self.writer.text(&markup.line(child));
                }
                self.writer.end_block();
            } else {
                self.is_folded = was_folded || !is_open;
                self.node(child, depth);
            }
        }
        self.is_folded = was_folded;
        self.writer.end_block();
    }

    fn link(&mut self, link: usize, depth: usize) {
        let href = self.markup.attribute(link, "href");
        let address = Some(&*href).filter(|href| !href.is_empty()).and_then(self.address_of);
        let key = address.as_deref().map_or(0, |address| hash(CLASS, address));
        let start = self.writer.start_link();
        self.children(link, depth);
        if let Some(address) = address.filter(|_| !self.told.contains(&key)) {
            self.writer.end_link(start, &address);
            self.told.push(key);
        }
    }

    /// A note, a warning and the like, in the form that GitHub gave them.
    fn admonition(&mut self, index: usize, depth: usize) {
        let markup = self.markup;
        let class = markup.word(index, "class");
        let kind = admonition_kind(class);
        let before = self.writer.start_quote();
        if self.range.contains(&index) {
            self.writer.node = index;
            self.writer.text(&["[!", &kind.to_ascii_uppercase(), "]"].concat());
            self.writer.end_joined_block();
        }
        for child in markup.children(index) {
            // A title that only repeats the kind is told already.
            let is_title = markup.node(child).class == Mark::AdmonitionTitle;
            if !(is_title && markup.line(child).eq_ignore_ascii_case(kind)) {
                self.node(child, depth);
            }
        }
        self.writer.end_indent(before);
    }

    /// Of tabs that are switched by radio buttons and styles: the one that is in sight, or all.
    fn tabs(&mut self, index: usize, depth: usize) {
        let blocks = tab_blocks(self.markup, index);
        let seen = blocks.iter().copied().find(|block| self.is_seen(*block));
        for block in seen.map_or(blocks, |seen| vec![seen]) {
            self.node(block, depth);
        }
    }

    /// A box around code. `false` if there is none in it.
    fn code_box(&mut self, index: usize) -> bool {
        let markup = self.markup;
        let Some(pre) = code::pre_in(markup, index) else { return false };
        if !self.range.contains(&index) && !self.range.contains(&pre) {
            return true;
        }
        let title = code::title(markup, index, pre);
        self.pre(index, pre, &title);
        true
    }

    fn pre(&mut self, outer: usize, pre: usize, title: &str) {
        let markup = self.markup;
        let language = code::language(markup, outer, pre);
        let code = code::lines(markup, pre, &language, self.view);
        let mut label =
            one_line(part(&language, language.strip_prefix("diff-").map_or(0, |_| 5)..language.len()));
        let filename = markup.attribute(pre, "data-filename");
        let title = if title.is_empty() { &*filename } else { title };
        if !title.is_empty() && title != label {
            label.extend([" title=\"", &parted(title, b"\"").concat(), "\""]);
        }
        self.writer.node = pre;
        self.writer.code(&label, &code);
    }
}

/// The kind of an admonition by its classes, as each generator names them.
fn admonition_kind(class: &str) -> &str {
    let words = || class.split_ascii_whitespace();
    let named = words().find_map(|word| {
        word.strip_prefix("theme-admonition-").or_else(|| word.strip_prefix("starlight-aside--"))
    });
    named
        .or_else(|| {
            words().find(|word| !matches!(*word, "admonition" | "custom-block" | "github-alert" | "block"))
        })
        .filter(|word| !word.starts_with("nextra"))
        .unwrap_or("note")
}

/// The panels of tabs that say nothing to assistive technology: the elements in the last element.
pub(super) fn tab_blocks(markup: &Markup<'_>, tabs: usize) -> Vec<usize> {
    markup.elements(tabs).last().map(|last| markup.elements(*last)).unwrap_or_default()
}
