//! What a request says about the reader and the page, and who wins when two say it.
//!
//! Three sources, in this order: what the caller of `createFetch` gives explicitly (`userInfo`, a `pageContext` of its
//! own) wins over what the body already holds, and that wins over the page context that is taken by default. Only
//! operations that are answered by a stream get any of it: the others never reach a model.

use docent_protocol::{Operation, Reply};

use crate::json::whole_object;
use crate::splice::{Body, Edit, Entry, replaced};

/// How long a body may become by default, in bytes of UTF-8.
pub const DEFAULT_BODY_LIMIT_BYTES: usize = 1 << 20;

/// The page context of one request, as JSON.
pub struct PageJson {
    /// The object.
    pub json: String,
    /// Whether the caller made it itself, so that it replaces one already in the body.
    pub is_callers: bool,
}

/// What is added to one request.
#[derive(Default)]
pub struct Metadata {
    /// What the caller says about the reader, as JSON.
    pub user_info: Option<String>,
    /// What the page is about.
    pub page: Option<PageJson>,
}

/// Whether requests of this body's operation carry metadata; `text` is what it was read from. Unknown operations pass as
/// they are.
#[must_use]
pub fn takes_metadata(text: &str, body: &Body) -> bool {
    body.operation(text, Operation::NAMES).and_then(Operation::reply_to) == Some(Reply::Stream)
}

impl Metadata {
    /// How `text`, which is what `body` was read from, gets this metadata and stays within `limit_bytes`. What does not fit
    /// is left out, the page's text first, then the page, then everything; a body that is too long by itself is the
    /// server's to refuse.
    #[must_use]
    pub fn add_to(&self, text: &str, body: &Body, limit_bytes: usize) -> Vec<Edit> {
        let user = self.user_info.as_deref().map(|json| Entry { key: "userInfo", json, wins: true });
        let mut brief = String::new();
        for step in 0..3 {
            if step == 1 {
                brief = self.page.as_ref().map(|page| without_text(&page.json)).unwrap_or_default();
            }
            let page = self.page.as_ref().filter(|_| step < 2).map(|page| Entry {
                key: "pageContext",
                json: if step == 0 { &page.json } else { &brief },
                wins: page.is_callers,
            });
            let entries: Vec<Entry<'_>> = user.into_iter().chain(page).collect();
            if entries.is_empty() {
                break;
            }
            let edits = body.edits(text, &entries);
            let added = |edit: &Edit| edit.new.len().saturating_sub(edit.range.len());
            if text.len() + edits.iter().map(added).sum::<usize>() <= limit_bytes {
                return edits;
            }
        }
        Vec::new()
    }
}

/// The page context with an empty `text`, and with `truncated` set where it has that.
fn without_text(json: &str) -> String {
    let mut brief = json.to_owned();
    for (key, value) in [("text", "\"\""), ("truncated", "true")] {
        let found =
            whole_object(&brief, &[&[key]]).and_then(|object| object.values.into_iter().next().flatten());
        if let Some(range) = found {
            brief = replaced(&brief, range, &[value]);
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

    fn metadata(is_callers: bool) -> Metadata {
        Metadata {
            user_info: Some(r#"{"plan":"pro"}"#.to_owned()),
            page: Some(PageJson {
                json: r#"{"title":"T","text":"a long text","truncated":false}"#.to_owned(),
                is_callers,
            }),
        }
    }

    fn sent(metadata: &Metadata, text: &str, limit_bytes: usize) -> Option<String> {
        let edits = metadata.add_to(text, &Body::read(text).unwrap(), limit_bytes);
        let mut sent = text.to_owned();
        for edit in edits.iter().rev() {
            sent.replace_range(edit.range.clone(), &edit.new);
        }
        (!edits.is_empty()).then_some(sent)
    }

    #[test]
    fn c16_streaming_operations_take_metadata_and_the_others_do_not() {
        let streaming: Vec<&str> = Operation::NAMES
            .iter()
            .copied()
            .filter(|name| takes_metadata(&body(name), &Body::read(&body(name)).unwrap()))
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
            assert!(!takes_metadata(&body(unknown), &Body::read(&body(unknown)).unwrap()), "{unknown}");
        }
    }

    #[test]
    fn c16_the_caller_wins_over_the_body_and_the_body_over_the_default() {
        let text = r#"{"type":"x","metadata":{"userInfo":0,"pageContext":1}}"#;
        assert_eq!(
            sent(&metadata(false), text, 1000).unwrap(),
            r#"{"type":"x","metadata":{"userInfo":{"plan":"pro"},"pageContext":1}}"#
        );
        assert_eq!(
            sent(&metadata(true), text, 1000).unwrap(),
            concat!(
                r#"{"type":"x","metadata":{"userInfo":{"plan":"pro"},"#,
                r#""pageContext":{"title":"T","text":"a long text","truncated":false}}}"#
            )
        );
    }

    #[test]
    fn c16_what_does_not_fit_is_left_out_text_first() {
        let text = r#"{"type":"x"}"#;
        let with = |limit| sent(&metadata(false), text, limit);
        let full = with(1000).unwrap();
        assert_eq!(with(full.len()).unwrap(), full);
        let brief = with(full.len() - 1).unwrap();
        assert_eq!(
            brief,
            concat!(
                r#"{"type":"x","metadata":{"userInfo":{"plan":"pro"},"#,
                r#""pageContext":{"title":"T","text":"","truncated":true}}}"#
            )
        );
        let user = with(brief.len() - 1).unwrap();
        assert_eq!(user, r#"{"type":"x","metadata":{"userInfo":{"plan":"pro"}}}"#);
        assert_eq!(with(user.len() - 1), None);
    }

    #[test]
    fn with_nothing_to_say_nothing_is_added() {
        let text = r#"{"type":"x"}"#;
        assert_eq!(sent(&Metadata::default(), text, 1000), None);
    }
}
