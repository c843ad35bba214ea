//! Reads one JSON object of an answer, whole or a part, from servers that agree on little more than the outline.

use serde_json::Value;

/// What one object says. All parts may be there at once, or none.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Chunk {
    pub(super) text: String,
    pub(super) has_reasoning: bool,
    /// Why the answer ended; an empty reason, which some servers send with every chunk, is none.
    pub(super) finish_reason: Option<String>,
    /// The server reported an error, with its short code.
    pub(super) error: Option<Option<String>>,
    /// Whether the object has anything of a Chat Completions answer.
    pub(super) is_known: bool,
}

pub(super) fn read(value: &Value) -> Chunk {
    let mut chunk = Chunk::default();
    if let Some(error) = value.get("error").filter(|error| !error.is_null()) {
        chunk.error = Some(code_of(error));
        chunk.is_known = true;
        return chunk;
    }
    chunk.is_known = value.get("choices").is_some() || value.get("usage").is_some();
    let Some(choice) = value.get("choices").and_then(Value::as_array).and_then(|choices| choices.first())
    else {
        return chunk;
    };
    // A part has `delta`; a whole answer, and the last part of some servers, has `message`; the oldest have `text`.
    let said = choice.get("delta").or_else(|| choice.get("message")).unwrap_or(choice);
    chunk.text = said.get("content").or_else(|| said.get("text")).map(text_of).unwrap_or_default();
    if chunk.text.is_empty() {
        chunk.text = said.get("refusal").map(text_of).unwrap_or_default();
    }
    chunk.has_reasoning = ["reasoning", "reasoning_content"]
        .iter()
        .any(|key| said.get(*key).is_some_and(|reasoning| !text_of(reasoning).is_empty()));
    chunk.finish_reason = choice
        .get("finish_reason")
        .and_then(Value::as_str)
        .filter(|reason| !reason.is_empty() && *reason != "null")
        .map(str::to_owned);
    chunk
}

/// A string, or a list of parts with texts.
fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts
            .iter()
            .filter_map(|part| part.get("text").and_then(Value::as_str).or_else(|| part.as_str()))
            .collect(),
        Value::Object(part) => part.get("text").and_then(Value::as_str).unwrap_or_default().to_owned(),
        _ => String::new(),
    }
}

/// The short code of an error object: `code`, else `type`. Only what looks like a code is kept, so that no message
/// with a key or a prompt in it gets into a log.
pub(super) fn code_of(error: &Value) -> Option<String> {
    let code = |key: &str| match error.get(key)? {
        Value::String(code) => Some(code.clone()),
        Value::Number(code) => Some(code.to_string()),
        _ => None,
    };
    let is_code = |code: &String| {
        (1..=64).contains(&code.len())
            && code.chars().all(|character| character.is_ascii_alphanumeric() || "_-.".contains(character))
            && !code.starts_with("sk-")
    };
    code("code").filter(is_code).or_else(|| code("type").filter(is_code))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn of(choice: Value) -> Chunk {
        read(&json!({ "choices": [choice] }))
    }

    #[test]
    fn text_is_found_wherever_servers_put_it() {
        for choice in [
            json!({"delta": {"content": "a"}}),
            json!({"delta": {"role": "assistant", "content": [{"type": "text", "text": "a"}]}}),
            json!({"message": {"content": "a"}}),
            json!({"text": "a"}),
            json!({"delta": {"content": null, "refusal": "a"}}),
        ] {
            assert_eq!(of(choice.clone()).text, "a", "{choice}");
        }
    }

    #[test]
    fn an_empty_finish_reason_is_none() {
        assert_eq!(of(json!({"delta": {}, "finish_reason": ""})).finish_reason, None);
        assert_eq!(of(json!({"delta": {}, "finish_reason": "stop"})).finish_reason.as_deref(), Some("stop"));
    }

    #[test]
    fn reasoning_is_noticed_under_both_names_and_is_no_text() {
        for key in ["reasoning", "reasoning_content"] {
            let chunk = of(json!({"delta": {"content": "", key: "hmm"}}));
            assert!(chunk.has_reasoning && chunk.text.is_empty());
        }
    }

    #[test]
    fn a_usage_object_without_choices_says_nothing_and_is_known() {
        let chunk = read(&json!({"choices": [], "usage": {}}));
        assert!(chunk.is_known && chunk.text.is_empty() && chunk.error.is_none());
        assert!(!read(&json!({"hello": 1})).is_known);
    }

    #[test]
    fn only_what_looks_like_a_code_is_kept_of_an_error() {
        assert_eq!(
            code_of(&json!({"code": "rate_limit", "message": "key sk-x"})).as_deref(),
            Some("rate_limit")
        );
        assert_eq!(code_of(&json!({"code": "the key sk-1 is bad", "type": "auth"})).as_deref(), Some("auth"));
        assert_eq!(code_of(&json!({"code": 1301})).as_deref(), Some("1301"));
        assert_eq!(code_of(&json!("text")), None);
    }
}
