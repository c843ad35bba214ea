//! The text of a selection as it is sent: without invisible characters and surrounding space, within a limit.
//!
//! Counts are Unicode scalar values ("characters" below), so that a limit means the same for every script.

use crate::text::{is_invisible, part};

/// A passage ready to be sent.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(test, derive(Debug))]
pub struct Excerpt {
    /// The passage; where it was too long, its beginning and its end with [`OMISSION`] between them.
    pub text: String,
    /// Whether something was left out.
    pub truncated: bool,
    /// Characters of the whole passage, what was left out included.
    pub char_count: usize,
}

/// Stands for the part that was left out.
pub const OMISSION: &str = "\n[\u{2026}]\n";

/// A cut looks this many characters back or ahead for a space, so that it splits no word.
const WORD_SEARCH: usize = 24;

/// The passage `selected`, cleaned and cut to about `limit` characters.
#[must_use]
pub fn excerpt(selected: &str, limit: usize) -> Excerpt {
    let text = clean(selected);
    let char_count = text.chars().count();
    if char_count <= limit {
        return Excerpt { text, truncated: false, char_count };
    }
    // The beginning says what the passage is about, the end is where the reader stopped: three parts to one.
    let tail = limit / 4;
    let head = limit - tail;
    let text = [cut_head(&text, head), OMISSION, cut_tail(&text, tail)].concat();
    Excerpt { text, truncated: true, char_count }
}

/// Longest passage that a text fragment names as a whole; a longer one is named by its ends.
const FRAGMENT_WHOLE: usize = 80;

/// How many words of each end do that.
const FRAGMENT_WORDS: usize = 5;

/// What a text fragment (`#:~:text=start,end`) needs to find a passage: its words, or those at its ends. Neither goes
/// beyond a line, because a browser looks for each within one block.
#[must_use]
pub fn fragment_ends(passage: &str) -> (String, Option<String>) {
    let mut lines = passage.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.next().unwrap_or_default();
    let last = lines.next_back();
    if last.is_none() && first.len() <= FRAGMENT_WHOLE {
        return (one_line(first), None);
    }
    let start: Vec<&str> = first.split_whitespace().take(FRAGMENT_WORDS).collect();
    let mut end: Vec<&str> = last.unwrap_or(first).split_whitespace().rev().take(FRAGMENT_WORDS).collect();
    end.reverse();
    (start.join(" "), Some(end.join(" ")))
}

/// Removes control characters and what a reader cannot see, makes no-break spaces spaces and line ends `\n`, and
/// trims. Joiners that shape letters and emoji stay.
#[must_use]
pub fn clean(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\r' if characters.peek() == Some(&'\n') => {}
            '\r' | '\u{2028}' | '\u{2029}' => cleaned.push('\n'),
            '\u{a0}' => cleaned.push(' '),
            '\n' | '\t' => cleaned.push(character),
            hidden if hidden.is_control() || is_invisible(hidden) => {}
            other => cleaned.push(other),
        }
    }
    cleaned.truncate(cleaned.trim_end().len());
    cleaned.drain(..cleaned.len() - cleaned.trim_start().len());
    cleaned
}

/// Characters of `text` that leave ink: neither space nor invisible.
#[must_use]
pub fn visible_count(text: &str) -> usize {
    clean(text).chars().filter(|character| !character.is_whitespace()).count()
}

/// The last `limit` characters before a passage, on one line.
#[must_use]
pub fn prefix(before: &str, limit: usize) -> String {
    let line = one_line(before);
    let skipped = line.chars().count().saturating_sub(limit);
    part(&line, byte_at(&line, skipped)..line.len()).to_owned()
}

/// The first `limit` characters after a passage, on one line.
#[must_use]
pub fn suffix(after: &str, limit: usize) -> String {
    let mut line = one_line(after);
    line.truncate(byte_at(&line, limit));
    line
}

/// `text` with every run of space as one space. A space at either end stays one: whether a passage begins a word
/// matters to whoever looks it up again.
fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            space if space.is_whitespace() => {
                if !line.ends_with(' ') {
                    line.push(' ');
                }
            }
            hidden if hidden.is_control() || is_invisible(hidden) => {}
            other => line.push(other),
        }
    }
    line
}

fn byte_at(text: &str, character: usize) -> usize {
    text.char_indices().nth(character).map_or(text.len(), |(at, _)| at)
}

