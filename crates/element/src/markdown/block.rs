//! Blocks: paragraphs, headings, lists, quotes, code, tables, by the rules of CommonMark and GitHub's tables.
//!
//! Two things differ on purpose. There are no HTML blocks: raw HTML is shown as text anyway, and Markdown around it is
//! read. And tabs count as indentation to the next multiple of four, but are never split.

mod emit;
mod list;
mod table;

use super::event::{Align, Event};
use super::line::Line;
use super::source::Definitions;
use emit::emit;
use list::{Item, list, marker};
use table::table;

/// Deeper nesting than anyone writes; a hostile answer must not be able to overflow the stack.
const MAX_DEPTH: usize = 24;

enum Block<'a> {
    Paragraph(Vec<Line<'a>>),
    Heading(u8, Vec<Line<'a>>),
    Quote(Vec<Placed<'a>>),
    Code(String, Vec<Line<'a>>),
    List { first: Option<u64>, is_tight: bool, items: Vec<Item<'a>> },
    Table(Vec<Align>, Vec<Line<'a>>),
    Rule,
}

struct Placed<'a> {
    block: Block<'a>,
    at: usize,
    end: usize,
    is_after_blank: bool,
}

/// The events of a text.
pub(super) fn parse(text: &str) -> Vec<Event> {
    let mut lines = Vec::new();
    let mut at = 0;
    for line in text.split('\n') {
        lines.push(Line { text: line.strip_suffix('\r').unwrap_or(line), at });
        at += line.len() + 1;
    }
    let mut definitions = Definitions::default();
    let blocks = blocks(&lines, 0, &mut definitions);
    let mut events = Vec::new();
    emit(&blocks, false, &definitions, &mut events);
    events
}

fn blocks<'a>(lines: &[Line<'a>], depth: usize, definitions: &mut Definitions) -> Vec<Placed<'a>> {
    let mut placed: Vec<Placed<'a>> = Vec::new();
    let mut next = 0;
    let mut is_after_blank = false;
    while let Some(&line) = lines.get(next) {
        if line.is_blank() {
            is_after_blank = true;
            next += 1;
            continue;
        }
        let (block, used) = block(&lines[next..], depth, definitions);
        let last = lines[next..next + used].iter().rev().find(|line| !line.is_blank()).unwrap_or(&line);
        if let Some(block) = block {
            placed.push(Placed { block, at: line.trimmed().at, end: last.end(), is_after_blank });
        }
        next += used;
        is_after_blank = lines[next - 1].is_blank();
    }
    placed
}

/// The block that begins with the first line, and how many lines it has. A paragraph that only defines links is none.
fn block<'a>(lines: &[Line<'a>], depth: usize, definitions: &mut Definitions) -> (Option<Block<'a>>, usize) {
    let line = lines[0];
    if line.indent() >= 4 {
        return indented_code(lines);
    }
    if let Some((mark, length)) = fence(line) {
        return fenced_code(lines, mark, length);
    }
    if let Some((level, content)) = atx_heading(line) {
        return (Some(Block::Heading(level, vec![content])), 1);
    }
    if is_rule(line) {
        return (Some(Block::Rule), 1);
    }
    if depth < MAX_DEPTH {
        if line.trimmed().text.starts_with('>') {
            return quote(lines, depth, definitions);
        }
        if let Some(marker) = marker(line) {
            return list(lines, marker, depth, definitions);
        }
    }
    if let Some(table) = table(lines) {
        return table;
    }
    paragraph(lines, definitions)
}

fn indented_code<'a>(lines: &[Line<'a>]) -> (Option<Block<'a>>, usize) {
    let used = lines.iter().take_while(|line| line.is_blank() || line.indent() >= 4).count();
    let mut code: Vec<Line<'a>> = lines[..used].iter().map(|line| line.dedent(4)).collect();
    while code.last().is_some_and(|line| line.is_blank()) {
        code.pop();
    }
    let used = code.len();
    (Some(Block::Code(String::new(), code)), used)
}

fn fence(line: Line<'_>) -> Option<(char, usize)> {
    let text = line.trimmed().text;
    let mark = text.chars().next().filter(|mark| *mark == '`' || *mark == '~')?;
    let length = text.len() - text.trim_start_matches(mark).len();
    let is_span = mark == '`' && text[length..].contains('`');
    (length >= 3 && !is_span && line.indent() < 4).then_some((mark, length))
}

fn fenced_code<'a>(lines: &[Line<'a>], mark: char, length: usize) -> (Option<Block<'a>>, usize) {
    let indent = lines[0].indent();
    let info = lines[0].trimmed().text[length..].trim().to_owned();
    let is_close = |line: &Line<'_>| {
        fence(*line).is_some_and(|(other, count)| {
            other == mark && count >= length && line.trimmed().text[count..].trim().is_empty()
        })
    };
    let inside = lines[1..].iter().take_while(|line| !is_close(line)).count();
    let code = lines[1..=inside].iter().map(|line| line.dedent(indent)).collect();
    (Some(Block::Code(info, code)), (inside + 2).min(lines.len()))
}

