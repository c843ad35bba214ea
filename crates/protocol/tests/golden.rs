//! Golden wire messages: what is read is written again to the letter, and what the protocol forbids is refused.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeSet;

use docent_protocol::{
    Attachment, ChatKitRequest, Operation, Page, Reply, RequestError, Thread, ThreadItem, ThreadStreamEvent,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// Reads every line of a golden file and expects the same JSON back.
fn round_trip<T: DeserializeOwned + Serialize>(golden: &str) -> usize {
    let mut count = 0;
    for line in golden.lines().filter(|line| !line.trim().is_empty()) {
        let value: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        let read: T = serde_json::from_value(value.clone()).unwrap_or_else(|error| panic!("{error}: {line}"));
        assert_eq!(serde_json::to_value(&read).unwrap(), value, "{line}");
        count += 1;
    }
    count
}

#[test]
fn every_stream_event_and_item_update_survives_a_round_trip() {
    assert_eq!(round_trip::<ThreadStreamEvent>(include_str!("golden/events.jsonl")), 24);
}

#[test]
fn every_thread_item_survives_a_round_trip() {
    assert_eq!(round_trip::<ThreadItem>(include_str!("golden/items.jsonl")), 19);
}

#[test]
fn attachments_and_pages_of_threads_survive_a_round_trip() {
    assert_eq!(round_trip::<Attachment>(include_str!("golden/attachments.jsonl")), 4);
    assert_eq!(round_trip::<Page<Thread>>(include_str!("golden/threads.jsonl")), 3);
}

#[test]
fn every_kind_of_item_event_and_update_has_a_golden_line() {
    let items = include_str!("golden/items.jsonl");
    for kind in [
        "user_message",
        "assistant_message",
        "client_tool_call",
        "widget",
        "generated_image",
        "structured_input",
        "workflow",
        "task",
        "end_of_turn",
        "hidden_context_item",
        "sdk_hidden_context",
    ] {
        let is_kind = |line: &str| serde_json::from_str::<ThreadItem>(line).unwrap().kind() == kind;
        assert!(items.lines().any(is_kind), "{kind} has no golden item");
    }
    let events: Vec<Value> =
        include_str!("golden/events.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let distinct =
        |names: Vec<&Value>| names.into_iter().map(Value::to_string).collect::<BTreeSet<_>>().len();
    assert_eq!(distinct(events.iter().map(|event| &event["type"]).collect()), 12, "event types");
    let updates = events.iter().filter(|event| event["type"] == "thread.item.updated");
    assert_eq!(distinct(updates.map(|event| &event["update"]["type"]).collect()), 10, "update types");
}

#[test]
fn every_operation_survives_a_round_trip() {
    let golden = include_str!("golden/requests.jsonl");
    let mut seen = Vec::new();
    for line in golden.lines() {
        let request =
            ChatKitRequest::from_slice(line.as_bytes()).unwrap_or_else(|error| panic!("{error}: {line}"));
        assert_eq!(request.to_value().unwrap(), serde_json::from_str::<Value>(line).unwrap(), "{line}");
        seen.push(request.operation.name());
    }
    for name in Operation::NAMES {
        assert!(seen.contains(name), "{name} has no golden request");
    }
    assert_eq!(Operation::NAMES.len(), 16);
}

#[test]
fn six_operations_stream() {
    let streaming: Vec<&str> = include_str!("golden/requests.jsonl")
        .lines()
        .map(|line| ChatKitRequest::from_slice(line.as_bytes()).unwrap().operation)
        .filter(|operation| operation.reply() == Reply::Stream)
        .map(|operation| operation.name())
        .collect();
    insta::assert_json_snapshot!(streaming, @r#"
    [
      "threads.create",
      "threads.add_user_message",
      "threads.add_client_tool_output",
      "threads.add_structured_input",
      "threads.retry_after_item",
      "threads.custom_action"
    ]
    "#);
}

#[test]
fn an_attachments_metadata_never_leaves() {
    let item: ThreadItem = serde_json::from_value(json!({
        "type": "user_message", "id": "msg_1", "thread_id": "thr_1", "created_at": "2026-01-01T00:00:00Z",
        "content": [], "inference_options": {},
        "attachments": [{"type": "file", "id": "atc_1", "name": "a.txt", "mime_type": "text/plain", "metadata": {"path": "secret"}}],
    }))
    .unwrap();
    assert!(!serde_json::to_string(&item).unwrap().contains("secret"));
}

#[test]
fn reading_is_tolerant_where_the_reference_is() {
    for body in [
        json!({"type": "threads.list", "params": {"limit": "5", "unknown": 1}, "extra": true}),
        json!({"type": "threads.list", "params": {"limit": null, "after": null}}),
        json!({"type": "attachments.create", "params": {"name": "a", "size": "12", "mime_type": "b"}}),
        json!({"type": "threads.add_client_tool_output", "params": {"thread_id": "t", "result": null}}),
        json!({"type": "threads.create", "params": {"input": {"content": [], "attachments": [], "inference_options": {},
            "metadata": ["not in the protocol"]}}}),
        json!({"type": "threads.custom_action", "params": {"thread_id": "t", "action": {"type": "go"}}, "metadata": null}),
    ] {
        ChatKitRequest::from_slice(body.to_string().as_bytes())
            .unwrap_or_else(|error| panic!("{error}: {body}"));
    }
}

#[test]
fn a_body_that_is_no_request_says_what_is_wrong() {
    let error = |body: Value| ChatKitRequest::from_slice(body.to_string().as_bytes()).unwrap_err();
    assert!(matches!(ChatKitRequest::from_slice(b"{").unwrap_err(), RequestError::NotJson(_)));
    assert!(matches!(error(json!([])), RequestError::Envelope(_)));
    assert!(matches!(error(json!({"type": "threads.list"})), RequestError::Envelope(_)));
    assert_eq!(
        error(json!({"type": "threads.run", "params": {}})),
        RequestError::UnknownType("threads.run".into())
    );
    for params in [json!({}), json!({"thread_id": 5}), json!(["thr_1"]), Value::Null] {
        let refused = error(json!({"type": "threads.get_by_id", "params": params}));
        assert!(matches!(refused, RequestError::Params { operation: "threads.get_by_id", .. }), "{refused}");
    }
    let no_result = error(json!({"type": "threads.add_client_tool_output", "params": {"thread_id": "t"}}));
    assert!(matches!(no_result, RequestError::Params { .. }), "{no_result}");
    for wrong in [json!(true), json!({}), json!("many"), json!([5])] {
        let refused = error(json!({"type": "threads.list", "params": {"limit": wrong}}));
        assert!(
            refused.to_string().ends_with("expected a whole number, or its digits as a string"),
            "{refused}"
        );
    }
}

#[test]
fn a_list_is_never_taken_for_the_object_whose_fields_it_could_hold() {
    let message = |input: Value| json!({"type": "threads.create", "params": {"input": input}});
    let part = json!({"type": "input_text", "text": "a"});
    let whole =
        json!({"content": [part], "attachments": [], "inference_options": {"tool_choice": {"id": "x"}}});
    ChatKitRequest::from_slice(message(whole.clone()).to_string().as_bytes()).unwrap();
    let changed = |field: &str, value: Value| {
        let mut input = whole.clone();
        input[field] = value;
        message(input)
    };
    for body in [
        json!(["threads.list", {}, {}]),
        json!({"type": "threads.list", "params": [5, "asc"]}),
        message(json!([[part], [], null, {}])),
        changed("content", json!([part, ["input_text", "a"]])),
        changed("inference_options", json!([null, "model"])),
        changed("inference_options", json!({"tool_choice": ["x"]})),
        json!({"type": "threads.custom_action", "params": {"thread_id": "t", "action": ["press", {}]}}),
        json!({"type": "threads.add_structured_input", "params": {"thread_id": "t", "item_id": "i",
            "input": {"answers": {"q": [["So."], false]}}}}),
    ] {
        let refused = ChatKitRequest::from_slice(body.to_string().as_bytes()).unwrap_err();
        assert!(refused.to_string().ends_with("expected an object, not a list"), "{refused}: {body}");
    }
}
