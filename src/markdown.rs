//! Writes what a walk through a page meets as blocks of light Markdown.
//!
//! Light means: headings, lists, quotes, code with its language, tables and the alternative text of pictures are marked;
//! emphasis is not. The reader of it is a model, for which structure is worth its characters.

use crate::budget::Block;
use crate::json_writer::push_decimal;
use crate::text::{append_collapsed, is_invisible, part, parted};

/// Longer code is left out: nobody reads it in a chat.
const MAX_CODE_BYTES: usize = 8 << 10;

/// Collects blocks. Its methods are called in the order of the page.
#[derive(Default)]
pub struct MarkdownWriter {
    blocks: Vec<Block>,
    line: String,
    /// The node of the page that is being written: blocks remember the last one in them.
    pub node: usize,
    /// What every line of the current block begins with: `> ` of quotes, spaces below list items.
    indent: String,
    /// What the first line of the next block begins with instead of the last part of the indent: as long as that.
    marker: Option<String>,
    heading_level: u8,
    lists: usize,
    was_in_list: bool,
    joins_next: bool,
    table: Option<Table>,
}

/// The innermost table that is open; tables inside it are read as text.
struct Table {
    depth: usize,
    rows: usize,
    /// The row as far as it is written, and how many cells it has.
    row: String,
    cells: usize,
    has_text: bool,
}

impl MarkdownWriter {
    /// Running text, with white space as it is in the page.
    pub fn text(&mut self, text: &str) {
        append_collapsed(&mut self.line, text);
    }

    /// Code within running text.
    pub fn inline_code(&mut self, code: &str) {
        let mut inner = String::new();
        append_collapsed(&mut inner, code);
        let inner = inner.trim_end();
        if self.heading_level > 0 {
            self.text(inner);
        } else if !inner.is_empty() {
            let fence = fence_for(inner, 1);
            self.line.extend([fence.as_str(), inner, &fence]);
        }
    }

    /// Where a link begins, for [`Self::end_link`].
    #[must_use]
    pub fn start_link(&self) -> (usize, usize) {
        (self.blocks.len(), self.line.len())
    }

    /// A link ends: what was written since its start becomes its text. Not in headings, nor where a block ended in it.
    pub fn end_link(&mut self, (blocks, start): (usize, usize), address: &str) {
        let text = part(&self.line, start..self.line.len()).trim();
        if blocks != self.blocks.len() || self.heading_level > 0 || text.is_empty() || text == address {
            return;
        }
        // Spaces around the text stay outside.
        let start = self.line.len() - part(&self.line, start..self.line.len()).trim_start().len();
        let end = self.line.trim_end().len();
        let space = if end < self.line.len() { " " } else { "" };
        let text = part(&self.line, start..end);
        self.line = [part(&self.line, 0..start), "[", text, "](", address, ")", space].concat();
    }

    /// A line break or the border of a block.
    pub fn end_block(&mut self) {
        if self.table.is_some() || self.heading_level > 0 {
            append_collapsed(&mut self.line, " ");
            return;
        }
        let line = std::mem::take(&mut self.line);
        let text = line.trim_end();
        if !text.is_empty() {
            self.push(text, false);
        }
    }

    /// A heading begins. `false` where there can be none: in a table or in another heading it is text like any other.
    pub fn start_heading(&mut self, level: u8) -> bool {
        self.end_block();
        let can_be = self.table.is_none() && self.heading_level == 0;
        if can_be {
            self.heading_level = level;
        }
        can_be
    }

    /// The heading ends.
    pub fn end_heading(&mut self) {
        let level = std::mem::take(&mut self.heading_level);
        let mut text = std::mem::take(&mut self.line);
        text.truncate(text.trim_end().len());
        if !text.is_empty() {
            let marks = part("######", 0..usize::from(level));
            self.push(&[marks, " ", &text].concat(), false);
        }
    }

    /// A list begins; its items follow.
    pub fn start_list(&mut self) {
        self.end_block();
        self.lists += 1;
    }

    /// The list ends.
    pub fn end_list(&mut self) {
        self.end_block();
        self.lists = self.lists.saturating_sub(1);
    }

    /// An item begins: with this number, or as a bullet. Returns what [`Self::end_indent`] is to be given.
    pub fn start_item(&mut self, number: Option<usize>) -> usize {
        self.end_block();
        let mut marker = String::new();
        match number {
            Some(number) => push_decimal(&mut marker, number),
            None => marker.push('-'),
        }
        marker.push_str(if number.is_some() { ". " } else { " " });
        // No list is so long that its numbers have more digits.
        self.start_indent(part("            ", 0..marker.len()), &marker)
    }

    /// A quotation begins. Returns what [`Self::end_indent`] is to be given.
    pub fn start_quote(&mut self) -> usize {
        self.end_block();
        self.start_indent("> ", "> ")
    }

    /// The block ends, and the next one follows without an empty line.
    pub fn end_joined_block(&mut self) {
        self.end_block();
        self.joins_next = true;
    }

    /// The item or the quotation ends.
    pub fn end_indent(&mut self, before: usize) {
        self.end_block();
        self.indent.truncate(before);
        self.marker = None;
    }

