//! Lists: their marks, their items, and the boxes of tasks.

use super::{Block, Line, Placed, blocks, continues_lazily, is_rule};
use crate::markdown::source::Definitions;

/// An item of a list.
pub(super) struct Item<'a> {
    pub(super) at: usize,
    pub(super) end: usize,
    /// Whether it is done, if it is a task, and where its box stands.
    pub(super) task: Option<(bool, usize)>,
    pub(super) blocks: Vec<Placed<'a>>,
    is_after_blank: bool,
}

/// The mark of a list item.
#[derive(Clone, Copy)]
pub(super) struct Marker {
    sign: char,
    pub(super) number: Option<u64>,
    /// How long the mark itself is.
    pub(super) bytes: usize,
}

pub(super) fn marker(line: Line<'_>) -> Option<Marker> {
    if line.indent() >= 4 || is_rule(line) {
        return None;
    }
    let text = line.trimmed().text;
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let sign = text[digits..].chars().next()?;
    let (number, is_mark) = match digits {
        0 => (None, "-+*".contains(sign)),
        1..=9 => (text[..digits].parse().ok(), ".)".contains(sign)),
        _ => (None, false),
    };
    let rest = &text[digits + sign.len_utf8()..];
    (is_mark && (rest.is_empty() || rest.starts_with([' ', '\t']))).then_some(Marker {
        sign,
        number,
        bytes: digits + 1,
    })
}

pub(super) fn list<'a>(
    lines: &[Line<'a>],
    first: Marker,
    depth: usize,
    definitions: &mut Definitions,
) -> (Option<Block<'a>>, usize) {
    let mut items: Vec<Item<'a>> = Vec::new();
    let mut next = 0;
    let mut is_after_blank = false;
    while let Some(&line) = lines.get(next) {
        let Some(own) = marker(line)
            .filter(|own| own.sign == first.sign && own.number.is_some() == first.number.is_some())
        else {
            break;
        };
        let (inside, used) = item_lines(&lines[next..], own);
        let last = lines[next..next + used].iter().rev().find(|line| !line.is_blank()).unwrap_or(&line);
        let mut inside = inside;
        let task = task(&mut inside);
        let blocks = blocks(&inside, depth + 1, definitions);
        items.push(Item { at: line.trimmed().at, end: last.end(), task, blocks, is_after_blank });
        next += used;
        let blank = lines[next..].iter().take_while(|line| line.is_blank()).count();
        is_after_blank = blank > 0 || (used > 0 && lines[next - 1].is_blank());
        if lines.get(next + blank).is_some_and(|line| marker(*line).is_some()) {
            next += blank;
        } else {
            break;
        }
    }
    let is_loose =
        |item: &Item<'_>| item.is_after_blank || item.blocks.iter().skip(1).any(|block| block.is_after_blank);
    let is_tight = !items.iter().any(is_loose);
    (Some(Block::List { first: first.number, is_tight, items }), next)
}

/// The lines of one item, without its mark and indentation.
fn item_lines<'a>(lines: &[Line<'a>], own: Marker) -> (Vec<Line<'a>>, usize) {
    let first = lines[0];
    let rest = first.trimmed().skip(own.bytes);
    let space = rest.indent();
    // A mark with nothing behind it, or with code behind it, is followed by one column.
    let padding = if rest.is_blank() || space > 4 { 1 } else { space };
    let indent = first.indent() + own.bytes + padding;
    let mut inside = vec![rest.dedent(padding)];
    let mut blanks = 0;
    for (at, line) in lines.iter().enumerate().skip(1) {
        if line.is_blank() {
            blanks += 1;
            inside.push(Line { text: "", at: line.at });
            // An item that begins with an empty line has only one of them.
            if inside.len() == 2 && rest.is_blank() {
                break;
            }
        } else if line.indent() >= indent {
            blanks = 0;
            inside.push(line.dedent(indent));
        } else if blanks == 0 && continues_lazily(&inside, &lines[at..]) {
            inside.push(line.trimmed());
        } else {
            break;
        }
    }
    inside.truncate(inside.len() - blanks.min(inside.len() - 1));
    let used = inside.len();
    (inside, used)
}

/// Takes `[ ]` or `[x]` off the beginning of an item.
fn task(lines: &mut [Line<'_>]) -> Option<(bool, usize)> {
    let line = lines.first_mut()?;
    let text = line.trimmed();
    let is_done = match text.text.get(..4)? {
        "[ ] " => false,
        "[x] " | "[X] " => true,
        _ => return None,
    };
    *line = text.skip(3);
    Some((is_done, text.at))
}
