//! `POST /chatkit/runs/<run id>/cancel`: our own stop, beside hanging up.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

use crate::harness::{Answered, Site, events, input, kinds, read_until, site, text_of};
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
async fn a_stop_needs_a_user_and_a_post() {
    let site = site().await;
    let nobody = Request::post("/chatkit/runs/run_1/cancel").body(Body::empty()).unwrap();
    assert_eq!(site.send(nobody).await.error(401), "unauthenticated");
    let get =
        Request::get("/chatkit/runs/run_1/cancel").header("x-user-id", "ada").body(Body::empty()).unwrap();
    assert_eq!(site.send(get).await.error(405), "method_not_allowed");
}
