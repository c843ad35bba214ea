//! Turns the events of the Markdown parser into headings and blocks.

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::raw_html::{Withheld, anchor_id};
use super::slug::Slugger;
use crate::block::{Block, Text};
use crate::outline::Outline;

pub(super) fn walk(body: &str, outline: &mut Outline) {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_DEFINITION_LIST;
    let mut walker = Walker::new(outline);
    for event in Parser::new_ext(body, options) {
        walker.event(event);
    }
    walker.flush();
}

struct Walker<'o> {
    outline: &'o mut Outline,
    slugger: Slugger,
    withheld: Withheld,
    /// Text collected for the block at hand.
    text: Text,
    /// Open lists: the number of the next item, or none for bullets.
    lists: Vec<Option<u64>>,
    /// Depth and number of the item whose text is being collected.
    item: Option<(usize, Option<u64>)>,
    code: Option<(Option<String>, String)>,
    cells: Vec<Text>,
    /// An id given to the next heading from outside.
    next_anchor: Option<String>,
    heading_anchor: Option<String>,
}

impl<'o> Walker<'o> {
    fn new(outline: &'o mut Outline) -> Self {
        Self {
            outline,
            slugger: Slugger::default(),
            withheld: Withheld::default(),
            text: Text::default(),
            lists: Vec::new(),
            item: None,
            code: None,
            cells: Vec::new(),
            next_anchor: None,
            heading_anchor: None,
        }
    }

    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => match &mut self.code {
                Some((_, code)) => code.push_str(&text),
                None => self.push(&text, false),
            },
            Event::Code(code) => self.push(&code, true),
            Event::SoftBreak | Event::HardBreak => self.push(" ", false),
            Event::Html(html) | Event::InlineHtml(html) => {
                if let Some(id) = anchor_id(&html) {
                    self.next_anchor = Some(id);
                }
                let text = self.withheld.feed(&html);
                if !text.trim().is_empty() || !self.text.is_empty() {
                    self.text.push(&text, false);
                }
            }
            Event::InlineMath(text) | Event::DisplayMath(text) => self.push(&text, false),
            Event::FootnoteReference(_) | Event::Rule | Event::TaskListMarker(_) => {}
        }
    }

    fn push(&mut self, text: &str, code: bool) {
        if !self.withheld.is_open() {
            self.text.push(text, code);
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { id, .. } => {
                self.flush();
                self.heading_anchor = id.map(|id| id.to_string()).or_else(|| self.next_anchor.take());
                self.next_anchor = None;
            }
            Tag::CodeBlock(kind) => {
                self.flush();
                let language = match kind {
                    CodeBlockKind::Fenced(info) => language_of(&info),
                    CodeBlockKind::Indented => None,
                };
                self.code = Some((language, String::new()));
            }
            Tag::List(first) => {
                self.flush();
                self.lists.push(first);
            }
            Tag::Item => {
                self.flush();
                let number = self.lists.last().copied().flatten();
                if let Some(Some(next)) = self.lists.last_mut() {
                    *next += 1;
                }
                self.item = Some((self.lists.len().saturating_sub(1), number));
            }
            Tag::TableCell => self.text = Text::default(),
            Tag::Paragraph
            | Tag::BlockQuote(_)
            | Tag::HtmlBlock
            | Tag::Table(_)
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::FootnoteDefinition(_) => self.flush(),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(level) => self.heading(level),
            TagEnd::CodeBlock => {
                if let Some((language, text)) = self.code.take() {
                    self.block(Block::Code { language, text: text.trim_end().to_owned() });
                }
            }
            TagEnd::List(_) => {
                self.flush();
                self.lists.pop();
            }
            TagEnd::Item => {
                self.flush();
                self.item = None;
            }
            TagEnd::TableCell => {
                let mut text = std::mem::take(&mut self.text);
                text.trim();
                self.cells.push(text);
            }
            TagEnd::TableHead | TagEnd::TableRow => {
                let cells = std::mem::take(&mut self.cells);
                self.block(Block::Row { is_header: tag == TagEnd::TableHead, cells });
            }
            TagEnd::Paragraph
            | TagEnd::HtmlBlock
            | TagEnd::DefinitionListTitle
            | TagEnd::DefinitionListDefinition => self.flush(),
            _ => {}
        }
    }

    fn heading(&mut self, level: HeadingLevel) {
        let mut text = std::mem::take(&mut self.text);
        text.trim();
        // MDX escapes the braces of an explicit id: `## Title {/* #id */}`, and its parser leaves `{#id}` alone.
        let explicit = self.heading_anchor.take().or_else(|| take_trailing_id(&mut text));
        // Withheld headings count too: the site gave them ids, so later ids depend on them.
        let anchor = match explicit {
            Some(id) => id,
            None => self.slugger.slug(&text.plain),
        };
        if !self.withheld.is_open() {
            self.outline.heading(level as u8, text, Some(anchor));
        }
    }

    /// Ends the block at hand.
    fn flush(&mut self) {
        let mut text = std::mem::take(&mut self.text);
        text.trim();
        if text.is_empty() {
            return;
        }
        // The second paragraph of an item is a paragraph: only the first carries the bullet.
        let block = match self.item.take() {
            Some((depth, number)) => Block::Item { depth, number, text },
            None => Block::Paragraph(text),
        };
        self.block(block);
    }

    fn block(&mut self, block: Block) {
        if !self.withheld.is_open() {
            self.outline.block(block);
        }
    }
}

/// The first word of a fence's info string: `js {1,3} title="x"` and `rust,ignore` name js and rust.
fn language_of(info: &str) -> Option<String> {
    let language =
        info.split(|character: char| character.is_whitespace() || matches!(character, ',' | '{')).next()?;
    (!language.is_empty()).then(|| language.to_owned())
}

fn take_trailing_id(text: &mut Text) -> Option<String> {
    let open = text.plain.rfind("{#")?;
    let id = text.plain[open + 2..].strip_suffix('}')?.trim().to_owned();
    if id.is_empty() || id.contains(char::is_whitespace) {
        return None;
    }
    *text = text.slice(0..open);
    text.trim();
    Some(id)
}
