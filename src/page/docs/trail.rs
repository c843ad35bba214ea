//! What leads to a page: its breadcrumbs, and the entries of the navigation that it is below.

use super::MAX_ENTRIES;
use crate::page::Cleaner;
use crate::page::lexicon::Mark;
use crate::page::markup::Markup;

/// Whether an element is an entry of the navigation.
pub(super) fn is_entry(markup: &Markup<'_>, index: usize) -> bool {
    let node = markup.node(index);
    matches!(node.tag, Mark::Item | Mark::Details) || node.class == Mark::Entry
}

/// The pages that lead to this one: the items of a list, else whatever elements there are.
pub(super) fn trail(markup: &Markup<'_>, index: usize, cleaner: &mut Cleaner<'_>) -> Vec<String> {
    let items = markup.below(index).filter(|at| markup.node(*at).tag == Mark::Item);
    let mut entries: Vec<usize> = items.collect();
    if entries.is_empty() {
        entries = markup.elements(index);
    }
    let lines = entries
        .into_iter()
        .filter(|at| !markup.node(*at).is_left_out)
        .map(|at| cleaner.line(&markup.line(at)));
    // What is between them is a sign.
    lines.filter(|line| line.chars().any(is_ink)).collect()
}

/// The entries of the navigation that lead to this one, outermost first.
pub(super) fn way_to(markup: &Markup<'_>, index: usize, cleaner: &mut Cleaner<'_>) -> Vec<String> {
    let mut way: Vec<String> = Vec::new();
    for entry in markup.up(index).into_iter().filter(|at| is_entry(markup, *at)).take(MAX_ENTRIES) {
        // What an entry is called comes before the list of what is below it.
        let end = markup.find(markup.below(entry), &|at, node| {
            matches!(node.tag, Mark::List | Mark::NumberedList | Mark::Nav) || is_entry(markup, at)
        });
        let end = end.unwrap_or_else(|| markup.behind(entry));
        let mut label = String::new();
        let mut at = entry + 1;
        let mut named_to = 0;
        while at < end && (label.is_empty() || at < named_to) {
            let node = markup.node(at);
            if node.tag == Mark::Text {
                crate::text::append_collapsed(&mut label, &markup.text(at));
            } else if node.is_private || markup.word(at, "aria-hidden") == "true" || markup.name(at) == "svg"
            {
                at = node.end as usize;
                continue;
            } else if matches!(node.tag, Mark::Link | Mark::Label | Mark::Summary | Mark::Heading(_))
                && at >= named_to
            {
                named_to = node.end as usize;
            }
            at += 1;
        }
        let label = cleaner.line(&label);
        if !label.is_empty() && way.last() != Some(&label) {
            way.push(label);
        }
    }
    way.reverse();
    way
}

/// Whether a character is more than a sign. All of other scripts are taken for letters: their tables are kilobytes.
pub(super) fn is_ink(character: char) -> bool {
    character.is_ascii_alphanumeric()
        || !(character.is_ascii() || matches!(character, '\u{80}'..='\u{bf}' | '\u{2000}'..='\u{2bff}'))
}
