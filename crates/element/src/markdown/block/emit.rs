//! From blocks to events.

use super::table::cells;
use super::{Block, Line, Placed};
use crate::markdown::event::{Event, Tag};
use crate::markdown::inline::inline;
use crate::markdown::source::{Definitions, Source};

pub(super) fn emit(
    blocks: &[Placed<'_>],
    is_tight: bool,
    definitions: &Definitions,
    events: &mut Vec<Event>,
) {
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
