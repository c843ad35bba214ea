//! A document: what was read from one file, before it is cut into chunks.

use crate::block::Block;

/// One page of the site as its author wrote it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Document {
    /// The page's title, from its front matter, first heading or `<title>`.
    pub title: String,
    /// A one-sentence summary, when the author gave one.
    pub description: Option<String>,
    /// BCP 47 language of the page, when it says so.
    pub lang: Option<String>,
    /// The name of the whole site, when the page says so.
    pub site_name: Option<String>,
    /// The page's path or URL as the page itself states it: a front matter slug or a canonical link.
    pub stated_route: Option<String>,
    /// The page's parts, one for each heading, in order; the part before the first heading comes first.
    pub sections: Vec<Section>,
}

/// What stands under one heading, up to the next heading of any level.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Section {
    /// The headings above and including this one, without the page's title; empty for the page's lead.
    pub headings: Vec<String>,
    /// The id to put after `#` to reach the heading; none for the page's lead.
    pub anchor: Option<String>,
    /// The blocks, in order.
    pub blocks: Vec<Block>,
}
