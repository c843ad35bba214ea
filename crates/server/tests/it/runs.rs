//! `GET /chatkit/runs/<run id>/events`: following a run, from its beginning or from where one was.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use docent_server::store::RunStore;
use docent_server::{Disconnect, SqliteStore};
use serde_json::{Value, json};

use crate::harness::{
    builder, events, input, kinds, numbered, read_until, run_id, site, site_of, site_with, text_of,
};
use crate::script::script;

fn add(thread_id: &str, steps: Value) -> Value {
    json!({"thread_id": thread_id, "input": input(&script(steps))})
}

#[tokio::test]
async fn a_run_that_is_over_is_told_again_event_by_event() {
    let site = site().await;
    let response = site.begin("ada", "threads.create", json!({"input": input("a b c")})).await;
    let run = run_id(&response);
    let seen = events(&text_of(response).await);
    let again = site.follow("ada", &run, "").await;
    assert_eq!(again.headers()["content-type"], "text/event-stream; charset=utf-8");
    assert_eq!(run_id(&again), run);
    let told = numbered(&text_of(again).await);
    assert_eq!(told.iter().map(|(_, event)| event.clone()).collect::<Vec<_>>(), seen);
    let numbers: Vec<u64> = told.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, (1..=seen.len() as u64).collect::<Vec<_>>(), "a client that counts knows the number");
    let rest = numbered(&text_of(site.follow("ada", &run, "?after=3").await).await);
    assert_eq!(rest, told[3..]);
    let end = format!("?after={}", seen.len());
    assert_eq!(site.follow("ada", &run, &end).await.status(), StatusCode::NO_CONTENT);
    let browser = Request::get(format!("/chatkit/runs/{run}/events?after=1"))
        .header("x-user-id", "ada")
        .header("last-event-id", "4");
    let resumed = site.raw(browser.body(Body::empty()).unwrap()).await;
    assert_eq!(numbered(&text_of(resumed).await), told[4..]);
}

