//! What a request says about the reader and the page, and who wins when two say it.
//!
//! Three sources, in this order: what the caller of `createFetch` gives explicitly (`userInfo`, a `pageContext` of its
//! own) wins over what the body already holds, and that wins over the page context that is taken by default. Only
//! operations that are answered by a stream get any of it: the others never reach a model.

use docent_protocol::Operation;

use crate::json::whole_object;
use crate::splice::{Body, Edit, Entry, Value};

/// How long a body may become by default, in bytes of UTF-8.
pub const DEFAULT_BODY_LIMIT_BYTES: usize = 1 << 20;

/// What may be added to a request, as JSON: it may be kept where to read it takes time.
pub trait Values {
    /// How many bytes of UTF-8 it has.
    fn len_bytes(&self, value: Value) -> usize;

    /// No less than that, and quickly told.
    fn most_bytes(&self, value: Value) -> usize;
}

/// What is added to one request.
#[derive(Clone, Copy, Default)]
pub struct Metadata {
    /// Whether the caller says something about the reader.
    pub has_user_info: bool,
    /// Whether there is a page context.
    pub has_page: bool,
    /// Whether the caller made that itself, so that it replaces one already in the body.
    pub is_callers_page: bool,
}

/// Whether requests of this body's operation carry metadata; `text` is what it was read from. Unknown operations pass as
/// they are.
#[must_use]
pub fn takes_metadata(text: &[u8], body: &Body) -> bool {
    body.is_one_of(text, Operation::STREAMING)
}

impl Metadata {
    /// How `text`, which is what `body` was read from, gets this metadata. `len_bytes` is the length of the whole body,
    /// which is to stay within `limit_bytes`: what does not fit is left out, the page's text first, then the page, then
    /// everything; a body that is too long by itself is the server's to refuse.
    #[must_use]
    pub fn add_to(
        self,
        values: &dyn Values,
        text: &[u8],
        body: &Body,
        len_bytes: usize,
        limit_bytes: usize,
    ) -> Vec<Edit> {
        for page in [Some(Value::Page), Some(Value::BriefPage), None] {
            let mut entries = Vec::new();
            if self.has_user_info {
                entries.push(Entry { value: Value::UserInfo, wins: true });
            }
            if let Some(value) = page.filter(|_| self.has_page) {
                entries.push(Entry { value, wins: self.is_callers_page });
            }
            let edits = body.edits(text, &entries);
            // Most are far from the limit: their length need not be known.
            if len_bytes + added_bytes(&edits, &|value| values.most_bytes(value)) <= limit_bytes
                || len_bytes + added_bytes(&edits, &|value| values.len_bytes(value)) <= limit_bytes
            {
                return edits;
            }
        }
        Vec::new()
    }

    /// No less than what this can add to a body.
    #[must_use]
    pub fn most_bytes(self, values: &dyn Values) -> usize {
        const SYNTAX: usize = 100;
        let user = if self.has_user_info { values.most_bytes(Value::UserInfo) } else { 0 };
        let page = if self.has_page { values.most_bytes(Value::Page) } else { 0 };
        2 * (user + page + SYNTAX)
    }
}

fn added_bytes(edits: &[Edit], measure: &dyn Fn(Value) -> usize) -> usize {
    let mut sum = 0;
    for edit in edits {
        let mut len = 0;
        edit.new.pieces(&mut |syntax, value| len += syntax.len() + value.map_or(0, measure));
        sum += len.saturating_sub(edit.range.len());
    }
    sum
}

