//! Picks the part of a passage that answers: sentences, the list they introduce, the command they speak of.

use std::collections::HashMap;
use std::ops::Range;

use super::Intent;
use super::index::SearchIndex;
use super::terms::Terms;
use crate::analysis::tokens;
use crate::block::{Block, Text};
use crate::sentence::sentences;

/// About this much text is quoted, code and lists aside.
const TEXT_BYTES: usize = 320;
const MAX_ITEMS: usize = 6;
const MAX_ROWS: usize = 5;
/// Longer code is not quoted: half a program misleads, and the link leads to the whole.
const MAX_CODE_LINES: usize = 18;

/// What a good excerpt speaks of.
pub(super) struct Wanted {
    weights: HashMap<String, f32>,
    wants_code: bool,
}

impl Wanted {
    pub(super) fn new(index: &SearchIndex, terms: &Terms, intent: Intent) -> Self {
        let mut weights = HashMap::new();
        for term in terms.subject.iter().chain(&terms.context) {
            for (number, fit) in &term.forms {
                let weight: &mut f32 =
                    weights.entry(index.vocabulary.entry(*number).stem.clone()).or_default();
                *weight = weight.max(term.weight * fit);
            }
        }
        Self { weights, wants_code: intent == Intent::Lookup }
    }

    /// How much a text tells of what is wanted; long texts tell it less clearly.
    fn score(&self, text: &str) -> f32 {
        let mut seen: Vec<String> = Vec::new();
        let mut score = 0.0;
        for token in tokens(text) {
            if let Some(weight) = self.weights.get(&token.stem)
                && !seen.contains(&token.stem)
            {
                score += weight;
                seen.push(token.stem);
            }
        }
        score / (1.0 + text.len() as f32 / 400.0)
    }
}

/// One piece that can be quoted by itself.
struct Unit {
    block: usize,
    /// The sentence, in a block of text.
    range: Option<Range<usize>>,
    score: f32,
}

/// The best part of a passage, in its own order. Empty only when the passage is.
pub(super) fn excerpt(blocks: &[Block], wanted: &Wanted) -> Vec<Block> {
    let mut units: Vec<Unit> = Vec::new();
    for (block, of) in blocks.iter().enumerate() {
        match of {
            Block::Paragraph(text) => units.extend(sentences(&text.plain).into_iter().map(|range| Unit {
                block,
                score: wanted.score(&text.plain[range.clone()]),
                range: Some(range),
            })),
            _ => units.push(Unit { block, range: None, score: 0.9 * wanted.score(&of.plain_text()) }),
        }
    }
    // Authors say first what a section is about: with little else to tell, the first sentence is the one.
    let most = units.iter().map(|unit| unit.score).fold(0.0, f32::max);
    if let Some(first) = units.first_mut() {
        first.score += 0.25 * most + 0.01;
    }
    let Some(best) = best_of(&units) else { return Vec::new() };
    let mut picked: Vec<(usize, Block)> = Vec::new();
    match &blocks[units[best].block] {
        Block::Paragraph(text) => pick_sentences(blocks, text, &units, best, &mut picked),
        _ => pick_around(blocks, units[best].block, &mut picked),
    }
    if wanted.wants_code && !picked.iter().any(|(_, block)| matches!(block, Block::Code { .. })) {
        pick_code(blocks, wanted, &mut picked);
    }
    picked.sort_by_key(|(position, _)| *position);
    picked.dedup_by_key(|(position, _)| *position);
    picked.into_iter().map(|(_, block)| block).collect()
}

/// The first unit of the highest score.
fn best_of(units: &[Unit]) -> Option<usize> {
    let mut best: Option<usize> = None;
    for (position, unit) in units.iter().enumerate() {
        if best.is_none_or(|best| unit.score > units[best].score) {
            best = Some(position);
        }
    }
    best
}

