//! Golden transcripts: whole answers, with ids that count up and a clock that stands still.

use serde_json::json;

use crate::harness::{input, repeatable_site};
use crate::script::script;

#[tokio::test]
async fn a_new_thread_with_an_answer() {
    let site = repeatable_site().await;
    let answer = site.post("ada", "threads.create", json!({"input": input("hello")})).await;
    insta::assert_snapshot!(answer.text);
}

#[tokio::test]
async fn a_titled_answer_with_a_source_that_fails_at_the_end() {
    let site = repeatable_site().await;
    let annotation = json!({"type": "annotation", "index": 3, "source": {"type": "url", "title": "Page", "url": "https://a.example/#b"}});
    let steps = json!([
        {"title": "A title"},
        {"event": {"type": "progress_update", "text": "Searching", "icon": "search"}},
        {"write": {"pieces": ["One.", " Two."], "sources": [annotation]}},
        {"raise": "custom"},
    ]);
    let answer = site.post("ada", "threads.create", json!({"input": input(&script(steps))})).await;
    insta::assert_snapshot!(answer.text);
}

#[tokio::test]
async fn a_thread_a_list_and_a_retry() {
    let site = repeatable_site().await;
    let (thread_id, _) = site.create("ada", "hello").await;
    let item_id = site.items("ada", &thread_id).await[0]["id"].clone();
    let retried = site
        .post("ada", "threads.retry_after_item", json!({"thread_id": thread_id, "item_id": item_id}))
        .await;
    let listed = site.post("ada", "threads.list", json!({})).await;
    let thread = site.post("ada", "threads.get_by_id", json!({"thread_id": thread_id})).await;
    insta::assert_snapshot!(format!("{}{}\n\n{}\n", retried.text, listed.text, thread.text));
}
