//! What a page says about itself in JSON-LD (schema.org), cut down to what helps to answer.

use crate::address::Address;
use crate::json_writer::JsonWriter;
use crate::redaction::{Redacted, mask};
use crate::text::{find, one_line, part, shorten, until};

/// Longer scripts are not read.
const MAX_BYTES: usize = 64 << 10;

/// The kinds of things that are kept.
const KINDS: [&str; 5] = ["BreadcrumbList", "TechArticle", "Article", "FAQPage", "SoftwareSourceCode"];

/// What is kept of them and of what is in them.
const KEYS: &str = " @type name headline description text url item itemListElement position mainEntity acceptedAnswer \
    dateModified datePublished version author keywords inLanguage articleSection proficiencyLevel dependencies \
    programmingLanguage codeRepository runtimePlatform ";

/// Entries of a list, characters of a text, lists in lists, bytes of everything.
const MAX_ENTRIES: u32 = 20;
const MAX_CHARS: usize = 300;
const MAX_DEPTH: u32 = 6;
const MAX_WRITTEN: usize = 4 << 10;

/// Writes what each script holds into a list that is open. Texts that are no JSON are ignored.
pub(super) fn write<'s>(
    scripts: impl Iterator<Item = &'s str>,
    json: &mut JsonWriter,
    redacted: &mut Redacted,
) {
    let mut left = MAX_BYTES;
    let limit = json.len() + MAX_WRITTEN;
    for script in scripts {
        let Some(rest) = left.checked_sub(script.len()) else { continue };
        left = rest;
        let mut reader = Reader { text: script, at: 0 };
        let value = reader.value(0).filter(|_| reader.peek().is_none());
        if let Some(value) = value {
            things(&value, json, limit, redacted);
        }
    }
}

