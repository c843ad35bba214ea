//! Blocks: paragraphs, headings, lists, quotes, code, tables, by the rules of CommonMark and GitHub's tables.
//!
//! Two things differ on purpose. There are no HTML blocks: raw HTML is shown as text anyway, and Markdown around it is
//! read. And tabs count as indentation to the next multiple of four, but are never split.

use super::event::{Align, Event, Tag};
use super::inline::{Definitions, Source, inline};

/// Deeper nesting than anyone writes; a hostile answer must not be able to overflow the stack.
const MAX_DEPTH: usize = 24;

/// A line without its end, and where it begins in the source.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
}

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

struct Item<'a> {
    at: usize,
    end: usize,
    task: Option<(bool, usize)>,
    blocks: Vec<Placed<'a>>,
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

impl<'a> Line<'a> {
    /// The columns of white space it begins with.
    fn indent(self) -> usize {
        let mut columns = 0;
        for byte in self.text.bytes() {
            match byte {
                b' ' => columns += 1,
                b'\t' => columns += 4 - columns % 4,
                _ => break,
            }
        }
        columns
    }

    fn is_blank(self) -> bool {
        self.text.bytes().all(|byte| byte == b' ' || byte == b'\t')
    }

    /// The line without `columns` of its white space.
    fn dedent(self, columns: usize) -> Line<'a> {
        let mut gone = 0;
        let mut bytes = 0;
        for byte in self.text.bytes() {
            match byte {
                _ if gone >= columns => break,
                b' ' => gone += 1,
                b'\t' => gone += 4 - gone % 4,
                _ => break,
            }
            bytes += 1;
        }
        self.skip(bytes)
    }

    fn trimmed(self) -> Line<'a> {
        self.skip(self.text.len() - self.text.trim_start_matches([' ', '\t']).len())
    }

    fn skip(self, bytes: usize) -> Line<'a> {
        Line { text: &self.text[bytes..], at: self.at + bytes }
    }

    fn end(self) -> usize {
        self.at + self.text.len()
    }
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

/// The mark of a list item.
#[derive(Clone, Copy)]
struct Marker {
    sign: char,
    number: Option<u64>,
    /// How long the mark itself is.
    bytes: usize,
}

fn marker(line: Line<'_>) -> Option<Marker> {
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

fn list<'a>(
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

fn table<'a>(lines: &[Line<'a>]) -> Option<(Option<Block<'a>>, usize)> {
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
fn cells(line: Line<'_>) -> Vec<Line<'_>> {
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

fn emit(blocks: &[Placed<'_>], is_tight: bool, definitions: &Definitions, events: &mut Vec<Event>) {
    for placed in blocks {
        let Placed { block, at, end, .. } = placed;
        match block {
            Block::Paragraph(lines) if is_tight => inline(&Source::of(lines), definitions, events),
            Block::Paragraph(lines) => {
                events.push(Event::Start(Tag::Paragraph, *at));
                inline(&Source::of(lines), definitions, events);
                events.push(Event::End(*end));
            }
            Block::Heading(level, lines) => {
                events.push(Event::Start(Tag::Heading(*level), *at));
                inline(&Source::of(lines), definitions, events);
                events.push(Event::End(*end));
            }
            Block::Quote(inside) => {
                events.push(Event::Start(Tag::Quote, *at));
                emit(inside, false, definitions, events);
                events.push(Event::End(*end));
            }
            Block::Code(info, lines) => {
                events.push(Event::Start(Tag::CodeBlock(info.clone()), *at));
                // Without the last line's end, which nobody wants to copy.
                for (index, line) in lines.iter().enumerate() {
                    let is_last = index + 1 == lines.len();
                    let text = if is_last { line.text.to_owned() } else { [line.text, "\n"].concat() };
                    events.push(Event::Text(text, line.at..line.end()));
                }
                events.push(Event::End(*end));
            }
            Block::List { first, is_tight, items } => {
                events.push(Event::Start(Tag::List(*first), *at));
                for item in items {
                    events.push(Event::Start(Tag::Item, item.at));
                    let first = events.len();
                    emit(&item.blocks, *is_tight, definitions, events);
                    if let Some((is_done, at)) = item.task {
                        let is_in_paragraph =
                            matches!(events.get(first), Some(Event::Start(Tag::Paragraph, _)));
                        events.insert(first + usize::from(is_in_paragraph), Event::Task(is_done, at));
                    }
                    events.push(Event::End(item.end));
                }
                events.push(Event::End(*end));
            }
            Block::Table(alignments, rows) => {
                events.push(Event::Start(Tag::Table(alignments.clone()), *at));
                for (index, row) in rows.iter().enumerate() {
                    events
                        .push(Event::Start(if index == 0 { Tag::TableHead } else { Tag::TableRow }, row.at));
                    let cells = cells(*row);
                    for column in 0..alignments.len() {
                        let cell = cells.get(column).copied().unwrap_or(Line { text: "", at: row.end() });
                        events.push(Event::Start(Tag::TableCell, cell.at));
                        inline(&Source::of_cell(cell), definitions, events);
                        events.push(Event::End(cell.end()));
                    }
                    events.push(Event::End(row.end()));
                }
                events.push(Event::End(*end));
            }
            Block::Rule => events.push(Event::Rule(*at)),
        }
    }
}
