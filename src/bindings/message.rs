//! A body that says what the reader wrote: as much of it as has to be known to put metadata into it.

use js_sys::JsString;

use crate::dom::{UNIT_BYTES, edited, utf8_of};
use crate::metadata::{Metadata, Values, takes_metadata, without_text};
use crate::splice::{Body, Value};

/// What was read of the string that is the body.
pub(super) struct Message {
    text: Vec<u8>,
    /// How long `text` is in the string.
    units: u32,
    /// Whether there is more of it.
    is_start: bool,
    body: Body,
}

/// A body of up to so many units of UTF-16 is read whole.
const SHORT_UNITS: u32 = 1_000;

/// Where the input of a longer one begins, its operation and its thread are before it.
const START_UNITS: u32 = 400;

impl Message {
    /// Reads a body that may take metadata; `None` if it does not.
    pub(super) fn read(string: &JsString, limit_bytes: usize) -> Option<Self> {
        let units = string.length();
        let is_long = units > SHORT_UNITS && units as usize * UNIT_BYTES <= limit_bytes;
        // Any spelling of a key that is not plain has this. What the browser does itself takes no time.
        let is_plain = || !string.includes("\"metadata\"", 0) && !string.includes("\\u", 0);
        let start = if is_long && is_plain() {
            let text = utf8_of(&string.slice(0, START_UNITS));
            Body::read_start(&text).map(|body| Self { text, units: START_UNITS, is_start: true, body })
        } else {
            None
        };
        start.or_else(|| Self::whole(string)).filter(|message| takes_metadata(&message.text, &message.body))
    }

    fn whole(string: &JsString) -> Option<Self> {
        let text = utf8_of(string);
        let body = Body::read(&text)?;
        Some(Self { text, units: string.length(), is_start: false, body })
    }

    /// `string`, which this was read from, with these values; `None` if nothing is added.
    pub(super) fn with(&self, string: &JsString, added: &Added, limit_bytes: usize) -> Option<JsString> {
        let metadata = Metadata {
            has_user_info: added.user_info.is_some(),
            has_page: added.page.is_some(),
            is_callers_page: added.is_callers_page,
        };
        let mut len_bytes = self.text.len();
        if self.is_start {
            len_bytes = string.length() as usize * UNIT_BYTES;
            if len_bytes + metadata.most_bytes(added) > limit_bytes {
                return Self::whole(string)?.with(string, added, limit_bytes);
            }
        }
        let edits = metadata.add_to(added, &self.text, &self.body, len_bytes, limit_bytes);
        (!edits.is_empty())
            .then(|| edited(string, &self.text, self.units, &edits, &|value| added.json(value)))
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
