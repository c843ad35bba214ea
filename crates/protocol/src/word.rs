//! Words: values that are one of a few texts. A text is what they are read from and nothing else; serde's own enums are
//! read from `{"asc": null}` as well.

use serde::de::{Error, Visitor};
use std::fmt;

/// Declares an enum whose variants are each one word on the wire.
macro_rules! word {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$of_variant:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$meta])*
        pub enum $name { $($(#[$of_variant])* $variant,)+ }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(match self { $(Self::$variant => $word,)+ })
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let place = deserializer.deserialize_str($crate::word::Place(&[$($word,)+]))?;
                Ok([$(Self::$variant,)+][place])
            }
        }
    };
}
pub(crate) use word;

/// Reads a text, and gives its place among these words.
pub(crate) struct Place(pub(crate) &'static [&'static str]);

impl Visitor<'_> for Place {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "one of the texts {}", self.0.join(", "))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<usize, E> {
        self.0.iter().position(|word| *word == text).ok_or_else(|| E::unknown_variant(text, self.0))
    }
}

#[cfg(test)]
mod tests {
    use crate::*;
    use serde_json::{Value, json};

    /// Every value of the type is its word on the wire, and is read from that and from nothing else.
    fn check<T: serde::Serialize + serde::de::DeserializeOwned>(words: &[&str]) {
        for word in words {
            let read: T = serde_json::from_value(json!(word)).expect("a word");
            assert_eq!(serde_json::to_value(&read).expect("serialisable"), *word);
            let wrong =
                [json!({*word: null}), json!({*word: {}}), json!([word]), json!(word.len()), json!(0)];
            for wrong in wrong.into_iter().chain([Value::Null, json!(true), json!(format!("{word} "))]) {
                assert!(serde_json::from_value::<T>(wrong.clone()).is_err(), "{wrong} was taken for {word}");
            }
        }
    }

    #[test]
    fn a_word_is_read_from_its_text_and_from_nothing_else() {
        check::<SortOrder>(&["asc", "desc"]);
        check::<FeedbackKind>(&["positive", "negative"]);
        check::<StructuredInputSubmission>(&["answered", "skipped"]);
        check::<StructuredInputStatus>(&["pending", "answered", "skipped"]);
        check::<ClientToolCallStatus>(&["pending", "completed"]);
        check::<StatusIndicator>(&["none", "loading", "complete"]);
        check::<WorkflowKind>(&["custom", "reasoning"]);
        check::<NoticeLevel>(&["info", "warning", "danger"]);
        check::<ErrorCode>(&["custom", "stream.error"]);
        check::<UploadMethod>(&["POST", "PUT"]);
        check::<OutputTextKind>(&["output_text"]);
        check::<AnnotationKind>(&["annotation"]);
    }

    #[test]
    fn what_is_no_word_is_told_which_words_there_are() {
        let told =
            |value: Value| serde_json::from_value::<SortOrder>(value).expect_err("no word").to_string();
        assert_eq!(told(json!("up")), "unknown variant `up`, expected `asc` or `desc`");
        assert_eq!(told(json!({"asc": null})), "invalid type: map, expected one of the texts asc, desc");
    }
}
