//! From text to the terms that are indexed and asked for: one analysis for documents, questions and selections.
//!
//! Words are lower-cased, freed of accents and cut to their English stem; a name such as `createFetch` is also known
//! by its parts, and `pre-compressed` also in one word. Scripts without spaces between words become overlapping pairs
//! of characters. Words of other languages are not stemmed, which costs them some recall and never precision.

use std::ops::Range;

use frostem::{Algorithm, Stemmer};
use unicode_normalization::UnicodeNormalization;

/// Where a token comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A word of the text, or a pair of characters of a script without spaces.
    Word,
    /// A part of a compound name, as `fetch` in `createFetch`.
    Part,
    /// Two words joined over a hyphen or an underscore, as `precompressed` from `pre-compressed`.
    Joined,
}

/// One term and the place it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) stem: String,
    /// Byte range in the analysed text.
    pub(crate) range: Range<usize>,
    pub(crate) origin: Origin,
}

/// All tokens of `text`, in order.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let stemmer = Stemmer::new(Algorithm::English);
    let mut tokens = Vec::new();
    let mut previous: Option<(Range<usize>, String)> = None;
    for run in runs(text) {
        let slice = &text[run.clone()];
        if slice.chars().next().is_some_and(is_wide) {
            push_pairs(slice, run.start, &mut tokens);
            previous = None;
            continue;
        }
        let folded = fold(slice);
        if folded.is_empty() {
            continue;
        }
        let between = previous.as_ref().map(|(before, _)| &text[before.end..run.start]);
        if let (Some("-" | "_"), Some((before, word))) = (between, &previous) {
            let is_worth = word.len() + folded.len() <= 30 && !word.bytes().all(|byte| byte.is_ascii_digit());
            if is_worth {
                let stem = stem(&stemmer, &format!("{word}{folded}"));
                tokens.push(Token { stem, range: before.start..run.end, origin: Origin::Joined });
            }
        }
        tokens.push(Token { stem: stem(&stemmer, &folded), range: run.clone(), origin: Origin::Word });
        for part in name_parts(slice) {
            let range = run.start + part.start..run.start + part.end;
            let stem = stem(&stemmer, &fold(&slice[part]));
            tokens.push(Token { stem, range, origin: Origin::Part });
        }
        previous = Some((run, folded));
    }
    tokens
}

/// The stems of the words of `text`, without parts and joins.
pub(crate) fn words(text: &str) -> impl Iterator<Item = String> {
    tokens(text).into_iter().filter(|token| token.origin == Origin::Word).map(|token| token.stem)
}

/// Runs of word characters; a run is either all of a script without spaces, or none of it.
fn runs(text: &str) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    let mut open: Option<(usize, bool)> = None;
    let mut characters = text.char_indices().peekable();
    while let Some((position, character)) = characters.next() {
        let is_word = character.is_alphanumeric() || is_mark(character);
        let wide = is_wide(character);
        match open {
            Some((start, was_wide)) if !is_word || wide != was_wide => {
                // "don't" is one word, "site's" is `site`, and the `l'` of "l'eau" is a word of its own.
                let next = characters.peek().map(|(_, next)| *next);
                let joins = matches!(character, '\'' | '’')
                    && next.is_some_and(char::is_alphabetic)
                    && text[start..position].chars().nth(1).is_some()
                    && !ends_with_possessive(&text[position..]);
                if joins {
                    continue;
                }
                runs.push(start..position);
                open = is_word.then_some((position, wide));
                if ends_with_possessive(&text[position..]) {
                    characters.next();
                }
            }
            None if is_word => open = Some((position, wide)),
            _ => {}
        }
    }
    if let Some((start, _)) = open {
        runs.push(start..text.len());
    }
    runs
}

fn ends_with_possessive(rest: &str) -> bool {
    let rest = rest.strip_prefix('\'').or_else(|| rest.strip_prefix('’'));
    let after = rest.and_then(|rest| rest.strip_prefix('s'));
    after.is_some_and(|after| !after.chars().next().is_some_and(char::is_alphanumeric))
}

