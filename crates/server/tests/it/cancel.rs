//! `POST /chatkit/runs/<run id>/cancel`: our own stop, beside hanging up.

use axum::body::Body;
use axum::http::Request;
use docent_server::SqliteStore;
use docent_server::store::ThreadKey;
use serde_json::{Value, json};

use crate::harness::{
    Answered, Site, builder, events, input, kinds, numbered, read_until, site, site_of, text_of,
};
use crate::interrupted::markers;
use crate::script::script;

async fn cancel(site: &Site, user: &str, run_id: &str) -> Answered {
    let request = Request::post(format!("/chatkit/runs/{run_id}/cancel")).header("x-user-id", user);
    site.send(request.body(Body::empty()).unwrap()).await
}

async fn begin(site: &Site, kind: &str, params: Value) -> (axum::response::Response, String) {
    let response = site.begin("ada", kind, params).await;
    let run_id = response.headers()["x-docent-run-id"].to_str().unwrap().to_owned();
    (response, run_id)
}

#[tokio::test]
async fn a_stopped_turn_keeps_what_was_said_and_the_model_is_told() {
    let site = site().await;
    let (thread_id, _) = site.create("ada", "a").await;
    let steps = json!([{"write": {"pieces": ["half"], "unfinished": true}}, {"sleep_ms": 60_000}]);
    let params = json!({"thread_id": thread_id, "input": input(&script(steps))});
    let (running, run_id) = begin(&site, "threads.add_user_message", params).await;
    let (mut text, rest) = read_until(running, r#""delta":"half""#).await;
    assert_eq!(cancel(&site, "bob", &run_id).await.error(404), "not_found");
    assert_eq!(cancel(&site, "ada", &run_id).await.ok(), json!({}));
    text.push_str(&text_of(axum::response::Response::new(Body::from_stream(rest))).await);
    let events = events(&text);
    assert_ne!(events.last().unwrap()["type"], "error", "whoever stops needs no error");
    assert_eq!(site.texts("ada", &thread_id).await.last().unwrap(), "half");
    assert_eq!(cancel(&site, "ada", &run_id).await.ok(), json!({}), "again is no error");
    assert_eq!(cancel(&site, "ada", "run_unknown").await.error(404), "not_found");
    let told = site.add("ada", &thread_id, &script(json!([{"tell": 3}]))).await;
    assert!(told.last().unwrap()["text"].as_str().unwrap().contains("sdk_hidden_context"), "{told:?}");
}

#[tokio::test]
async fn a_retry_stopped_before_it_said_anything_restores_the_old_answer() {
    let site = site().await;
    let slow = script(json!([{"sleep_ms": 500}, {"write": {"pieces": ["answer"]}}]));
    let (thread_id, _) = site.create("ada", &slow).await;
    let before = site.items("ada", &thread_id).await;
    let params = json!({"thread_id": thread_id, "item_id": before[0]["id"]});
    let (running, run_id) = begin(&site, "threads.retry_after_item", params).await;
    let (begun, rest) = read_until(running, "stream_options").await;
    cancel(&site, "ada", &run_id).await.ok();
    assert_eq!(kinds(&events(&begun)), ["stream_options"]);
    assert_eq!(text_of(axum::response::Response::new(Body::from_stream(rest))).await, "");
    assert_eq!(site.items("ada", &thread_id).await, before);
}

#[tokio::test]
async fn a_stop_leaves_one_marker_however_often_it_is_asked_for_followed_and_reloaded() {
    let store = SqliteStore::in_memory().await.unwrap();
    let site = site_of(builder(store.clone()));
    let (thread_id, _) = site.create("ada", "a").await;
    let key = ThreadKey::new("ada", &thread_id);
    let steps = json!([{"event": {"type": "client_effect", "name": "open", "data": {}}},
        {"write": {"pieces": ["half"], "unfinished": true}}, {"sleep_ms": 60_000}]);
    let params = json!({"thread_id": thread_id, "input": input(&script(steps))});
    let (running, run_id) = begin(&site, "threads.add_user_message", params).await;
    let (_, left) = read_until(running, r#""delta":"half""#).await;
    drop(left);
    let follower = site.follow("ada", &run_id, "").await;
    let (first, second) = tokio::join!(cancel(&site, "ada", &run_id), cancel(&site, "ada", &run_id));
    assert_eq!((first.ok(), second.ok()), (json!({}), json!({})));
    let told = numbered(&text_of(follower).await);
    // Another server on the same store is what a restart is.
    let restarted = site_of(builder(store.clone()));
    for site in [&site, &restarted] {
        cancel(site, "ada", &run_id).await.ok();
        let again = text_of(site.follow("ada", &run_id, "").await).await;
        assert_eq!(numbered(&again), told);
        assert_eq!(again.matches(r#""type":"client_effect""#).count(), 1, "{again}");
        assert!(!again.contains("shcx_"), "{again}");
        let shown = site.items("ada", &thread_id).await;
        assert_eq!(shown.len(), 4, "{shown:?}");
        assert_eq!(markers(&store, &key, &run_id).await.len(), 1);
    }
    restarted.add("ada", &thread_id, "next").await;
    assert_eq!(markers(&store, &key, &run_id).await.len(), 1);
}

#[tokio::test]
async fn a_stop_needs_a_user_and_a_post() {
    let site = site().await;
    let nobody = Request::post("/chatkit/runs/run_1/cancel").body(Body::empty()).unwrap();
    assert_eq!(site.send(nobody).await.error(401), "unauthenticated");
    let get =
        Request::get("/chatkit/runs/run_1/cancel").header("x-user-id", "ada").body(Body::empty()).unwrap();
    assert_eq!(site.send(get).await.error(405), "method_not_allowed");
}