/// A value of JSON.
enum Value<'t> {
    /// A number, `true`, `false` or `null`, as it is written.
    Word(&'t str),
    Text(String),
    /// The members of an object, or with empty keys the entries of a list.
    Members(bool, Vec<(String, Value<'t>)>),
}

/// Writes a thing, the things of a list, or those of a graph.
fn things(value: &Value<'_>, json: &mut JsonWriter, limit: usize, redacted: &mut Redacted) {
    let Value::Members(is_object, members) = value else { return };
    let is_kept = *is_object && members.iter().any(|(key, value)| key == "@type" && is_kind(value));
    if is_kept && json.len() < limit {
        write_value(value, json, 0, redacted);
    }
    for (_, value) in members.iter().filter(|(key, _)| !is_object || key == "@graph") {
        things(value, json, limit, redacted);
    }
}

/// `"@type"` is a text, or a list of them.
fn is_kind(value: &Value<'_>) -> bool {
    match value {
        Value::Text(name) => KINDS.contains(&name.as_str()),
        Value::Members(_, members) => members.iter().any(|(_, value)| is_kind(value)),
        Value::Word(_) => false,
    }
}

/// Writes a value without the keys that nobody asks for.
fn write_value(value: &Value<'_>, json: &mut JsonWriter, depth: u32, redacted: &mut Redacted) {
    match value {
        Value::Word(word) => json.raw(word),
        Value::Text(text) => {
            // Addresses are told without what may identify somebody.
            let is_address =
                text.starts_with('/') || (text.starts_with("http") && find(text, "://").is_some());
            let told = if is_address { until(text, b"?#") } else { text };
            let address = Address::parse(told).filter(|address| is_address && !address.host.is_empty());
            let whole = address.map(|address| [address.protocol, "//", address.host, address.path].concat());
            let told = whole.as_deref().unwrap_or(told);
            json.text(&shorten(&mask(&one_line(told), redacted), MAX_CHARS));
        }
        Value::Members(is_object, members) => {
            json.open(if *is_object { '{' } else { '[' });
            let mut left = if depth < MAX_DEPTH { MAX_ENTRIES } else { 0 };
            for (key, value) in members {
                let is_asked = !is_object || find(KEYS, &[" ", key, " "].concat()).is_some();
                if is_asked && left > 0 {
                    left -= 1;
                    if *is_object {
                        json.key(key.strip_prefix("@").unwrap_or(key));
                    }
                    write_value(value, json, depth + 1, redacted);
                }
            }
            json.close(if *is_object { '}' } else { ']' });
        }
    }
}

/// Reads JSON by RFC 8259's grammar. What it is not is `None`.
struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Reader<'t> {
    fn value(&mut self, depth: u32) -> Option<Value<'t>> {
        let first = self.peek()?;
        if depth > 64 {
            return None;
        }
        if first == b'"' {
            return self.string().map(Value::Text);
        }
        let is_object = first == b'{';
        if !is_object && first != b'[' {
            return self.word();
        }
        self.at += 1;
        let close = if is_object { b'}' } else { b']' };
        let mut members = Vec::new();
        if self.peek()? != close {
            loop {
                let mut key = String::new();
                if is_object {
                    self.peek()?;
                    key = self.string().filter(|key| until(key, b" ") == key)?;
                    if self.peek()? != b':' {
                        return None;
                    }
                    self.at += 1;
                }
                members.push((key, self.value(depth + 1)?));
                match self.peek()? {
                    b',' => self.at += 1,
                    next if next == close => break,
                    _ => return None,
                }
            }
        }
        self.at += 1;
        Some(Value::Members(is_object, members))
    }

    fn word(&mut self) -> Option<Value<'t>> {
        let rest = part(self.text, self.at..self.text.len());
        let is_end = |byte: u8| !(byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
        let word = part(rest, 0..rest.bytes().position(is_end).unwrap_or(rest.len()));
        self.at += word.len();
        (matches!(word, "true" | "false" | "null") || is_number(word.as_bytes())).then_some(Value::Word(word))
    }

    fn string(&mut self) -> Option<String> {
        let bytes = self.text.as_bytes();
        let start = self.at;
        if *bytes.get(start)? != b'"' {
            return None;
        }
        self.at += 1;
        loop {
            match bytes.get(self.at)? {
                b'"' => break,
                b'\\' => self.at += 2,
                0..=0x1f => return None,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        crate::json::unquote(part(self.text, start..self.at)).map(Into::into)
    }

    /// The next byte that is no white space; stays in front of it.
    fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while matches!(bytes.get(self.at), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
        bytes.get(self.at).copied()
    }
}

/// Digits, without a needless zero in front, then a fraction, then an exponent.
fn is_number(word: &[u8]) -> bool {
    let digits = |at: usize| {
        word.get(at..).unwrap_or_default().iter().take_while(|byte| byte.is_ascii_digit()).count()
    };
    let is = |at: usize, wanted: &[u8]| word.get(at).is_some_and(|byte| wanted.contains(byte));
    let mut at = usize::from(is(0, b"-"));
    let whole = digits(at);
    let mut is_right = whole > 0 && (whole == 1 || !is(at, b"0"));
    at += whole;
    if is(at, b".") {
        let fraction = digits(at + 1);
        is_right &= fraction > 0;
        at += 1 + fraction;
    }
    if is(at, b"eE") {
        at += 1 + usize::from(is(at + 1, b"+-"));
        let exponent = digits(at);
        is_right &= exponent > 0;
        at += exponent;
    }
    is_right && at == word.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(scripts: &[&str]) -> serde_json::Value {
        let mut json = JsonWriter::default();
        json.open('[');
        write(scripts.iter().copied(), &mut json, &mut Redacted::default());
        json.close(']');
        serde_json::from_str(&json.finish()).unwrap()
    }

    #[test]
    fn c05_the_four_kinds_are_kept_with_what_helps_to_answer() {
        let breadcrumbs = r#"{"@context":"https://schema.org","@type":"BreadcrumbList","itemListElement":[
            {"@type":"ListItem","position":1,"name":"Guides","item":"https://x.example/guides?session=abc"}]}"#;
        let article = r#"{"@type":["Thing","TechArticle"],"headline":" How\n to ","image":{"url":"x"},"dateModified":"2026-01-02"}"#;
        let faq = r#"{"@type":"FAQPage","mainEntity":[{"@type":"Question","name":"Why?","acceptedAnswer":{"@type":"Answer","text":"Because \u00e9 \ud83d\ude00."}}]}"#;
        let code = r#"{"@type":"SoftwareSourceCode","programmingLanguage":"Rust","codeRepository":"https://ada:pw@git.example/x","url":"/x?token=abc","version":1.5,"isAccessibleForFree":true}"#;
        assert_eq!(
            kept(&[breadcrumbs, article, faq, code]),
            serde_json::json!([
                {"type":"BreadcrumbList","itemListElement":[{"type":"ListItem","position":1,"name":"Guides","item":"https://x.example/guides"}]},
                {"type":["Thing","TechArticle"],"headline":"How to","dateModified":"2026-01-02"},
                {"type":"FAQPage","mainEntity":[{"type":"Question","name":"Why?","acceptedAnswer":{"type":"Answer","text":"Because é 😀."}}]},
                {"type":"SoftwareSourceCode","programmingLanguage":"Rust","codeRepository":"https://git.example/x","url":"/x","version":1.5},
            ])
        );
    }

    #[test]
    fn c05_things_are_found_in_lists_and_graphs_and_others_are_not_kept() {
        let graph = r#"{"@graph":[{"@type":"WebSite","name":"no"},{"@type":"Article","headline":"a"}]}"#;
        assert_eq!(
            kept(&[graph, r#"[{"@type":"Article","headline":"b"},{"@type":"Person","name":"no"}, 1, null]"#]),
            serde_json::json!([{"type":"Article","headline":"a"},{"type":"Article","headline":"b"}])
        );
    }

    #[test]
    fn c05_invalid_scripts_are_ignored_and_the_others_are_read() {
        let good = r#"{"@type":"Article","headline":"good"}"#;
        for end in 0..good.len() {
            assert_eq!(kept(&[part(good, 0..end)]), serde_json::json!([]), "{end}");
        }
        for bad in [
            "",
            "[",
            "{}x",
            r#"{"@type":"Article","headline":"a",}"#,
            r#"{"@type":"Article","headline":01}"#,
            r#"{"@type":"Article","headline":nul}"#,
            "{\"@type\":\"Article\",\"headline\":\"a\nb\"}",
            r#"{"@type":"Article"} // no"#,
            &"[".repeat(10_000),
        ] {
            assert_eq!(
                kept(&[bad, good]),
                serde_json::json!([{"type":"Article","headline":"good"}]),
                "{bad}"
            );
        }
    }

    #[test]
    fn c05_scripts_are_read_up_to_64_kb_and_what_they_say_is_bounded() {
        let long = [r#"{"@type":"Article","headline":""#, &"x".repeat(MAX_BYTES), "\"}"].concat();
        let short = r#"{"@type":"Article","headline":"short"}"#;
        assert_eq!(kept(&[&long, short]), serde_json::json!([{"type":"Article","headline":"short"}]));
        let many = ["[", &[short; 1000].join(","), "]"].concat();
        assert!(kept(&[&many]).to_string().len() < MAX_WRITTEN + 100);
        let wide = [r#"{"@type":"Article","keywords":["#, &["\"k\""; 100].join(","), "]}"].concat();
        assert_eq!(kept(&[&wide])[0]["keywords"].as_array().unwrap().len(), MAX_ENTRIES as usize);
    }

    #[test]
    fn c05_keys_in_the_data_are_masked() {
        let secret = r#"{"@type":"Article","headline":"Use sk-a1b2c3d4e5a1b2c3d4e5a1b2"}"#;
        assert_eq!(kept(&[secret]), serde_json::json!([{"type":"Article","headline":"Use [redacted]"}]));
    }
}
