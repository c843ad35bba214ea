//! Tables, as GitHub writes them.

use super::{Block, Line, interrupts, marker};
use crate::markdown::event::Align;

pub(super) fn table<'a>(lines: &[Line<'a>]) -> Option<(Option<Block<'a>>, usize)> {
    let (head, rule) = (lines[0], lines.get(1)?);
    if !head.text.contains('|') || rule.indent() >= 4 {
        return None;
    }
    let alignments: Option<Vec<Align>> = cells(*rule).iter().map(|cell| alignment(cell.text)).collect();
    let alignments = alignments.filter(|alignments| alignments.len() == cells(head).len())?;
    let body = lines[2..]
        .iter()
        .take_while(|line| !line.is_blank() && !interrupts(**line) && marker(**line).is_none())
        .count();
    let rows = std::iter::once(head).chain(lines[2..2 + body].iter().copied()).collect();
    Some((Some(Block::Table(alignments, rows)), 2 + body))
}

fn alignment(cell: &str) -> Option<Align> {
    let dashes = cell.trim_start_matches(':').trim_end_matches(':');
    let is_rule = !dashes.is_empty() && dashes.bytes().all(|byte| byte == b'-');
    is_rule.then(|| match (cell.starts_with(':'), cell.ends_with(':')) {
        (true, true) => Align::Center,
        (true, false) => Align::Start,
        (false, true) => Align::End,
        (false, false) => Align::None,
    })
}

/// The cells of a row. A bar behind a backslash does not part them.
pub(super) fn cells(line: Line<'_>) -> Vec<Line<'_>> {
    let mut line = line.trimmed();
    line.text = line.text.trim_end();
    if line.text.starts_with('|') {
        line = line.skip(1);
    }
    let mut cells = Vec::new();
    let mut start = 0;
    let mut is_escaped = false;
    for (at, byte) in line.text.bytes().enumerate() {
        if byte == b'|' && !is_escaped {
            cells.push(cell(line, start, at));
            start = at + 1;
        }
        is_escaped = byte == b'\\' && !is_escaped;
    }
    if start < line.text.len() {
        cells.push(cell(line, start, line.text.len()));
    }
    cells
}

fn cell(line: Line<'_>, start: usize, end: usize) -> Line<'_> {
    let cell = Line { text: &line.text[start..end], at: line.at + start }.trimmed();
    Line { text: cell.text.trim_end(), at: cell.at }
}
