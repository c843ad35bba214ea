//! Finds the members of an object in a JSON text and changes nothing.
//!
//! Positions instead of values: what is not looked for is checked and stepped over, so numbers of any size, the order
//! of keys and the spelling of strings never pass through a parser that could alter them. The grammar is RFC 8259's,
//! the same as `JSON.parse`: a text that one refuses the other refuses.

mod literal;

use std::ops::Range;

pub(crate) use literal::{spells, unquote};

/// Where an object lies in its text and where the wanted members are.
pub(crate) struct Object {
    /// Where a further member goes: behind the opening brace.
    pub(crate) insert_at: usize,
    /// Whether there is no member yet, so that a further one needs no comma behind it.
    pub(crate) is_empty: bool,
    /// One entry for each wanted key: where its value lies. Of duplicates the last counts, as for `JSON.parse`.
    pub(crate) values: Vec<Option<Range<usize>>>,
    /// What the last wanted key holds, if that is an object and keys of it are wanted, too.
    pub(crate) inner: Option<Box<Object>>,
}

/// The object a whole text consists of; `None` for anything else, invalid JSON included. `wanted` are the keys of this
/// object, those of what the last of them holds, and so on: the text is read once.
pub(crate) fn whole_object(text: &[u8], wanted: &[&[&str]]) -> Option<Object> {
    let mut scanner = Scanner { text, at: 0, is_start: false, is_over: false };
    let object = scanner.object(wanted)?;
    scanner.skip_whitespace();
    (scanner.at == text.len()).then_some(object)
}

/// The object that `text` is the start of, read as far as the first member of the innermost object that keys are
/// wanted of, and how many bytes were read; `None` where the start does not go so far.
pub(crate) fn start_of_object(text: &[u8], wanted: &[&[&str]]) -> Option<(Object, usize)> {
    let mut scanner = Scanner { text, at: 0, is_start: true, is_over: false };
    let object = scanner.object(wanted).filter(|_| scanner.is_over)?;
    // What comes behind the last brace was seen.
    Some((object, scanner.at + 1))
}

/// The part of `text` in `range`; empty where there is none.
pub(crate) fn part(text: &[u8], range: Range<usize>) -> &[u8] {
    text.get(range).unwrap_or_default()
}

struct Scanner<'a> {
    text: &'a [u8],
    at: usize,
    /// Whether nothing is read behind the opening brace of the innermost object.
    is_start: bool,
    /// Whether that was reached.
    is_over: bool,
}

impl Scanner<'_> {
    fn object(&mut self, wanted: &[&[&str]]) -> Option<Object> {
        let (wanted, deeper) = wanted.split_first()?;
        self.skip_whitespace();
        self.expect(b'{')?;
        let values = vec![None; wanted.len()];
        let mut object = Object { insert_at: self.at, is_empty: false, values, inner: None };
        self.skip_whitespace();
        object.is_empty = self.peek()? == b'}';
        if self.is_start && deeper.is_empty() {
            self.is_over = true;
            return Some(object);
        }
        if object.is_empty {
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
            if self.is_over {
                return Some(object);
            }
            if let Some(found) = place.and_then(|place| object.values.get_mut(place)) {
                *found = Some(value..self.at);
            }
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
        let bytes = self.text;
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
        part(self.text, self.at..self.text.len()).starts_with(word.as_bytes()).then(|| self.at += word.len())
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
        self.text.get(self.at).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }
}

#[cfg(test)]
mod tests;
