//! `items.list`.

use docent_server::SqliteStore;
use docent_server::store::{Store, ThreadKey};
use serde_json::{Value, json};

use crate::harness::{builder, site, site_of};
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
    let after = async |cursor: &str| {
        site.post("ada", "items.list", json!({"thread_id": thread_id, "after": cursor})).await
    };
    let (named, unknown) = (after("h1").await, after("never").await);
    assert_eq!(named.error(400), "unknown_cursor", "nor are they told by whoever guesses their ids");
    assert_eq!(named.text, unknown.text);
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

#[tokio::test]
async fn a_page_of_large_items_ends_early_and_says_so() {
    let store = SqliteStore::in_memory().await.unwrap();
    let site = site_of(builder(store.clone()));
    let (thread_id, _) = site.create("ada", "a").await;
    let key = ThreadKey::new("ada", &thread_id);
    let mebibyte = 1024 * 1024;
    for (number, bytes) in [5 * mebibyte].into_iter().chain([mebibyte; 10]).enumerate() {
        let item = json!({"type": "assistant_message", "id": format!("msg_{number}"), "thread_id": thread_id,
            "created_at": "2026-01-01T00:00:00Z",
            "content": [{"type": "output_text", "text": "x".repeat(bytes), "annotations": []}]});
        store.save_item(&key, &serde_json::from_value(item).unwrap()).await.unwrap();
    }
    let mut params = json!({"thread_id": thread_id, "order": "asc", "limit": 100});
    let mut rows = Vec::new();
    loop {
        let page = site.post("ada", "items.list", params.clone()).await.ok();
        rows.push(page["data"].as_array().unwrap().len());
        if page["has_more"] != true {
            break;
        }
        params["after"] = page["after"].clone();
    }
    // Question, answer and the item that is too large by itself; then four at a time.
    assert_eq!(rows, [3, 4, 4, 2]);
    let thread = site.post("ada", "threads.get_by_id", json!({"thread_id": thread_id})).await.ok();
    assert_eq!(thread["items"]["data"].as_array().unwrap().len(), 3);
    assert_eq!(thread["items"]["has_more"], true);
}

#[tokio::test]
async fn a_page_has_at_most_a_hundred_rows_and_no_number_below_none() {
    let site = site().await;
    let (thread_id, _) = site.create("ada", "a").await;
    let steps = json!(vec![json!({"write": {"pieces": ["x"]}}); 120]);
    site.add("ada", &thread_id, &script(steps)).await;
    for (kind, most) in [("items.list", 100), ("threads.list", 1)] {
        let ask = async |limit: Value| {
            site.post("ada", kind, json!({"thread_id": thread_id, "limit": limit})).await
        };
        for limit in [100, 101, 1_000_000, i64::MAX] {
            let page = ask(json!(limit)).await.ok();
            assert_eq!(page["data"].as_array().unwrap().len(), most, "{kind} {limit}");
        }
        for wrong in [json!(-1), json!(i64::MIN), json!(1e300), json!(1.5)] {
            assert_eq!(ask(wrong.clone()).await.error(400), "invalid_request", "{kind} {wrong}");
        }
    }
}
