//! The text that stands in a block, and the addresses that its links may name.

use std::ops::Range;

use super::line::Line;
use super::target;

/// The text of a paragraph, a heading or a cell, joined from its lines, and where each line came from.
pub(super) struct Source {
    pub(super) text: String,
    /// Where a line begins in `text`, and where in the source.
    lines: Vec<(usize, usize)>,
}

/// The addresses that are defined somewhere in the text, by their label.
#[derive(Default)]
pub(super) struct Definitions(Vec<(String, String)>);

impl Source {
    pub(super) fn of(lines: &[Line<'_>]) -> Self {
        let mut source = Self { text: String::new(), lines: Vec::new() };
        for (index, line) in lines.iter().enumerate() {
            if index > 0 {
                source.text.push('\n');
            }
            source.lines.push((source.text.len(), line.at));
            source.text.push_str(line.text);
        }
        let end = source.text.trim_end().len();
        source.text.truncate(end);
        source
    }

    /// A cell: a bar behind a backslash is a bar, in code, too.
    pub(super) fn of_cell(cell: Line<'_>) -> Self {
        let mut source = Self { text: String::new(), lines: Vec::new() };
        let mut at = cell.at;
        for (index, piece) in cell.text.split("\\|").enumerate() {
            if index > 0 {
                source.lines.push((source.text.len(), at - 1));
                source.text.push('|');
            }
            source.lines.push((source.text.len(), at));
            source.text.push_str(piece);
            at += piece.len() + 2;
        }
        source
    }

    /// Where a place in the text is in the source.
    pub(super) fn at(&self, place: usize) -> usize {
        let before = self.lines.iter().rev().find(|(start, _)| *start <= place);
        before.map_or(place, |(start, at)| at + place - start)
    }

    pub(super) fn range(&self, range: &Range<usize>) -> Range<usize> {
        let start = self.at(range.start);
        start..start + range.len()
    }
}

impl Definitions {
    /// Reads the definitions the lines begin with; answers how many lines they take.
    pub(super) fn take(&mut self, lines: &[Line<'_>]) -> usize {
        let mut used = 0;
        for line in lines {
            let Some((label, address)) = target::definition(line.text) else { break };
            if self.find(&label).is_none() {
                self.0.push((label, address));
            }
            used += 1;
        }
        used
    }

    pub(super) fn find(&self, label: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == label).map(|(_, address)| address.as_str())
    }
}
