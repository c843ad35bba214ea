//! What the parser says to the renderer.

use std::ops::Range;

/// A construct that begins, with what belongs to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    Paragraph,
    /// 1 to 6.
    Heading(u8),
    Quote,
    /// The info string of a fence, empty for an indented block.
    CodeBlock(String),
    /// The first number of an ordered list.
    List(Option<u64>),
    Item,
    Table(Vec<Align>),
    TableHead,
    TableRow,
    TableCell,
    Emphasis,
    Strong,
    Strike,
    /// The address.
    Link(String),
    /// The address.
    Image(String),
}

/// How a column is aligned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Align {
    None,
    Start,
    Center,
    End,
}

/// One step through the text. Ranges and offsets are bytes of the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Event {
    Start(Tag, usize),
    /// The end of the construct that was begun last, and where it is.
    End(usize),
    Text(String, Range<usize>),
    Code(String, Range<usize>),
    SoftBreak(usize),
    HardBreak(usize),
    Rule(usize),
    Task(bool, usize),
}