/// The page context with an empty `text`, and with `truncated` set where it has that.
#[must_use]
pub fn without_text(json: &str) -> String {
    let mut brief = json.to_owned();
    for (key, value) in [("text", "\"\""), ("truncated", "true")] {
        let found = whole_object(brief.as_bytes(), &[&[key]])
            .and_then(|object| object.values.into_iter().next().flatten());
        if let Some(range) = found {
            let (before, after) = (brief.get(..range.start), brief.get(range.end..));
            brief = [before.unwrap_or_default(), value, after.unwrap_or_default()].concat();
        }
    }
    brief
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(operation: &str) -> String {
        [r#"{"type":""#, operation, r#"","params":{}}"#].concat()
    }

    struct Texts;

    impl Texts {
        fn text(&self, value: Value) -> String {
            let page = r#"{"title":"T","text":"a long text","truncated":false}"#;
            match value {
                Value::UserInfo => r#"{"plan":"pro"}"#.to_owned(),
                Value::Page => page.to_owned(),
                Value::BriefPage => without_text(page),
            }
        }
    }

    impl Values for Texts {
        fn len_bytes(&self, value: Value) -> usize {
            self.text(value).len()
        }
        fn most_bytes(&self, value: Value) -> usize {
            self.text(value).len() * 3
        }
    }

    fn read(text: &str) -> Body {
        Body::read(text.as_bytes()).unwrap()
    }

    fn metadata(is_callers_page: bool) -> Metadata {
        Metadata { has_user_info: true, has_page: true, is_callers_page }
    }

    fn sent(metadata: Metadata, text: &str, limit_bytes: usize) -> Option<String> {
        let edits = metadata.add_to(&Texts, text.as_bytes(), &read(text), text.len(), limit_bytes);
        let mut sent = text.to_owned();
        for edit in edits.iter().rev() {
            let mut new = String::new();
            edit.new.pieces(&mut |syntax, value| {
                new.push_str(syntax);
                new.extend(value.map(|value| Texts.text(value)));
            });
            sent.replace_range(edit.range.clone(), &new);
        }
        (!edits.is_empty()).then_some(sent)
    }

    #[test]
    fn c16_streaming_operations_take_metadata_and_the_others_do_not() {
        let streaming: Vec<&str> = Operation::NAMES
            .iter()
            .copied()
            .filter(|name| takes_metadata(body(name).as_bytes(), &read(&body(name))))
            .collect();
        assert_eq!(
            streaming,
            [
                "threads.create",
                "threads.add_user_message",
                "threads.add_client_tool_output",
                "threads.add_structured_input",
                "threads.retry_after_item",
                "threads.custom_action",
            ]
        );
        for unknown in ["threads.run", "", "THREADS.CREATE", "threads.create "] {
            assert!(!takes_metadata(body(unknown).as_bytes(), &read(&body(unknown))), "{unknown}");
        }
    }

    #[test]
    fn c16_the_caller_wins_over_the_body_and_the_body_over_the_default() {
        let text = r#"{"type":"x","metadata":{"userInfo":0,"pageContext":1}}"#;
        assert_eq!(
            sent(metadata(false), text, 1000).unwrap(),
            r#"{"type":"x","metadata":{"userInfo":{"plan":"pro"},"pageContext":1}}"#
        );
        assert_eq!(
            sent(metadata(true), text, 1000).unwrap(),
            concat!(
                r#"{"type":"x","metadata":{"userInfo":{"plan":"pro"},"#,
                r#""pageContext":{"title":"T","text":"a long text","truncated":false}}}"#
            )
        );
    }

    #[test]
    fn c16_what_does_not_fit_is_left_out_text_first() {
        let text = r#"{"type":"x"}"#;
        let with = |limit| sent(metadata(false), text, limit);
        let full = with(1000).unwrap();
        assert_eq!(with(full.len()).unwrap(), full);
        let brief = with(full.len() - 1).unwrap();
        assert_eq!(
            brief,
            concat!(
                r#"{"metadata":{"userInfo":{"plan":"pro"},"#,
                r#""pageContext":{"title":"T","text":"","truncated":true}},"type":"x"}"#
            )
        );
        let user = with(brief.len() - 1).unwrap();
        assert_eq!(user, r#"{"metadata":{"userInfo":{"plan":"pro"}},"type":"x"}"#);
        assert_eq!(with(user.len() - 1), None);
    }

    #[test]
    fn what_metadata_can_add_is_never_more_than_is_reckoned_with() {
        let text = r#"{"type":"x","params":{"input":{"a":1}}}"#;
        let full = sent(metadata(true), text, 1000).unwrap();
        let most = metadata(true).most_bytes(&Texts);
        assert!(full.len() - text.len() <= most && most < 1000, "{most}");
    }

    #[test]
    fn with_nothing_to_say_nothing_is_added() {
        let text = r#"{"type":"x"}"#;
        assert_eq!(sent(Metadata::default(), text, 1000), None);
    }
}
