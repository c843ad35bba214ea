//! `threads.add_client_tool_output`.

use docent_server::SqliteStore;
use docent_server::store::{Store, ThreadKey};
use serde_json::{Value, json};

use crate::harness::{Site, builder, input, kinds, site, site_of};
use crate::script::script;

fn call(id: &str) -> Value {
    json!({"event": {"type": "thread.item.done", "item": {
        "type": "client_tool_call", "id": id, "thread_id": "$thread", "created_at": "2026-01-01T00:00:00Z",
        "call_id": format!("call_{id}"), "name": "open", "arguments": {"a": null}}}})
}

async fn output(site: &Site, thread_id: &str, result: Value) -> crate::harness::Answered {
    site.post("ada", "threads.add_client_tool_output", json!({"thread_id": thread_id, "result": result}))
        .await
}

#[tokio::test]
async fn an_output_completes_the_call_and_the_turn_goes_on() {
    let site = site().await;
    let hidden = json!({"event": {"type": "thread.item.done", "item": {
        "type": "hidden_context_item", "id": "h", "thread_id": "$thread", "created_at": "2026-01-01T00:00:00Z",
        "content": 1}}});
    let (thread_id, _) = site.create("ada", &script(json!([call("tc_1"), hidden]))).await;
    let events = output(&site, &thread_id, json!({"found": null})).await.events();
    assert_eq!(kinds(&events)[0], "stream_options");
    assert_eq!(events.last().unwrap()["item"]["content"][0]["text"], "continue: hidden_context_item");
    let items = site.items("ada", &thread_id).await;
    assert_eq!((&items[1]["status"], &items[1]["output"]), (&json!("completed"), &json!({"found": null})));
    assert_eq!(items[1]["arguments"], json!({"a": null}));
    assert_eq!(output(&site, &thread_id, json!(1)).await.error(409), "not_pending");
}

#[tokio::test]
async fn one_output_settles_all_calls_of_a_turn() {
    let site = site().await;
    let (thread_id, _) = site.create("ada", &script(json!([call("tc_1"), call("tc_2")]))).await;
    output(&site, &thread_id, json!(null)).await.events();
    let items = site.items("ada", &thread_id).await;
    let calls: Vec<&Value> = items.iter().filter(|item| item["type"] == "client_tool_call").collect();
    assert_eq!(calls.len(), 1);
    assert_eq!((&calls[0]["id"], &calls[0]["status"]), (&json!("tc_2"), &json!("completed")));
}

#[tokio::test]
async fn a_message_of_the_reader_ends_the_wait_for_an_output() {
    let site = site().await;
    let (thread_id, _) = site.create("ada", &script(json!([call("tc_1")]))).await;
    site.post(
        "ada",
        "threads.add_user_message",
        json!({"thread_id": thread_id, "input": input("never mind")}),
    )
    .await
    .events();
    assert_eq!(output(&site, &thread_id, json!(1)).await.error(409), "not_pending");
    let without = site.post("ada", "threads.add_client_tool_output", json!({"thread_id": thread_id})).await;
    assert_eq!(without.error(400), "invalid_request");
}

#[tokio::test]
async fn a_call_is_found_behind_more_than_is_read_at_once() {
    let store = SqliteStore::in_memory().await.unwrap();
    let site = site_of(builder(store.clone()));
    let (thread_id, _) = site.create("ada", &script(json!([call("tc_0"), call("tc_1")]))).await;
    add_large_items(&store, &thread_id, 4).await;
    output(&site, &thread_id, json!("found")).await.events();
    let items = site.items("ada", &thread_id).await;
    assert_eq!((&items[1]["id"], &items[1]["output"]), (&json!("tc_1"), &json!("found")));
    assert_eq!(items[2]["type"], "assistant_message", "the older call was found too, and is gone");
}

/// So many messages of 1.5 MB at the end of a thread of Ada's.
pub(crate) async fn add_large_items(store: &SqliteStore, thread_id: &str, count: usize) {
    let key = ThreadKey::new("ada", thread_id);
    for number in 0..count {
        let item = json!({"type": "assistant_message", "id": format!("msg_{number}"), "thread_id": thread_id,
            "created_at": "2026-01-01T00:00:00Z", "content": [{"type": "output_text", "text": "x".repeat(1_500_000)}]});
        store.save_item(&key, &serde_json::from_value(item).unwrap()).await.unwrap();
    }
}
