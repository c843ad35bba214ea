//! Runs of a turn that waits for its model and writes nothing: what another process did to them is noticed all the same.

use std::time::Duration;

use docent_server::store::{RunState, RunStore, ThreadKey};
use serde_json::{Value, json};

use super::database::Database;
use super::{completed, state};
use crate::harness::{Site, builder, events, input, read_until, run_id, site_of, text_of};
use crate::script::script;

/// Begins a turn that says one thing and then nothing: gives its thread, its run, and what comes of its stream from then on.
async fn silent(site: &Site) -> (ThreadKey, String, axum::response::Response) {
    let (thread_id, _) = site.create("ada", "a").await;
    let steps = script(json!([{"write": {"pieces": ["half"], "unfinished": true}}, {"sleep_ms": 600_000}]));
    let params = json!({"thread_id": thread_id, "input": input(&steps)});
    let running = site.begin("ada", "threads.add_user_message", params).await;
    let run = run_id(&running);
    let (_, rest) = read_until(running, r#""delta":"half""#).await;
    site.until("nothing is left to be written down", async || {
        site.texts("ada", &thread_id).await.last().is_some_and(|text| text == "half")
    })
    .await;
    (
        ThreadKey::new("ada", thread_id),
        run,
        axum::response::Response::new(axum::body::Body::from_stream(rest)),
    )
}

async fn last_event(rest: axum::response::Response) -> Value {
    let told = tokio::time::timeout(Duration::from_secs(20), text_of(rest)).await;
    events(&told.expect("a turn that goes on although its run has ended")).pop().expect("a last word")
}

#[tokio::test]
async fn a_silent_turn_whose_run_another_process_ended_says_so_and_ends() {
    let Some(database) = Database::new() else { return };
    let site = site_of(builder(database.connect().await));
    let (key, run, rest) = silent(&site).await;
    let other = database.connect().await;
    database.sql("UPDATE runs SET lease_until = now() - interval '1 second', owner = 'stopped'").await;
    assert!(other.end_run(&key, &run, &completed()).await.unwrap());
    let last = last_event(rest).await;
    assert_eq!((&last["type"], &last["allow_retry"]), (&json!("error"), &json!(true)), "{last}");
    assert!(last["message"].as_str().unwrap().contains("interrupted"), "{last}");
    assert_eq!(state(&other, &run).await, RunState::Completed, "its end is not written over");
    site.add("ada", &key.thread_id, "the thread is free").await;
    database.remove().await;
}

#[tokio::test]
async fn a_silent_turn_whose_thread_another_process_deleted_says_so_and_ends() {
    let Some(database) = Database::new() else { return };
    let site = site_of(builder(database.connect().await));
    let (key, run, rest) = silent(&site).await;
    let other = database.connect().await;
    let beside = site_of(builder(other.clone()));
    beside.post("ada", "threads.delete", json!({"thread_id": key.thread_id})).await.ok();
    let last = last_event(rest).await;
    assert_eq!((&last["type"], &last["allow_retry"]), (&json!("error"), &json!(false)), "{last}");
    assert!(last["message"].as_str().unwrap().contains("deleted"), "{last}");
    assert_eq!(state(&other, &run).await, RunState::Cancelled);
    database.remove().await;
}

#[tokio::test]
async fn turns_that_nobody_touched_go_on_however_often_they_are_looked_after() {
    let Some(database) = Database::new() else { return };
    let site = site_of(builder(database.connect_briefly().await));
    let steps = |number: u32| script(json!([{"sleep_ms": 40 * number}, {"write": {"pieces": ["done"]}}]));
    // They begin and end at every moment of the watch, which looks twice a second.
    let turns = (0..60).map(|number| {
        let (site, steps) = (&site, steps(number));
        async move {
            tokio::time::sleep(Duration::from_millis(u64::from(number) * 30)).await;
            site.post(&format!("user{}", number % 10), "threads.create", json!({"input": input(&steps)}))
                .await
                .events()
        }
    });
    for told in futures_util::future::join_all(turns).await {
        assert_eq!(told.last().unwrap()["item"]["content"][0]["text"], "done", "{told:?}");
    }
    database.remove().await;
}
