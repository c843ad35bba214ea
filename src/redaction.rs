//! Masks what must not travel in a page's text: keys, tokens, private keys and long hexadecimal numbers.
//!
//! A page that shows a reader's API key is an ordinary page of an account area. The shapes are those that their
//! issuers document; a mask that is too wide costs a checksum in an answer, one that is too narrow costs a key.

use std::borrow::Cow;

use crate::text::{find, part, parted, until};

/// Stands for what was masked.
pub const MASK: &str = "[redacted]";

/// How much was masked, by kind.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(test, derive(Debug))]
pub struct Redacted {
    /// Parameters dropped from an address.
    pub query: u32,
    /// JSON Web Tokens.
    pub jwt: u32,
    /// Keys with an issuer's prefix (`sk-`, `ghp_`, `AKIA`, ...).
    pub api_key: u32,
    /// PEM blocks of private keys.
    pub private_key: u32,
    /// Hexadecimal numbers of 32 digits and more.
    pub hex: u32,
    /// Whether the last text ended within a private key.
    pub is_in_key: bool,
}

/// Prefixes of keys, by how many characters at least follow them.
const KEY_SHAPES: [(usize, &str); 3] = [
    (16, "sk_live_ sk_test_ rk_live_ rk_test_ AKIA ASIA"),
    (20, "sk- whsec_ glpat- xoxb- xoxp-"),
    (30, "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_ npm_ hf_ AIza"),
];

const HEX_DIGITS: usize = 32;

/// Nothing shorter is a secret; the shortest would be a token whose last part is empty. Most words end here.
const MIN_SECRET: usize = 19;
const PEM_BEGIN: &str = "-----BEGIN";
const PEM_END: &str = "-----END ";

/// A line of a key is one or two words, in a table beside its number: what has more spaces is prose.
const MAX_KEY_SPACES: usize = 4;

/// `text` with its secrets masked; what was masked is added to `redacted`.
pub fn mask<'a>(text: &'a str, redacted: &mut Redacted) -> Cow<'a, str> {
    redacted.is_in_key = false;
    mask_piece(text, redacted)
}

/// The same for the next piece of a longer text: a private key of which each line is a block of its own goes on in it.
pub fn mask_piece<'a>(text: &'a str, redacted: &mut Redacted) -> Cow<'a, str> {
    let mut masked = String::new();
    let mut copied = 0;
    if redacted.is_in_key {
        let end = key_end(text);
        let spaces = text.bytes().filter(|byte| *byte == b' ').count();
        redacted.is_in_key = end.is_none() && spaces <= MAX_KEY_SPACES;
        if redacted.is_in_key || end.is_some() {
            masked.push_str(MASK);
            copied = end.unwrap_or(text.len());
        }
    }
    let mut at = copied;
    while let Some((start, end)) = next_secret(text, at, redacted) {
        masked.push_str(part(text, copied..start));
        masked.push_str(MASK);
        copied = end;
        at = end;
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    masked.push_str(part(text, copied..text.len()));
    Cow::Owned(masked)
}

fn next_secret(text: &str, from: usize, redacted: &mut Redacted) -> Option<(usize, usize)> {
    let mut at = from;
    while at < text.len() {
        let rest = part(text, at..text.len());
        let run = rest.bytes().take_while(|byte| is_token(*byte) || *byte == b'.').count();
        if run == 0 {
            at += rest.chars().next().map_or(1, char::len_utf8);
            continue;
        }
        // What is before it may be of the same word: an `n` where a text writes `\n`.
        if part(rest, 0..run).ends_with(PEM_BEGIN) {
            let start = at + run - PEM_BEGIN.len();
            let key = part(text, start..text.len());
            if is_private_key(key) {
                let end = key_end(key);
                redacted.private_key += 1;
                redacted.is_in_key = end.is_none();
                return Some((start, end.map_or(text.len(), |end| start + end)));
            }
        }
        if run < MIN_SECRET {
            at += run;
            continue;
        }
        let word = part(rest, 0..run);
        if let Some((start, end)) = secret_in(word, redacted) {
            return Some((at + start, at + end));
        }
        at += run;
    }
    None
}

/// A token, a key or a long number among the parts of a word between its dots.
fn secret_in(word: &str, redacted: &mut Redacted) -> Option<(usize, usize)> {
    let mut start = 0;
    let parts = parted(word, b".");
    for (index, part) in parts.iter().enumerate() {
        let end = start + part.len();
        let body = parts.get(index + 1).map_or(0, |body| body.len());
        // RFC 7519: three parts in base64url, the first of which is a JSON object and so begins with `eyJ`.
        if part.starts_with("eyJ") && part.len() > 10 && body > 5 && parts.len() > index + 2 {
            redacted.jwt += 1;
            return Some((start, word.len()));
        }
        if KEY_SHAPES.iter().any(|(length, prefixes)| {
            parted(prefixes, b" ").into_iter().any(|prefix| is_key(part, prefix, *length))
        }) {
            redacted.api_key += 1;
            return Some((start, end));
        }
        // Whatever is before and behind it: `0x`, the name of what it is a key of.
        let mut digits = 0;
        for (index, byte) in part.bytes().chain([b'.']).enumerate() {
            if byte.is_ascii_hexdigit() {
                digits += 1;
            } else if digits < HEX_DIGITS {
                digits = 0;
            } else {
                redacted.hex += 1;
                return Some((start + index - digits, start + index));
            }
        }
        start = end + 1;
    }
    None
}

