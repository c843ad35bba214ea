//! Builds the sections of a document from headings and blocks as a reader meets them.

use crate::block::{Block, Text};
use crate::document::Section;

/// Collects blocks under headings; the first first-level heading becomes the title and opens no section of its own.
#[derive(Debug, Default)]
pub(crate) struct Outline {
    title: Option<String>,
    sections: Vec<Section>,
    /// The open headings above the current position: level and text.
    open: Vec<(u8, String)>,
}

impl Outline {
    pub(crate) fn new() -> Self {
        Self { sections: vec![Section::default()], ..Self::default() }
    }

    /// A heading of `level` 1 to 6.
    pub(crate) fn heading(&mut self, level: u8, text: Text, anchor: Option<String>) {
        if text.is_empty() {
            return;
        }
        if level == 1 && self.title.is_none() {
            self.title = Some(text.plain);
            return;
        }
        self.open.retain(|(open, _)| *open < level);
        self.open.push((level, text.plain));
        let headings = self.open.iter().map(|(_, text)| text.clone()).collect();
        self.sections.push(Section { headings, anchor, blocks: Vec::new() });
    }

    pub(crate) fn block(&mut self, block: Block) {
        if block.is_empty() {
            return;
        }
        if let Some(section) = self.sections.last_mut() {
            section.blocks.push(block);
        }
    }

    /// The title (if there was a first-level heading) and the sections.
    pub(crate) fn finish(self) -> (Option<String>, Vec<Section>) {
        (self.title, self.sections)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_nest_by_level_and_the_first_h1_is_the_title() {
        let mut outline = Outline::new();
        outline.heading(1, Text::plain("Guide"), Some("guide".into()));
        outline.block(Block::Paragraph(Text::plain("Lead.")));
        outline.heading(2, Text::plain("Install"), Some("install".into()));
        outline.heading(4, Text::plain("Linux"), Some("linux".into()));
        outline.heading(3, Text::plain("Check"), Some("check".into()));
        let (title, sections) = outline.finish();
        assert_eq!(title.as_deref(), Some("Guide"));
        let paths: Vec<_> = sections.iter().map(|section| section.headings.join(" > ")).collect();
        assert_eq!(paths, ["", "Install", "Install > Linux", "Install > Check"]);
    }
}
