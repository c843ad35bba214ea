//! The blocks of a page's text, and which of them are sent when not all of them can be.

use std::collections::VecDeque;

use crate::text::shorten;

/// One paragraph, list item, code block or table row, as light Markdown.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(test, derive(Debug))]
pub struct Block {
    /// Its text; may have several lines.
    pub text: String,
    /// How many headings came up to and with it: 0 before the first one.
    pub section: usize,
    /// Whether it follows the block before without an empty line, as list items and table rows do.
    pub is_joined: bool,
}

/// The blocks that are sent, as one text.
#[derive(Clone, PartialEq, Eq, Default)]
#[cfg_attr(test, derive(Debug))]
pub struct Choice {
    /// The chosen blocks in the order of the page.
    pub text: String,
    /// Whether something was left out.
    pub truncated: bool,
}

/// Stands for blocks that were left out.
const OMISSION: &str = "[\u{2026}]";

/// The blocks that fit into `budget` characters (Unicode scalar values).
///
/// The section that the reader is in comes first, then its neighbours by distance, the later one before the earlier
/// one. Blocks are taken whole; of a section that does not fit its beginning is taken. Only if nothing at all fits, the
/// first block of the current section is cut.
#[must_use]
pub fn choose(blocks: &[Block], current_section: usize, budget: usize) -> Choice {
    // Two characters for the empty line between blocks; what joins costs less.
    let costs: Vec<usize> = blocks.iter().map(|block| block.text.chars().count() + 2).collect();
    let mut is_chosen = vec![false; blocks.len()];
    let mut left = budget + 2;
    let mut take_section = |section: usize| {
        for (index, block) in blocks.iter().enumerate().filter(|(_, block)| block.section == section) {
            if block.text.is_empty() || costs[index] > left {
                break;
            }
            left -= costs[index];
            is_chosen[index] = true;
        }
    };
    for section in by_distance(blocks, current_section) {
        take_section(section);
    }
    if is_chosen.contains(&true) {
        return join(blocks, &is_chosen);
    }
    let first = blocks.iter().find(|block| block.section >= current_section).or_else(|| blocks.first());
    Choice {
        text: first.filter(|_| budget > 0).map(|block| shorten(&block.text, budget)).unwrap_or_default(),
        truncated: !blocks.is_empty(),
    }
}

/// The sections that occur, nearest first, later before earlier.
fn by_distance(blocks: &[Block], current: usize) -> Vec<usize> {
    let mut before = VecDeque::new();
    let mut from = VecDeque::new();
    for block in blocks {
        let side = if block.section < current { &mut before } else { &mut from };
        if side.back() != Some(&block.section) {
            side.push_back(block.section);
        }
    }
    let mut order = Vec::with_capacity(before.len() + from.len());
    order.extend(from.pop_front());
    while !(before.is_empty() && from.is_empty()) {
        order.extend(from.pop_front());
        order.extend(before.pop_back());
    }
    order
}

fn join(blocks: &[Block], is_chosen: &[bool]) -> Choice {
    let mut choice = Choice::default();
    let mut has_gap = false;
    let separate = |text: &mut String, is_joined: bool| {
        if !text.is_empty() {
            text.push_str(if is_joined { "\n" } else { "\n\n" });
        }
    };
    for (block, is_chosen) in blocks.iter().zip(is_chosen) {
        if !is_chosen {
            has_gap = true;
            choice.truncated = true;
            continue;
        }
        if has_gap {
            separate(&mut choice.text, false);
            choice.text.push_str(OMISSION);
        }
        separate(&mut choice.text, block.is_joined && !has_gap);
        choice.text.push_str(&block.text);
        has_gap = false;
    }
    if has_gap {
        separate(&mut choice.text, false);
        choice.text.push_str(OMISSION);
    }
    choice
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(section: usize, text: &str) -> Block {
        Block { text: text.to_owned(), section, is_joined: false }
    }

    fn page() -> Vec<Block> {
        vec![
            block(0, "intro"),
            block(1, "# One"),
            block(1, "first"),
            block(2, "# Two"),
            block(2, "second"),
            block(2, "more"),
            block(3, "# Three"),
            block(3, "third"),
        ]
    }

    #[test]
    fn what_fits_is_sent_whole() {
        let choice = choose(&page(), 2, 100);
        assert_eq!(choice.text, "intro\n\n# One\n\nfirst\n\n# Two\n\nsecond\n\nmore\n\n# Three\n\nthird");
        assert!(!choice.truncated);
        let exact = choice.text.chars().count();
        assert!(!choose(&page(), 2, exact).truncated);
        assert!(choose(&page(), 2, exact - 1).truncated);
    }

    #[test]
    fn the_readers_section_comes_first_and_then_its_neighbours() {
        assert_eq!(choose(&page(), 2, 19).text, "[…]\n\n# Two\n\nsecond\n\nmore\n\n[…]");
        assert_eq!(choose(&page(), 2, 35).text, "[…]\n\n# Two\n\nsecond\n\nmore\n\n# Three\n\nthird");
        assert_eq!(choose(&page(), 3, 14).text, "[…]\n\n# Three\n\nthird");
        assert!(choose(&page(), 0, 5).text.starts_with("intro"));
    }

    #[test]
    fn of_a_section_that_does_not_fit_its_beginning_is_sent() {
        assert_eq!(choose(&page(), 2, 13).text, "[…]\n\n# Two\n\nsecond\n\n[…]");
    }

    #[test]
    fn no_budget_is_exceeded_by_what_is_chosen_but_for_the_marks_of_omission() {
        for budget in 0..80 {
            let text = choose(&page(), 2, budget).text.replace("[…]\n\n", "").replace("\n\n[…]", "");
            assert!(text.chars().count() <= budget, "{budget}: {text}");
        }
    }

    #[test]
    fn a_first_block_that_is_too_long_is_cut_at_a_word() {
        let page = [block(0, "a paragraph of several words")];
        assert_eq!(choose(&page, 0, 14), Choice { text: "a paragraph…".to_owned(), truncated: true });
        assert_eq!(choose(&page, 0, 0), Choice { text: String::new(), truncated: true });
        assert_eq!(choose(&[], 0, 100), Choice::default());
    }

    #[test]
    fn joined_blocks_stand_on_neighbouring_lines() {
        let mut items = [block(0, "- a"), block(0, "- b"), block(0, "c")];
        items[1].is_joined = true;
        assert_eq!(choose(&items, 0, 100).text, "- a\n- b\n\nc");
    }
}
