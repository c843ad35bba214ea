//! Finds the members of an object in a JSON text and changes nothing.
//!
//! Positions instead of values: what is not looked for is checked and stepped over, so numbers of any size, the order
//! of keys and the spelling of strings never pass through a parser that could alter them. The grammar is RFC 8259's,
//! the same as `JSON.parse`: a text that one refuses the other refuses.

use std::borrow::Cow;
use std::ops::Range;
use std::str::Chars;

use crate::text::part;

/// Where an object lies in its text and where the wanted members are.
pub(crate) struct Object {
    /// Where a further member goes: behind the last one, or behind the opening brace.
    pub(crate) insert_at: usize,
    /// Whether there is no member yet, so that a further one needs no comma before it.
    pub(crate) is_empty: bool,
    /// One entry for each wanted key: where its value lies. Of duplicates the last counts, as for `JSON.parse`.
    pub(crate) values: Vec<Option<Range<usize>>>,
    /// What the last wanted key holds, if that is an object and keys of it are wanted, too.
    pub(crate) inner: Option<Box<Object>>,
}

/// The object a whole text consists of; `None` for anything else, invalid JSON included. `wanted` are the keys of this
/// object, those of what the last of them holds, and so on: the text is read once.
pub(crate) fn whole_object(text: &str, wanted: &[&[&str]]) -> Option<Object> {
    let mut scanner = Scanner { text, at: 0 };
    let object = scanner.object(wanted)?;
    scanner.skip_whitespace();
    (scanner.at == text.len()).then_some(object)
}

/// Whether a string literal, quotes included and as found by this module, spells `plain`: letters, `_` and `.`, each as
/// it is or as `\u` and its number.
pub(crate) fn spells(literal: &str, plain: &str) -> bool {
    let mut rest = literal.bytes().skip(1);
    let mut next = || match rest.next()? {
        b'\\' if rest.next() == Some(b'u') => (0..4).try_fold(0, |unit, _| {
            let digit = char::from(rest.next()?).to_digit(16)?;
            Some(unit * 16 + digit)
        }),
        // Any other escape stands for something that is in no name, as this control character is.
        b'\\' => Some(0),
        byte => Some(byte.into()),
    };
    plain.bytes().all(|byte| next() == Some(byte.into())) && next() == Some(b'"'.into())
}

/// The characters of a string literal, quotes included, as found by this module. Halves of surrogate pairs without
/// their other half become U+FFFD.
pub(crate) fn unquote(literal: &str) -> Option<Cow<'_, str>> {
    let inner = literal.strip_prefix('"')?.strip_suffix('"')?;
    if !inner.contains('\\') {
        return Some(Cow::Borrowed(inner));
    }
    let mut plain = String::with_capacity(inner.len());
    let mut rest = inner.chars();
    while let Some(character) = rest.next() {
        let meant = match character {
            '\\' => match rest.next()? {
                'b' => '\u{8}',
                'f' => '\u{c}',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'u' => code_point(&mut rest)?,
                other => other,
            },
            other => other,
        };
        plain.push(meant);
    }
    Some(Cow::Owned(plain))
}

/// The character of an escape, behind its `\u`; with its other half if it is one of a pair.
fn code_point(rest: &mut Chars<'_>) -> Option<char> {
    let unit = hex_unit(rest)?;
    if (0xD800..0xDC00).contains(&unit) {
        let mut ahead = rest.clone();
        let is_escape = ahead.next() == Some('\\') && ahead.next() == Some('u');
        let low = if is_escape { hex_unit(&mut ahead) } else { None };
        if let Some(low) = low.filter(|low| (0xDC00..0xE000).contains(low)) {
            *rest = ahead;
            return char::from_u32(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00));
        }
    }
    Some(char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER))
}

