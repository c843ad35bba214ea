//! What a page says about its reader and itself, as a model is told: short lines, without secrets.

use serde_json::Value;

use super::{MAX_PAGE, MAX_USER_INFO};
use crate::redaction::{Strictness, is_secret_name, redact_head};

/// The fields of a page's context that help to answer, in the order in which they are told.
const PAGE_FIELDS: [(&str, &str); 6] = [
    ("title", "Title"),
    ("siteName", "Site"),
    ("url", "Address"),
    ("description", "Description"),
    ("lang", "Language"),
    ("section", "Section in view"),
];
const MAX_DEPTH: usize = 4;
const MAX_ENTRIES: usize = 40;

/// What the site says about the reader: one line for each value, values of secret names left out.
pub(super) fn user_info(info: &Value) -> Option<String> {
    let mut lines = Vec::new();
    tell(info, "", 0, &mut lines);
    let text = lines.join("\n");
    (!text.is_empty()).then(|| redact_head(&text, 2 * MAX_USER_INFO, Strictness::Private).into_owned())
}

fn tell(value: &Value, name: &str, depth: usize, lines: &mut Vec<String>) {
    if depth > MAX_DEPTH
        || lines.len() >= MAX_ENTRIES
        || is_secret_name(name.rsplit('.').next().unwrap_or(name))
    {
        return;
    }
    let below = |key: &str| if name.is_empty() { key.to_owned() } else { format!("{name}.{key}") };
    match value {
        Value::Null => {}
        Value::Object(fields) => {
            for (key, value) in fields {
                tell(value, &below(key), depth + 1, lines);
            }
        }
        Value::Array(values) => {
            for (position, value) in values.iter().enumerate() {
                tell(value, &below(&position.to_string()), depth + 1, lines);
            }
        }
        Value::String(text) if name.is_empty() => lines.push(text.clone()),
        Value::String(text) => lines.push(format!("{name}: {text}")),
        other => lines.push(format!("{name}: {other}")),
    }
}

/// What the page says about itself.
pub(super) fn page_context(page: &Value) -> Option<String> {
    let mut lines: Vec<String> = Vec::new();
    for (key, label) in PAGE_FIELDS {
        let value = page.get(key);
        let text =
            value.and_then(|value| value.as_str().or_else(|| value.get("text").and_then(Value::as_str)));
        if let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) {
            lines.push(format!("{label}: {}", without_query(key, text)));
        }
    }
    let headings: Vec<&str> = page
        .get("headings")
        .and_then(Value::as_array)
        .map(|headings| {
            headings.iter().filter_map(|heading| heading.get("text")?.as_str()).take(60).collect()
        })
        .unwrap_or_default();
    if !headings.is_empty() {
        lines.push(format!("Headings: {}", headings.join(" | ")));
    }
    if let Some(text) =
        page.get("text").and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty())
    {
        lines.push(format!("Text in view:\n{text}"));
    }
    let text = lines.join("\n");
    (!text.is_empty()).then(|| redact_head(&text, 2 * MAX_PAGE, Strictness::Private).into_owned())
}

/// Queries and fragments of addresses may carry tokens, and tell a model nothing.
fn without_query<'t>(key: &str, text: &'t str) -> &'t str {
    match key {
        "url" => text.split(['?', '#']).next().unwrap_or(text),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn user_info_is_told_line_by_line_without_secrets() {
        let info = json!({"name": "Ada", "accessToken": "abc", "plan": {"tier": "pro", "password": "x"}, "tags": ["a"]});
        assert_eq!(user_info(&info).as_deref(), Some("name: Ada\nplan.tier: pro\ntags.0: a"));
        assert_eq!(user_info(&json!({"token": "abc"})), None);
    }

    #[test]
    fn a_page_is_told_without_the_query_of_its_address() {
        let page = json!({"title": "T", "url": "https://x.example/a?code=1#b", "headings": [{"text": "H"}], "text": "Body"});
        assert_eq!(
            page_context(&page).as_deref(),
            Some("Title: T\nAddress: https://x.example/a\nHeadings: H\nText in view:\nBody")
        );
        assert_eq!(page_context(&json!([])), None);
    }
}
