//! How often a user may ask, and how many answers they may wait for at once.

use axum::body::Body;
use axum::http::Request;
use docent_server::SqliteStore;
use docent_server::store::{PageQuery, Store};
use serde_json::{Value, json};

use crate::harness::{Answered, Site, builder, input, request, run_id, site_of, site_with};
use crate::script::script;

const MAKE: &str = "threads.create";

fn hanging() -> Value {
    json!({"input": input(&script(json!([{"sleep_ms": 60_000}])))})
}

fn retry_after(answer: &Answered) -> u64 {
    answer.headers["retry-after"].to_str().unwrap().parse().unwrap()
}

async fn get(site: &Site, path: &str, user: &str) -> Answered {
    site.send(Request::get(path).header("x-user-id", user).body(Body::empty()).unwrap()).await
}

async fn cancel(site: &Site, user: &str, run: &str) -> Answered {
    let path = format!("/chatkit/runs/{run}/cancel");
    site.send(Request::post(path).header("x-user-id", user).body(Body::empty()).unwrap()).await
}

async fn threads(store: &SqliteStore, user: &str) -> usize {
    let query = PageQuery::first(100, docent_protocol::SortOrder::Asc);
    store.load_threads(user, &query).await.unwrap().data.len()
}

#[tokio::test]
async fn whoever_asks_too_often_is_told_when_to_ask_again_and_nothing_is_stored() {
    let store = SqliteStore::in_memory().await.unwrap();
    let site = site_of(builder(store.clone()).requests_per_minute(3));
    for _ in 0..3 {
        site.post("ada", MAKE, json!({"input": input("a")})).await.events();
    }
    for _ in 0..5 {
        let refused = site.post("ada", MAKE, json!({"input": input("a")})).await;
        assert_eq!(refused.error(429), "rate_limited");
        assert_eq!(refused.json()["error"]["message"], "Too many requests. Send the next in 20 seconds.");
        assert_eq!(retry_after(&refused), 20);
    }
    assert_eq!(threads(&store, "ada").await, 3);
    site.create("bob", "another user's limit is another").await;
}

#[tokio::test]
async fn what_was_used_comes_back_evenly_over_the_minute() {
    let site = site_with(|builder| builder.requests_per_minute(60)).await;
    // No request: the database has a clock of its own, which must not be waited for.
    let ask = async || site.send(request("ada", &json!("no request"))).await.status.as_u16();
    tokio::time::pause();
    for _ in 0..60 {
        assert_eq!(ask().await, 400);
    }
    assert_eq!(ask().await, 429);
    tokio::time::advance(std::time::Duration::from_millis(1001)).await;
    assert_eq!((ask().await, ask().await), (400, 429));
    tokio::time::advance(std::time::Duration::from_secs(10)).await;
    let mut answered = 0;
    while ask().await == 400 {
        answered += 1;
    }
    assert_eq!(answered, 10);
}

#[tokio::test]
async fn a_body_is_not_even_read_of_whoever_asked_too_often() {
    let site = site_with(|builder| builder.requests_per_minute(1).max_body_bytes(1000)).await;
    site.post("ada", "threads.list", json!({})).await.ok();
    // Read first it would be 413, or 400.
    assert_eq!(site.send(request("ada", &json!("x".repeat(2000)))).await.error(429), "rate_limited");
    assert_eq!(site.send(request("ada", &json!("no request"))).await.error(429), "rate_limited");
}

#[tokio::test]
async fn following_a_run_is_counted_and_stopping_one_has_a_count_of_its_own() {
    let site = site_with(|builder| builder.requests_per_minute(2)).await;
    let run = run_id(&site.begin("ada", MAKE, hanging()).await);
    assert_eq!(get(&site, "/chatkit/runs/run_0/events", "ada").await.error(404), "not_found");
    let path = format!("/chatkit/runs/{run}/events");
    assert_eq!(get(&site, &path, "ada").await.error(429), "rate_limited");
    cancel(&site, "ada", &run).await.ok();
    cancel(&site, "ada", &run).await.ok();
    let refused = cancel(&site, "ada", &run).await;
    assert_eq!((refused.error(429).as_str(), retry_after(&refused)), ("rate_limited", 30));
    assert_eq!(get(&site, "/health", "ada").await.ok()["status"], "ok");
}

