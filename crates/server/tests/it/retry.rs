//! `threads.retry_after_item`.

use serde_json::{Value, json};

use crate::harness::{Site, input, kinds, site, text_of};
use crate::script::script;

async fn retry(site: &Site, thread_id: &str, item: &Value) -> Vec<Value> {
    site.post("ada", "threads.retry_after_item", json!({"thread_id": thread_id, "item_id": item["id"]}))
        .await
        .events()
}

#[tokio::test]
async fn a_retry_answers_the_message_again_and_drops_what_followed() {
    let site = site().await;
    let (thread_id, _) = site.create("ada", "a").await;
    site.add("ada", &thread_id, "b").await;
    let before = site.items("ada", &thread_id).await;
    let events = retry(&site, &thread_id, &before[0]).await;
    assert_eq!(kinds(&events)[..2], ["stream_options", "thread.item.added"]);
    let after = site.items("ada", &thread_id).await;
    assert_eq!(site.texts("ada", &thread_id).await, ["a", "echo: a"]);
    assert_eq!(after[0], before[0]);
    assert_ne!(after[1]["id"], before[1]["id"]);
}

#[tokio::test]
async fn a_retry_that_fails_restores_what_it_removed() {
    let site = site().await;
    for failure in ["custom", "stream", "internal", "panic"] {
        let (thread_id, _) = site.create("ada", "a").await;
        let failing =
            script(json!([{"write": {"pieces": ["half"], "unfinished": true}}, {"raise": failure}]));
        let events = site.add("ada", &thread_id, &failing).await;
        assert_eq!(events.last().unwrap()["type"], "error");
        site.add("ada", &thread_id, "b").await;
        let before = site.items("ada", &thread_id).await;
        assert_eq!(before.len(), 6, "question, answer, script, half, question, answer");
        let events = retry(&site, &thread_id, &before[2]).await;
        assert_eq!(events.last().unwrap()["type"], "error", "{failure}");
        assert_eq!(site.items("ada", &thread_id).await, before, "{failure}");
        // And the thread is free for the next message.
        site.add("ada", &thread_id, "c").await;
    }
}

#[tokio::test]
async fn a_retry_still_running_shows_neither_old_answer_nor_lets_another_begin() {
    let site = site().await;
    let slow = script(json!([{"sleep_ms": 200}, {"write": {"pieces": ["new"]}}]));
    let (thread_id, _) = site.create("ada", &slow).await;
    let before = site.items("ada", &thread_id).await;
    let params = json!({"thread_id": thread_id, "item_id": before[0]["id"]});
    let running = site.begin("ada", "threads.retry_after_item", params.clone()).await;
    assert_eq!(site.items("ada", &thread_id).await.len(), 1);
    assert_eq!(site.post("ada", "threads.retry_after_item", params).await.error(409), "turn_active");
    text_of(running).await;
    let after = site.items("ada", &thread_id).await;
    assert_eq!(after.len(), 2);
    assert_ne!(after[1]["id"], before[1]["id"]);
}

#[tokio::test]
async fn only_a_message_of_the_reader_that_is_there_can_be_retried() {
    let site = site().await;
    let (thread_id, _) = site.create("ada", "a").await;
    let items = site.items("ada", &thread_id).await;
    let try_item = async |item_id: &Value| {
        site.post("ada", "threads.retry_after_item", json!({"thread_id": thread_id, "item_id": item_id}))
            .await
    };
    assert_eq!(try_item(&items[1]["id"]).await.error(400), "invalid_request");
    assert_eq!(try_item(&json!("msg_no")).await.error(404), "not_found");
    assert_eq!(site.items("ada", &thread_id).await, items);
    let params = json!({"thread_id": thread_id, "input": input("still free")});
    site.post("ada", "threads.add_user_message", params).await.events();
}
