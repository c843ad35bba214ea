//! The requests that are sent, as JSON.

/// Begins a thread with this message.
pub(crate) fn create(text: &str) -> String {
    format!(r#"{{"type":"threads.create","params":{{"input":{}}}}}"#, input(text))
}

/// Adds this message to a thread.
pub(crate) fn add(thread_id: &str, text: &str) -> String {
    let input = input(text);
    format!(r#"{{"type":"threads.add_user_message","params":{{"thread_id":"{thread_id}","input":{input}}}}}"#)
}

/// The newest threads.
pub(crate) fn threads(limit: usize) -> String {
    format!(r#"{{"type":"threads.list","params":{{"limit":{limit}}}}}"#)
}

/// The newest items of a thread, or those before this one.
pub(crate) fn items(thread_id: &str, limit: usize, after: Option<&str>) -> String {
    let after = after.map(|after| format!(r#","after":"{after}""#)).unwrap_or_default();
    format!(r#"{{"type":"items.list","params":{{"thread_id":"{thread_id}","limit":{limit}{after}}}}}"#)
}

fn input(text: &str) -> String {
    format!(
        r#"{{"content":[{{"type":"input_text","text":"{text}"}}],"attachments":[],"inference_options":{{}}}}"#
    )
}

/// The last id of this kind in an answer.
pub(crate) fn last_id(answer: &str, prefix: &str) -> Option<String> {
    let start = answer.rfind(&format!("\"id\":\"{prefix}_"))? + "\"id\":\"".len();
    answer[start..].split_once('"').map(|(id, _)| id.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_id_of_a_kind_is_found() {
        let answer = r#"{"thread":{"id":"thr_1"}} {"id":"msg_1"} {"id":"msg_2","x":1}"#;
        assert_eq!(last_id(answer, "thr").as_deref(), Some("thr_1"));
        assert_eq!(last_id(answer, "msg").as_deref(), Some("msg_2"));
        assert_eq!(last_id(answer, "run"), None);
    }
}
