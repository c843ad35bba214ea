//! `items.list`.

use serde_json::json;

use crate::harness::site;
use crate::script::script;

#[tokio::test]
async fn items_come_newest_first_or_oldest_first_page_by_page() {
    let site = site().await;
    let (thread_id, _) = site.create("ada", "a").await;
    site.add("ada", &thread_id, "b").await;
    let newest = site.post("ada", "items.list", json!({"thread_id": thread_id, "limit": 3})).await.ok();
    assert_eq!(newest["data"][0]["content"][0]["text"], "echo: b");
    assert_eq!((&newest["has_more"], &newest["after"]), (&json!(true), &newest["data"][2]["id"]));
    let rest = site
        .post("ada", "items.list", json!({"thread_id": thread_id, "limit": 3, "after": newest["after"]}))
        .await
        .ok();
    assert_eq!(rest, json!({"data": [site.items("ada", &thread_id).await[0]], "has_more": false}));
}

#[tokio::test]
async fn hidden_items_leave_through_no_list_and_leave_no_gap() {
    let site = site().await;
    let hidden = |id: &str, kind: &str| {
        json!({"event": {"type": "thread.item.done", "item": {
            "type": kind, "id": id, "thread_id": "$thread", "created_at": "2026-01-01T00:00:00Z", "content": "secret"}}})
    };
    let steps = json!([
        {"write": {"pieces": ["a"]}}, hidden("h1", "hidden_context_item"), hidden("h2", "sdk_hidden_context"),
        hidden("h3", "hidden_context_item"), {"write": {"pieces": ["b"]}}, {"tell": 50},
    ]);
    let (thread_id, events) = site.create("ada", &script(steps)).await;
    let told = events.last().unwrap()["text"].as_str().unwrap();
    assert!(
        told.contains("hidden_context_item") && told.contains("sdk_hidden_context"),
        "the handler sees them: {told}"
    );
    let page = site.post("ada", "items.list", json!({"thread_id": thread_id, "limit": 2})).await.ok();
    assert_eq!(page["data"].as_array().unwrap().len(), 2, "a full page");
    let all = site.post("ada", "threads.get_by_id", json!({"thread_id": thread_id})).await;
    assert_eq!(all.ok()["items"]["data"].as_array().unwrap().len(), 3);
    assert!(!all.text.contains("\"h1\""), "{}", all.text);
}

#[tokio::test]
async fn a_cursor_of_another_list_is_refused() {
    let site = site().await;
    let (one, _) = site.create("ada", "a").await;
    let (two, _) = site.create("ada", "b").await;
    let foreign = site.items("ada", &two).await[0]["id"].clone();
    let answer = site.post("ada", "items.list", json!({"thread_id": one, "after": foreign})).await;
    assert_eq!(answer.error(400), "unknown_cursor");
    assert_eq!(
        site.post("ada", "items.list", json!({"thread_id": one, "limit": -5})).await.error(400),
        "invalid_request"
    );
}
