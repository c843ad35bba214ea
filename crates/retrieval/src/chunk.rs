//! Cuts documents into chunks: one for each heading's section, long sections at the borders of their blocks.

use crate::block::{Block, Text};
use crate::document::Document;
use crate::sentence::sentences;

/// Sections up to this length stay whole; longer ones are cut into parts of about this length.
const TARGET_BYTES: usize = 1_800;
/// No chunk is longer: a longer single block is cut inside.
const MAX_BYTES: usize = 4_000;

/// The part of a page that is found and shown as one passage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// Index of the page in its library.
    pub page: usize,
    /// The id to put after `#`, when the section has one.
    pub anchor: Option<String>,
    /// The headings above the chunk, without the page's title; empty for the page's lead.
    pub headings: Vec<String>,
    /// What stands there, in order.
    pub blocks: Vec<Block>,
    /// The same as plain text, blocks parted by line breaks.
    pub text: String,
}

pub(crate) fn cut(document: &Document, page: usize) -> Vec<Chunk> {
    let mut chunks = Vec::new();
    for section in &document.sections {
        for blocks in parts(&section.blocks) {
            let text = blocks.iter().map(Block::plain_text).collect::<Vec<_>>().join("\n");
            let (anchor, headings) = (section.anchor.clone(), section.headings.clone());
            chunks.push(Chunk { page, anchor, headings, blocks, text });
        }
    }
    let has_lead = chunks.first().is_some_and(|chunk| chunk.headings.is_empty());
    if let Some(description) = document.description.as_deref().filter(|_| !has_lead) {
        let text = Text::plain(description);
        if !text.is_empty() {
            let chunk = Chunk {
                page,
                anchor: None,
                headings: Vec::new(),
                text: text.plain.clone(),
                blocks: vec![Block::Paragraph(text)],
            };
            chunks.insert(0, chunk);
        }
    }
    chunks
}

fn parts(blocks: &[Block]) -> Vec<Vec<Block>> {
    let mut parts: Vec<Vec<Block>> = Vec::new();
    let mut current: Vec<Block> = Vec::new();
    let mut length = 0;
    for block in blocks.iter().flat_map(split_block) {
        // A list, a table and the code after a sentence belong to what introduces them.
        let introduces = current.last().is_some_and(|last| last.plain_text().trim_end().ends_with(':'));
        let is_full =
            length + block.len() > TARGET_BYTES && !(introduces && length + block.len() <= MAX_BYTES);
        if is_full && !current.is_empty() {
            parts.push(std::mem::take(&mut current));
            length = 0;
        }
        length += block.len() + 1;
        current.push(block);
    }
    if !current.is_empty() {
        parts.push(current);
    }
    parts
}

/// A block longer than a chunk may be, cut at lines (code) or sentences (text).
fn split_block(block: &Block) -> Vec<Block> {
    if block.len() <= MAX_BYTES {
        return vec![block.clone()];
    }
    match block {
        Block::Code { language, text } => pack(text.split_inclusive('\n').map(|line| line.len()))
            .into_iter()
            .map(|range| clip(text, range))
            .map(|part| Block::Code { language: language.clone(), text: part.trim_end().to_owned() })
            .collect(),
        Block::Paragraph(text) => split_text(text).into_iter().map(Block::Paragraph).collect(),
        Block::Item { depth, number, text } => split_text(text)
            .into_iter()
            .map(|text| Block::Item { depth: *depth, number: *number, text })
            .collect(),
        Block::Row { .. } => vec![Block::Paragraph(clip_text(&Text::plain(&block.plain_text())))],
    }
}

fn split_text(text: &Text) -> Vec<Text> {
    let borders: Vec<usize> = sentences(&text.plain).into_iter().map(|range| range.end).collect();
    let mut start = 0;
    let lengths: Vec<usize> = borders
        .into_iter()
        .map(|end| {
            let length = end - start;
            start = end;
            length
        })
        .collect();
    pack(lengths.into_iter()).into_iter().map(|range| clip_text(&text.slice(range))).collect()
}

/// Byte ranges that each hold as many whole pieces as fit.
fn pack(lengths: impl Iterator<Item = usize>) -> Vec<std::ops::Range<usize>> {
    let mut ranges: Vec<std::ops::Range<usize>> = Vec::new();
    let mut end = 0;
    for length in lengths {
        match ranges.last_mut() {
            Some(last) if last.len() + length <= TARGET_BYTES => last.end += length,
            _ => ranges.push(end..end + length),
        }
        end += length;
    }
    ranges
}

/// One line or sentence without an end in sight (minified code, a data dump) is cut off.
fn clip(text: &str, range: std::ops::Range<usize>) -> &str {
    &text[range.start..floor_border(text, range.end.min(range.start + MAX_BYTES))]
}

fn clip_text(text: &Text) -> Text {
    text.slice(0..floor_border(&text.plain, text.plain.len().min(MAX_BYTES)))
}

fn floor_border(text: &str, mut index: usize) -> usize {
    while !text.is_char_boundary(index) {
        index -= 1;
    }
    index
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Section;

    fn document(blocks: Vec<Block>) -> Document {
        Document { sections: vec![Section { blocks, ..Section::default() }], ..Document::default() }
    }

    #[test]
    fn long_sections_are_cut_between_blocks_and_nothing_is_lost() {
        let blocks: Vec<_> = (0..40)
            .map(|number| {
                Block::Paragraph(Text::plain(&format!("Paragraph {number}. {}", "word ".repeat(40))))
            })
            .collect();
        let chunks = cut(&document(blocks), 0);
        assert!(chunks.len() > 3 && chunks.iter().all(|chunk| chunk.text.len() <= MAX_BYTES));
        let all: String = chunks.iter().map(|chunk| chunk.text.as_str()).collect();
        assert!((0..40).all(|number| all.contains(&format!("Paragraph {number}."))));
    }

    #[test]
    fn a_single_endless_block_is_cut_at_sentences_and_on_character_borders() {
        let text = Text::plain(&"Größe zählt hier sehr viel. ".repeat(400));
        let chunks = cut(&document(vec![Block::Paragraph(text)]), 0);
        assert!(chunks.len() > 3 && chunks.iter().all(|chunk| chunk.text.ends_with("viel.")));
        let endless = Text::plain(&"ü".repeat(9_000));
        assert!(cut(&document(vec![Block::Paragraph(endless)]), 0)[0].text.len() <= MAX_BYTES);
    }

    #[test]
    fn a_page_without_a_lead_is_found_by_its_description() {
        let mut page = document(Vec::new());
        page.description = Some("How to install.".into());
        assert_eq!(cut(&page, 0)[0].text, "How to install.");
    }
}
