//! Puts metadata into the text of a ChatKit request without re-serialising it.
//!
//! The reference server reads only the top-level `metadata`; endpoints written for older recipes read
//! `params.input.metadata`. Both places get the same entries, the second only where there is an `input` object. Every
//! byte of the body outside the inserted members stays as it was.

use std::borrow::Cow;
use std::ops::Range;

use crate::json::{Object, object_in, unquote, whole_object};
use crate::text::part;

/// A request body that is a JSON object with a `type`.
pub struct Body<'a> {
    text: &'a str,
    operation: Cow<'a, str>,
    places: Vec<Place>,
}

/// One member of `metadata`.
#[derive(Clone, Copy)]
pub struct Entry<'a> {
    /// The key; it must need no escape in JSON.
    pub key: &'a str,
    /// The value, as valid JSON.
    pub json: &'a str,
    /// Whether it replaces a value that the body already has under this key.
    pub wins: bool,
}

/// Where `metadata` is or should be.
enum Place {
    /// There is none: a member is added to the object around it.
    Absent { insert_at: usize, needs_comma: bool },
    /// There is a `null`, which means the same as none.
    Null(Range<usize>),
    /// There is an object: its members are merged.
    Object(Range<usize>),
}

impl<'a> Body<'a> {
    /// Reads a body; `None` if it is not a JSON object with a string `type`.
    pub fn read(text: &'a str) -> Option<Self> {
        let root = whole_object(text, &["type", "metadata", "params"])?;
        let operation = unquote(part(text, root.values[0].clone()?))?;
        let mut places = Vec::new();
        places.extend(Place::of(text, &root, 1));
        let input = root.values[2]
            .as_ref()
            .and_then(|params| object_in(text, params, &["input"]))
            .and_then(|params| params.values.into_iter().next().flatten())
            .and_then(|input| object_in(text, &input, &["metadata"]));
        places.extend(input.and_then(|input| Place::of(text, &input, 0)));
        Some(Self { text, operation, places })
    }

    /// The name of the operation: the value of `type`.
    #[must_use]
    pub fn operation(&self) -> &str {
        &self.operation
    }

    /// The body with these entries in its metadata.
    #[must_use]
    pub fn with_metadata(&self, entries: &[Entry<'_>]) -> String {
        let mut edits = Vec::new();
        for place in &self.places {
            place.edit(self.text, entries, &mut edits);
        }
        let added: usize = edits.iter().map(|(_, new)| new.len()).sum();
        let mut text = String::with_capacity(self.text.len() + added);
        let mut copied = 0;
        for (range, new) in edits {
            text.push_str(part(self.text, copied..range.start));
            text.push_str(&new);
            copied = range.end;
        }
        text.push_str(part(self.text, copied..self.text.len()));
        text
    }
}

impl Place {
    /// The place of `metadata` in `object`, which is its wanted member number `index`. `None` where it is neither an
    /// object nor null: such a request is wrong, and the server is the one to say so.
    fn of(text: &str, object: &Object, index: usize) -> Option<Self> {
        let Some(value) = object.values[index].clone() else {
            return Some(Self::Absent { insert_at: object.insert_at, needs_comma: !object.is_empty });
        };
        match part(text, value.clone()) {
            "null" => Some(Self::Null(value)),
            json if json.starts_with('{') => Some(Self::Object(value)),
            _ => None,
        }
    }

    /// Adds the edits at this place to those of others, in the order of the text.
    fn edit(&self, text: &str, entries: &[Entry<'_>], edits: &mut Vec<(Range<usize>, String)>) {
        let mut add = |range: Range<usize>, new: String| {
            let place = edits.partition_point(|(other, _)| other.start <= range.start);
            edits.insert(place, (range, new));
        };
        match self {
            _ if entries.is_empty() => {}
            Self::Absent { insert_at, needs_comma } => {
                let comma = if *needs_comma { "," } else { "" };
                let member = [comma, "\"metadata\":{", &members(entries.iter()), "}"].concat();
                add(*insert_at..*insert_at, member);
            }
            Self::Null(range) => {
                add(range.clone(), ["{", &members(entries.iter()), "}"].concat());
            }
            Self::Object(range) => {
                let keys: Vec<&str> = entries.iter().map(|entry| entry.key).collect();
                let Some(object) = object_in(text, range, &keys) else { return };
                let present = || entries.iter().zip(&object.values);
                for (entry, value) in present() {
                    if let Some(value) = value.as_ref().filter(|_| entry.wins) {
                        add(value.clone(), entry.json.to_owned());
                    }
                }
                let missing = members(present().filter(|(_, value)| value.is_none()).map(|(entry, _)| entry));
                if !missing.is_empty() {
                    let comma = if object.is_empty { "" } else { "," };
                    add(object.insert_at..object.insert_at, [comma, &missing].concat());
                }
            }
        }
    }
}

fn members<'e>(entries: impl Iterator<Item = &'e Entry<'e>>) -> String {
    let mut text = String::new();
    for entry in entries {
        if !text.is_empty() {
            text.push(',');
        }
        text.extend(["\"", entry.key, "\":", entry.json]);
    }
    text
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
