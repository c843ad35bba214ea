//! Code on a page: its lines without numbers and signs, its language, its title.

use super::View;
use super::lexicon::Mark;
use super::markup::Markup;
use crate::markdown::language_of;

/// The code in a node: line breaks count (Docusaurus sets its lines with them), and so do lines that are blocks
/// (Starlight does); numbers of lines and what the caller excludes do not. Signs of added and removed lines are kept in
/// a language that has them, which is `diff`.
pub(super) fn lines(markup: &Markup<'_>, index: usize, language: &str, view: &dyn View) -> String {
    let mut code = String::new();
    gather(markup, index, language == "diff", view, 0, &mut code);
    code
}

fn gather(
    markup: &Markup<'_>,
    parent: usize,
    has_signs: bool,
    view: &dyn View,
    depth: usize,
    code: &mut String,
) {
    if depth > 64 {
        return;
    }
    for child in markup.children(parent) {
        let node = markup.node(child);
        match node.tag {
            Mark::Text => code.push_str(&markup.text(child)),
            Mark::Break => code.push('\n'),
            _ if node.is_left_out || node.is_private || view.is_excluded(node.scope, node.element) => {}
            _ if node.class == Mark::DiffSign && !has_signs => {}
            tag => {
                gather(markup, child, has_signs, view, depth + 1, code);
                if matches!(tag, Mark::Other | Mark::Row) && !code.ends_with('\n') {
                    code.push('\n');
                }
            }
        }
    }
}

/// The code in a box. `None` if that holds several, or text that is more than a title: then it is a part of the page that
/// only has such a class (`language-en`).
pub(super) fn pre_in(markup: &Markup<'_>, index: usize) -> Option<usize> {
    let end = markup.node(index).end as usize;
    let mut at = index + 1;
    let mut found = None;
    while at < end {
        let node = markup.node(at);
        let is_prose = matches!(node.tag, Mark::Heading(_) | Mark::List | Mark::NumberedList);
        if is_prose || markup.name(at) == "p" {
            return None;
        }
        if node.tag == Mark::Pre && !markup.line(at).is_empty() && found.replace(at).is_some() {
            return None;
        }
        at = if node.is_left_out || node.tag == Mark::Pre { node.end as usize } else { at + 1 };
    }
    found
}

/// What a box says above its code: the name of a file.
pub(super) fn title(markup: &Markup<'_>, index: usize, pre: usize) -> String {
    let end = markup.node(index).end as usize;
    let mut at = index + 1;
    while at < end {
        let node = markup.node(at);
        let holds_code = at <= pre && (node.end as usize) > pre;
        if node.tag == Mark::Text || node.is_left_out || holds_code || node.tag == Mark::Pre {
            let is_over = node.tag == Mark::Pre || (node.is_left_out && !holds_code);
            at = if is_over { node.end as usize } else { at + 1 };
            continue;
        }
        let title = markup.line(at);
        // VitePress shows the language there; Starlight says to screen readers that this is a terminal.
        if !title.is_empty() && title != language(markup, index, pre) && title != "Terminal window" {
            return title;
        }
        at = node.end as usize;
    }
    String::new()
}

/// The language of the code in `pre`, which is in the box `outer`; empty if nobody says it.
pub(super) fn language(markup: &Markup<'_>, outer: usize, pre: usize) -> String {
    let code = markup.find(markup.below(pre), &|_, node| node.tag == Mark::Code);
    // In the box and in the code, then around: without a box of its own the page may still say it there.
    let around = markup.up(pre);
    let mut language = "";
    for (index, at) in [pre, code.unwrap_or(pre), outer].iter().chain(&around).enumerate() {
        if language.is_empty() && (index < 7 || *at >= outer) {
            language = named(markup, *at);
        }
    }
    language.to_owned()
}

fn named<'a>(markup: &Markup<'a>, index: usize) -> &'a str {
    let names = [
        language_of(markup.word(index, "class")),
        markup.word(index, "data-language"),
        markup.word(index, "data-lang"),
    ];
    names.into_iter().find(|name| !name.is_empty()).unwrap_or_default()
}
