//! The header `Idempotency-Key`: a request that is sent again is not done again.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use docent_server::SqliteStore;
use serde_json::{Value, json};

use crate::harness::{Answered, Site, builder, input, kinds, request, site, site_of};
use crate::script::script;

fn keyed(user: &str, key: &str, kind: &str, params: &Value) -> Request<Body> {
    let mut request = request(user, &json!({"type": kind, "params": params}));
    request.headers_mut().insert("idempotency-key", key.parse().unwrap());
    request
}

async fn send(site: &Site, user: &str, key: &str, kind: &str, params: &Value) -> Answered {
    site.send(keyed(user, key, kind, params)).await
}

#[tokio::test]
async fn a_repeated_request_gets_the_same_run_and_makes_nothing() {
    let site = site().await;
    let params = json!({"input": input("hello")});
    let first = send(&site, "ada", "k1", "threads.create", &params).await;
    let mut later = params.clone();
    later["input"]["metadata"] = json!({"pageContext": {"timestamp": "a moment later"}});
    let again = send(&site, "ada", "k1", "threads.create", &later).await;
    assert_eq!(again.events(), first.events());
    assert_eq!(again.headers["x-docent-run-id"], first.headers["x-docent-run-id"]);
    assert_eq!(site.post("ada", "threads.list", json!({})).await.ok()["data"].as_array().unwrap().len(), 1);
    // Another key, or another user, is another request.
    let other = send(&site, "ada", "k2", "threads.create", &params).await;
    assert_ne!(other.headers["x-docent-run-id"], first.headers["x-docent-run-id"]);
    let bobs = send(&site, "bob", "k1", "threads.create", &params).await;
    assert_ne!(bobs.events()[0]["thread"]["id"], first.events()[0]["thread"]["id"]);
}

#[tokio::test]
async fn a_key_is_for_one_request_and_has_to_be_one() {
    let site = site().await;
    send(&site, "ada", "k", "threads.create", &json!({"input": input("a")})).await.events();
    let other = send(&site, "ada", "k", "threads.create", &json!({"input": input("b")})).await;
    assert_eq!(other.error(422), "idempotency_key_reused");
    for bad in [String::new(), "x".repeat(256)] {
        let refused = send(&site, "ada", &bad, "threads.create", &json!({"input": input("a")})).await;
        assert_eq!(refused.error(400), "invalid_request");
    }
    assert_eq!(
        send(&site, "ada", "k", "threads.list", &json!({})).await.status,
        StatusCode::OK,
        "lists need none"
    );
}

#[tokio::test]
async fn a_request_repeated_while_it_is_answered_follows_along_however_often_it_is_sent() {
    let site = site().await;
    let (thread_id, _) = site.create("ada", "a").await;
    let slow =
        script(json!([{"write": {"pieces": ["one "]}}, {"sleep_ms": 200}, {"write": {"pieces": ["two"]}}]));
    let params = json!({"thread_id": thread_id, "input": input(&slow)});
    let sent = (0..6).map(|_| send(&site, "ada", "k", "threads.add_user_message", &params));
    let answers = futures_util::future::join_all(sent).await;
    let first = answers[0].events();
    assert_eq!(kinds(&first)[..2], ["thread.item.done", "stream_options"]);
    assert_eq!(first.last().unwrap()["item"]["content"][0]["text"], "two");
    for answer in &answers {
        assert_eq!(answer.events(), first);
    }
    assert_eq!(
        site.items("ada", &thread_id).await.len(),
        5,
        "one question more, and one answer of two parts"
    );
}

#[tokio::test]
async fn a_request_whose_run_said_nothing_is_repeated_by_a_stream_that_says_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("docent.db").display());
    let site = site_of(builder(SqliteStore::connect(&url).await.unwrap()));
    let params = json!({"input": input("a")});
    let first = send(&site, "ada", "k", "threads.create", &params).await;
    // As a crash leaves it, if the reader had pressed stop before anything was written down.
    let forget = "DELETE FROM run_events; UPDATE runs SET last_seq = 0, state = 'cancelled';";
    crate::isolation::dump::open(&url).execute_batch(forget).unwrap();
    let again = send(&site, "ada", "k", "threads.create", &params).await;
    assert_eq!((again.status, again.text.as_str()), (StatusCode::OK, ""));
    for header in ["content-type", "x-docent-run-id"] {
        assert_eq!(again.headers[header], first.headers[header]);
    }
}

#[tokio::test]
async fn a_refused_request_may_be_sent_again_with_its_key() {
    let site = site().await;
    let params = json!({"thread_id": "thr_no", "input": input("a")});
    assert_eq!(send(&site, "ada", "k", "threads.add_user_message", &params).await.error(404), "not_found");
    send(&site, "ada", "k", "threads.create", &json!({"input": input("a")})).await.events();
}

#[tokio::test]
async fn a_tools_output_and_answers_to_questions_are_taken_once_of_many_at_once() {
    let site = site().await;
    let at = "2026-01-01T00:00:00Z";
    let call = json!([{"event": {"type": "thread.item.done", "item": {
        "type": "client_tool_call", "id": "c", "thread_id": "$thread", "created_at": at, "call_id": "c", "name": "n"}}}]);
    let asked = json!([{"event": {"type": "thread.item.done", "item": {
        "type": "structured_input", "id": "s", "thread_id": "$thread", "created_at": at,
        "inputs": [{"type": "freeform", "id": "q", "question": "Why?"}]}}}]);
    for (steps, kind, rest) in [
        (call, "threads.add_client_tool_output", json!({"result": 1})),
        (
            asked,
            "threads.add_structured_input",
            json!({"item_id": "s", "input": {"answers": {"q": {"values": ["So."]}}}}),
        ),
    ] {
        let (thread_id, _) = site.create("ada", &script(steps)).await;
        let mut params = rest;
        params["thread_id"] = json!(thread_id);
        let sent = (0..6).map(|_| site.post("ada", kind, params.clone()));
        let answers = futures_util::future::join_all(sent).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == StatusCode::OK).count(), 1, "{kind}");
        assert_eq!(
            answers.iter().filter(|answer| answer.status == StatusCode::CONFLICT).count(),
            5,
            "{kind}"
        );
        assert_eq!(site.post("ada", kind, params).await.error(409), "not_pending");
        assert_eq!(site.items("ada", &thread_id).await.len(), 3, "one answer to it: {kind}");
    }
}
