//! Every operation, asked by another user and by nobody: what is somebody else's is simply not there.

use axum::body::Body;
use axum::http::Request;
use docent_protocol::Operation;
use serde_json::{Value, json};

use crate::harness::{Site, input, site};
use crate::script::script;

/// Every operation that names a thread, with the parameters of its owner.
fn operations_on(thread_id: &str, items: &[Value]) -> Vec<(&'static str, Value)> {
    let by_kind = |kind: &str| items.iter().find(|item| item["type"] == kind).unwrap()["id"].clone();
    let action = json!({"type": "a", "payload": {}});
    vec![
        ("threads.add_user_message", json!({"thread_id": thread_id, "input": input("x")})),
        ("threads.add_client_tool_output", json!({"thread_id": thread_id, "result": null})),
        (
            "threads.add_structured_input",
            json!({"thread_id": thread_id, "item_id": by_kind("structured_input"), "input": {"answers": {}}}),
        ),
        ("threads.retry_after_item", json!({"thread_id": thread_id, "item_id": by_kind("user_message")})),
        (
            "threads.custom_action",
            json!({"thread_id": thread_id, "item_id": by_kind("widget"), "action": action}),
        ),
        (
            "threads.sync_custom_action",
            json!({"thread_id": thread_id, "item_id": by_kind("widget"), "action": action}),
        ),
        ("threads.get_by_id", json!({"thread_id": thread_id})),
        ("threads.update", json!({"thread_id": thread_id, "title": "mine now"})),
        ("items.list", json!({"thread_id": thread_id})),
        (
            "items.feedback",
            json!({"thread_id": thread_id, "item_ids": [by_kind("assistant_message")], "kind": "negative"}),
        ),
        ("threads.delete", json!({"thread_id": thread_id})),
    ]
}

/// Operations that name no thread: they can only ever see the asking user's own.
const WITHOUT_THREAD: [&str; 5] =
    ["threads.create", "threads.list", "attachments.create", "attachments.delete", "input.transcribe"];

fn params_without_thread(kind: &str) -> Value {
    match kind {
        "threads.create" => json!({"input": input("x")}),
        "attachments.create" => json!({"name": "a.png", "size": 1, "mime_type": "image/png"}),
        "attachments.delete" => json!({"attachment_id": "atc_1"}),
        "input.transcribe" => json!({"audio_base64": "", "mime_type": "audio/webm"}),
        _ => json!({}),
    }
}

async fn rich_thread(site: &Site, user: &str) -> (String, Vec<Value>) {
    let item = |id: &str, mut rest: Value| {
        rest["id"] = id.into();
        rest["thread_id"] = "$thread".into();
        rest["created_at"] = "2026-01-01T00:00:00Z".into();
        json!({"event": {"type": "thread.item.done", "item": rest}})
    };
    let steps = json!([
        {"write": {"pieces": ["secret answer"]}},
        item("w1", json!({"type": "widget", "widget": {"type": "Card"}})),
        item("s1", json!({"type": "structured_input", "inputs": [{"type": "freeform", "id": "q", "question": "?"}]})),
        item("t1", json!({"type": "client_tool_call", "call_id": "c", "name": "n"})),
    ]);
    let (thread_id, _) = site.create(user, &script(steps)).await;
    let items = site.items(user, &thread_id).await;
    (thread_id, items)
}

#[tokio::test]
async fn another_users_thread_is_answered_like_one_that_never_was() {
    let site = site().await;
    let (thread_id, items) = rich_thread(&site, "ada").await;
    let unknown = operations_on("thr_0123456789abcdef0123456789abcdef", &items);
    for ((kind, theirs), (_, unknown)) in operations_on(&thread_id, &items).into_iter().zip(unknown) {
        let foreign = site.post("bob", kind, theirs).await;
        let missing = site.post("bob", kind, unknown).await;
        assert_eq!(foreign.error(404), "not_found", "{kind}");
        assert_eq!((foreign.status, &foreign.text), (missing.status, &missing.text), "{kind}: told apart");
    }
    assert_eq!(site.items("ada", &thread_id).await, items, "untouched");
    assert_eq!(
        site.post("bob", "threads.list", json!({})).await.ok(),
        json!({"data": [], "has_more": false})
    );
}

#[tokio::test]
async fn nobody_is_let_into_any_operation() {
    let site = site().await;
    let (thread_id, items) = rich_thread(&site, "ada").await;
    let mut asked = operations_on(&thread_id, &items);
    asked.extend(WITHOUT_THREAD.map(|kind| (kind, params_without_thread(kind))));
    let mut kinds: Vec<&str> = asked.iter().map(|(kind, _)| *kind).collect();
    kinds.sort_unstable();
    let mut all = Operation::NAMES.to_vec();
    all.sort_unstable();
    assert_eq!(kinds, all, "an operation of the protocol is missing from this test");
    for (kind, params) in asked {
        let body = json!({"type": kind, "params": params}).to_string();
        let answer = site.send(Request::post("/chatkit").body(Body::from(body)).unwrap()).await;
        assert_eq!(answer.error(401), "unauthenticated", "{kind}");
    }
    assert_eq!(site.items("ada", &thread_id).await, items, "untouched");
}

#[tokio::test]
async fn one_users_running_turn_does_not_hold_up_another_user() {
    let site = site().await;
    let slow = script(json!([{"sleep_ms": 2000}]));
    let (thread_id, _) = site.create("ada", "a").await;
    let _running = site
        .begin("ada", "threads.add_user_message", json!({"thread_id": thread_id, "input": input(&slow)}))
        .await;
    let foreign = site
        .post("bob", "threads.add_user_message", json!({"thread_id": thread_id, "input": input("x")}))
        .await;
    assert_eq!(foreign.error(404), "not_found", "not even that it is being answered is told");
    site.create("bob", "b").await;
}
