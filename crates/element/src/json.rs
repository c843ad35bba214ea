//! JSON as a small value tree: what the element reads off the wire and writes to it.
//!
//! The element must read *any* server's events: an item type it has never heard of, a missing default, an extra field
//! may not cost the reader their answer. A tree with tolerant getters does that in a few kilobytes, where derived
//! deserialisers of the whole protocol are strict and several times the size. Numbers keep their own text, so that a
//! widget's payload travels back exactly as it came.

mod parse;
mod write;

pub use parse::parse;

/// A JSON value.
#[derive(Clone, Debug, PartialEq, Default)]
pub enum Json {
    /// `null`, and what a getter answers for a missing member.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, kept as it was written.
    Number(String),
    /// A string.
    Text(String),
    /// An array.
    List(Vec<Json>),
    /// An object, members in order.
    Object(Vec<(String, Json)>),
}

static NULL: Json = Json::Null;

impl Json {
    /// The member of that name, or `Null`.
    pub fn get(&self, name: &str) -> &Json {
        match self {
            Json::Object(members) => {
                members.iter().find(|(key, _)| key == name).map_or(&NULL, |(_, value)| value)
            }
            _ => &NULL,
        }
    }

    /// The text, when this is a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Json::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The member's text, when it is a string.
    pub fn str(&self, name: &str) -> Option<&str> {
        self.get(name).as_str()
    }

    /// The member's text, or the empty string.
    pub fn text(&self, name: &str) -> String {
        self.str(name).unwrap_or_default().to_owned()
    }

    /// The member's text, unless it is missing or blank.
    pub fn filled(&self, name: &str) -> Option<String> {
        self.str(name).filter(|text| !text.trim().is_empty()).map(str::to_owned)
    }

    /// Whether the member is `true`.
    pub fn is(&self, name: &str) -> bool {
        matches!(self.get(name), Json::Bool(true))
    }

    /// The member, when it is `true` or `false`.
    pub fn bool(&self, name: &str) -> Option<bool> {
        match self.get(name) {
            Json::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The elements, when this is an array; none otherwise.
    pub fn items(&self) -> &[Json] {
        match self {
            Json::List(items) => items,
            _ => &[],
        }
    }

    /// The member's elements, when it is an array; none otherwise.
    pub fn list(&self, name: &str) -> &[Json] {
        self.get(name).items()
    }

    /// The members, when this is an object; none otherwise.
    pub fn members(&self) -> &[(String, Json)] {
        match self {
            Json::Object(members) => members,
            _ => &[],
        }
    }

    /// A whole number that is not negative. A fraction is cut off: a server may write `3.0`.
    pub fn as_index(&self) -> Option<usize> {
        match self {
            Json::Number(text) => text.split('.').next().and_then(|whole| whole.parse().ok()),
            _ => None,
        }
    }

    /// A number between 0 and 1 as whole percent. Fractions finer than that are not shown anywhere.
    pub fn as_percent(&self) -> Option<u32> {
        let Json::Number(text) = self else { return None };
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let hundredths = fraction
            .bytes()
            .chain(*b"00")
            .take(2)
            .fold(0, |sum, digit| sum * 10 + u32::from(digit.wrapping_sub(b'0').min(9)));
        Some((whole.parse::<u32>().ok()?.min(1) * 100 + hundredths).min(100))
    }

    /// Whether this is `null` or missing.
    pub fn is_null(&self) -> bool {
        matches!(self, Json::Null)
    }

    /// The value as compact JSON.
    pub fn to_json(&self) -> String {
        let mut out = String::new();
        write::value(self, &mut out);
        out
    }
}

/// An object from its members; members that are `Null` are left out, as the protocol does.
pub fn object<const N: usize>(members: [(&str, Json); N]) -> Json {
    Json::Object(
        members
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(key, value)| (key.to_owned(), value))
            .collect(),
    )
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Json::Text(text.to_owned())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Json::Text(text)
    }
}

impl From<bool> for Json {
    fn from(value: bool) -> Self {
        Json::Bool(value)
    }
}

impl From<usize> for Json {
    fn from(value: usize) -> Self {
        Json::Number(value.to_string())
    }
}

impl<T: Into<Json>> From<Option<T>> for Json {
    fn from(value: Option<T>) -> Self {
        value.map_or(Json::Null, Into::into)
    }
}

impl From<Vec<Json>> for Json {
    fn from(items: Vec<Json>) -> Self {
        Json::List(items)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_written_as_it_was_read() {
        let text = r#"{"a":[1,-2.50,1e300,12345678901234567890],"b":{"c":null,"d":true,"e":"\"\\\n\u0001é😀"},"":[]}"#;
        assert_eq!(parse(text).unwrap().to_json(), text);
    }

    #[test]
    fn escapes_and_surrogate_pairs_are_read() {
        let value = parse(r#" "a\u00e9\ud83d\ude00\/\b\f\r\t" "#).unwrap();
        assert_eq!(value.as_str(), Some("aé😀/\u{8}\u{c}\r\t"));
        assert_eq!(
            parse(r#""\ud83d!""#).unwrap().as_str(),
            Some("\u{fffd}!"),
            "a lone surrogate is replaced"
        );
    }

    #[test]
    fn what_is_not_json_is_refused() {
        for text in
            ["", "{", "[1,]", "{\"a\":1,}", "nul", "01", "1.", "\"a", "\"\u{1}\"", "{} x", "{a:1}", "-", "1e"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn nesting_beyond_the_limit_is_refused_instead_of_overflowing_the_stack() {
        assert!(parse(&format!("{}{}", "[".repeat(100), "]".repeat(100))).is_some());
        assert_eq!(parse(&"[".repeat(1_000_000)), None);
    }

    #[test]
    fn getters_answer_for_missing_members_and_wrong_types() {
        let value = parse(r#"{"n":3.7,"s":"x","blank":" ","p":0.456,"one":1}"#).unwrap();
        assert_eq!(value.get("n").as_index(), Some(3));
        assert_eq!(value.get("s").as_index(), None);
        assert_eq!(value.text("missing"), "");
        assert_eq!(value.filled("blank"), None);
        assert_eq!(value.get("p").as_percent(), Some(45));
        assert_eq!(value.get("one").as_percent(), Some(100));
        assert_eq!(value.get("x").get("y").list("z"), &[]);
    }

    #[test]
    fn an_object_leaves_null_members_out() {
        assert_eq!(object([("a", "x".into()), ("b", Json::Null)]).to_json(), r#"{"a":"x"}"#);
    }
}
