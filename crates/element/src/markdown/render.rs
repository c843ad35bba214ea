//! One run of the parser over a text: its events become tree nodes, citations are put where they belong.

use std::ops::Range;

use super::block::parse;
use super::event::{Align, Event, Tag};
use super::{Citation, Context, Target, deeplink, link, resolve};
use crate::json::{Json, object};
use crate::model::Msg;
use crate::tree::{Element, Handler, Node, Trigger, div, el};
use crate::view::icon::{Icon, icon};

/// The text's top-level blocks, each with the byte offset it starts at (a line of citations has that of the block above). Citations must be sorted by position; those
/// that lie beyond the text follow the last block when `is_whole`, and wait otherwise.
pub fn render(text: &str, citations: &[Citation], context: &Context, is_whole: bool) -> Vec<(usize, Node)> {
    let mut builder = Builder {
        context,
        citations,
        open: Vec::new(),
        tags: Vec::new(),
        blocks: Vec::new(),
        starts: Vec::new(),
        alignments: Vec::new(),
        column: 0,
        is_head: false,
        mute: 0,
    };
    for event in parse(text) {
        builder.event(event);
    }
    builder.cite_below(if is_whole { usize::MAX } else { text.len() }, text.len());
    builder.starts.into_iter().zip(builder.blocks).collect()
}

struct Builder<'a> {
    context: &'a Context,
    /// What is still to be placed.
    citations: &'a [Citation],
    open: Vec<Element>,
    /// The constructs the open elements stand for.
    tags: Vec<Tag>,
    blocks: Vec<Node>,
    starts: Vec<usize>,
    alignments: Vec<Align>,
    column: usize,
    is_head: bool,
    /// Above 0 inside a link, a code block or an image's text, where a citation may not stand.
    mute: u32,
}

impl<'a> Builder<'a> {
    fn event(&mut self, event: Event) {
        match event {
            Event::Start(tag, at) => self.start(tag, at),
            Event::End(at) => self.end(at),
            Event::Text(text, range) => self.text(&text, range),
            Event::Code(code, range) => {
                self.push(el("code").text(code), range.start);
                self.cite_until(range.end);
            }
            Event::SoftBreak(at) => self.push(Node::Text("\n".into()), at),
            Event::HardBreak(at) => self.push(el("br"), at),
            Event::Rule(at) => self.push(el("hr"), at),
            Event::Task(is_done, at) => {
                let marker =
                    el("input").attr("type", "checkbox").flag("disabled", true).flag("checked", is_done);
                self.push(marker, at);
            }
        }
    }

    fn start(&mut self, tag: Tag, at: usize) {
        let element = match &tag {
            Tag::Paragraph => el("p"),
            Tag::Heading(level) => heading(*level),
            Tag::Quote => el("blockquote"),
            Tag::CodeBlock(info) => {
                self.mute += 1;
                let language = info.split([' ', ',', '{', '\t']).next().unwrap_or_default();
                el("code").attr("data-language", language.to_owned())
            }
            Tag::List(None) => el("ul"),
            Tag::List(Some(1)) => el("ol"),
            Tag::List(Some(first)) => el("ol").attr("start", first.to_string()),
            Tag::Item => el("li"),
            Tag::Table(alignments) => {
                self.alignments.clone_from(alignments);
                el("table")
            }
            Tag::TableHead => {
                self.is_head = true;
                self.column = 0;
                self.begin(el("thead"), at);
                el("tr")
            }
            Tag::TableRow => {
                self.column = 0;
                el("tr")
            }
            Tag::TableCell => self.cell(),
            Tag::Emphasis => el("em"),
            Tag::Strong => el("strong"),
            Tag::Strike => el("del"),
            Tag::Link(address) => {
                self.mute += 1;
                self.anchor(address)
            }
            Tag::Image(address) => {
                self.mute += 1;
                self.image(address)
            }
        };
        self.tags.push(tag);
        self.begin(element, at);
    }