fn atx_heading(line: Line<'_>) -> Option<(u8, Line<'_>)> {
    let line = line.trimmed();
    let level = line.text.len() - line.text.trim_start_matches('#').len();
    let rest = line.skip(level);
    if !(1..=6).contains(&level) || !(rest.text.is_empty() || rest.text.starts_with([' ', '\t'])) {
        return None;
    }
    let content = rest.trimmed();
    let text = content.text.trim_end();
    let bare = text.trim_end_matches('#');
    let text = if bare.is_empty() || bare.ends_with([' ', '\t']) { bare.trim_end() } else { text };
    Some((u8::try_from(level).ok()?, Line { text, at: content.at }))
}

fn is_rule(line: Line<'_>) -> bool {
    let text = line.trimmed().text;
    let Some(mark) = text.chars().next().filter(|mark| "*-_".contains(*mark)) else { return false };
    line.indent() < 4
        && text.matches(mark).count() >= 3
        && text.chars().all(|other| other == mark || other == ' ' || other == '\t')
}

fn quote<'a>(lines: &[Line<'a>], depth: usize, definitions: &mut Definitions) -> (Option<Block<'a>>, usize) {
    let mut inside: Vec<Line<'a>> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let text = line.trimmed();
        if text.text.starts_with('>') && line.indent() < 4 {
            let rest = text.skip(1);
            inside.push(if rest.text.starts_with(' ') { rest.skip(1) } else { rest });
        } else if continues_lazily(&inside, &lines[at..]) {
            inside.push(*line);
        } else {
            break;
        }
    }
    let used = inside.len();
    (Some(Block::Quote(blocks(&inside, depth + 1, definitions))), used)
}

/// Whether a line that lacks its container's mark still belongs to the paragraph at its end.
fn continues_lazily(inside: &[Line<'_>], lines: &[Line<'_>]) -> bool {
    let (Some(&last), Some(&line)) = (inside.last(), lines.first()) else { return false };
    // By the letter a table could not begin here; models write it so, and mean a table.
    if table(lines).is_some() {
        return false;
    }
    if line.is_blank() || last.is_blank() || interrupts(line) || marker(line).is_some() {
        return false;
    }
    let is_open_fence = inside.iter().filter(|line| fence(**line).is_some()).count() % 2 == 1;
    let mut inner = last;
    // The innermost text of the last line: what is left without marks of quotes and lists.
    while let Some(rest) = inner.trimmed().text.strip_prefix('>') {
        inner = inner.trimmed().skip(inner.trimmed().text.len() - rest.len());
    }
    if let Some(marker) = marker(inner) {
        inner = inner.trimmed().skip(marker.bytes);
    }
    let text = inner.trimmed();
    !is_open_fence
        && !text.is_blank()
        && fence(text).is_none()
        && atx_heading(text).is_none()
        && !is_rule(text)
}

/// Whether a line ends a paragraph before it.
fn interrupts(line: Line<'_>) -> bool {
    if line.indent() >= 4 {
        return false;
    }
    let is_list = marker(line).is_some_and(|marker| {
        let has_content = !line.trimmed().skip(marker.bytes).is_blank();
        has_content && marker.number.is_none_or(|number| number == 1)
    });
    is_list
        || fence(line).is_some()
        || atx_heading(line).is_some()
        || is_rule(line)
        || line.trimmed().text.starts_with('>')
}

fn paragraph<'a>(lines: &[Line<'a>], definitions: &mut Definitions) -> (Option<Block<'a>>, usize) {
    let mut used = 1;
    for (at, line) in lines.iter().enumerate().skip(1) {
        let bare = line.trimmed().text.trim_end();
        let is_underline = |mark: u8| !bare.is_empty() && bare.bytes().all(|byte| byte == mark);
        if line.indent() < 4 && (is_underline(b'=') || is_underline(b'-')) {
            let content: Vec<_> = lines[..at].iter().map(|line| line.trimmed()).collect();
            let rest = definitions.take(&content);
            if rest < content.len() {
                let level = if is_underline(b'=') { 1 } else { 2 };
                return (Some(Block::Heading(level, content[rest..].to_vec())), at + 1);
            }
        }
        if line.is_blank() || interrupts(*line) || table(&lines[at..]).is_some() {
            break;
        }
        used = at + 1;
    }
    let content: Vec<_> = lines[..used].iter().map(|line| line.trimmed()).collect();
    let rest = definitions.take(&content);
    let block = (rest < content.len()).then(|| Block::Paragraph(content[rest..].to_vec()));
    (block, used)
}
