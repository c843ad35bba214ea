//! Puts metadata into the text of a ChatKit request without re-serialising it.
//!
//! The reference server reads only the top-level `metadata`; endpoints written for older recipes read
//! `params.input.metadata`. Both places get the same entries, the second only where there is an `input` object. Every
//! byte of the body outside the inserted members stays as it was. New members come first in their object: of a long
//! body only the start has to be read to know where that is.

use std::ops::Range;

use crate::json::{Object, part, spells, start_of_object, whole_object};

/// What was found in the text of a request that is a JSON object with a `type`.
pub struct Body {
    operation: Range<usize>,
    places: Vec<Place>,
    /// How much of the text was read, in bytes: all texts that begin so have this body.
    pub len_bytes: usize,
}

/// A value that goes into a body; what it is, is known to whoever puts the text together.
#[derive(Clone, Copy, PartialEq)]
pub enum Value {
    /// What the caller says about the reader.
    UserInfo,
    /// What the page is about.
    Page,
    /// The same without the page's text.
    BriefPage,
}

impl Value {
    /// Its key in `metadata`; it needs no escape.
    #[must_use]
    pub fn key(self) -> &'static str {
        if self == Self::UserInfo { "userInfo" } else { "pageContext" }
    }
}

/// One member of `metadata`.
#[derive(Clone, Copy)]
pub struct Entry {
    /// The value.
    pub value: Value,
    /// Whether it replaces a value that the body already has under its key.
    pub wins: bool,
}

/// One change of a text: what is put in the place of a part of it.
pub struct Edit {
    /// The part, in bytes; empty where something is added.
    pub range: Range<usize>,
    /// What is there instead.
    pub new: Addition,
}

/// Members that are put into a text, with what is around them.
#[derive(PartialEq)]
pub struct Addition {
    /// What comes before them.
    pub before: &'static str,
    /// Whether each has its key before it.
    pub has_keys: bool,
    /// Their values.
    pub values: Vec<Value>,
    /// What comes behind them.
    pub behind: &'static str,
}

impl Addition {
    /// Gives its pieces in the order of the text: some syntax, a value, and so on, and at last some syntax.
    pub fn pieces(&self, write: &mut dyn FnMut(&str, Option<Value>)) {
        let mut before = self.before;
        for value in &self.values {
            if self.has_keys {
                write(&[before, "\"", value.key(), "\":"].concat(), Some(*value));
            } else {
                write(before, Some(*value));
            }
            before = ",";
        }
        write(self.behind, None);
    }
}

/// Where `metadata` is or should be.
struct Place {
    /// What is replaced: the object or the `null` that is there, or nothing at the start of the object around it.
    range: Range<usize>,
    state: State,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    /// There is none, in an object that is empty.
    Only,
    /// There is none, in an object with other members.
    First,
    /// There is `null` or an object.
    There,
}

/// The keys of a request, of its `params` and of its `input` that matter.
const WANTED: &[&[&str]] = &[&["type", "metadata", "params"], &["input"], &["metadata"]];

impl Body {
    /// Reads a body; `None` if it is not a JSON object with a string `type`.
    #[must_use]
    pub fn read(text: &[u8]) -> Option<Self> {
        Self::of(text, &whole_object(text, WANTED)?, text.len())
    }

    /// Reads a body of which `text` is the start, as far as the start of its `input`; `None` if that or the string `type`
    /// is not in there. For bodies that hold no `metadata` yet.
    #[must_use]
    pub fn read_start(text: &[u8]) -> Option<Self> {
        let (root, len_bytes) = start_of_object(text, WANTED)?;
        Self::of(text, &root, len_bytes)
    }

    fn of(text: &[u8], root: &Object, len_bytes: usize) -> Option<Self> {
        let operation = root.values.first()?.clone()?;
        part(text, operation.clone()).starts_with(b"\"").then_some(())?;
        let mut places = Vec::new();
        places.extend(Place::of(text, root, 1));
        let input = root.inner.as_ref().and_then(|params| params.inner.as_ref());
        places.extend(input.and_then(|input| Place::of(text, input, 0)));
        if let [first, second] = places.as_mut_slice()
            && first.range.start > second.range.start
        {
            std::mem::swap(first, second);
        }
        Some(Self { operation, places, len_bytes })
    }

    /// Whether the `type` of `text`, which this was read from, is one of these names.
    #[must_use]
    pub fn is_one_of(&self, text: &[u8], names: &[&str]) -> bool {
        let literal = part(text, self.operation.clone());
        names.iter().any(|name| spells(literal, name))
    }

    /// What to change in `text`, which this was read from, so that its metadata has these entries; in the order of the
    /// text.
    #[must_use]
    pub fn edits(&self, text: &[u8], entries: &[Entry]) -> Vec<Edit> {
        let mut edits = Vec::new();
        if !entries.is_empty() {
            self.places.iter().for_each(|place| place.edit(text, entries, &mut edits));
        }
        edits
    }
}

impl Place {
    /// The place of `metadata` in `object`, which is its wanted member number `index`. `None` where it is neither an
    /// object nor null: such a request is wrong, and the server is the one to say so.
    fn of(text: &[u8], object: &Object, index: usize) -> Option<Self> {
        if let Some(range) = object.values.get(index)?.clone() {
            let value = part(text, range.clone());
            return (value == b"null" || value.starts_with(b"{"))
                .then_some(Self { range, state: State::There });
        }
        let state = if object.is_empty { State::Only } else { State::First };
        Some(Self { range: object.insert_at..object.insert_at, state })
    }

    fn edit(&self, text: &[u8], entries: &[Entry], edits: &mut Vec<Edit>) {
        let keys: Vec<&str> = entries.iter().map(|entry| entry.value.key()).collect();
        let there = whole_object(part(text, self.range.clone()), &[&keys]);
        let mut new = Addition { before: "", has_keys: true, values: Vec::new(), behind: "" };
        let mut replaced: Vec<Edit> = Vec::new();
        for (index, entry) in entries.iter().enumerate() {
            match there.as_ref().and_then(|there| there.values.get(index)?.clone()) {
                None => new.values.push(entry.value),
                Some(old) if entry.wins => {
                    let range = self.range.start + old.start..self.range.start + old.end;
                    let new = Addition { before: "", has_keys: false, values: vec![entry.value], behind: "" };
                    let is_first = replaced.first().is_some_and(|other| range.start < other.range.start);
                    replaced.insert(if is_first { 0 } else { replaced.len() }, Edit { range, new });
                }
                Some(_) => {}
            }
        }
        if !new.values.is_empty() {
            let mut range = self.range.clone();
            if let Some(there) = &there {
                let at = range.start + there.insert_at;
                range = at..at;
                new.behind = if there.is_empty { "" } else { "," };
            } else {
                new.before = if self.state == State::There { "{" } else { "\"metadata\":{" };
                new.behind = if self.state == State::First { "}," } else { "}" };
            }
            // It comes first in its object, so before what is replaced.
            edits.push(Edit { range, new });
        }
        edits.append(&mut replaced);
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