#[tokio::test]
async fn whoever_comes_in_the_middle_misses_nothing_and_sees_nothing_twice() {
    let site = site_with(|builder| builder.checkpoint_interval(Duration::from_millis(20))).await;
    let (thread_id, _) = site.create("ada", "a").await;
    let pieces =
        |from: u32, to: u32| -> Vec<String> { (from..to).map(|number| format!("{number} ")).collect() };
    let steps = json!([
        {"write": {"pieces": pieces(0, 150)}}, {"sleep_ms": 100}, {"write": {"pieces": pieces(150, 160)}},
        {"sleep_ms": 300}, {"write": {"pieces": pieces(160, 310)}}, {"title": "Done"},
    ]);
    let first = site.begin("ada", "threads.add_user_message", add(&thread_id, steps)).await;
    let run = run_id(&first);
    let (begun, rest) = read_until(first, r#""delta":"155 ""#).await;
    let mut followers = Vec::new();
    for after in ["", "?after=7", "?after=160"] {
        followers.push((after, site.follow("ada", &run, after).await));
    }
    let all = events(&(begun + &text_of(axum::response::Response::new(Body::from_stream(rest))).await));
    for (after, follower) in followers {
        let known: u64 = after.trim_start_matches("?after=").parse().unwrap_or_default();
        let told = numbered(&text_of(follower).await);
        let expected: Vec<(u64, Value)> =
            (1..).zip(all.clone()).filter(|(number, _)| *number > known).collect();
        assert_eq!(told, expected, "{after}");
    }
    assert_eq!(all.last().unwrap()["type"], "thread.updated");
}

#[tokio::test]
async fn a_run_is_followed_by_its_own_user_only_and_not_after_its_thread_was_deleted() {
    let site = site().await;
    let response = site.begin("ada", "threads.create", json!({"input": input("a")})).await;
    let run = run_id(&response);
    let thread_id = events(&text_of(response).await)[0]["thread"]["id"].clone();
    for (user, name) in [("bob", run.as_str()), ("ada", "run_unknown")] {
        let request = Request::get(format!("/chatkit/runs/{name}/events")).header("x-user-id", user);
        assert_eq!(site.send(request.body(Body::empty()).unwrap()).await.error(404), "not_found");
    }
    let nobody = Request::get(format!("/chatkit/runs/{run}/events")).body(Body::empty()).unwrap();
    assert_eq!(site.send(nobody).await.error(401), "unauthenticated");
    assert_eq!(site.follow("ada", &run, "?after=x").await.status(), StatusCode::BAD_REQUEST);
    let post = Request::post(format!("/chatkit/runs/{run}/events")).header("x-user-id", "ada");
    let refused = site.send(post.body(Body::empty()).unwrap()).await;
    assert_eq!(
        (refused.error(405).as_str(), &refused.headers["allow"]),
        ("method_not_allowed", &"GET".parse().unwrap())
    );
    site.post("ada", "threads.delete", json!({"thread_id": thread_id})).await.ok();
    assert_eq!(site.follow("ada", &run, "").await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn whoever_follows_a_run_is_told_that_its_thread_was_deleted() {
    let site = site().await;
    let (thread_id, _) = site.create("ada", "a").await;
    let steps = json!([{"write": {"pieces": ["half"], "unfinished": true}}, {"sleep_ms": 60_000}]);
    let first = site.begin("ada", "threads.add_user_message", add(&thread_id, steps)).await;
    let run = run_id(&first);
    let (_, _open) = read_until(first, r#""delta":"half""#).await;
    let (_, rest) = read_until(site.follow("ada", &run, "").await, r#""delta":"half""#).await;
    site.post("ada", "threads.delete", json!({"thread_id": thread_id})).await.ok();
    let told = numbered(&text_of(axum::response::Response::new(Body::from_stream(rest))).await);
    let (_, last) = told.last().expect("a stream does not just end");
    assert_eq!((&last["type"], &last["code"]), (&json!("error"), &json!("custom")), "{last}");
}

#[tokio::test]
async fn hidden_items_are_not_in_the_journal() {
    let site = site().await;
    let steps = json!([{"event": {"type": "thread.item.done", "item": {
        "type": "hidden_context_item", "id": "h", "thread_id": "$thread", "created_at": "2026-01-01T00:00:00Z",
        "content": "secret of the application"}}}]);
    let (thread_id, _) = site.create("ada", "a").await;
    let response = site.begin("ada", "threads.add_user_message", add(&thread_id, steps)).await;
    let run = run_id(&response);
    text_of(response).await;
    let told = numbered(&text_of(site.follow("ada", &run, "?after=1").await).await);
    assert_eq!(
        told.iter().map(|(_, event)| event["type"].as_str().unwrap()).collect::<Vec<_>>(),
        ["stream_options"]
    );
}

#[tokio::test]
async fn an_effect_is_told_once_to_whoever_goes_on_where_it_was() {
    // No checkpoint would write it down in time: an effect is written down before it goes out.
    let store = SqliteStore::in_memory().await.unwrap();
    let site = site_of(builder(store.clone()).checkpoint_interval(Duration::from_secs(600)));
    let (thread_id, _) = site.create("ada", "a").await;
    let steps = json!([{"event": {"type": "client_effect", "name": "open", "data": {}}}, {"sleep_ms": 200}]);
    let first = site.begin("ada", "threads.add_user_message", add(&thread_id, steps)).await;
    let run = run_id(&first);
    let (seen, _gone) = read_until(first, r#""type":"client_effect""#).await;
    let seen = events(&seen);
    assert_eq!(kinds(&seen), ["thread.item.done", "stream_options", "client_effect"]);
    let stored = store.load_run_events("ada", &run, 2).await.unwrap();
    assert!(stored[0].seq == 3 && stored[0].json.contains("client_effect"), "{stored:?}");
    let rest = text_of(site.follow("ada", &run, "?after=3").await).await;
    assert_eq!(rest, "", "it is not told again");
    let all = text_of(site.follow("ada", &run, "").await).await;
    assert_eq!(all.matches(r#""type":"client_effect""#).count(), 1);
}

#[tokio::test]
async fn a_journal_that_is_full_leaves_out_deltas_and_keeps_the_answer() {
    let site = site_with(|builder| builder.run_log_bytes(1500)).await;
    let pieces: Vec<String> = (0..100).map(|number| format!("{number} ")).collect();
    let (thread_id, _) = site.create("ada", "a").await;
    let steps = json!([{"write": {"pieces": pieces}}]);
    let response = site.begin("ada", "threads.add_user_message", add(&thread_id, steps)).await;
    let run = run_id(&response);
    let all = events(&text_of(response).await);
    let told = numbered(&text_of(site.follow("ada", &run, "").await).await);
    assert!(told.len() < 30 && all.len() > 100, "{} of {}", told.len(), all.len());
    assert_eq!(told.last().unwrap(), &(all.len() as u64, all.last().unwrap().clone()));
}

#[tokio::test]
async fn old_runs_are_forgotten() {
    let site = site_with(|builder| builder.run_retention(Duration::ZERO)).await;
    let response = site.begin("ada", "threads.create", json!({"input": input("a")})).await;
    let run = run_id(&response);
    text_of(response).await;
    assert_eq!(site.follow("ada", &run, "").await.status(), StatusCode::OK);
    for _ in 0..200 {
        site.create("ada", "next").await;
        if site.follow("ada", &run, "").await.status() == StatusCode::NOT_FOUND {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it is remembered for ever");
}

#[tokio::test]
async fn a_server_may_take_hanging_up_for_a_stop_unless_somebody_follows_again() {
    let grace = Duration::from_millis(300);
    let site = site_with(|builder| builder.on_disconnect(Disconnect::CancelAfter(grace))).await;
    let (thread_id, _) = site.create("ada", "a").await;
    let steps = json!([{"write": {"pieces": ["half"], "unfinished": true}}, {"sleep_ms": 1200}, {"write": {"pieces": ["rest"]}}]);
    let first = site.begin("ada", "threads.add_user_message", add(&thread_id, steps.clone())).await;
    let run = run_id(&first);
    drop(read_until(first, r#""delta":"half""#).await);
    tokio::time::sleep(Duration::from_millis(50)).await;
    let told = text_of(site.follow("ada", &run, "").await).await;
    assert!(told.contains("rest"), "somebody followed again in time: {told}");

    let second = site.begin("ada", "threads.add_user_message", add(&thread_id, steps)).await;
    drop(read_until(second, r#""delta":"half""#).await);
    tokio::time::sleep(grace * 2).await;
    let texts = site.texts("ada", &thread_id).await;
    let told = site.add("ada", &thread_id, &script(json!([{"tell": 3}]))).await;
    assert!(told.last().unwrap()["text"].as_str().unwrap().contains("sdk_hidden_context"), "{told:?}");
    assert_eq!(texts.last().unwrap(), "half");
}

#[tokio::test]
async fn messages_to_one_thread_wait_for_each_other_if_the_server_has_patience() {
    let site = site_with(|builder| builder.thread_patience(Duration::from_secs(20))).await;
    let (thread_id, _) = site.create("ada", "a").await;
    let steps = |text: String| json!([{"sleep_ms": 20}, {"write": {"pieces": [text]}}]);
    let sent = (0..6).map(|number| {
        site.post("ada", "threads.add_user_message", add(&thread_id, steps(format!("answer {number}"))))
    });
    for answer in futures_util::future::join_all(sent).await {
        assert_eq!(answer.events().last().unwrap()["type"], "thread.item.done");
    }
    let items = site.items("ada", &thread_id).await;
    let order: Vec<&str> = items.iter().map(|item| item["type"].as_str().unwrap()).collect();
    assert_eq!(
        order,
        ["user_message", "assistant_message"].repeat(7),
        "no answer stands between another and its question"
    );
}

#[tokio::test]
async fn of_many_messages_at_once_one_is_taken_and_the_others_are_told() {
    let site = site().await;
    let (thread_id, _) = site.create("ada", "a").await;
    let slow = json!([{"sleep_ms": 300}, {"write": {"pieces": ["answer"]}}]);
    let sent = (0..8).map(|_| site.post("ada", "threads.add_user_message", add(&thread_id, slow.clone())));
    let answers = futures_util::future::join_all(sent).await;
    let taken = answers.iter().filter(|answer| answer.status == StatusCode::OK).count();
    let refused = answers.iter().filter(|answer| answer.status == StatusCode::CONFLICT).count();
    assert_eq!((taken, refused), (1, 7));
    assert_eq!(site.items("ada", &thread_id).await.len(), 4);
}
