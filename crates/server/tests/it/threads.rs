//! `threads.get_by_id`, `threads.list`, `threads.update` and `threads.delete`.

use std::time::Duration;

use serde_json::json;

use crate::harness::{input, kinds, site, text_of};
use crate::script::script;

#[tokio::test]
async fn a_thread_comes_with_its_oldest_items_and_no_notes_of_the_server() {
    let site = site().await;
    let (thread_id, _) = site.create("ada", "m0").await;
    for number in 1..12 {
        site.add("ada", &thread_id, &format!("m{number}")).await;
    }
    let thread = site.post("ada", "threads.get_by_id", json!({"thread_id": thread_id})).await.ok();
    let items = thread["items"]["data"].as_array().unwrap();
    assert_eq!(items.len(), 20);
    assert_eq!(items[0]["content"][0]["text"], "m0");
    assert_eq!(thread["items"]["has_more"], true);
    assert_eq!(thread["items"]["after"], items[19]["id"]);
    assert_eq!(thread["metadata"], json!({}));
    assert_eq!(thread["status"], json!({"type": "active"}));
}

#[tokio::test]
async fn threads_are_listed_newest_first_with_empty_pages_of_items() {
    let site = site().await;
    let mut ids = Vec::new();
    for number in 0..5 {
        ids.push(site.create("ada", &format!("t{number}")).await.0);
    }
    ids.reverse();
    let first = site.post("ada", "threads.list", json!({"limit": 2})).await.ok();
    assert_eq!(first["data"][0]["id"], ids[0]);
    assert_eq!(first["data"][0]["items"], json!({"data": [], "has_more": false}));
    let mut seen = Vec::new();
    let mut after = json!(null);
    loop {
        let page = site
            .post("ada", "threads.list", json!({"limit": "2", "order": "desc", "after": after}))
            .await
            .ok();
        seen.extend(
            page["data"].as_array().unwrap().iter().map(|thread| thread["id"].as_str().unwrap().to_owned()),
        );
        if page["has_more"] == false {
            assert!(page.get("after").is_none());
            break;
        }
        after = page["after"].clone();
    }
    assert_eq!(seen, ids);
}