fn cut_head(text: &str, limit: usize) -> &str {
    let head = part(text, 0..byte_at(text, limit));
    let earliest = byte_at(head, limit.saturating_sub(WORD_SEARCH));
    match part(head, earliest..head.len()).rfind(char::is_whitespace) {
        Some(space) => part(head, 0..earliest + space).trim_end(),
        None => head,
    }
}

fn cut_tail(text: &str, limit: usize) -> &str {
    let tail = part(text, byte_at(text, text.chars().count().saturating_sub(limit))..text.len());
    let latest = byte_at(tail, WORD_SEARCH.min(limit));
    match part(tail, 0..latest).find(char::is_whitespace) {
        Some(space) => part(tail, space..tail.len()).trim_start(),
        None => tail,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s3_what_cannot_be_seen_is_removed_and_the_ends_are_trimmed() {
        assert_eq!(
            clean("\u{feff} \n In\u{ad}stall\u{200b}\u{a0}it\r\nnow\u{2028}ok \n\n"),
            "Install it\nnow\nok"
        );
        assert_eq!(clean("a\u{0}\u{7}b\tc"), "ab\tc");
        assert_eq!(clean(" \u{200b}\n\u{feff} "), "");
    }

    #[test]
    fn s3_composed_letters_and_joined_emoji_stay_as_they_are() {
        let text = "e\u{301}t\u{e9} \u{1f469}\u{200d}\u{1f4bb} \u{645}\u{6cc}\u{200c}\u{62e}";
        assert_eq!(clean(text), text);
    }

    #[test]
    fn s2_space_and_invisible_characters_are_not_counted() {
        assert_eq!(visible_count(" \n\u{200b}\t\u{a0}\u{feff}"), 0);
        assert_eq!(visible_count(" a \u{200b} \u{1f4bb} "), 2);
    }

    #[test]
    fn s10_a_short_passage_is_kept_whole() {
        let kept = excerpt(" five \n", 4);
        assert_eq!(kept, Excerpt { text: "five".into(), truncated: false, char_count: 4 });
    }

    #[test]
    fn s10_a_long_passage_keeps_its_beginning_and_its_end_and_splits_no_word() {
        let words: Vec<String> = (0..2000).map(|n| format!("word{n}")).collect();
        let cut = excerpt(&words.join(" "), 4000);
        let (head, tail) = cut.text.split_once(OMISSION).expect("something was left out");
        assert!(cut.truncated);
        assert_eq!(cut.char_count, words.join(" ").len());
        assert!(head.len() <= 3000 && head.len() > 2960, "{}", head.len());
        assert!(tail.len() <= 1000 && tail.len() > 960, "{}", tail.len());
        for part in [head, tail] {
            assert!(part.split(' ').all(|word| words.iter().any(|known| known == word)));
        }
        assert!(tail.ends_with("word1999"));
    }

    #[test]
    fn s10_a_cut_counts_characters_and_not_bytes() {
        let cut = excerpt(&"\u{6f22}".repeat(100), 40);
        assert_eq!(cut.text.chars().filter(|c| *c == '\u{6f22}').count(), 40);
        assert_eq!(excerpt("abc", 0).text, OMISSION);
    }

    #[test]
    fn s10_a_fragment_names_a_short_passage_and_the_ends_of_a_long_one() {
        assert_eq!(fragment_ends("quick brown  fox"), ("quick brown fox".into(), None));
        let (start, end) =
            fragment_ends("one two three four five six\n\nseven\neight nine ten eleven twelve more");
        assert_eq!(start, "one two three four five");
        assert_eq!(end.as_deref(), Some("nine ten eleven twelve more"));
        let (start, end) = fragment_ends(&"word ".repeat(40));
        assert_eq!(
            (start.as_str(), end.as_deref()),
            ("word word word word word", Some("word word word word word"))
        );
        assert_eq!(fragment_ends(""), (String::new(), None));
    }

    #[test]
    fn s10_context_is_one_line_and_keeps_the_space_at_the_border() {
        assert_eq!(prefix("The  quick\n brown\u{200b} ", 8), "k brown ");
        assert_eq!(suffix(" fox\n\n jumps over", 10), " fox jumps");
        assert_eq!(prefix("", 8), "");
    }
}