    fn end(&mut self, at: usize) {
        let (Some(tag), Some(_)) = (self.tags.pop(), self.open.last()) else { return };
        match tag {
            Tag::Link(_) | Tag::CodeBlock(_) | Tag::Image(_) => self.mute = self.mute.saturating_sub(1),
            Tag::Paragraph | Tag::Heading(_) | Tag::Item | Tag::TableCell => self.cite_until(at),
            _ => {}
        }
        let Some(element) = self.open.pop() else { return };
        let element = match tag {
            Tag::Table(_) => self.table(element),
            Tag::Link(_) => self.outward(element),
            Tag::CodeBlock(_) => self.code_frame(element),
            Tag::Image(_) => finish_image(element),
            _ => element,
        };
        self.place(element.into());
        match tag {
            Tag::Link(_) | Tag::Image(_) => self.cite_until(at),
            Tag::TableHead => {
                self.is_head = false;
                if let Some(head) = self.open.pop() {
                    self.place(head.into());
                }
            }
            _ => {}
        }
    }

    fn begin(&mut self, element: Element, at: usize) {
        self.note_block(at);
        self.open.push(element);
    }

    /// Before a new top-level block begins, what was cited before it goes to the block before it.
    fn note_block(&mut self, at: usize) {
        if self.open.is_empty() {
            if let Some(before) = at.checked_sub(1) {
                self.cite_below(before, at);
            }
            self.starts.push(at);
        }
    }

    /// A node that has no end of its own.
    fn push(&mut self, node: impl Into<Node>, at: usize) {
        self.note_block(at);
        self.place(node.into());
    }

    fn place(&mut self, node: Node) {
        let siblings = match self.open.last_mut() {
            Some(parent) => &mut parent.children,
            None => &mut self.blocks,
        };
        match (siblings.last_mut(), node) {
            // The parser cuts text at every escape and entity; one text node is cheaper to patch.
            (Some(Node::Text(before)), Node::Text(text)) => before.push_str(&text),
            (_, node) => siblings.push(node),
        }
    }

    fn text(&mut self, text: &str, range: Range<usize>) {
        if self.mute > 0 {
            return self.push(Node::Text(text.to_owned()), range.start);
        }
        // Only a text that stands in the source letter by letter can be cut at a source position.
        let is_verbatim = text.len() == range.len();
        let mut done = 0;
        while let Some(citation) = self.next_citation(range.end) {
            let mut cut = if is_verbatim {
                citation.at.saturating_sub(range.start).min(text.len())
            } else {
                text.len()
            };
            while !text.is_char_boundary(cut) {
                cut += 1;
            }
            self.prose(&text[done..cut.max(done)], range.start);
            done = cut.max(done);
            let chip = self.chip(citation);
            self.push(chip, range.start);
        }
        self.prose(&text[done..], range.start);
    }

    /// Text in which bare addresses become links.
    fn prose(&mut self, mut text: &str, at: usize) {
        while let Some((start, end)) = link::find_bare(text) {
            self.push(Node::Text(text[..start].to_owned()), at);
            let anchor = self.anchor(&text[start..end]).text(&text[start..end]);
            let anchor = self.outward(anchor);
            self.push(anchor, at);
            text = &text[end..];
        }
        if !text.is_empty() {
            self.push(Node::Text(text.to_owned()), at);
        }
    }

