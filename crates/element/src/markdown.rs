//! Markdown as tree nodes: what an answer, a disclaimer and a notice are written in.
//!
//! The parser is our own: the usual one with its table of entities was more than a quarter of what the browser downloads.
//! The tests hold it against that one.
//!
//! Raw HTML becomes text, a link keeps its address only when its scheme is on the list (`link`), an image becomes a link
//! unless its host is allowed, and nothing is highlighted or typeset. While an answer streams, only its last block is read again ([`Document`]).

mod block;
mod document;
mod emphasis;
mod entity;
mod event;
mod inline;
mod line;
mod link;
mod mend;
#[cfg(test)]
mod oracle;
mod render;
mod source;
mod target;

pub use document::Document;
pub use link::{Target, deeplink, resolve};
pub use render::render;

/// What rendering needs to know of the page around it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Context {
    /// The page's origin, such as `https://example.com`: a link into it opens in the same tab.
    pub origin: String,
    /// The hosts images may come from; `None` of them when the thread has no list.
    pub image_hosts: Vec<String>,
    /// The label of the button that copies a code block.
    pub copy_label: &'static str,
    /// The accessible name of a table's scroll box.
    pub table_label: &'static str,
    /// What a screen reader is told behind a link that opens a new tab.
    pub new_tab_label: &'static str,
    /// The accessible name of a citation, with `{}` for its number.
    pub source_label: &'static str,
}

/// A numbered reference in the text.
#[derive(Clone, Debug, PartialEq)]
pub struct Citation {
    /// Where it stands: a byte offset into the text, or `usize::MAX` for the end.
    pub at: usize,
    /// The number shown.
    pub number: usize,
    /// The address, when the source has one that may be opened.
    pub href: Option<String>,
    /// The source's title.
    pub title: String,
}
