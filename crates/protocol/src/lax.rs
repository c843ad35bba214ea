//! Lenient reading where the reference is lenient: it takes a whole number also as a string of digits, and leaves out
//! what the protocol does not have, whatever it is.

use crate::JsonObject;
use serde::{Deserialize, Deserializer, de};
use serde_json::Value;

#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a whole number, or its digits as a string")]
enum IntegerOrText {
    Integer(i64),
    Float(f64),
    Text(String),
}

impl IntegerOrText {
    fn integer<E: de::Error>(self) -> Result<i64, E> {
        match self {
            Self::Integer(integer) => Ok(integer),
            #[expect(clippy::cast_possible_truncation, reason = "the guard admits exact whole numbers only")]
            Self::Float(float) if float.fract() == 0.0 && float.abs() < 9e15 => Ok(float as i64),
            Self::Float(_) => Err(E::custom("expected a whole number")),
            Self::Text(text) => text
                .trim()
                .parse()
                .map_err(|_| E::custom("expected a whole number, or its digits as a string")),
        }
    }
}

/// A whole number, or its digits as a string.
pub(crate) fn integer<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    IntegerOrText::deserialize(deserializer)?.integer()
}

/// The same where the field may be absent or `null`.
pub(crate) fn optional_integer<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    Option::<IntegerOrText>::deserialize(deserializer)?.map(IntegerOrText::integer).transpose()
}

/// For a field that the protocol does not have: what is no object is as good as absent.
pub(crate) fn optional_object<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<JsonObject>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Object(object) => Some(object),
        _ => None,
    })
}