/// Without a digit it is a name (`sk-learn-contrib-something`), not a key.
fn is_key(part: &str, prefix: &str, length: usize) -> bool {
    part.strip_prefix(prefix)
        .is_some_and(|key| key.len() >= length && key.bytes().any(|byte| byte.is_ascii_digit()))
}

/// Whether what follows [`PEM_BEGIN`] says that this is a private key (RFC 7468; OpenPGP writes
/// `PGP PRIVATE KEY BLOCK`).
fn is_private_key(text: &str) -> bool {
    let label = part(text, PEM_BEGIN.len()..text.len());
    let name = until(label, b"-");
    name.len() < label.len() && find(name, "PRIVATE KEY").is_some()
}

/// Where the first PEM block in `text` ends.
fn key_end(text: &str) -> Option<usize> {
    let close = find(text, PEM_END)? + PEM_END.len();
    Some(close + find(part(text, close..text.len()), "-----")? + "-----".len())
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(text: &str) -> (String, Redacted) {
        let mut redacted = Redacted::default();
        (mask(text, &mut redacted).into_owned(), redacted)
    }

    fn shapes() -> impl Iterator<Item = (&'static str, usize)> {
        KEY_SHAPES.iter().flat_map(|(length, prefixes)| prefixes.split(' ').map(|prefix| (prefix, *length)))
    }

    #[test]
    fn keys_of_known_issuers_are_masked() {
        for (prefix, length) in shapes() {
            let key = [prefix, &"a1B2".repeat(length.div_ceil(4))].concat();
            for (before, after) in
                [("", ""), ("key=", "&x"), ("\"", "\","), ("Bearer ", "."), ("ключ ", " да")]
            {
                let (text, redacted) = masked(&[before, &key, after].concat());
                assert_eq!(text, [before, MASK, after].concat());
                assert_eq!(redacted, Redacted { api_key: 1, ..Redacted::default() });
            }
        }
    }

    #[test]
    fn tokens_and_long_numbers_are_masked_and_counted() {
        let jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl";
        let (text, redacted) = masked(&["a ", jwt, " b ", &"0aF".repeat(11), " c ", jwt].concat());
        assert_eq!(text, "a [redacted] b [redacted] c [redacted]");
        assert_eq!(redacted, Redacted { jwt: 2, hex: 1, ..Redacted::default() });
        let hex = &"0a".repeat(16);
        let (text, redacted) = masked(&["0x", hex, hex, " key_", hex, "-x id.", jwt].concat());
        assert_eq!(text, "0x[redacted] key_[redacted]-x id.[redacted]");
        assert_eq!(redacted, Redacted { jwt: 1, hex: 2, ..Redacted::default() });
    }

    #[test]
    fn a_private_key_goes_on_in_the_next_pieces_until_it_ends_or_there_is_prose() {
        let pieces = |pieces: &[&str]| {
            let mut redacted = Redacted::default();
            let masked: Vec<_> = pieces.iter().map(|piece| mask_piece(piece, &mut redacted)).collect();
            (masked.join("/"), redacted.private_key)
        };
        let begin = "| 1 | -----BEGIN PRIVATE KEY----- |";
        assert_eq!(
            pieces(&[begin, "| 2 | MIIE |", "-----END PRIVATE KEY----- x", "MIIE"]),
            ("| 1 | [redacted]/[redacted]/[redacted] x/MIIE".to_owned(), 1)
        );
        assert_eq!(
            pieces(&[begin, "is how such a file begins", "MIIE"]),
            ("| 1 | [redacted]/is how such a file begins/MIIE".to_owned(), 1)
        );
    }

    #[test]
    fn the_shortest_secret_there_is_is_masked_and_a_shorter_word_is_none() {
        let shortest = ["eyJ456789ab", "cdefgh", ""].join(".");
        assert_eq!((shortest.len(), masked(&shortest).0.as_str()), (MIN_SECRET, MASK));
        assert!(shapes().all(|(prefix, length)| prefix.len() + length >= MIN_SECRET));
    }

    #[test]
    fn a_private_key_is_masked_to_its_end_or_to_the_end_of_the_text() {
        let begin = "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n";
        let (text, redacted) = masked(&["x ", begin, "-----END RSA PRIVATE KEY----- y"].concat());
        assert_eq!(text, "x [redacted] y");
        assert_eq!(redacted.private_key, 1);
        assert_eq!(masked(&["x ", begin, "MIIE"].concat()).0, "x [redacted]");
        assert_eq!(masked(&["x ", begin, "-----END RSA"].concat()).0, "x [redacted]");
        assert_eq!(masked(&["\\n", begin, "MIIE"].concat()).0, "\\n[redacted]");
        assert_eq!(masked("-----BEGIN PGP PRIVATE KEY BLOCK-----\nlQ").0, MASK);
        let certificate = "-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----";
        assert_eq!(masked(certificate).0, certificate);
    }

    #[test]
    fn ordinary_words_of_documentation_stay() {
        for text in [
            "sk-learn-contrib-imbalanced-learn",
            "sk-short1",
            "version 1.2.3 of @scope/pkg",
            "commit 3f2a9c1",
            "550e8400-e29b-41d4-a716-446655440000",
            "--------------------------------",
            "AKIA is the prefix",
            "a.b.c.d eyJ.a.b",
            "eyJhbGciOiJIUzI1NiJ9",
            "-----BEGIN",
            "ß…日本語-----BEGIN x",
        ] {
            assert_eq!(masked(text), (text.to_owned(), Redacted::default()));
        }
    }
}