fn hex_unit(rest: &mut Chars<'_>) -> Option<u32> {
    let mut unit = 0;
    for _ in 0..4 {
        unit = unit * 16 + rest.next()?.to_digit(16)?;
    }
    Some(unit)
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl Scanner<'_> {
    fn object(&mut self, wanted: &[&[&str]]) -> Option<Object> {
        let (wanted, deeper) = wanted.split_first()?;
        self.skip_whitespace();
        self.expect(b'{')?;
        let values = vec![None; wanted.len()];
        let mut object = Object { insert_at: self.at, is_empty: true, values, inner: None };
        self.skip_whitespace();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Some(object);
        }
        loop {
            self.skip_whitespace();
            let key = self.at;
            self.skip_string()?;
            let key = part(self.text, key..self.at);
            self.skip_whitespace();
            self.expect(b':')?;
            self.skip_whitespace();
            let value = self.at;
            let place = wanted.iter().position(|wanted| spells(key, wanted));
            let is_last = place.is_some_and(|place| place + 1 == wanted.len() && !deeper.is_empty());
            let inner = if is_last && self.peek() == Some(b'{') {
                Some(Box::new(self.object(deeper)?))
            } else {
                self.skip_value()?;
                None
            };
            if is_last {
                object.inner = inner;
            }
            if let Some(found) = place.and_then(|place| object.values.get_mut(place)) {
                *found = Some(value..self.at);
            }
            object.is_empty = false;
            object.insert_at = self.at;
            self.skip_whitespace();
            match self.next()? {
                b',' => {}
                b'}' => return Some(object),
                _ => return None,
            }
        }
    }

    /// Steps over one value. Open brackets are kept in a list, not on the call stack: depth cannot overflow it.
    fn skip_value(&mut self) -> Option<()> {
        let mut open = Vec::new();
        loop {
            self.skip_whitespace();
            match self.peek()? {
                b'{' => {
                    self.at += 1;
                    self.skip_whitespace();
                    if self.peek() == Some(b'}') {
                        self.at += 1;
                    } else {
                        self.skip_key()?;
                        open.push(b'}');
                        continue;
                    }
                }
                b'[' => {
                    self.at += 1;
                    self.skip_whitespace();
                    if self.peek() == Some(b']') {
                        self.at += 1;
                    } else {
                        open.push(b']');
                        continue;
                    }
                }
                b'"' => self.skip_string()?,
                b't' => self.skip_word("true")?,
                b'f' => self.skip_word("false")?,
                b'n' => self.skip_word("null")?,
                _ => self.skip_number()?,
            }
            loop {
                let Some(&closer) = open.last() else { return Some(()) };
                self.skip_whitespace();
                let byte = self.next()?;
                if byte == b',' {
                    if closer == b'}' {
                        self.skip_key()?;
                    }
                    break;
                }
                if byte != closer {
                    return None;
                }
                open.pop();
            }
        }
    }

    fn skip_key(&mut self) -> Option<()> {
        self.skip_whitespace();
        self.skip_string()?;
        self.skip_whitespace();
        self.expect(b':')
    }

    /// Eight bytes at a time: most of a request is text.
    fn skip_string(&mut self) -> Option<()> {
        const ONES: u64 = 0x0101_0101_0101_0101;
        // The high bit of each byte that is less than `limit`, and maybe of some behind the first such byte.
        let below = |word: u64, limit: u64| word.wrapping_sub(ONES * limit) & !word & (ONES << 7);
        self.expect(b'"')?;
        let bytes = self.text.as_bytes();
        loop {
            if let Some(chunk) = bytes.get(self.at..)?.first_chunk() {
                let word = u64::from_le_bytes(*chunk);
                let special =
                    below(word ^ (ONES * 0x22), 1) | below(word ^ (ONES * 0x5C), 1) | below(word, 0x20);
                // Eight where there is none.
                let plain = special.trailing_zeros() as usize / 8;
                self.at += plain;
                if plain == 8 {
                    continue;
                }
            }
            match self.next()? {
                b'"' => return Some(()),
                b'\\' => match self.next()? {
                    b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => {}
                    b'u' => {
                        let digits = bytes.get(self.at..self.at + 4)?;
                        digits.iter().all(u8::is_ascii_hexdigit).then_some(())?;
                        self.at += 4;
                    }
                    _ => return None,
                },
                0..0x20 => return None,
                _ => {}
            }
        }
    }

    fn skip_number(&mut self) -> Option<()> {
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            self.skip_digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.skip_digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.skip_digits()?;
        }
        Some(())
    }

    fn skip_digits(&mut self) -> Option<()> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        (self.at > start).then_some(())
    }

    fn skip_word(&mut self, word: &str) -> Option<()> {
        part(self.text, self.at..self.text.len()).starts_with(word).then(|| self.at += word.len())
    }

    fn skip_whitespace(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        (self.next()? == byte).then_some(())
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_object(text: &str) -> bool {
        whole_object(text, &[&[]]).is_some()
    }

    #[test]
    fn a_string_ends_where_it_ends_wherever_that_is_in_a_word() {
        for length in 0..40 {
            let plain = "é".repeat(length / 2) + &"x".repeat(length % 2);
            for (special, is_valid) in
                [("", true), ("\\n", true), ("\\\"", true), ("\n", false), ("\u{1f}", false)]
            {
                let text = ["{\"a\":\"", &plain, special, "\u{7f} !#[]", &plain, "\"}"].concat();
                assert_eq!(is_object(&text), is_valid, "{text}");
            }
        }
    }

    #[test]
    fn keys_are_found_in_what_the_last_key_holds_in_one_reading() {
        let text = r#"{"b":{"c":0},"a":{"c":1},"b":{"x":{},"c":{"d":2}}}"#;
        let object = whole_object(text, &[&["a", "b"], &["c"], &["d"]]).unwrap();
        let inner = object.inner.unwrap();
        assert_eq!(&text[inner.values[0].clone().unwrap()], r#"{"d":2}"#);
        assert_eq!(&text[inner.inner.unwrap().values[0].clone().unwrap()], "2");
        assert!(whole_object(r#"{"b":{"c":1},"b":3}"#, &[&["b"], &["c"]]).unwrap().inner.is_none());
        assert!(whole_object(r#"{"b":{"c":1,}}"#, &[&["b"], &["c"]]).is_none());
    }

    #[test]
    fn texts_that_json_parse_refuses_are_refused() {
        for text in [
            "",
            " ",
            "{",
            "}",
            "{}x",
            "{} {}",
            "{,}",
            r#"{"a":1,}"#,
            r#"{"a" 1}"#,
            r#"{"a":}"#,
            r#"{a:1}"#,
            r#"{'a':1}"#,
            r#"{"a":01}"#,
            r#"{"a":1.}"#,
            r#"{"a":.5}"#,
            r#"{"a":+1}"#,
            r#"{"a":1e}"#,
            r#"{"a":-}"#,
            r#"{"a":tru}"#,
            r#"{"a":nul}"#,
            r#"{"a":NaN}"#,
            r#"{"a":"\x"}"#,
            r#"{"a":"\u12g4"}"#,
            r#"{"a":"unclosed}"#,
            "{\"a\":\"line\nbreak\"}",
            r#"{"a":[1,]}"#,
            r#"{"a":[1}"#,
            r#"{"a":{"b":1]}"#,
            r#"{"a":[1 2]}"#,
            "\u{feff}{}",
            "{\u{a0}}",
        ] {
            assert!(!is_object(text), "{text}");
            assert!(serde_json::from_str::<serde_json::Value>(text).is_err(), "the oracle takes {text}");
        }
    }

    #[test]
    fn values_that_are_no_object_are_refused() {
        for text in ["null", "1", "\"{}\"", "[{}]", "true"] {
            assert!(!is_object(text), "{text}");
        }
    }

    #[test]
    fn every_form_of_value_is_stepped_over() {
        assert!(is_object(
            " { \"a\" : [ ] , \"b\":[[{}],[{\"c\":[-0.5e+10,0,1E5]}]],\r\n\t\"d\":\"\\\"\\\\\\/\\b\\u00e9ü\",\"e\":null } "
        ));
    }

    #[test]
    fn a_key_is_found_however_it_is_spelled() {
        let text = r#"{"t\u0079pe":1}"#;
        assert_eq!(whole_object(text, &[&["type"]]).unwrap().values, [Some(13..14)]);
    }

    #[test]
    fn of_duplicate_keys_the_last_counts() {
        let text = r#"{"a":1,"a":22}"#;
        assert_eq!(whole_object(text, &[&["a"]]).unwrap().values, [Some(11..13)]);
    }

    #[test]
    fn a_hundred_thousand_open_brackets_do_not_exhaust_the_stack() {
        let deep = ["{\"a\":", &"[".repeat(100_000), &"]".repeat(100_000), "}"].concat();
        assert!(is_object(&deep));
        assert!(!is_object(&deep[..deep.len() - 2]));
    }

    #[test]
    fn a_literal_spells_a_name_whole_and_however_it_is_escaped() {
        for literal in [r#""a.b_c""#, r#""\u0061.b_c""#, r#""a\u002Eb\u005fc""#] {
            assert!(spells(literal, "a.b_c"), "{literal}");
        }
        for literal in [r#""a.b_""#, r#""a.b_cd""#, r#""\u0161.b_c""#, r#""\b.b_c""#, r#""a\".b""#, r#""""#] {
            assert!(!spells(literal, "a.b_c"), "{literal}");
        }
    }

    #[test]
    fn escapes_are_read_as_the_characters_they_mean() {
        assert_eq!(unquote(r#""a\n\t\/\\\"\u00e9""#).unwrap(), "a\n\t/\\\"é");
        assert_eq!(unquote(r#""\ud83d\ude00""#).unwrap(), "😀");
        assert_eq!(unquote(r#""\ud83dx\ude00""#).unwrap(), "\u{fffd}x\u{fffd}");
        assert_eq!(unquote(r#""\ud83d\ud83d\ude00""#).unwrap(), "\u{fffd}😀");
    }
}
