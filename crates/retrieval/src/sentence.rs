//! Cuts text into sentences, with or without spaces between them.

use std::ops::Range;

/// Abbreviations after which a full stop does not end a sentence.
const ABBREVIATIONS: [&str; 17] = [
    "e.g", "i.e", "etc", "vs", "cf", "approx", "dr", "mr", "mrs", "ms", "no", "fig", "resp", "z.b", "d.h",
    "bzw", "usw",
];

/// Byte ranges of the sentences of `text`, in order, together covering it up to whitespace at the borders.
pub fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut start = 0;
    let mut characters = text.char_indices().peekable();
    while let Some((position, character)) = characters.next() {
        let is_wide = matches!(character, '。' | '！' | '？');
        let is_end = is_wide || matches!(character, '.' | '!' | '?' | '\n' | '।' | '؟');
        if !is_end {
            continue;
        }
        let mut end = position + character.len_utf8();
        while let Some((next, closing)) = characters.peek().copied() {
            if !matches!(closing, '"' | '\'' | ')' | ']' | '”' | '’' | '»' | '」' | '』' | '.' | '!' | '?')
            {
                break;
            }
            end = next + closing.len_utf8();
            characters.next();
        }
        let followed_by_space = characters.peek().is_none_or(|(_, next)| next.is_whitespace());
        let is_border =
            is_wide || character == '\n' || followed_by_space && !is_abbreviation(&text[start..position]);
        if is_border && character == '.' && starts_small(&text[end..]) {
            continue;
        }
        if is_border {
            push_trimmed(text, start..end, &mut ranges);
            start = end;
        }
    }
    push_trimmed(text, start..text.len(), &mut ranges);
    ranges
}

fn is_abbreviation(before: &str) -> bool {
    let word =
        before.rsplit(|character: char| character.is_whitespace() || character == '(').next().unwrap_or("");
    let word = word.to_lowercase();
    ABBREVIATIONS.contains(&word.as_str())
}

/// A small letter after a full stop means that the sentence goes on.
fn starts_small(rest: &str) -> bool {
    rest.trim_start().chars().next().is_some_and(|next| next.is_lowercase() && next.is_ascii())
}

fn push_trimmed(text: &str, range: Range<usize>, ranges: &mut Vec<Range<usize>>) {
    let slice = &text[range.clone()];
    let start = range.start + (slice.len() - slice.trim_start().len());
    let end = range.start + slice.trim_end().len();
    if start < end {
        ranges.push(start..end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<&str> {
        sentences(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn sentences_end_where_a_reader_sees_them_end() {
        assert_eq!(
            cut("Use v1.2, e.g. for CI. It works (mostly). Does it? \"Yes!\" Then go on"),
            ["Use v1.2, e.g. for CI.", "It works (mostly).", "Does it?", "\"Yes!\"", "Then go on"]
        );
        assert_eq!(cut("Set docent.db. then restart."), ["Set docent.db. then restart."]);
    }

    #[test]
    fn chinese_and_japanese_sentences_need_no_spaces() {
        assert_eq!(cut("安装很简单。运行命令！好吗？"), ["安装很简单。", "运行命令！", "好吗？"]);
    }

    #[test]
    fn text_without_an_end_is_one_sentence() {
        assert_eq!(cut("  no end "), ["no end"]);
        assert!(cut("  ").is_empty());
    }
}
