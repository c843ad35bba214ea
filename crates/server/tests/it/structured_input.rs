//! `threads.add_structured_input`.

use serde_json::json;

use crate::harness::{kinds, site};
use crate::script::script;

#[tokio::test]
async fn answers_replace_the_item_first_and_are_taken_once() {
    let site = site().await;
    let asked = json!([{"event": {"type": "thread.item.done", "item": {
        "type": "structured_input", "id": "s", "thread_id": "$thread", "created_at": "2026-01-01T00:00:00Z",
        "inputs": [{"type": "freeform", "id": "q", "question": "Why?"}]}}}]);
    let (thread_id, _) = site.create("ada", &script(asked)).await;
    let params =
        json!({"thread_id": thread_id, "item_id": "s", "input": {"answers": {"q": {"values": ["So."]}}}});
    let events = site.post("ada", "threads.add_structured_input", params.clone()).await.events();
    assert_eq!(kinds(&events)[..2], ["stream_options", "thread.item.replaced"]);
    assert_eq!(events[1]["item"]["status"], "answered");
    assert_eq!(events[1]["item"]["inputs"][0]["answer"], json!({"values": ["So."], "skipped": false}));
    assert_eq!(events.last().unwrap()["item"]["content"][0]["text"], "continue: structured_input");
    assert_eq!(site.items("ada", &thread_id).await[1], events[1]["item"]);
    assert_eq!(site.post("ada", "threads.add_structured_input", params).await.error(409), "not_pending");
}

#[tokio::test]
async fn an_item_that_asks_nothing_takes_no_answers() {
    let site = site().await;
    let (thread_id, _) = site.create("ada", "a").await;
    let item = site.items("ada", &thread_id).await[1]["id"].clone();
    let params = json!({"thread_id": thread_id, "item_id": item, "input": {}});
    assert_eq!(site.post("ada", "threads.add_structured_input", params).await.error(400), "invalid_request");
}
