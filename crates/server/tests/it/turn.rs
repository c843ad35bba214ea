//! What a turn does with a handler's events, failures and unfinished work.

use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use docent_server::SqliteStore;
use serde_json::{Value, json};

use crate::harness::{builder, events, input, kinds, site, site_of, site_with, text_of};
use crate::script::script;

#[tokio::test]
async fn every_failure_is_an_error_event_and_tells_no_secrets() {
    let site = site().await;
    for (failure, code, message, allow_retry) in [
        ("custom", "custom", json!("Not today."), false),
        ("stream", "stream.error", json!(null), false),
        ("internal", "stream.error", json!(null), true),
        ("panic", "stream.error", json!(null), true),
    ] {
        let steps = json!([{"write": {"pieces": ["ha", "lf"], "unfinished": true}}, {"title": "T"}, {"raise": failure}]);
        let (thread_id, events) = site.create("ada", &script(steps)).await;
        let end = &events[events.len() - 2..];
        assert_eq!(kinds(end), ["error", "thread.updated"], "{failure}");
        assert_eq!((&end[0]["code"], &end[0]["allow_retry"]), (&json!(code), &json!(allow_retry)));
        assert_eq!(end[0]["message"], message);
        assert!(!json!(events).to_string().contains("secret detail"));
        assert_eq!(site.texts("ada", &thread_id).await[1], "half", "{failure}: what was seen stays");
        site.add("ada", &thread_id, "next").await;
    }
}

#[tokio::test]
async fn blank_text_of_a_failed_turn_is_not_kept() {
    let site = site().await;
    let steps = json!([{"write": {"pieces": [" ", "\n"], "unfinished": true}}, {"raise": "stream"}]);
    let (thread_id, _) = site.create("ada", &script(steps)).await;
    assert_eq!(site.items("ada", &thread_id).await.len(), 1);
}

#[tokio::test]
async fn an_item_stands_where_the_client_saw_it_begin() {
    let site = site().await;
    let item = |event: &str, id: &str, text: &str| {
        json!({"event": {"type": event, "item": {
            "type": "assistant_message", "id": id, "thread_id": "$thread", "created_at": "2026-01-01T00:00:00Z",
            "content": [{"type": "output_text", "text": text}]}}})
    };
    let steps = json!([
        item("thread.item.added", "one", ""),
        item("thread.item.done", "two", "two"),
        item("thread.item.done", "one", "one"),
        item("thread.item.done", "one", "one again"),
    ]);
    let (thread_id, _) = site.create("ada", &script(steps)).await;
    assert_eq!(site.texts("ada", &thread_id).await[1..], ["one again", "two"]);
}

#[tokio::test]
async fn items_stand_in_the_order_in_which_a_turn_first_named_them() {
    let site = site().await;
    let item = |event: &str, id: &str| {
        json!({"event": {"type": format!("thread.item.{event}"), "item": {
            "type": "assistant_message", "id": id, "thread_id": "$thread", "created_at": "2026-01-01T00:00:00Z",
            "content": [{"type": "output_text", "text": id}]}}})
    };
    // A turn that adds nothing leaves a place empty, which nobody sees.
    let (thread_id, _) = site.create("ada", &script(json!([{"tell": 1}]))).await;
    for steps in [
        // A finished item first, then one that is announced and takes its time.
        json!([item("done", "a1"), item("added", "a2"), item("done", "a3"), item("done", "a2")]),
        // Two that are announced, and end the other way round.
        json!([item("added", "b1"), item("added", "b2"), item("done", "b2"), item("done", "b1")]),
        // One that is there already, written over: it stays where it is.
        json!([item("replaced", "a3"), item("done", "c1"), item("added", "c2"), item("done", "c2")]),
    ] {
        site.add("ada", &thread_id, &script(steps)).await;
    }
    let items = site.items("ada", &thread_id).await;
    let answers: Vec<&str> = items
        .iter()
        .filter(|item| item["type"] == "assistant_message")
        .map(|item| item["id"].as_str().expect("an id"))
        .collect();
    assert_eq!(answers, ["a1", "a2", "a3", "b1", "b2", "c1", "c2"]);
    let questions: Vec<usize> =
        (0..items.len()).filter(|place| items[*place]["type"] == "user_message").collect();
    assert_eq!(questions, [0, 1, 5, 8], "each before its answers: {items:?}");
}