/// Signs that belong to the letter before them and are not letters themselves.
fn is_mark(character: char) -> bool {
    matches!(
        character,
        '\u{300}'
            ..='\u{36f}'
                | '\u{94d}'
                | '\u{9cd}'
                | '\u{a4d}'
                | '\u{acd}'
                | '\u{bcd}'
                | '\u{c4d}'
                | '\u{ccd}'
                | '\u{d4d}'
    )
}

/// Letters of scripts that are written without spaces, and Korean, whose words carry endings.
fn is_wide(character: char) -> bool {
    matches!(character,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1100}'..='\u{11ff}' | '\u{1780}'..='\u{17ff}'
        | '\u{3040}'..='\u{30ff}' | '\u{3130}'..='\u{318f}' | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

fn push_pairs(slice: &str, offset: usize, tokens: &mut Vec<Token>) {
    let starts: Vec<usize> =
        slice.char_indices().map(|(position, _)| position).chain([slice.len()]).collect();
    let span = if starts.len() == 2 { 1 } else { 2 };
    for window in starts.windows(span + 1) {
        let range = window[0]..window[span];
        let stem = slice[range.clone()].to_owned();
        tokens.push(Token { stem, range: offset + range.start..offset + range.end, origin: Origin::Word });
    }
}

/// Lower case without accents and apostrophes, full-width letters in their ordinary form.
fn fold(word: &str) -> String {
    if word.is_ascii() {
        return word.replace('\'', "").to_ascii_lowercase();
    }
    let plain = word.nfkd().filter(|character| {
        !matches!(character, '\u{300}'..='\u{36f}' | '\'' | '’' | '\u{200b}'..='\u{200f}' | '\u{ad}')
    });
    plain.flat_map(char::to_lowercase).collect::<String>().replace('ß', "ss")
}

fn stem(stemmer: &Stemmer, word: &str) -> String {
    let is_plain = word.len() > 2 && word.bytes().all(|byte| byte.is_ascii_lowercase());
    match is_plain {
        true => stemmer.stem(word).into_owned(),
        false => word.to_owned(),
    }
}

/// The parts of a name in camel case; nothing for a word of one part.
fn name_parts(word: &str) -> Vec<Range<usize>> {
    let characters: Vec<(usize, char)> = word.char_indices().collect();
    let mut borders = vec![0];
    for index in 1..characters.len() {
        let (_, before) = characters[index - 1];
        let (position, here) = characters[index];
        let next_is_small = characters.get(index + 1).is_some_and(|(_, next)| next.is_lowercase());
        let starts = here.is_uppercase() && (before.is_lowercase() || before.is_uppercase() && next_is_small);
        if starts {
            borders.push(position);
        }
    }
    borders.push(word.len());
    let parts: Vec<_> =
        borders.windows(2).map(|pair| pair[0]..pair[1]).filter(|part| part.len() > 1).collect();
    if parts.len() > 1 { parts } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stems(text: &str) -> Vec<String> {
        tokens(text).into_iter().map(|token| token.stem).collect()
    }

    #[test]
    fn words_meet_in_their_stem_whatever_their_ending_and_case() {
        assert_eq!(stems("Deploying deployments"), ["deploy", "deploy"]);
        assert_eq!(stems("Größe GRÖSSE"), ["gross", "gross"]);
        assert_eq!(stems("the site's café; don't"), ["the", "site", "cafe", "dont"]);
        assert_eq!(stems("l'eau"), ["l", "eau"]);
    }

    #[test]
    fn names_are_known_whole_and_by_their_parts() {
        assert_eq!(stems("createFetch"), ["createfetch", "creat", "fetch"]);
        assert_eq!(stems("HTTPServer"), ["httpserver", "http", "server"]);
        assert_eq!(stems("pre-compressed"), ["pre", "precompress", "compress"]);
    }

    #[test]
    fn scripts_without_spaces_become_pairs() {
        assert_eq!(stems("安装程序 x 安"), ["安装", "装程", "程序", "x", "安"]);
        assert_eq!(stems("設定API"), ["設定", "api"]);
        assert_eq!(stems("서버를"), ["서버", "버를"]);
    }

    #[test]
    fn ranges_point_at_the_words() {
        let text = "Ein Größenwert";
        let token = &tokens(text)[1];
        assert_eq!(&text[token.range.clone()], "Größenwert");
    }
}
