//! Masks what must not travel in a page's text: keys, tokens, private keys and long hexadecimal numbers.
//!
//! A page that shows a reader's API key is an ordinary page of an account area. The shapes are those that their
//! issuers document; a mask that is too wide costs a checksum in an answer, one that is too narrow costs a key.

use std::borrow::Cow;

use crate::text::{find, part, parted};

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
}

/// Prefix of a key and how many characters at least follow it.
const KEY_SHAPES: [(&str, usize); 20] = [
    ("sk-", 20),
    ("sk_live_", 16),
    ("sk_test_", 16),
    ("rk_live_", 16),
    ("rk_test_", 16),
    ("whsec_", 24),
    ("ghp_", 30),
    ("gho_", 30),
    ("ghu_", 30),
    ("ghs_", 30),
    ("ghr_", 30),
    ("github_pat_", 30),
    ("glpat-", 20),
    ("xoxb-", 20),
    ("xoxp-", 20),
    ("npm_", 30),
    ("hf_", 30),
    ("AIza", 30),
    ("AKIA", 16),
    ("ASIA", 16),
];

const HEX_DIGITS: usize = 32;

/// Nothing shorter is a secret; the shortest would be a token whose last part is empty. Most words end here.
const MIN_SECRET: usize = 19;
const PEM_BEGIN: &str = "-----BEGIN ";
const PEM_END: &str = "-----END ";

/// `text` with its secrets masked; what was masked is added to `redacted`.
pub fn mask<'a>(text: &'a str, redacted: &mut Redacted) -> Cow<'a, str> {
    let mut masked = String::new();
    let mut copied = 0;
    let mut at = 0;
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
        let is_dash = rest.as_bytes().first() == Some(&b'-');
        if let Some(length) = is_dash.then(|| private_key_length(rest)).flatten() {
            redacted.private_key += 1;
            return Some((at, at + length));
        }
        let run = rest.bytes().take_while(|byte| is_token(*byte) || *byte == b'.').count();
        if run == 0 {
            at += rest.chars().next().map_or(1, char::len_utf8);
            continue;
        }
        if run < MIN_SECRET {
            at += run;
            continue;
        }
        let word = part(rest, 0..run);
        let found = if is_jwt(word) {
            redacted.jwt += 1;
            Some((0, run))
        } else {
            plain_secret(word, redacted)
        };
        if let Some((start, end)) = found {
            return Some((at + start, at + end));
        }
        at += run;
    }
    None
}

/// A key or a long number among the parts of a word between its dots.
fn plain_secret(word: &str, redacted: &mut Redacted) -> Option<(usize, usize)> {
    let mut start = 0;
    for part in parted(word, b".") {
        let end = start + part.len();
        if KEY_SHAPES.iter().any(|(prefix, length)| is_key(part, prefix, *length)) {
            redacted.api_key += 1;
            return Some((start, end));
        }
        if part.len() >= HEX_DIGITS && part.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            redacted.hex += 1;
            return Some((start, end));
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

/// RFC 7519: three parts in base64url, the first of which is a JSON object and so begins with `eyJ`.
fn is_jwt(word: &str) -> bool {
    matches!(
        parted(word, b".")[..],
        [head, body, _, ..] if head.starts_with("eyJ") && head.len() > 10 && body.len() > 5
    )
}

/// The length of a PEM block of a private key at the start of `text` (RFC 7468); without its end, all of `text`.
fn private_key_length(text: &str) -> Option<usize> {
    let label = text.strip_prefix(PEM_BEGIN)?;
    if !part(label, 0..find(label, "-----")?).ends_with("PRIVATE KEY") {
        return None;
    }
    let Some(end) = find(text, PEM_END) else { return Some(text.len()) };
    let close = end + PEM_END.len();
    let dashes = find(part(text, close..text.len()), "-----");
    Some(dashes.map_or(text.len(), |found| close + found + "-----".len()))
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

    #[test]
    fn keys_of_known_issuers_are_masked() {
        for (prefix, length) in KEY_SHAPES {
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
    }

    #[test]
    fn the_shortest_secret_there_is_is_masked_and_a_shorter_word_is_none() {
        let shortest = ["eyJ456789ab", "cdefgh", ""].join(".");
        assert_eq!((shortest.len(), masked(&shortest).0.as_str()), (MIN_SECRET, MASK));
        assert!(KEY_SHAPES.iter().all(|(prefix, length)| prefix.len() + length >= MIN_SECRET));
    }

    #[test]
    fn a_private_key_is_masked_to_its_end_or_to_the_end_of_the_text() {
        let begin = "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n";
        let (text, redacted) = masked(&["x ", begin, "-----END RSA PRIVATE KEY----- y"].concat());
        assert_eq!(text, "x [redacted] y");
        assert_eq!(redacted.private_key, 1);
        assert_eq!(masked(&["x ", begin, "MIIE"].concat()).0, "x [redacted]");
        assert_eq!(masked(&["x ", begin, "-----END RSA"].concat()).0, "x [redacted]");
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
