//! The bodies of the protocol's requests: `{"type":…,"params":{…}}`.

use crate::json::{Json, object};
use crate::model::{Draft, Part};

/// How many threads or items are asked for at once.
const PAGE: usize = 50;

fn body<const N: usize>(kind: &str, params: [(&str, Json); N]) -> String {
    object([("type", kind.into()), ("params", object(params))]).to_json()
}

fn content(part: &Part) -> Json {
    let Some(tag) = &part.tag else {
        return object([("type", "input_text".into()), ("text", part.text.as_str().into())]);
    };
    // `data` is required on the wire, whatever the page left out.
    let data = if tag.get("data").is_null() { Json::Object(Vec::new()) } else { tag.get("data").clone() };
    object([
        ("type", "input_tag".into()),
        ("id", tag.text("id").into()),
        ("text", tag.text("text").into()),
        ("data", data),
        ("group", tag.get("group").clone()),
        ("interactive", tag.is("interactive").into()),
    ])
}

/// `threads.create`, or `threads.add_user_message` in a thread that exists.
pub fn message(thread_id: Option<&str>, draft: &Draft) -> String {
    let attachments = draft.attachments.iter().map(|attachment| attachment.id.as_str().into()).collect();
    let tool = draft.tool.as_ref().map_or(Json::Null, |id| object([("id", id.as_str().into())]));
    let input = object([
        ("content", Json::List(draft.content.iter().map(content).collect())),
        ("attachments", Json::List(attachments)),
        ("quoted_text", draft.quote.clone().into()),
        ("inference_options", object([("tool_choice", tool), ("model", draft.model.clone().into())])),
    ]);
    match thread_id {
        Some(id) => body("threads.add_user_message", [("thread_id", id.into()), ("input", input)]),
        None => body("threads.create", [("input", input)]),
    }
}

/// `threads.retry_after_item`.
pub fn retry(thread_id: &str, item_id: &str) -> String {
    body("threads.retry_after_item", [("thread_id", thread_id.into()), ("item_id", item_id.into())])
}

/// `threads.add_client_tool_output`. The protocol wants `result` even when it is null.
pub fn tool_output(thread_id: &str, result: Json) -> String {
    let params =
        Json::Object(vec![("thread_id".to_owned(), thread_id.into()), ("result".to_owned(), result)]);
    object([("type", "threads.add_client_tool_output".into()), ("params", params)]).to_json()
}

/// `threads.add_structured_input`: the answers by question, or `None` when the reader skips them all.
pub fn structured_input(thread_id: &str, item_id: &str, answers: Option<Json>) -> String {
    let status = if answers.is_some() { "answered" } else { "skipped" };
    let answers = answers.unwrap_or_else(|| Json::Object(Vec::new()));
    let input = object([("status", status.into()), ("answers", answers)]);
    body(
        "threads.add_structured_input",
        [("thread_id", thread_id.into()), ("item_id", item_id.into()), ("input", input)],
    )
}

/// `threads.custom_action`, or `threads.sync_custom_action`.
pub fn action(thread_id: &str, item_id: Option<&str>, action: &Json, is_sync: bool) -> String {
    let kind = if is_sync { "threads.sync_custom_action" } else { "threads.custom_action" };
    let action = object([("type", action.get("type").clone()), ("payload", action.get("payload").clone())]);
    body(kind, [("thread_id", thread_id.into()), ("item_id", item_id.into()), ("action", action)])
}

/// `threads.get_by_id`.
pub fn thread(thread_id: &str) -> String {
    body("threads.get_by_id", [("thread_id", thread_id.into())])
}

/// `items.list`, newest first.
pub fn items(thread_id: &str, after: Option<&str>) -> String {
    body(
        "items.list",
        [
            ("thread_id", thread_id.into()),
            ("limit", PAGE.into()),
            ("order", "desc".into()),
            ("after", after.into()),
        ],
    )
}

/// `threads.list`, newest first.
pub fn threads(after: Option<&str>) -> String {
    body("threads.list", [("limit", PAGE.into()), ("order", "desc".into()), ("after", after.into())])
}

/// `threads.update`.
pub fn rename(thread_id: &str, title: &str) -> String {
    body("threads.update", [("thread_id", thread_id.into()), ("title", title.into())])
}

/// `threads.delete`.
pub fn delete(thread_id: &str) -> String {
    body("threads.delete", [("thread_id", thread_id.into())])
}

/// `items.feedback`.
pub fn feedback(thread_id: &str, item_ids: &[String], is_good: bool) -> String {
    let ids = item_ids.iter().map(|id| id.as_str().into()).collect();
    let kind = if is_good { "positive" } else { "negative" };
    body(
        "items.feedback",
        [("thread_id", thread_id.into()), ("item_ids", Json::List(ids)), ("kind", kind.into())],
    )
}

/// `attachments.create`.
pub fn create_attachment(name: &str, bytes: usize, mime_type: &str) -> String {
    body(
        "attachments.create",
        [("name", name.into()), ("size", bytes.into()), ("mime_type", mime_type.into())],
    )
}

/// `attachments.delete`.
pub fn delete_attachment(attachment_id: &str) -> String {
    body("attachments.delete", [("attachment_id", attachment_id.into())])
}
