//! The text of a selection as it is sent: without invisible characters and surrounding space, within a limit.
//!
//! Counts are Unicode scalar values ("characters" below), so that a limit means the same for every script.

use crate::text::is_invisible;

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

// Lists of characters instead of strings below: what counts characters is an index then, and the searches of `str`,
// which come anew with every kind of pattern, stay out of the shipped file.

/// The passage `selected`, cleaned and cut to about `limit` characters.
#[must_use]
pub fn excerpt(selected: &str, limit: usize) -> Excerpt {
    let all = clean(selected);
    let char_count = all.len();
    if char_count <= limit {
        return Excerpt { text: text_of(&all), truncated: false, char_count };
    }
    // The beginning says what the passage is about, the end is where the reader stopped: three parts to one.
    let tail = limit / 4;
    let mut head_end = limit - tail;
    let mut tail_start = char_count - tail;
    let is_space = |at: usize| all.get(at).is_some_and(|character| character.is_whitespace());
    if let Some(space) = (head_end.saturating_sub(WORD_SEARCH)..head_end).rev().find(|at| is_space(*at)) {
        head_end = space;
    }
    if let Some(space) = (tail_start..char_count.min(tail_start + WORD_SEARCH)).find(|at| is_space(*at)) {
        tail_start = space;
    }
    let head = text_of(trimmed(cut(&all, 0, head_end)));
    let tail = text_of(trimmed(cut(&all, tail_start, char_count)));
    Excerpt { text: [&head, OMISSION, &tail].concat(), truncated: true, char_count }
}

/// Longest passage that a text fragment names as a whole; a longer one is named by its ends.
const FRAGMENT_WHOLE: usize = 80;

/// How many words of each end do that.
const FRAGMENT_WORDS: usize = 5;

/// What a text fragment (`#:~:text=start,end`) needs to find a passage: its words, or those at its ends. Neither goes
/// beyond a line, because a browser looks for each within one block.
#[must_use]
pub fn fragment_ends(passage: &str) -> (String, Option<String>) {
    let all = clean(passage);
    let first_end = all.iter().position(|character| *character == '\n');
    let last_start = all.iter().rposition(|character| *character == '\n');
    let first = one_line(cut(&all, 0, first_end.unwrap_or(all.len())));
    if first_end.is_none() && first.len() <= FRAGMENT_WHOLE {
        return (text_of(&first), None);
    }
    let last = one_line(cut(&all, last_start.map_or(0, |at| at + 1), all.len()));
    let spaces = |line: &[char]| line.iter().filter(|character| **character == ' ').count();
    let first = trimmed(&first);
    let mut end = first.len();
    while spaces(cut(first, 0, end)) >= FRAGMENT_WORDS {
        end -= 1;
    }
    let last = trimmed(&last);
    let mut start = 0;
    while spaces(cut(last, start, last.len())) >= FRAGMENT_WORDS {
        start += 1;
    }
    (text_of(trimmed(cut(first, 0, end))), Some(text_of(trimmed(cut(last, start, last.len())))))
}

/// Without control characters and what a reader cannot see, with no-break spaces as spaces and line ends as `\n`,
/// trimmed. Joiners that shape letters and emoji stay.
fn clean(text: &str) -> Vec<char> {
    let mut cleaned = Vec::with_capacity(text.len());
    let mut last = ' ';
    for character in text.chars() {
        match character {
            '\n' if last == '\r' => {}
            '\r' | '\u{2028}' | '\u{2029}' => cleaned.push('\n'),
            '\u{a0}' => cleaned.push(' '),
            '\n' | '\t' => cleaned.push(character),
            hidden if hidden.is_control() || is_invisible(hidden) => {}
            other => cleaned.push(other),
        }
        last = character;
    }
    trimmed(&cleaned).to_vec()
}

/// Characters of `text` that leave ink: neither space nor invisible.
#[must_use]
pub fn visible_count(text: &str) -> usize {
    text.chars()
        .filter(|character| {
            !(character.is_whitespace() || character.is_control() || is_invisible(*character))
        })
        .count()
}

/// The last `limit` characters before a passage, on one line.
#[must_use]
pub fn prefix(before: &str, limit: usize) -> String {
    let line = one_line(&characters(before));
    text_of(cut(&line, line.len().saturating_sub(limit), line.len()))
}

/// The first `limit` characters after a passage, on one line.
#[must_use]
pub fn suffix(after: &str, limit: usize) -> String {
    let line = one_line(&characters(after));
    text_of(cut(&line, 0, line.len().min(limit)))
}

/// A passage with the rest of the words it begins and ends in: a text fragment finds whole words only. What was selected
/// beside the words is trimmed off a passage, and so belongs to what surrounds it.
#[must_use]
pub fn whole_words(before: &str, passage: &str, after: &str) -> String {
    let (before, after) = (characters(before), characters(after));
    let begins = before.iter().rposition(|character| character.is_whitespace()).map_or(0, |at| at + 1);
    let ends = after.iter().position(|character| character.is_whitespace()).unwrap_or(after.len());
    let passage = text_of(trimmed(&characters(passage)));
    [&text_of(cut(&before, begins, before.len())), &*passage, &text_of(cut(&after, 0, ends))].concat()
}

/// On one line, with every run of space as one space. A space at either end stays one: whether a passage begins a word
/// matters to whoever looks it up again.
fn one_line(text: &[char]) -> Vec<char> {
    let mut line = Vec::with_capacity(text.len());
    for character in text {
        if character.is_whitespace() {
            if line.last() != Some(&' ') {
                line.push(' ');
            }
        } else if !(character.is_control() || is_invisible(*character)) {
            line.push(*character);
        }
    }
    line
}

fn characters(text: &str) -> Vec<char> {
    text.chars().collect()
}

fn text_of(characters: &[char]) -> String {
    characters.iter().collect()
}

/// The part between two places; empty where there is none.
fn cut(characters: &[char], from: usize, to: usize) -> &[char] {
    characters.get(from..to).unwrap_or_default()
}

fn trimmed(characters: &[char]) -> &[char] {
    let is_ink = |character: &char| !character.is_whitespace();
    let from = characters.iter().position(is_ink).unwrap_or(characters.len());
    let to = characters.iter().rposition(is_ink).map_or(from, |at| at + 1);
    cut(characters, from, to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s3_what_cannot_be_seen_is_removed_and_the_ends_are_trimmed() {
        let clean = |text: &str| text_of(&super::clean(text));
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
        assert_eq!(text_of(&clean(text)), text);
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