#[tokio::test]
async fn hidden_items_leave_through_no_event() {
    let site = site().await;
    let item = |event: &str, content: &str| {
        json!({"event": {"type": event, "item": {
            "type": "hidden_context_item", "id": "h", "thread_id": "$thread", "created_at": "2026-01-01T00:00:00Z",
            "content": content}}})
    };
    let update = json!({"event": {"type": "thread.item.updated", "item_id": "h", "update": {
        "type": "workflow.task.added", "task_index": 0, "task": {"type": "custom", "title": "secret"}}}});
    let first = json!([
        item("thread.item.added", "secret"),
        update,
        item("thread.item.done", "secret"),
        item("thread.item.replaced", "secret"),
        update,
    ]);
    let (thread_id, created) = site.create("ada", &script(first)).await;
    assert_eq!(kinds(&created), ["thread.created", "thread.item.done", "stream_options"]);
    // In another turn the id is known from the store only.
    let second = json!([
        update, item("thread.item.replaced", "secret"), {"event": {"type": "thread.item.removed", "item_id": "h"}}, {"tell": 9},
    ]);
    let later = site.add("ada", &thread_id, &script(second)).await;
    assert_eq!(kinds(&later), ["thread.item.done", "stream_options", "progress_update"]);
    assert!(!later[2]["text"].as_str().unwrap().contains("hidden"), "it was removed");
}

#[tokio::test]
async fn a_removed_item_is_gone_and_removing_what_never_was_is_no_error() {
    let site = site().await;
    let (thread_id, _) = site.create("ada", "a").await;
    let answer = site.items("ada", &thread_id).await[1]["id"].clone();
    let remove = |id: &Value| json!({"event": {"type": "thread.item.removed", "item_id": id}});
    let events =
        site.add("ada", &thread_id, &script(json!([remove(&answer), remove(&json!("msg_no"))]))).await;
    assert_eq!(kinds(&events)[2..], ["thread.item.removed", "thread.item.removed"]);
    assert_eq!(site.items("ada", &thread_id).await.len(), 2);
}

#[tokio::test]
async fn an_item_of_another_thread_is_never_written() {
    let site = site().await;
    let (other, _) = site.create("ada", "a").await;
    let steps = json!([{"event": {"type": "thread.item.done", "item": {
        "type": "end_of_turn", "id": "e", "thread_id": other, "created_at": "2026-01-01T00:00:00Z"}}}]);
    let (_, events) = site.create("ada", &script(steps)).await;
    assert_eq!(events.last().unwrap()["code"], "stream.error");
    assert_eq!(site.items("ada", &other).await.len(), 2);
}

#[tokio::test]
async fn a_thread_event_of_the_handler_carries_no_notes_of_the_server() {
    let site = site().await;
    let steps = json!([{"event": {"type": "thread.updated", "thread": {
        "id": "$thread", "created_at": "2026-01-01T00:00:00Z", "metadata": {"note": "secret"}}}}]);
    let (_, events) = site.create("ada", &script(steps)).await;
    assert_eq!(events[3]["thread"]["metadata"], json!({}));
}

#[tokio::test]
async fn the_history_is_oldest_first_and_leaves_out_what_is_being_written() {
    let site = site_with(|builder| builder.checkpoint_interval(Duration::from_millis(5))).await;
    let (thread_id, _) = site.create("ada", "a").await;
    let steps = json!([{"write": {"pieces": ["half"], "unfinished": true}}, {"sleep_ms": 60}, {"tell": 2}]);
    let events = site.add("ada", &thread_id, &script(steps)).await;
    let told: Value = serde_json::from_str(events.last().unwrap()["text"].as_str().unwrap()).unwrap();
    assert_eq!(told["history"], json!(["assistant_message", "user_message"]));
}

