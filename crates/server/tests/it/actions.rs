//! `threads.custom_action` and `threads.sync_custom_action`.

use serde_json::{Value, json};

use crate::harness::{Site, kinds, site};
use crate::script::script;

async fn with_widget(site: &Site) -> String {
    let widget = json!([{"event": {"type": "thread.item.done", "item": {
        "type": "widget", "id": "w", "thread_id": "$thread", "created_at": "2026-01-01T00:00:00Z",
        "widget": {"type": "Card", "children": [{"type": "Text", "id": "t", "value": "a", "gone": null}]}}}}]);
    site.create("ada", &script(widget)).await.0
}

fn action(thread_id: &str, item_id: Value, payload: Value) -> Value {
    json!({"thread_id": thread_id, "item_id": item_id, "action": {"type": "press", "payload": payload}})
}

#[tokio::test]
async fn an_action_is_answered_by_events_and_what_it_changes_in_the_widget_stays() {
    let site = site().await;
    let thread_id = with_widget(&site).await;
    let root = json!({"type": "Card", "children": [{"type": "Text", "id": "t", "value": "b"}]});
    let steps = json!([
        {"event": {"type": "thread.item.updated", "item_id": "w", "update": {"type": "widget.root.updated", "widget": root}}},
        {"event": {"type": "thread.item.updated", "item_id": "w", "update": {
            "type": "widget.streaming_text.value_delta", "component_id": "t", "delta": "c", "done": true}}},
    ]);
    let params = action(&thread_id, json!("w"), json!({"script": steps}));
    let events = site.post("ada", "threads.custom_action", params).await.events();
    assert_eq!(kinds(&events), ["stream_options", "thread.item.updated", "thread.item.updated"]);
    let items = site.items("ada", &thread_id).await;
    assert_eq!(items[1]["widget"]["children"][0]["value"], "bc", "after a reload too");
}

#[tokio::test]
async fn an_action_comes_from_a_widget_or_from_none() {
    let site = site().await;
    let thread_id = with_widget(&site).await;
    let message = site.items("ada", &thread_id).await[0]["id"].clone();
    for kind in ["threads.custom_action", "threads.sync_custom_action"] {
        let from_message = site.post("ada", kind, action(&thread_id, message.clone(), json!({}))).await;
        assert_eq!(from_message.error(400), "invalid_request");
        assert_eq!(
            site.post("ada", kind, action(&thread_id, json!("msg_no"), json!({}))).await.error(404),
            "not_found"
        );
        assert!(site.post("ada", kind, action(&thread_id, json!(null), json!({}))).await.status.is_success());
    }
}

#[tokio::test]
async fn a_sync_action_answers_with_its_item_and_stores_it() {
    let site = site().await;
    let thread_id = with_widget(&site).await;
    let mut item = site.items("ada", &thread_id).await[1].clone();
    item["widget"]["children"][0]["value"] = "pressed".into();
    let answer = site
        .post(
            "ada",
            "threads.sync_custom_action",
            action(&thread_id, json!("w"), json!({"updated_item": item})),
        )
        .await
        .ok();
    assert_eq!(answer, json!({"updated_item": item}));
    assert_eq!(site.items("ada", &thread_id).await[1], item);
    let none =
        site.post("ada", "threads.sync_custom_action", action(&thread_id, json!("w"), json!({}))).await;
    assert_eq!(none.ok(), json!({}));
}

#[tokio::test]
async fn a_hidden_item_leaves_through_no_sync_action() {
    let site = site().await;
    let thread_id = with_widget(&site).await;
    let hidden = json!({"type": "hidden_context_item", "id": "h", "thread_id": thread_id,
        "created_at": "2026-01-01T00:00:00Z", "content": "for the model"});
    let params = action(&thread_id, json!("w"), json!({"updated_item": hidden}));
    assert_eq!(site.post("ada", "threads.sync_custom_action", params).await.ok(), json!({}));
}

#[tokio::test]
async fn a_hidden_item_is_answered_like_one_that_never_was_whoever_names_it() {
    let site = site().await;
    let hidden = json!([{"event": {"type": "thread.item.done", "item": {"type": "hidden_context_item", "id": "h",
        "thread_id": "$thread", "created_at": "2026-01-01T00:00:00Z", "content": "for the model"}}}]);
    let (thread_id, _) = site.create("ada", &script(hidden)).await;
    for (kind, params) in [
        ("threads.custom_action", json!({"action": {"type": "press"}})),
        ("threads.sync_custom_action", json!({"action": {"type": "press"}})),
        ("threads.add_structured_input", json!({"input": {}})),
        ("threads.retry_after_item", json!({})),
        ("items.feedback", json!({"kind": "positive"})),
    ] {
        let ask = async |id: &str| {
            let mut params = params.clone();
            params["thread_id"] = thread_id.clone().into();
            params["item_id"] = id.into();
            params["item_ids"] = json!([id]);
            site.post("ada", kind, params).await
        };
        let (named, unknown) = (ask("h").await, ask("never").await);
        assert_eq!(named.error(404), "not_found", "{kind}");
        assert_eq!(named.text, unknown.text, "{kind} tells that something is hidden");
    }
}

#[tokio::test]
async fn a_hook_that_panics_or_answers_nonsense_is_an_error_and_the_server_lives_on() {
    let site = site().await;
    let thread_id = with_widget(&site).await;
    let mut panics = action(&thread_id, json!("w"), json!({}));
    panics["action"]["type"] = "panic".into();
    assert_eq!(site.post("ada", "threads.sync_custom_action", panics).await.error(500), "internal");
    let mut foreign = site.items("ada", &thread_id).await[1].clone();
    foreign["thread_id"] = "thr_other".into();
    let params = action(&thread_id, json!("w"), json!({"updated_item": foreign}));
    assert_eq!(site.post("ada", "threads.sync_custom_action", params).await.error(500), "internal");
    site.create("ada", "still here").await;
}
