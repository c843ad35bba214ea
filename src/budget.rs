//! How much of a page is sent: blocks of text, in tokens as a model counts them, by how near they are to the reader.

use crate::outline::Heading;
use crate::text::before_word;

/// One paragraph, list item, code block or table row, as light Markdown.
#[derive(Clone, PartialEq, Eq, Default)]
#[cfg_attr(test, derive(Debug))]
pub struct Block {
    /// Its text; may have several lines.
    pub text: String,
    /// The last node of the page that is in it.
    pub node: usize,
    /// Whether it follows the block before without an empty line, as list items and table rows do.
    pub is_joined: bool,
    /// Whether it is worth nothing in part: code.
    pub is_whole: bool,
}

/// What a text costs in quarters of a token, by estimate: four characters of ASCII make a token, two of the other
/// alphabets, one of Chinese, Japanese or Korean, and an emoji makes two.
#[must_use]
pub fn cost(text: &str) -> usize {
    text.chars().map(cost_of).sum()
}

fn cost_of(character: char) -> usize {
    match character {
        '\0'..='\u{7f}' => 1,
        '\u{80}'..='\u{2e7f}' => 2,
        '\u{2e80}'..='\u{ffff}' => 4,
        _ => 8,
    }
}

/// What is still left to spend.
pub struct Budget {
    quarters: usize,
    bytes: usize,
}

/// No page sends more text than this, however many tokens it may.
const MAX_BYTES: usize = 64 << 10;

impl Budget {
    /// So many tokens, and eight times as many bytes.
    #[must_use]
    pub fn new(tokens: usize) -> Self {
        Self { quarters: tokens.saturating_mul(4), bytes: tokens.saturating_mul(8).min(MAX_BYTES) }
    }

    /// Takes this text and `more` quarters out of it, if they are there.
    pub fn take(&mut self, text: &str, more: usize) -> bool {
        let quarters = cost(text) + more;
        let bytes = text.len() + more;
        let is_enough = quarters <= self.quarters && bytes <= self.bytes;
        if is_enough {
            self.quarters -= quarters;
            self.bytes -= bytes;
        }
        is_enough
    }

    fn give_back(&mut self, text: &str, more: usize) {
        self.quarters += cost(text) + more;
        self.bytes += text.len() + more;
    }

    /// Whether not even a short line fits any more.
    #[must_use]
    pub fn is_spent(&self) -> bool {
        self.quarters < 24 || self.bytes < 24
    }
}

/// Stands for blocks that were left out.
const OMISSION: &str = "[\u{2026}]";

/// What the mark and the empty line before it cost.
const OMISSION_COST: usize = 6;

/// The text of a page in the making: its sections come by priority and are put together in their order.
pub struct Draft {
    sections: Vec<Option<Vec<Block>>>,
    /// Whether anything was taken at all.
    has_text: bool,
}

impl Draft {
    /// For a page of so many sections, the one before the first heading included.
    #[must_use]
    pub fn new(sections: usize) -> Self {
        Self { sections: (0..sections).map(|_| None).collect(), has_text: false }
    }

    /// Whether this section was asked for already.
    #[must_use]
    pub fn has(&self, section: usize) -> bool {
        self.sections.get(section).is_none_or(Option::is_some)
    }

