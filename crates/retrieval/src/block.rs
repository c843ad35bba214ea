//! The smallest pieces of a document: runs of text that remember what was code, list items, table rows, code blocks.

use std::ops::Range;

/// Plain text of a paragraph, an item or a cell, with the ranges that were set as inline code.
///
/// Whitespace is collapsed, invisible characters are gone, and every range lies on character borders.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Text {
    /// What a reader sees, without any markup.
    pub plain: String,
    /// Byte ranges of `plain` that were inline code, ascending and apart.
    pub code: Vec<Range<usize>>,
}

impl Text {
    /// Text without inline code; whitespace is collapsed.
    pub fn plain(text: &str) -> Self {
        let mut built = Self::default();
        built.push(text, false);
        built.trim();
        built
    }

    /// Whether there is nothing to read.
    pub fn is_empty(&self) -> bool {
        self.plain.trim().is_empty()
    }

    /// Appends text as an author wrote it; runs of whitespace become one space.
    pub(crate) fn push(&mut self, text: &str, code: bool) {
        let start = self.plain.len();
        for character in text.chars() {
            if is_invisible(character) {
                continue;
            }
            if character.is_whitespace() {
                if !self.plain.is_empty() && !self.plain.ends_with(' ') {
                    self.plain.push(' ');
                }
            } else {
                self.plain.push(character);
            }
        }
        if code && self.plain.len() > start {
            let start = start + usize::from(self.plain[start..].starts_with(' '));
            match self.code.last_mut() {
                Some(last) if last.end == start => last.end = self.plain.len(),
                _ if start < self.plain.len() => self.code.push(start..self.plain.len()),
                _ => {}
            }
        }
    }

    /// Drops the space that collapsing leaves at the end.
    pub(crate) fn trim(&mut self) {
        let end = self.plain.trim_end().len();
        self.plain.truncate(end);
        for range in &mut self.code {
            range.end = range.end.min(end);
        }
        self.code.retain(|range| range.start < range.end);
    }

    /// The part of the text in `range` (byte offsets on character borders), with its inline code.
    pub fn slice(&self, range: Range<usize>) -> Self {
        let code = self
            .code
            .iter()
            .filter(|code| code.start < range.end && code.end > range.start)
            .map(|code| code.start.max(range.start) - range.start..code.end.min(range.end) - range.start)
            .collect();
        Self { plain: self.plain[range].to_owned(), code }
    }
}

/// Characters that sit in built pages for layout or copying and that no reader sees.
pub(crate) fn is_invisible(character: char) -> bool {
    matches!(character, '\u{200b}' | '\u{2060}' | '\u{feff}' | '\u{ad}')
}

/// One block of a section, in the order of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A paragraph, also one of a quotation or a note.
    Paragraph(Text),
    /// One item of a list.
    Item {
        /// 0 for the outermost list.
        depth: usize,
        /// The item's number in an ordered list.
        number: Option<u64>,
        /// What the item says.
        text: Text,
    },
    /// One row of a table.
    Row {
        /// Whether these are the column headings.
        is_header: bool,
        /// The cells, left to right.
        cells: Vec<Text>,
    },
    /// A code block, as it was written.
    Code {
        /// The language the author named.
        language: Option<String>,
        /// The code without a trailing line break.
        text: String,
    },
}

impl Block {
    /// The words of the block, as the index and a reader's selection see them.
    pub fn plain_text(&self) -> String {
        match self {
            Self::Paragraph(text) | Self::Item { text, .. } => text.plain.clone(),
            Self::Row { cells, .. } => {
                cells.iter().map(|cell| cell.plain.as_str()).collect::<Vec<_>>().join(" | ")
            }
            Self::Code { text, .. } => text.clone(),
        }
    }

    /// Whether the block says nothing.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Paragraph(text) | Self::Item { text, .. } => text.is_empty(),
            Self::Row { cells, .. } => cells.iter().all(Text::is_empty),
            Self::Code { text, .. } => text.trim().is_empty(),
        }
    }

    /// Length in bytes of what `plain_text` gives, without building it.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Paragraph(text) | Self::Item { text, .. } => text.plain.len(),
            Self::Row { cells, .. } => cells.iter().map(|cell| cell.plain.len() + 3).sum(),
            Self::Code { text, .. } => text.len(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whitespace_is_collapsed_and_code_ranges_stay_on_the_code() {
        let mut text = Text::default();
        text.push("Run  \n", false);
        text.push("docent serve", true);
        text.push(" now\u{200b}. ", false);
        text.trim();
        assert_eq!(text.plain, "Run docent serve now.");
        assert_eq!(&text.plain[text.code[0].clone()], "docent serve");
    }

    #[test]
    fn a_slice_keeps_the_code_that_lies_in_it() {
        let mut text = Text::default();
        text.push("Use ", false);
        text.push("größe", true);
        text.push(". Then stop.", false);
        let first = text.slice(0..text.plain.find('.').expect("a full stop"));
        assert_eq!(first.plain, "Use größe");
        assert_eq!(&first.plain[first.code[0].clone()], "größe");
    }
}
