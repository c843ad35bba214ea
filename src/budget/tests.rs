//! What a budget buys, and in which order.

use super::*;

fn block(text: &str) -> Block {
    Block { text: text.to_owned(), ..Block::default() }
}

fn heading(level: u8) -> Heading {
    Heading { level, id: String::new(), text: String::new() }
}

/// Three sections, chosen in this order with so many tokens.
fn written(order: &[usize], tokens: usize) -> (String, Vec<bool>) {
    let page =
        [vec!["intro"], vec!["# One", "first text"], vec!["# Two", "second text", "more of the second"]];
    let mut draft = Draft::new(page.len());
    let mut budget = Budget::new(tokens);
    for section in order {
        draft.add(*section, page[*section].iter().map(|text| block(text)).collect(), None, &mut budget);
    }
    draft.finish()
}

#[test]
fn c10_tokens_are_estimated_by_script() {
    assert_eq!(cost("four"), 4);
    assert_eq!(cost("яя"), 4);
    assert_eq!(cost("日"), 4);
    assert_eq!(cost("😀"), 8);
}

#[test]
fn c10_what_fits_is_sent_whole_and_in_the_order_of_the_page() {
    let (text, gaps) = written(&[2, 0, 1], 100);
    assert_eq!(text, "intro\n\n# One\n\nfirst text\n\n# Two\n\nsecond text\n\nmore of the second");
    assert_eq!(gaps, [false, false, false]);
}

#[test]
fn c10_the_text_is_cut_at_blocks_and_the_gaps_are_known() {
    assert_eq!(
        written(&[2, 0, 1], 16),
        ("intro\n\n[…]\n\n# Two\n\nsecond text\n\n[…]".to_owned(), vec![false, true, true])
    );
    let (text, gaps) = written(&[1, 0, 2], 16);
    assert_eq!((text.as_str(), gaps), ("intro\n\n# One\n\nfirst text\n\n[…]", vec![false, false, true]));
}

#[test]
fn c10_no_budget_is_exceeded_marks_of_omission_included() {
    for tokens in 0..60 {
        for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
            let (text, _) = written(&order, tokens);
            assert!(cost(&text) <= tokens * 4, "{tokens}: {text}");
        }
    }
    let long = "Wörter und 日本語 und 😀 ".repeat(50);
    for tokens in 0..200 {
        let mut draft = Draft::new(1);
        draft.add(0, vec![block(&long)], None, &mut Budget::new(tokens));
        let (text, gaps) = draft.finish();
        assert!(cost(&text) <= tokens * 4 && text.len() <= tokens * 8, "{tokens}: {text}");
        assert_eq!(gaps, [true]);
    }
}

#[test]
fn c10_however_many_tokens_a_page_may_send_it_sends_no_more_than_64_kb() {
    let mut draft = Draft::new(1);
    let blocks = (0..100).map(|_| block(&"x".repeat(2_000))).collect();
    draft.add(0, blocks, None, &mut Budget::new(1_000_000));
    let (text, gaps) = draft.finish();
    assert!((60_000..=64 << 10).contains(&text.len()), "{}", text.len());
    assert_eq!(gaps, [true]);
}

#[test]
fn c10_a_paragraph_that_is_too_long_is_cut_at_a_word_and_code_is_not() {
    let paragraph = "a paragraph of several words that is too long for it";
    let cut = |is_whole| {
        let mut draft = Draft::new(1);
        draft.add(0, vec![Block { is_whole, ..block(paragraph) }], None, &mut Budget::new(10));
        draft.finish().0
    };
    assert_eq!(cut(false), "a paragraph of several\u{2026}");
    assert_eq!(cut(true), "");
}

#[test]
fn c10_the_selected_block_comes_before_its_section() {
    let mut blocks: Vec<Block> = ["first block", "second block", "third block"].map(block).into();
    for (index, block) in blocks.iter_mut().enumerate() {
        block.node = 10 * (index + 1);
    }
    let mut draft = Draft::new(1);
    draft.add(0, blocks, Some(15), &mut Budget::new(8));
    assert_eq!(draft.finish().0, "[…]\n\nsecond block\n\n[…]");
}

#[test]
fn c10_siblings_are_below_the_same_heading() {
    let headings: Vec<Heading> = [1, 2, 3, 3, 2, 3, 1].map(heading).into();
    assert_eq!(siblings(&headings, 2), [Some(5), None]);
    assert_eq!(siblings(&headings, 4), [None, Some(3)]);
    assert_eq!(siblings(&headings, 5), [None, Some(2)]);
    assert_eq!(siblings(&headings, 6), [None, None]);
    assert_eq!(siblings(&headings, 0), [Some(1), None]);
    assert_eq!(siblings(&[], 0), [None, None]);
}

#[test]
fn c10_the_rest_comes_by_distance() {
    assert_eq!(by_distance(5, 1).collect::<Vec<_>>(), [1, 2, 0, 3, 4]);
    assert_eq!(by_distance(0, 0).count(), 0);
}

#[test]
fn joined_blocks_stand_on_neighbouring_lines() {
    let mut items: Vec<Block> = ["- a", "- b", "c"].map(block).into();
    items[1].is_joined = true;
    let mut draft = Draft::new(1);
    draft.add(0, items, None, &mut Budget::new(100));
    assert_eq!(draft.finish().0, "- a\n- b\n\nc");
}