    /// Takes of a section the blocks that fit, whole, the one that `node` is in before the others. What is left out is
    /// emptied and stays as a gap. Gives whether there was room for anything.
    pub fn add(
        &mut self,
        section: usize,
        mut blocks: Vec<Block>,
        node: Option<usize>,
        budget: &mut Budget,
    ) -> bool {
        let selected = node.and_then(|node| blocks.iter().position(|block| block.node >= node));
        let mut is_kept = vec![false; blocks.len()];
        let mut has_room = blocks.is_empty();
        let had_text = self.has_text;
        for index in selected.into_iter().chain(0..blocks.len()) {
            if is_kept[index] {
                continue;
            }
            // Room for a mark before and behind it, and for the empty line.
            is_kept[index] = budget.take(&blocks[index].text, 2 + 2 * OMISSION_COST)
                || (!blocks[index].text.is_empty() && self.cut(&mut blocks[index], budget));
            has_room |= is_kept[index];
            self.has_text |= is_kept[index];
        }
        // A heading alone is in the outline.
        if had_text && blocks.len() > 1 && is_kept[0] && !is_kept[1..].contains(&true) {
            is_kept[0] = false;
            has_room = false;
            budget.give_back(&blocks[0].text, 2 + 2 * OMISSION_COST);
        }
        for (block, is_kept) in blocks.iter_mut().zip(is_kept) {
            if !is_kept {
                block.text.clear();
            }
        }
        if let Some(place) = self.sections.get_mut(section) {
            *place = Some(blocks);
        }
        has_room
    }

    /// A first block that is too long is cut at a word, so that there is something; code is not.
    fn cut(&self, block: &mut Block, budget: &mut Budget) -> bool {
        let marks = 2 + 2 * OMISSION_COST + 2;
        let (room, bytes) = (budget.quarters.saturating_sub(marks), budget.bytes.saturating_sub(2 * marks));
        if self.has_text || block.is_whole || room < 8 {
            return false;
        }
        let mut spent = 0;
        let end = block.text.char_indices().find(|(at, character)| {
            spent += cost_of(*character);
            spent > room || at + 4 > bytes
        });
        let end = end.map_or(block.text.len(), |(at, _)| at);
        let kept = before_word(&block.text, end).len();
        block.text.truncate(kept);
        block.text.push('\u{2026}');
        budget.quarters = 0;
        true
    }

    /// The text, and for each section whether something of it is missing.
    #[must_use]
    pub fn finish(self) -> (String, Vec<bool>) {
        let mut text = String::new();
        let mut gaps = Vec::with_capacity(self.sections.len());
        let mut has_gap = false;
        for section in self.sections {
            let mut is_cut = section.is_none();
            has_gap |= is_cut;
            for block in section.unwrap_or_default() {
                is_cut |= block.text.is_empty() || block.text.ends_with('\u{2026}');
                if block.text.is_empty() {
                    has_gap = true;
                    continue;
                }
                if has_gap {
                    separate(&mut text, false);
                    text.push_str(OMISSION);
                }
                separate(&mut text, block.is_joined && !has_gap);
                text.push_str(&block.text);
                has_gap = false;
            }
            gaps.push(is_cut);
        }
        if has_gap && !text.is_empty() {
            separate(&mut text, false);
            text.push_str(OMISSION);
        }
        (text, gaps)
    }
}

fn separate(text: &mut String, is_joined: bool) {
    if !text.is_empty() {
        text.push_str(if is_joined { "\n" } else { "\n\n" });
    }
}

/// The sections beside this one: the next and the one before below the same heading. Section `n` begins with
/// `headings[n - 1]`; section 0 is what is before the first.
#[must_use]
pub fn siblings(headings: &[Heading], section: usize) -> [Option<usize>; 2] {
    let Some(own) = section.checked_sub(1).and_then(|index| headings.get(index)) else {
        return [Some(1).filter(|_| !headings.is_empty()), None];
    };
    let is_beside = |(_, heading): &(usize, &Heading)| heading.level <= own.level;
    let is_sibling = |(index, heading): (usize, &Heading)| (heading.level == own.level).then_some(index + 1);
    let next = headings.iter().enumerate().skip(section).find(is_beside).and_then(is_sibling);
    let before = headings.iter().enumerate().take(section - 1).rev().find(is_beside).and_then(is_sibling);
    [next, before]
}

/// All sections by their distance to this one, the later before the earlier.
pub fn by_distance(count: usize, section: usize) -> impl Iterator<Item = usize> {
    (0..count).flat_map(move |distance| {
        let before = section.checked_sub(distance).filter(|_| distance > 0);
        [Some(section + distance).filter(|after| *after < count), before].into_iter().flatten()
    })
}

#[cfg(test)]
mod tests;
