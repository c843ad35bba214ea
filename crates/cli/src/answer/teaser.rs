//! One line that tells what a passage is about.

use docent_retrieval::Block;

use super::markdown::{escape, line};

const MAX_CHARS: usize = 140;

/// The first sentence of an excerpt, as Markdown on one line.
pub(super) fn teaser(excerpt: &[Block]) -> Option<String> {
    let text = excerpt.iter().find_map(|block| match block {
        Block::Paragraph(text) | Block::Item { text, .. } => Some(text),
        _ => None,
    })?;
    let sentence = docent_retrieval::sentences(&text.plain).into_iter().next()?;
    let text = text.slice(sentence);
    match text.plain.chars().count() > MAX_CHARS {
        true => Some(escape(&shorten(&text.plain))),
        false => Some(line(&text)),
    }
}

/// The beginning of an excerpt as plain text, for the card of a citation.
pub(super) fn plain_teaser(excerpt: &[Block]) -> Option<String> {
    let text = excerpt.iter().find(|block| !matches!(block, Block::Code { .. }))?.plain_text();
    Some(shorten(&text))
}

/// At most 140 characters, cut at a word.
pub(super) fn shorten(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= MAX_CHARS {
        return text;
    }
    let head: String = text.chars().take(MAX_CHARS).collect();
    let end = head.rfind(' ').filter(|end| *end > head.len() / 2).unwrap_or(head.len());
    format!("{}…", head[..end].trim_end_matches([',', ';', ':', '.', ' ']))
}
