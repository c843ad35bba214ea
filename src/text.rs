//! The characters of a page's text that mean something to a reader.

use std::ops::Range;

/// Whether this character leaves no mark and shapes no neighbour: zero-width space (Docusaurus puts one into each
/// heading), word joiner, byte order mark, soft hyphen, the controls that reorder text and the tag characters, the
/// last two because they can hide words from the reader that a model would read. Joiners and direction marks stay:
/// letters and emoji need them.
#[must_use]
pub fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

/// Appends `text` to `line` as a browser would lay it out: every run of white space is one space, none at the start.
/// Control characters and invisible ones are left out.
pub fn append_collapsed(line: &mut String, text: &str) {
    line.reserve(text.len());
    let mut rest = text;
    loop {
        // Nearly all text is words of ASCII: they are taken as they are.
        let plain = rest.bytes().take_while(u8::is_ascii_graphic).count();
        line.push_str(part(rest, 0..plain));
        let mut characters = part(rest, plain..rest.len()).chars();
        let Some(character) = characters.next() else { return };
        rest = characters.as_str();
        if character.is_whitespace() {
            if !line.is_empty() && !line.ends_with(' ') {
                line.push(' ');
            }
        } else if !character.is_control() && !is_invisible(character) {
            line.push(character);
        }
    }
}

/// The part of `text` in `range`, in bytes; empty where there is none. Indexing with brackets would panic there, which
/// is nothing to do to a page, and its message is a kilobyte of code.
#[must_use]
pub fn part(text: &str, range: Range<usize>) -> &str {
    text.get(range).unwrap_or_default()
}

/// Where `wanted` begins in `text`, looked for in the simplest way: `str::find` is a kilobyte faster and longer.
#[must_use]
pub fn find(text: &str, wanted: &str) -> Option<usize> {
    let first = wanted.as_bytes().first();
    let is_it = |window: &[u8]| window.first() == first && window == wanted.as_bytes();
    text.as_bytes().windows(wanted.len().max(1)).position(is_it)
}

/// How `text` begins, up to the first of these ASCII characters. `str::split` searches faster and is more code.
#[must_use]
#[inline(never)]
pub fn until<'t>(text: &'t str, stops: &[u8]) -> &'t str {
    let end = text.bytes().position(|byte| stops.contains(&byte));
    part(text, 0..end.unwrap_or(text.len()))
}

/// What is behind the last of this ASCII character in `text`; all of it if there is none.
#[must_use]
#[inline(never)]
pub fn behind_last(text: &str, stop: u8) -> &str {
    let behind = text.bytes().rev().take_while(|byte| *byte != stop).count();
    part(text, text.len() - behind..text.len())
}

/// The parts of `text` between these ASCII characters; at least one, which may be empty.
#[must_use]
#[inline(never)]
pub fn parted<'t>(text: &'t str, stops: &[u8]) -> Vec<&'t str> {
    let mut parts = Vec::new();
    let mut rest = text;
    loop {
        let next = until(rest, stops);
        parts.push(next);
        if next.len() == rest.len() {
            return parts;
        }
        rest = part(rest, next.len() + 1..rest.len());
    }
}

/// `text` on one line, without white space at its ends.
#[must_use]
pub fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    append_collapsed(&mut line, text);
    line.truncate(line.trim_end().len());
    line
}

/// `text` cut to at most `limit` characters (Unicode scalar values), at a space where there is one, with `…`.
#[must_use]
pub fn shorten(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        None => text.to_owned(),
        Some(_) if limit == 0 => String::new(),
        Some(_) => {
            // One character is for the ellipsis.
            let end = text.char_indices().nth(limit - 1).map_or(text.len(), |(at, _)| at);
            [before_word(text, end), "\u{2026}"].concat()
        }
    }
}

/// How `text` begins, up to the last white space before `end` bytes of it, if there is one in the second half of them.
#[must_use]
#[inline(never)]
pub fn before_word(text: &str, end: usize) -> &str {
    let head = part(text, 0..end);
    let space = head.char_indices().rev().find(|(_, character)| character.is_whitespace());
    part(head, 0..space.map(|(at, _)| at).filter(|at| *at > end / 2).unwrap_or(end)).trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_collapses_across_pieces_and_invisible_characters_vanish() {
        let mut line = String::new();
        for piece in ["\n  In", "stall\u{200b}", " ", "\u{a0} it\t", "\u{0}now\u{202e}\u{e0041}"] {
            append_collapsed(&mut line, piece);
        }
        assert_eq!(line, "Install it now");
        assert_eq!(one_line(" \u{feff}a \n b "), "a b");
    }

    #[test]
    fn composed_letters_and_joined_emoji_stay() {
        let text = "e\u{301} \u{1f469}\u{200d}\u{1f4bb} \u{645}\u{6cc}\u{200c}\u{62e}";
        assert_eq!(one_line(text), text);
    }

    #[test]
    fn a_part_that_is_not_there_is_empty_and_a_text_is_found_where_it_first_is() {
        assert_eq!(part("grün", 0..2), "gr");
        assert_eq!(part("grün", 0..3), "");
        assert_eq!(part("grün", 3..99), "");
        assert_eq!(find("xabcabc", "abc"), Some(1));
        assert_eq!(find("ab", "abc"), None);
        assert_eq!((until("ü?a#b", b"#?"), until("ab", b"#"), until("#", b"#")), ("ü", "ab", ""));
        let last = |text| behind_last(text, b'/');
        assert_eq!((last("a/ü/é"), last("é"), last("a/"), last("")), ("é", "é", "", ""));
        assert_eq!(parted("é, ü,", b", "), ["é", "", "ü", ""]);
        assert_eq!((parted("é", b","), parted("", b",")), (vec!["é"], vec![""]));
    }

    #[test]
    fn a_cut_counts_characters_and_prefers_a_space() {
        assert_eq!(shorten("grüße", 5), "grüße");
        assert_eq!(shorten("one two three", 10), "one two…");
        assert_eq!(shorten("äöüäöüäöü", 4), "äöü…");
        assert_eq!(shorten("ab", 1), "…");
        assert_eq!(shorten("ab", 0), "");
    }
}
