//! Writes JSON: objects and lists of what a page context consists of, and no more.

use crate::text::part;

/// A JSON text in the making. Its methods are called in the order of the text; commas are its own business.
#[derive(Default)]
pub struct JsonWriter(String);

impl JsonWriter {
    /// Begins an object (`{`) or a list (`[`).
    pub fn open(&mut self, bracket: char) {
        self.separate();
        self.0.push(bracket);
    }

    /// Ends it (`}`, `]`).
    pub fn close(&mut self, bracket: char) {
        self.0.push(bracket);
    }

    /// The key of the value that follows; it must need no escape.
    pub fn key(&mut self, key: &str) {
        self.separate();
        self.0.push('"');
        self.0.push_str(key);
        self.0.push_str("\":");
    }

    /// A string.
    pub fn text(&mut self, text: &str) {
        self.separate();
        self.0.push('"');
        let mut rest = text;
        loop {
            let is_plain = |byte: &u8| !matches!(byte, b'"' | b'\\' | 0..=0x1f);
            let plain = rest.bytes().take_while(is_plain).count();
            self.0.push_str(part(rest, 0..plain));
            match rest.as_bytes().get(plain) {
                None => break,
                // Besides the quotes RFC 8259 wants the controls below U+0020 escaped, all of which have this form.
                Some(control @ 0..=0x1f) => {
                    self.0.push_str("\\u00");
                    self.0.push(if *control < 0x10 { '0' } else { '1' });
                    self.0.push(char::from(b"0123456789abcdef"[usize::from(control % 16)]));
                }
                Some(quote) => {
                    self.0.push('\\');
                    self.0.push(char::from(*quote));
                }
            }
            rest = part(rest, plain + 1..rest.len());
        }
        self.0.push('"');
    }

    /// A value that is JSON already.
    pub fn raw(&mut self, json: &str) {
        self.separate();
        self.0.push_str(json);
    }

    /// A list of strings.
    pub fn texts<'t>(&mut self, texts: impl Iterator<Item = &'t str>) {
        self.open('[');
        for text in texts {
            self.text(text);
        }
        self.close(']');
    }

    /// Undoes what was written behind the first `len` bytes.
    pub fn take_back(&mut self, len: usize) {
        self.0.truncate(len);
    }

    /// How many bytes were written.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing was written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A whole number.
    pub fn number(&mut self, number: u32) {
        self.separate();
        push_decimal(&mut self.0, number as usize);
    }

    /// `true` or `false`.
    pub fn flag(&mut self, flag: bool) {
        self.separate();
        self.0.push_str(if flag { "true" } else { "false" });
    }

    /// A member whose value is a string.
    pub fn member(&mut self, key: &str, text: &str) {
        self.key(key);
        self.text(text);
    }

    /// A member whose value is a string, left out where that is empty.
    pub fn member_if(&mut self, key: &str, text: &str) {
        if !text.is_empty() {
            self.member(key, text);
        }
    }

    /// A member whose value is a whole number.
    pub fn count(&mut self, key: &str, number: u32) {
        self.key(key);
        self.number(number);
    }

    /// The text.
    #[must_use]
    pub fn finish(self) -> String {
        self.0
    }

    fn separate(&mut self) {
        if !matches!(self.0.bytes().last(), None | Some(b'{' | b'[' | b':')) {
            self.0.push(',');
        }
    }
}

/// Appends a number in digits, without the formatting machinery.
pub fn push_decimal(text: &mut String, number: usize) {
    if number >= 10 {
        push_decimal(text, number / 10);
    }
    text.push(char::from(b"0123456789"[number % 10]));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_what_a_parser_reads() {
        let odd: String = (0..0x80u8).map(char::from).chain("ü\u{2028}😀".chars()).collect();
        let mut json = JsonWriter::default();
        json.open('{');
        json.member("odd", &odd);
        json.member("empty", "");
        json.member_if("left out", "");
        json.count("zero", 0);
        json.count("most", u32::MAX);
        json.key("list");
        json.open('[');
        json.text("{");
        json.flag(true);
        json.open('[');
        json.close(']');
        json.number(10);
        json.close(']');
        json.key("last");
        json.flag(false);
        json.close('}');
        let read: serde_json::Value = serde_json::from_str(&json.finish()).unwrap();
        let expected = serde_json::json!({
            "odd": odd, "empty": "", "zero": 0, "most": u32::MAX, "list": ["{", true, [], 10], "last": false,
        });
        assert_eq!(read, expected);
    }
}