#[tokio::test]
async fn unfinished_text_is_written_down_while_the_turn_goes_on() {
    let site = site_with(|builder| builder.checkpoint_interval(Duration::from_millis(10))).await;
    let (thread_id, _) = site.create("ada", "a").await;
    let steps = json!([{"write": {"pieces": ["half"], "unfinished": true}}, {"sleep_ms": 60_000}]);
    let _running = site
        .begin(
            "ada",
            "threads.add_user_message",
            json!({"thread_id": thread_id, "input": input(&script(steps))}),
        )
        .await;
    for _ in 0..300 {
        if site.texts("ada", &thread_id).await.last().is_some_and(|text| text == "half") {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("a reload would not show what is there");
}

#[tokio::test]
async fn a_handler_that_hangs_does_not_hold_its_thread_for_ever() {
    let site = site_with(|builder| builder.turn_deadline(Duration::from_millis(50))).await;
    let steps = json!([{"write": {"pieces": ["half"], "unfinished": true}}, {"sleep_ms": 60_000}]);
    let (thread_id, events) = site.create("ada", &script(steps)).await;
    let last = events.last().unwrap();
    assert_eq!((&last["type"], &last["allow_retry"]), (&json!("error"), &json!(true)));
    assert_eq!(site.texts("ada", &thread_id).await[1], "half");
    site.add("ada", &thread_id, "next").await;
}

#[tokio::test]
async fn a_server_that_stops_ends_its_turns_in_order() {
    let site = site_with(|builder| builder.shutdown_deadline(Duration::from_secs(2))).await;
    let (thread_id, _) = site.create("ada", "a").await;
    let (quick_thread, _) = site.create("bob", "b").await;
    let start =
        |thread_id: &str, steps: Value| json!({"thread_id": thread_id, "input": input(&script(steps))});
    let long = json!([{"write": {"pieces": ["half"], "unfinished": true}}, {"sleep_ms": 60_000}]);
    let long = site.begin("ada", "threads.add_user_message", start(&thread_id, long)).await;
    let quick = json!([{"sleep_ms": 50}, {"write": {"pieces": ["whole"]}}]);
    let quick = site.begin("bob", "threads.add_user_message", start(&quick_thread, quick)).await;

    let server = site.server.clone();
    let stopping = tokio::spawn(async move { server.shut_down().await });
    tokio::task::yield_now().await;
    let refused = site.post("ada", "threads.create", json!({"input": input("too late")})).await;
    assert_eq!(refused.error(503), "stopping");
    assert_eq!(refused.headers["retry-after"], "5");
    let health = site.send(Request::get("/health").body(Body::empty()).unwrap()).await;
    assert_eq!(health.status.as_u16(), 503);

    let quick = events(&text_of(quick).await);
    assert_eq!(quick.last().unwrap()["type"], "thread.item.done", "a turn that ends in time ends well");
    let long = events(&text_of(long).await);
    let last = long.last().unwrap();
    assert_eq!((&last["type"], &last["allow_retry"]), (&json!("error"), &json!(true)));
    assert!(last["message"].as_str().unwrap().contains("stopping"));
    stopping.await.unwrap();
    assert_eq!(site.texts("ada", &thread_id).await.last().unwrap(), "half");
}

#[tokio::test]
async fn a_handler_is_not_given_more_of_a_thread_at_once_than_fits() {
    let store = SqliteStore::in_memory().await.unwrap();
    let site = site_of(builder(store.clone()));
    let (thread_id, _) = site.create("ada", "a").await;
    crate::client_tools::add_large_items(&store, &thread_id, 15).await;
    let told = site.add("ada", &thread_id, &script(json!([{"tell": 100}]))).await;
    let told: Value = serde_json::from_str(told.last().unwrap()["text"].as_str().unwrap()).unwrap();
    // With 12 of the large ones there are 16 MiB.
    assert_eq!(told["history"].as_array().unwrap().len(), 1 + 12);
}