#[tokio::test]
async fn strangers_use_up_nobodys_requests_and_stay_unknown() {
    let site = site_with(|builder| builder.requests_per_minute(1)).await;
    for _ in 0..20 {
        let body = Body::from(json!({"type": "threads.list", "params": {}}).to_string());
        let answer = site.send(Request::post("/chatkit").body(body).unwrap()).await;
        assert_eq!(answer.error(401), "unauthenticated");
        assert_eq!(site.post("forbidden", "threads.list", json!({})).await.error(403), "forbidden");
    }
    site.post("ada", "threads.list", json!({})).await.ok();
}

#[tokio::test]
async fn nothing_is_limited_unless_said_otherwise_but_the_turns_that_go_on_at_once() {
    let store = SqliteStore::in_memory().await.unwrap();
    let site = site_of(builder(store.clone()));
    for _ in 0..500 {
        site.post("ada", "threads.list", json!({})).await.ok();
    }
    let mut running = Vec::new();
    for _ in 0..16 {
        running.push(site.begin("ada", MAKE, hanging()).await);
    }
    let refused = site.post("ada", MAKE, json!({"input": input("one more")})).await;
    assert_eq!((refused.error(429).as_str(), retry_after(&refused)), ("too_many_runs", 5));
    assert_eq!(threads(&store, "ada").await, 16, "a refused request leaves no empty thread");
    site.create("bob", "another user has as many").await;
    site.post("ada", "threads.list", json!({})).await.ok();
    cancel(&site, "ada", &run_id(&running[0])).await.ok();
    crate::harness::text_of(running.remove(0)).await;
    site.create("ada", "one has ended").await;
}

#[tokio::test]
async fn a_turn_counts_until_it_ends_also_when_nobody_listens_any_more() {
    let site = site_with(|builder| builder.runs_per_user(1)).await;
    let (thread_id, _) = site.create("ada", "a").await;
    let items = site.items("ada", &thread_id).await;
    drop(site.begin("ada", MAKE, hanging()).await);
    let action = json!({"thread_id": thread_id, "action": {"type": "a", "payload": {}}});
    for (kind, params) in [
        ("threads.add_user_message", json!({"thread_id": thread_id, "input": input("b")})),
        ("threads.retry_after_item", json!({"thread_id": thread_id, "item_id": items[0]["id"]})),
        ("threads.custom_action", action),
    ] {
        assert_eq!(site.post("ada", kind, params).await.error(429), "too_many_runs", "{kind}");
    }
    assert_eq!(site.items("ada", &thread_id).await, items);
}

#[tokio::test]
async fn whoever_waits_for_a_thread_counts_too() {
    let patience = std::time::Duration::from_secs(60);
    let site = site_with(|builder| builder.runs_per_user(2).thread_patience(patience)).await;
    let (thread_id, _) = site.create("ada", "a").await;
    let mut slow = hanging();
    slow["thread_id"] = thread_id.clone().into();
    let _running = site.begin("ada", "threads.add_user_message", slow.clone()).await;
    let waiting = site.post("ada", "threads.add_user_message", slow.clone());
    tokio::pin!(waiting);
    tokio::select! {
        _ = &mut waiting => panic!("it waits"),
        () = tokio::time::sleep(std::time::Duration::from_millis(200)) => {}
    }
    assert_eq!(site.post("ada", "threads.add_user_message", slow).await.error(429), "too_many_runs");
}

#[tokio::test]
async fn any_number_of_turns_may_go_on_if_the_server_is_built_so() {
    let site = site_with(|builder| builder.runs_per_user(0)).await;
    let mut running = Vec::new();
    for _ in 0..40 {
        running.push(site.begin("ada", MAKE, hanging()).await);
    }
}
