//! Where the content of a page is.

use super::lexicon::Mark;
use super::markup::Markup;

/// The element that holds the content: the one that a documentation generator writes it into, else the page's main
/// article, its `main`, its only article, else the smallest element that holds most of its text. Of places that a page
/// has several of none is the content.
pub(super) fn find(markup: &Markup<'_>) -> usize {
    // Best first: `article .markdown`, `main .markdown`, `main article`, `main`, `article`.
    let mut found = [(0_u32, 0_usize); 5];
    for index in 0..markup.nodes.len() {
        let node = markup.node(index);
        let is_candidate = node.class == Mark::Content || matches!(node.tag, Mark::Article | Mark::Main);
        if !is_candidate || node.is_left_out {
            continue;
        }
        let is_in = |tag: Mark| markup.count_up(index, &|at, node| node.tag == tag && at != index) > 0;
        let ranks = [
            node.class == Mark::Content
                && (is_in(Mark::Article)
                    || node.tag == Mark::Article
                    || !markup.word(index, "itemprop").is_empty()),
            node.class == Mark::Content && is_in(Mark::Main),
            node.tag == Mark::Article && is_in(Mark::Main),
            node.tag == Mark::Main,
            node.tag == Mark::Article,
        ];
        for (place, is_it) in found.iter_mut().zip(ranks) {
            if is_it {
                *place = (place.0 + 1, index);
            }
        }
    }
    let named = found.iter().find(|(count, _)| *count == 1).map(|(_, index)| *index);
    named.unwrap_or_else(|| densest(markup))
}

/// The smallest element that holds six tenths of the text that is not in links: what is beside the content is short,
/// or made of links.
fn densest(markup: &Markup<'_>) -> usize {
    let count = markup.nodes.len();
    let mut sums = Vec::with_capacity(count + 1);
    let mut sum = 0_usize;
    let mut skipped_to = 0;
    for index in 0..count {
        sums.push(sum);
        let node = markup.node(index);
        if index < skipped_to {
            continue;
        }
        if node.tag == Mark::Text {
            sum += markup.text(index).trim().len();
        } else if node.is_left_out || node.is_private || node.tag == Mark::Link {
            skipped_to = node.end as usize;
        }
    }
    sums.push(sum);
    let amount = |at: usize| {
        let sum = |index: usize| sums.get(index).copied().unwrap_or(sum);
        sum(markup.node(at).end as usize).saturating_sub(sum(at))
    };
    let mut best = (0..count).find(|at| markup.node(*at).tag == Mark::Body).unwrap_or(0);
    while let Some(child) = markup.elements(best).into_iter().find(|child| {
        // Only boxes: a single paragraph or list is in the content, not it.
        let is_box = matches!(markup.node(*child).tag, Mark::Other | Mark::Article | Mark::Main);
        is_box && amount(*child) * 10 >= sum * 6 && sum > 0
    }) {
        best = child;
    }
    best
}
