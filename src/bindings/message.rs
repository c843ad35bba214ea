//! A body that says what the reader wrote: as much of it as has to be known to put metadata into it.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::JsString;

use crate::dom::{UNIT_BYTES, begins_with, edited, has_syntax, utf8_of};
use crate::metadata::{Metadata, Values, takes_metadata, without_text};
use crate::splice::{Body, Value};

/// What was read of the string that is the body.
pub(super) struct Message {
    text: Vec<u8>,
    /// The same text, if there is more of it: another body that begins so is read already.
    start: Option<JsString>,
    body: Body,
}

/// The last message of which no more than the start was read.
pub(super) type LastMessage = RefCell<Option<Rc<Message>>>;

/// A body of up to so many units of UTF-16 is read whole.
const SHORT_UNITS: u32 = 200;

/// Where the input of a longer one begins, its operation and its thread are before it.
const START_UNITS: u32 = 400;

impl Message {
    /// Reads a body that may take metadata; `None` if it does not.
    pub(super) fn read(string: &JsString, limit_bytes: usize, last: &LastMessage) -> Option<Rc<Self>> {
        let units = string.length();
        let is_long = units > SHORT_UNITS && units as usize * UNIT_BYTES <= limit_bytes;
        // Any spelling of a key that is not plain has this. What the browser does itself takes no time.
        if is_long && !has_syntax(string, "\"metadata\"") && !has_syntax(string, "\\u") {
            let mut last = last.borrow_mut();
            let start = last.as_ref().and_then(|last| last.start.as_ref());
            if !start.is_some_and(|start| begins_with(string, start)) {
                *last = Self::start(string).map(Rc::new);
            }
            if last.is_some() {
                return last.clone();
            }
        }
        Self::whole(string).map(Rc::new)
    }

    fn start(string: &JsString) -> Option<Self> {
        let mut text = utf8_of(&string.slice(0, START_UNITS));
        let body = Body::read_start(&text).filter(|body| takes_metadata(&text, body))?;
        text.truncate(body.len_bytes);
        // Its own letters: a slice would keep the whole body. Beyond ASCII these are more than were read, which costs a later
        // body no more than being read itself.
        let start = String::from(&string.slice(0, text.len() as u32)).into();
        Some(Self { text, start: Some(start), body })
    }

    fn whole(string: &JsString) -> Option<Self> {
        let text = utf8_of(string);
        let body = Body::read(&text).filter(|body| takes_metadata(&text, body))?;
        Some(Self { text, start: None, body })
    }

    /// `string`, which this was read from, with these values; `None` if nothing is added.
    pub(super) fn with(&self, string: &JsString, added: &Added, limit_bytes: usize) -> Option<JsString> {
        let metadata = Metadata {
            has_user_info: added.user_info.is_some(),
            has_page: added.page.is_some(),
            is_callers_page: added.is_callers_page,
        };
        let mut len_bytes = self.text.len();
        if self.start.is_some() {
            len_bytes = string.length() as usize * UNIT_BYTES;
            if len_bytes + metadata.most_bytes(added) > limit_bytes {
                return Self::whole(string)?.with(string, added, limit_bytes);
            }
        }
        let edits = metadata.add_to(added, &self.text, &self.body, len_bytes, limit_bytes);
        (!edits.is_empty()).then(|| edited(string, &self.text, &edits, &|value| added.json(value)))
    }
}

/// What goes into a message, as JSON.
pub(super) struct Added {
    pub(super) user_info: Option<JsString>,
    pub(super) page: Option<JsString>,
    /// Whether the caller made the page context itself.
    pub(super) is_callers_page: bool,
}

impl Added {
    fn json(&self, value: Value) -> JsString {
        let json = if value == Value::UserInfo { &self.user_info } else { &self.page };
        let json = json.clone().unwrap_or_default();
        if value == Value::BriefPage { without_text(&String::from(&json)).into() } else { json }
    }
}

impl Values for Added {
    fn len_bytes(&self, value: Value) -> usize {
        utf8_of(&self.json(value)).len()
    }

    fn most_bytes(&self, value: Value) -> usize {
        self.json(value).length() as usize * UNIT_BYTES
    }
}