    /// A block of code; its lines and spaces stay. `label` is its language and what else is to be told of it. Code that is
    /// too long leaves a gap.
    pub fn code(&mut self, label: &str, code: &str) {
        if self.table.is_some() || self.heading_level > 0 {
            self.inline_code(code);
            return;
        }
        self.end_block();
        let code = code.trim_end();
        let blank = code.bytes().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
        let code = part(code, blank..code.len());
        if !code.is_empty() {
            let fence = fence_for(code, 3);
            let is_kept = |c: &char| matches!(c, '\n' | '\t') || !(c.is_control() || is_invisible(*c));
            let kept: String = code.chars().filter(is_kept).collect();
            let is_short = kept.len() <= MAX_CODE_BYTES;
            self.push(
                &if is_short { [&fence, label, "\n", &kept, "\n", &fence].concat() } else { String::new() },
                true,
            );
        }
    }

    /// A table begins.
    pub fn start_table(&mut self) {
        self.end_block();
        match &mut self.table {
            Some(table) => table.depth += 1,
            None => {
                self.table = Some(Table { depth: 1, rows: 0, row: String::new(), cells: 0, has_text: false });
            }
        }
    }

    /// A cell ends: what was written since the last one is its text.
    pub fn end_cell(&mut self) {
        self.end_block();
        if let Some(table) = self.table.as_mut().filter(|table| table.depth == 1) {
            let cell = std::mem::take(&mut self.line);
            let cell = cell.trim_end();
            table.cells += 1;
            table.has_text |= !cell.is_empty();
            table.row.push_str("| ");
            for (index, part) in parted(cell, b"|").into_iter().enumerate() {
                table.row.extend([if index > 0 { "\\|" } else { "" }, part]);
            }
            table.row.push(' ');
        }
    }

    /// A row ends. The first one is taken for the head.
    pub fn end_row(&mut self) {
        let Some(table) = self.table.as_mut().filter(|table| table.depth == 1) else { return };
        let mut row = std::mem::take(&mut table.row);
        let cells = std::mem::take(&mut table.cells);
        if !std::mem::take(&mut table.has_text) {
            return;
        }
        table.rows += 1;
        let is_head = table.rows == 1;
        row.push('|');
        if is_head {
            row.push_str("\n|");
            row.extend((0..cells).map(|_| " --- |"));
        }
        self.push(&row, false);
        if let Some(last) = self.blocks.last_mut().filter(|_| !is_head) {
            last.is_joined = true;
        }
    }

    /// The table ends.
    pub fn end_table(&mut self) {
        self.end_row();
        match &mut self.table {
            Some(table) if table.depth > 1 => table.depth -= 1,
            _ => {
                // A caption outside of rows, or a table of the wrong form.
                self.table = None;
                self.end_block();
            }
        }
    }

    /// Everything that was written.
    #[must_use]
    pub fn finish(mut self) -> Vec<Block> {
        self.table = None;
        self.heading_level = 0;
        self.end_block();
        self.blocks
    }

    /// `first` is as long as `indent`. Where nothing was written since an outer one began, its first line is this one's.
    fn start_indent(&mut self, indent: &str, first: &str) -> usize {
        let before = self.indent.len();
        self.indent.push_str(indent);
        if self.marker.is_some() || first != indent {
            self.marker = Some([self.marker.as_deref().unwrap_or_default(), first].concat());
        }
        before
    }

    fn push(&mut self, text: &str, is_whole: bool) {
        if text.is_empty() {
            // A gap stays one: neither indent nor marker makes a text of it.
            self.blocks.push(Block { node: self.node, is_whole, ..Block::default() });
            return;
        }
        let mut block = String::with_capacity(self.indent.len() + text.len());
        for (index, line) in parted(text, b"\n").into_iter().enumerate() {
            if index > 0 {
                block.push('\n');
            }
            match self.marker.take() {
                Some(marker) => {
                    block.push_str(part(&self.indent, 0..self.indent.len().saturating_sub(marker.len())));
                    block.push_str(&marker);
                }
                None => block.push_str(&self.indent),
            }
            block.push_str(line);
        }
        let is_joined = (self.lists > 0 && self.was_in_list) || std::mem::take(&mut self.joins_next);
        self.was_in_list = self.lists > 0;
        self.blocks.push(Block { text: block, node: self.node, is_joined, is_whole });
    }
}

/// A fence that is longer than every run of backticks in the code.
fn fence_for(code: &str, at_least: usize) -> String {
    let (mut run, mut longest) = (0, 0);
    for byte in code.bytes() {
        run = if byte == b'`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    (0..at_least.max(longest + 1)).map(|_| '`').collect()
}

/// The language that a class names: `language-rust`, `lang-js`, `highlight-source-css`, `highlight-python`; empty where it
/// names none.
#[must_use]
pub fn language_of(class: &str) -> &str {
    class
        .split_ascii_whitespace()
        .find_map(|name| {
            let prefixes = ["language-", "lang-", "highlight-source-", "highlight-"];
            prefixes.iter().find_map(|prefix| name.strip_prefix(prefix))
        })
        .filter(|language| {
            // Sphinx says so of code whose language nobody named.
            !matches!(*language, "default" | "none" | "text")
                && language.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-#._".contains(&byte))
        })
        .unwrap_or("")
}

#[cfg(test)]
mod tests;
