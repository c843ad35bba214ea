//! Puts metadata into the text of a ChatKit request without re-serialising it.
//!
//! The reference server reads only the top-level `metadata`; endpoints written for older recipes read
//! `params.input.metadata`. Both places get the same entries, the second only where there is an `input` object. Every
//! byte of the body outside the inserted members stays as it was.

use std::ops::Range;

use crate::json::{Object, spells, whole_object};
use crate::text::part;

/// What was found in the text of a request that is a JSON object with a `type`.
pub struct Body {
    operation: Range<usize>,
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
struct Place {
    /// What is replaced: the object or the `null` that is there, or nothing at the end of the object around it.
    range: Range<usize>,
    /// What comes before the new object.
    before: &'static str,
}

impl Body {
    /// Reads a body; `None` if it is not a JSON object with a string `type`.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let root = whole_object(text, &[&["type", "metadata", "params"], &["input"], &["metadata"]])?;
        let operation = root.values.first()?.clone()?;
        part(text, operation.clone()).starts_with('"').then_some(())?;
        let mut places = Vec::new();
        places.extend(Place::of(text, &root, 1));
        let input = root.inner.and_then(|params| params.inner);
        places.extend(input.and_then(|input| Place::of(text, &input, 0)));
        if let [first, second] = places.as_mut_slice()
            && first.range.start > second.range.start
        {
            std::mem::swap(first, second);
        }
        Some(Self { operation, places })
    }

    /// Which of these names the `type` of `text`, which this was read from, is.
    #[must_use]
    pub fn operation<'n>(&self, text: &str, names: &[&'n str]) -> Option<&'n str> {
        let literal = part(text, self.operation.clone());
        names.iter().copied().find(|name| spells(literal, name))
    }

    /// What to change in `text`, which this was read from, so that its metadata has these entries; in the order of the
    /// text.
    #[must_use]
    pub fn edits(&self, text: &str, entries: &[Entry<'_>]) -> Vec<Edit> {
        if entries.is_empty() {
            return Vec::new();
        }
        let edit = |place: &Place| {
            let object = merged(part(text, place.range.clone()), entries);
            Edit { range: place.range.clone(), new: [place.before, &object].concat() }
        };
        self.places.iter().map(edit).collect()
    }
}

/// One change of a text: what is put in the place of a part of it.
pub struct Edit {
    /// The part, in bytes; empty where something is added.
    pub range: Range<usize>,
    /// What is there instead.
    pub new: String,
}

impl Place {
    /// The place of `metadata` in `object`, which is its wanted member number `index`. `None` where it is neither an
    /// object nor null: such a request is wrong, and the server is the one to say so.
    fn of(text: &str, object: &Object, index: usize) -> Option<Self> {
        if let Some(range) = object.values.get(index)?.clone() {
            let value = part(text, range.clone());
            return (value == "null" || value.starts_with('{')).then_some(Self { range, before: "" });
        }
        let before = if object.is_empty { "\"metadata\":" } else { ",\"metadata\":" };
        Some(Self { range: object.insert_at..object.insert_at, before })
    }
}

/// An object with these entries: the one that is there, or a new one in the place of `null` and of nothing.
fn merged(there: &str, entries: &[Entry<'_>]) -> String {
    let mut object = if there.starts_with('{') { there.to_owned() } else { "{}".to_owned() };
    for entry in entries {
        let Some(found) = whole_object(&object, &[&[entry.key]]) else { continue };
        object = match found.values.into_iter().next().flatten() {
            Some(range) if entry.wins => replaced(&object, range, &[entry.json]),
            Some(_) => continue,
            None => {
                let comma = if found.is_empty { "" } else { "," };
                let end = found.insert_at..found.insert_at;
                replaced(&object, end, &[comma, "\"", entry.key, "\":", entry.json])
            }
        };
    }
    object
}

/// `text` with something else in this place.
pub(crate) fn replaced(text: &str, range: Range<usize>, new: &[&str]) -> String {
    let mut pieces = vec![part(text, 0..range.start)];
    pieces.extend(new);
    pieces.push(part(text, range.end..text.len()));
    pieces.concat()
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