#[tokio::test]
async fn a_cursor_still_works_when_its_thread_was_deleted() {
    let site = site().await;
    for number in 0..4 {
        site.create("ada", &format!("t{number}")).await;
    }
    let first = site.post("ada", "threads.list", json!({"limit": 2})).await.ok();
    site.post("ada", "threads.delete", json!({"thread_id": first["after"]})).await.ok();
    let rest = site.post("ada", "threads.list", json!({"limit": 2, "after": first["after"]})).await.ok();
    assert_eq!(rest["data"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn limits_and_cursors_that_cannot_be_meant_are_refused() {
    let site = site().await;
    site.create("ada", "hello").await;
    assert_eq!(site.post("ada", "threads.list", json!({"limit": -1})).await.error(400), "invalid_request");
    assert_eq!(
        site.post("ada", "threads.list", json!({"after": "thr_no"})).await.error(400),
        "unknown_cursor"
    );
    assert_eq!(
        site.post("ada", "threads.list", json!({"limit": 1_000_000_000})).await.ok()["data"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(site.post("ada", "threads.list", json!({"limit": null})).await.ok()["has_more"], false);
}

#[tokio::test]
async fn a_title_is_changed_and_may_be_empty() {
    let site = site().await;
    let (thread_id, _) = site.create("ada", "hello").await;
    for title in ["My thread", ""] {
        let thread =
            site.post("ada", "threads.update", json!({"thread_id": thread_id, "title": title})).await.ok();
        assert_eq!(thread["title"], title);
        assert_eq!(thread["items"], json!({"data": [], "has_more": false}));
    }
}

#[tokio::test]
async fn a_running_turn_does_not_undo_a_rename() {
    let site = site().await;
    let steps = json!([{"sleep_ms": 200}, {"status": {"type": "locked"}}, {"write": {"pieces": ["x"]}}]);
    let (thread_id, _) = site.create("ada", "hello").await;
    let turn = site
        .begin(
            "ada",
            "threads.add_user_message",
            json!({"thread_id": thread_id, "input": input(&script(steps))}),
        )
        .await;
    site.post("ada", "threads.update", json!({"thread_id": thread_id, "title": "Renamed"})).await.ok();
    let events = crate::harness::events(&text_of(turn).await);
    let updated = events.iter().find(|event| event["type"] == "thread.updated").unwrap();
    assert_eq!(updated["thread"]["title"], "Renamed");
    let thread = site.post("ada", "threads.get_by_id", json!({"thread_id": thread_id})).await.ok();
    assert_eq!((&thread["title"], &thread["status"]["type"]), (&json!("Renamed"), &json!("locked")));
}

#[tokio::test]
async fn a_handlers_title_is_announced_after_its_next_event() {
    let site = site().await;
    let steps = json!([{"title": "T"}, {"event": {"type": "progress_update", "text": "p"}}, {"title": "T"}, {"title": "U"}]);
    let (thread_id, events) = site.create("ada", &script(steps)).await;
    assert_eq!(kinds(&events)[3..], ["progress_update", "thread.updated", "thread.updated"]);
    assert_eq!((&events[4]["thread"]["title"], &events[5]["thread"]["title"]), (&json!("T"), &json!("U")));
    let list = site.post("ada", "threads.list", json!({})).await.ok();
    assert_eq!((&list["data"][0]["id"], &list["data"][0]["title"]), (&json!(thread_id), &json!("U")));
}

#[tokio::test]
async fn a_deleted_thread_is_gone_and_deleting_it_again_is_no_error() {
    let site = site().await;
    let (thread_id, _) = site.create("ada", "hello").await;
    for _ in 0..2 {
        assert_eq!(site.post("ada", "threads.delete", json!({"thread_id": thread_id})).await.ok(), json!({}));
    }
    assert_eq!(
        site.post("ada", "threads.get_by_id", json!({"thread_id": thread_id})).await.error(404),
        "not_found"
    );
    assert_eq!(site.post("ada", "items.list", json!({"thread_id": thread_id})).await.error(404), "not_found");
    assert_eq!(
        site.post("ada", "threads.delete", json!({"thread_id": "thr_no"})).await.error(404),
        "not_found"
    );
}

#[tokio::test]
async fn a_thread_deleted_while_it_is_answered_stays_deleted() {
    let site = site().await;
    let steps = json!([{"write": {"pieces": ["a"]}}, {"sleep_ms": 10_000}, {"title": "back"}, {"write": {"pieces": ["b"]}}]);
    let (thread_id, _) = site.create("ada", "hello").await;
    let turn = site
        .begin(
            "ada",
            "threads.add_user_message",
            json!({"thread_id": thread_id, "input": input(&script(steps))}),
        )
        .await;
    site.post("ada", "threads.delete", json!({"thread_id": thread_id})).await.ok();
    let events = crate::harness::events(&text_of(turn).await);
    let last = events.last().unwrap();
    assert_eq!((&last["type"], &last["allow_retry"]), (&json!("error"), &json!(false)));
    assert!(last["message"].as_str().unwrap().contains("deleted"));
    assert_eq!(site.post("ada", "threads.list", json!({})).await.ok()["data"], json!([]));
}

#[tokio::test]
async fn a_turn_that_is_silent_ends_as_soon_as_its_thread_is_deleted() {
    let site = site().await;
    let (thread_id, _) = site.create("ada", "hello").await;
    let steps = script(json!([{"write": {"pieces": ["a"]}}, {"sleep_ms": 600_000}]));
    let params = json!({"thread_id": thread_id, "input": input(&steps)});
    let turn = site.begin("ada", "threads.add_user_message", params).await;
    // Everything is written down by then, so that no write finds the thread gone.
    tokio::time::sleep(Duration::from_millis(600)).await;
    site.post("ada", "threads.delete", json!({"thread_id": thread_id})).await.ok();
    let told = tokio::time::timeout(Duration::from_secs(5), text_of(turn)).await.expect("it ends");
    assert_eq!(crate::harness::events(&told).last().unwrap()["type"], "error");
}

#[tokio::test]
async fn a_title_without_end_is_refused_and_changes_nothing() {
    let site = site().await;
    let (thread_id, _) = site.create("ada", "a").await;
    let rename = async |title: String| {
        site.post("ada", "threads.update", json!({"thread_id": thread_id, "title": title})).await
    };
    rename("\u{e9}".repeat(500)).await.ok();
    let refused = rename("x".repeat(501)).await;
    assert_eq!(refused.error(400), "invalid_request");
    assert!(refused.text.contains("500 characters"), "{}", refused.text);
    let thread = site.post("ada", "threads.get_by_id", json!({"thread_id": thread_id})).await.ok();
    assert_eq!(thread["title"], "\u{e9}".repeat(500));
}