/// The best sentence with its neighbours as far as they fit, and the block it introduces.
fn pick_sentences(
    blocks: &[Block],
    text: &Text,
    units: &[Unit],
    best: usize,
    picked: &mut Vec<(usize, Block)>,
) {
    let block = units[best].block;
    let range = |unit: &Unit| unit.range.clone().unwrap_or(0..text.plain.len());
    let (mut first, mut last) = (best, best);
    let length = |first: usize, last: usize| range(&units[last]).end - range(&units[first]).start;
    let is_here = |unit: Option<&Unit>| unit.is_some_and(|unit| unit.block == block);
    while is_here(units.get(last + 1)) && length(first, last + 1) <= TEXT_BYTES {
        last += 1;
    }
    while first > 0 && is_here(units.get(first - 1)) && length(first - 1, last) <= TEXT_BYTES {
        first -= 1;
    }
    let whole = range(&units[first]).start..range(&units[last]).end;
    let ends_paragraph = !is_here(units.get(last + 1));
    picked.push((block, Block::Paragraph(text.slice(whole))));
    if ends_paragraph && text.plain.ends_with([':', '：']) && block + 1 < blocks.len() {
        pick_group(blocks, block + 1, block + 1, picked);
    }
}

/// A list item, a table row or code, with its own kind around it and the sentence that introduces it.
fn pick_around(blocks: &[Block], best: usize, picked: &mut Vec<(usize, Block)>) {
    let start = (0..=best).rev().take_while(|position| same_group(&blocks[*position], &blocks[best])).last();
    let start = start.unwrap_or(best);
    pick_group(blocks, start, best, picked);
    pick_introduction(blocks, start, picked);
}

/// The last sentence of the paragraph before a list, a table or code.
fn pick_introduction(blocks: &[Block], start: usize, picked: &mut Vec<(usize, Block)>) {
    let Some(before) = start.checked_sub(1) else { return };
    if let Block::Paragraph(text) = &blocks[before]
        && let Some(last) = sentences(&text.plain).pop()
    {
        picked.push((before, Block::Paragraph(text.slice(last))));
    }
}

/// The list, table or code that starts at `start`; a long one around `best`.
fn pick_group(blocks: &[Block], start: usize, best: usize, picked: &mut Vec<(usize, Block)>) {
    let count = blocks[start..].iter().take_while(|block| same_group(block, &blocks[start])).count();
    match &blocks[start] {
        Block::Code { text, .. } => {
            if text.lines().count() <= MAX_CODE_LINES {
                picked.push((start, blocks[start].clone()));
            }
        }
        Block::Paragraph(text) => {
            if let Some(first) = sentences(&text.plain).into_iter().next() {
                picked.push((start, Block::Paragraph(text.slice(first))));
            }
        }
        Block::Item { .. } => {
            let from = window_start(start, count, best, MAX_ITEMS);
            let items = blocks[from..start + count].iter().take(MAX_ITEMS);
            picked.extend(items.cloned().enumerate().map(|(offset, block)| (from + offset, block)));
        }
        Block::Row { .. } => {
            if matches!(blocks[start], Block::Row { is_header: true, .. }) {
                picked.push((start, blocks[start].clone()));
            }
            let from = window_start(start, count, best, MAX_ROWS);
            let rows = blocks[from..start + count].iter().take(MAX_ROWS);
            picked.extend(rows.cloned().enumerate().map(|(offset, block)| (from + offset, block)));
        }
    }
}

/// Where to begin so that `best` is among the `most` blocks shown, and the beginning is when it can be.
fn window_start(start: usize, count: usize, best: usize, most: usize) -> usize {
    if best < start + most {
        return start;
    }
    (best + 1).saturating_sub(most / 2 + 1).min(start + count - most)
}

fn same_group(left: &Block, right: &Block) -> bool {
    matches!((left, right), (Block::Item { .. }, Block::Item { .. }) | (Block::Row { .. }, Block::Row { .. }))
}

/// The code that answers a question about doing something: the one that tells most of it, or the only one.
fn pick_code(blocks: &[Block], wanted: &Wanted, picked: &mut Vec<(usize, Block)>) {
    let codes: Vec<(usize, f32)> = blocks
        .iter()
        .enumerate()
        .filter_map(|(position, block)| match block {
            Block::Code { text, .. } if text.lines().count() <= MAX_CODE_LINES => {
                let introduction = position.checked_sub(1).map(|before| blocks[before].plain_text());
                let score = wanted.score(text) + wanted.score(&introduction.unwrap_or_default());
                Some((position, score))
            }
            _ => None,
        })
        .collect();
    let best = codes.iter().copied().reduce(|best, next| if next.1 > best.1 { next } else { best });
    let Some((position, score)) = best else { return };
    if score > 0.0 || codes.len() == 1 {
        picked.push((position, blocks[position].clone()));
        if !picked.iter().any(|(other, _)| position.checked_sub(1) == Some(*other)) {
            pick_introduction(blocks, position, picked);
        }
    }
}