    fn next_citation(&mut self, until: usize) -> Option<&'a Citation> {
        let (first, rest) = self.citations.split_first()?;
        (first.at <= until).then(|| {
            self.citations = rest;
            first
        })
    }

    fn cite_until(&mut self, until: usize) {
        while self.mute == 0 {
            let Some(citation) = self.next_citation(until) else { break };
            let chip = self.chip(citation);
            self.place(chip.into());
        }
    }

    /// Puts the citations up to `until` behind the last block: into it when it is a line of text, else below it.
    fn cite_below(&mut self, until: usize, at: usize) {
        let is_line = matches!(
            self.blocks.last().and_then(Node::element).map(|last| last.tag),
            Some("p" | "h3" | "h4" | "h5" | "h6")
        );
        let mut chips: Vec<Node> = Vec::new();
        while let Some(citation) = self.next_citation(until) {
            chips.push(self.chip(citation).into());
            // Below a table or code a bare number would be lost.
            if !is_line && !citation.title.is_empty() {
                chips.push(el("span").attr("aria-hidden", "true").text(citation.title.as_str()).into());
            }
        }
        if chips.is_empty() {
            return;
        }
        if let (true, Some(Node::Element(last))) = (is_line, self.blocks.last_mut()) {
            return last.children.extend(chips);
        }
        // It belongs to the block above: the two settle together.
        self.starts.push(self.starts.last().copied().unwrap_or(at));
        self.blocks.push(el("p").class("cited").children(chips).into());
    }

    fn chip(&self, citation: &Citation) -> Element {
        let number = citation.number.to_string();
        let mut name = self.context.source_label.replace("{}", &number);
        if !citation.title.is_empty() {
            name.push_str(": ");
            name.push_str(&citation.title);
        }
        let target = citation.href.as_deref().and_then(|href| resolve(href, &self.context.origin));
        let mark = match target {
            Some((href, target)) => {
                if target == Target::New {
                    name.push_str(self.context.new_tab_label);
                }
                open_in(el("a").attr("href", href), target)
            }
            None => el("span").attr("role", "note").attr("tabindex", "0"),
        };
        el("sup").class("cite").child(mark.label(name).attr("title", citation.title.clone()).text(number))
    }

    fn cell(&mut self) -> Element {
        let align = match self.alignments.get(self.column) {
            Some(Align::Center) => Some("center"),
            Some(Align::End) => Some("end"),
            _ => None,
        };
        self.column += 1;
        let cell = if self.is_head { el("th").attr("scope", "col") } else { el("td") };
        cell.maybe("style:text-align", align)
    }

    /// A wide table scrolls in a box of its own, which the keyboard can reach.
    fn table(&self, table: Element) -> Element {
        div("table").attr("role", "region").attr("tabindex", "0").label(self.context.table_label).child(table)
    }

    fn code_frame(&self, code: Element) -> Element {
        let language = code.attrs.first().map_or(String::new(), |(_, language)| language.to_string());
        let copy = el("button")
            .attr("type", "button")
            .class("tool copy")
            .label(self.context.copy_label)
            .attr("title", self.context.copy_label)
            .on(Trigger::Click, Handler::CopyCode)
            .child(icon(Icon::Copy))
            .child(icon(Icon::Check));
        let head = div("code-head").child(el("span").class("language").text(language)).child(copy);
        // Code reads left to right whatever the language around it.
        let body = el("pre").attr("tabindex", "0").attr("dir", "ltr").child(code);
        div("code").child(head).child(body)
    }

    fn anchor(&self, address: &str) -> Element {
        if let Some((name, data)) = deeplink(address) {
            let data = data.into_iter().map(|(key, value)| (key, Json::Text(value))).collect();
            let detail = object([("name", name.into()), ("data", Json::Object(data))]);
            return crate::tree::button("deeplink", Msg::FollowDeeplink(detail));
        }
        match resolve(address, &self.context.origin) {
            Some((href, target)) => open_in(el("a").attr("href", href), target),
            None => el("span"),
        }
    }

    /// Tells a screen reader that a finished link leaves the page.
    fn outward(&self, anchor: Element) -> Element {
        if anchor.attrs.iter().any(|(name, _)| *name == "target") {
            anchor.child(el("span").class("sr").text(self.context.new_tab_label))
        } else {
            anchor
        }
    }

    /// An image from a host that is not allowed would tell that host that, and what, the reader reads: it becomes a link.
    fn image(&self, address: &str) -> Element {
        let authority =
            address.strip_prefix("https://").and_then(|rest| rest.split(['/', '?', '#', '\\']).next());
        // What stands before an `@` is a user, whatever it looks like.
        let host = authority.filter(|authority| !authority.contains('@'));
        let host = host.and_then(|authority| authority.split(':').next());
        let is_allowed =
            host.is_some_and(|host| self.context.image_hosts.iter().any(|allowed| allowed == host));
        match is_allowed {
            true => el("img")
                .attr("src", address.to_owned())
                .attr("loading", "lazy")
                .attr("referrerpolicy", "no-referrer"),
            false => self.anchor(address),
        }
    }
}

fn finish_image(mut image: Element) -> Element {
    if image.tag != "img" {
        return image;
    }
    let alt: String = std::mem::take(&mut image.children).iter().map(Node::plain).collect();
    image.attr("alt", alt)
}

/// The model's first heading level lies below the page's own headings.
fn heading(level: u8) -> Element {
    match level {
        1 => el("h3").class("h1"),
        2 => el("h4").class("h2"),
        3 => el("h5").class("h3"),
        _ => el("h6"),
    }
}

fn open_in(anchor: Element, target: Target) -> Element {
    match target {
        Target::Same => anchor,
        Target::New => anchor.attr("target", "_blank").attr("rel", "noopener noreferrer"),
    }
}
