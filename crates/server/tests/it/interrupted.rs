//! Work that was not finished: what a reload shows of it, and what stays when its turn or its process ends.

use std::time::Duration;

use docent_server::SqliteStore;
use docent_server::store::{
    Aside, EventBatch, PageQuery, RunEnding, RunState, RunStore, Store, ThreadKey, Visibility,
};
use serde_json::{Value, json};

use crate::harness::{Site, builder, events, input, read_until, run_id, site, site_of, site_with, text_of};
use crate::script::script;

/// Announces one item of each kind that grows, gives them something to show, and hangs.
fn unfinished() -> Value {
    let added = |id: &str, mut fields: Value| {
        fields["id"] = id.into();
        fields["thread_id"] = "$thread".into();
        fields["created_at"] = "2026-01-01T00:00:00Z".into();
        json!({"event": {"type": "thread.item.added", "item": fields}})
    };
    json!([
        added("wf", json!({"type": "workflow", "workflow": {"type": "custom", "tasks": []}})),
        {"event": {"type": "thread.item.updated", "item_id": "wf", "update": {"type": "workflow.task.added",
            "task_index": 0, "task": {"type": "custom", "title": "Reading", "status_indicator": "loading"}}}},
        added("wi", json!({"type": "widget", "widget": {"type": "Card", "children": [
            {"type": "Text", "id": "t", "value": "part", "streaming": true}]}})),
        added("img", json!({"type": "generated_image"})),
        {"event": {"type": "thread.item.updated", "item_id": "img", "update": {"type": "generated_image.updated",
            "image": {"id": "i", "url": "https://a.example/i.png"}, "progress": 0.5}}},
        {"write": {"pieces": ["half"], "unfinished": true}},
        {"sleep_ms": 60_000},
    ])
}

async fn begin(site: &Site) -> (String, String) {
    let (thread_id, _) = site.create("ada", "a").await;
    let params = json!({"thread_id": thread_id, "input": input(&script(unfinished()))});
    let running = site.begin("ada", "threads.add_user_message", params).await;
    let run = run_id(&running);
    drop(read_until(running, r#""delta":"half""#).await);
    (thread_id, run)
}

async fn reload(site: &Site, thread_id: &str) -> Vec<Value> {
    let thread = site.post("ada", "threads.get_by_id", json!({"thread_id": thread_id})).await.ok();
    thread["items"]["data"].as_array().unwrap()[3..].to_vec()
}

fn check_closed(items: &[Value]) {
    let kinds: Vec<&str> = items.iter().map(|item| item["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["workflow", "widget", "generated_image", "assistant_message"]);
    assert_eq!(items[0]["workflow"]["tasks"][0]["status_indicator"], "none");
    assert_eq!(items[1]["widget"]["children"][0]["streaming"], false);
    assert_eq!(items[2]["image"]["id"], "i");
    assert_eq!(items[3]["content"][0]["text"], "half");
}

#[tokio::test]
async fn a_reload_shows_everything_that_is_at_most_a_quarter_of_a_second_old() {
    let site = site().await;
    let (thread_id, _) = begin(&site).await;
    let mut items = Vec::new();
    // Twice the interval, for a machine that is busy.
    for _ in 0..50 {
        items = reload(&site, &thread_id).await;
        if items.len() == 4 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(items.len(), 4, "{items:?}");
    assert_eq!(items[0]["workflow"]["tasks"][0]["status_indicator"], "loading", "it goes on");
    assert_eq!(items[3]["content"][0]["text"], "half");
}

#[tokio::test]
async fn four_kilobytes_are_written_down_before_any_time_has_passed() {
    let site = site_with(|builder| builder.checkpoint_interval(Duration::from_secs(3600))).await;
    let (thread_id, _) = site.create("ada", "a").await;
    let steps =
        json!([{"write": {"pieces": ["x".repeat(4096), "tail"], "unfinished": true}}, {"sleep_ms": 60_000}]);
    let params = json!({"thread_id": thread_id, "input": input(&script(steps))});
    let running = site.begin("ada", "threads.add_user_message", params).await;
    let _rest = read_until(running, r#""delta":"tail""#).await;
    assert!(site.texts("ada", &thread_id).await.last().unwrap().starts_with("xxxx"));
}

#[tokio::test]
async fn a_turn_that_is_stopped_leaves_nothing_loading() {
    let site = site().await;
    let (thread_id, run) = begin(&site).await;
    let cancel = axum::http::Request::post(format!("/chatkit/runs/{run}/cancel")).header("x-user-id", "ada");
    site.send(cancel.body(axum::body::Body::empty()).unwrap()).await.ok();
    site.until_idle("ada", &thread_id).await;
    check_closed(&reload(&site, &thread_id).await);
}

#[tokio::test]
async fn what_was_done_but_still_loading_is_closed_too_when_its_turn_fails() {
    let site = site().await;
    let steps = json!([{"event": {"type": "thread.item.done", "item": {
        "type": "task", "id": "t", "thread_id": "$thread", "created_at": "2026-01-01T00:00:00Z",
        "task": {"type": "custom", "status_indicator": "loading"}}}}, {"raise": "internal"}]);
    let (thread_id, _) = site.create("ada", &script(steps)).await;
    assert_eq!(site.items("ada", &thread_id).await[1]["task"]["status_indicator"], "none");
}

async fn restarted(is_stopped: bool) -> (SqliteStore, ThreadKey, String, Vec<String>) {
    let store = SqliteStore::in_memory().await.unwrap();
    let before = site_with(|_| builder(store.clone()).checkpoint_interval(Duration::from_millis(5))).await;
    let (thread_id, run) = begin(&before).await;
    before
        .until("what is unfinished is written down", async || reload(&before, &thread_id).await.len() == 4)
        .await;
    if is_stopped {
        // As if the process had ended between the reader's wish and its fulfilment.
        store.request_cancel("ada", &run).await.unwrap();
    }
    // A second server on the store takes the first one's run for one that a crash interrupted.
    let after = site_with(|_| builder(store.clone())).await;
    check_closed(&reload(&after, &thread_id).await);
    let told = crate::harness::numbered(&crate::harness::text_of(after.follow("ada", &run, "").await).await);
    let kinds = told.iter().map(|(_, event)| event["type"].as_str().unwrap().to_owned()).collect();
    after.add("ada", &thread_id, "next").await;
    (store, ThreadKey::new("ada", thread_id), run, kinds)
}

/// What the hidden items of a thread say, each of which has to be called after this run.
pub(crate) async fn markers(store: &SqliteStore, key: &ThreadKey, run: &str) -> Vec<String> {
    let query = PageQuery::first(100, docent_protocol::SortOrder::Asc);
    let items = store.load_items(key, &query, Visibility::All).await.unwrap().data;
    let mut said = Vec::new();
    for item in items.iter().filter(|item| item.is_hidden()) {
        // However often a marker is written it is the same one, also in a store that forgets what was written before.
        assert_eq!(item.id(), run.replace("run_", "shcx_"), "the marker of {run} is called after it");
        said.push(serde_json::to_value(item).unwrap()["content"].as_str().unwrap().to_owned());
    }
    said
}

#[tokio::test]
async fn a_run_that_a_crash_interrupted_is_closed_on_the_next_start_and_the_model_is_told_once() {
    let (store, key, run, told) = restarted(false).await;
    assert_eq!(store.load_run("ada", &run).await.unwrap().state, RunState::Interrupted);
    assert_eq!(told.last().unwrap(), "error", "whoever follows it is told: {told:?}");
    let third = site_with(|_| builder(store.clone())).await;
    third.create("bob", "a").await;
    let markers = markers(&store, &key, &run).await;
    assert_eq!(markers.len(), 1, "{markers:?}");
    assert!(markers[0].contains("interrupted"));
}

#[tokio::test]
async fn a_stop_that_a_crash_overtook_is_still_a_stop() {
    let (store, key, run, told) = restarted(true).await;
    assert_eq!(store.load_run("ada", &run).await.unwrap().state, RunState::Cancelled);
    assert_ne!(told.last().unwrap(), "error");
    let markers = markers(&store, &key, &run).await;
    assert_eq!(markers.len(), 1, "{markers:?}");
    assert!(markers[0].contains("cancelled"));
}

#[tokio::test]
async fn a_turn_whose_run_was_ended_elsewhere_notices_with_whatever_it_does_next_and_changes_nothing() {
    let store = SqliteStore::in_memory().await.unwrap();
    let site = site_of(builder(store.clone()).checkpoint_interval(Duration::from_millis(5)));
    for next in [
        json!({"title": "late"}),
        json!({"write": {"pieces": ["late"]}}),
        json!({"write": {"pieces": ["late"], "unfinished": true}}),
        json!({"event": {"type": "progress_update", "text": "late"}}),
        json!({"event": {"type": "client_effect", "name": "late", "data": {}}}),
        json!({"event": {"type": "thread.item.removed", "item_id": "msg_late"}}),
    ] {
        let (thread_id, _) = site.create("ada", "a").await;
        let steps = json!([{"write": {"pieces": ["half"], "unfinished": true}}, {"sleep_ms": 400}, next, {"sleep_ms": 60_000}]);
        let params = json!({"thread_id": thread_id, "input": input(&script(steps))});
        let running = site.begin("ada", "threads.add_user_message", params).await;
        let run = run_id(&running);
        let (_, rest) = read_until(running, r#""delta":"half""#).await;
        let ending = RunEnding {
            state: RunState::Interrupted,
            ended_at: "2026-01-01T00:00:00Z".parse().unwrap(),
            events: EventBatch::default(),
            items: Vec::new(),
            aside: Aside::Delete,
        };
        let key = ThreadKey::new("ada", &thread_id);
        // Else what comes next would find out by what is written down late of what came before.
        site.until("all five events are written down", async || {
            store.load_run("ada", &run).await.unwrap().last_seq == 5
        })
        .await;
        assert!(store.end_run(&key, &run, &ending).await.unwrap());
        let before = site.items("ada", &thread_id).await;
        let rest = axum::response::Response::new(axum::body::Body::from_stream(rest));
        let told = events(&text_of(rest).await);
        let last = told.last().unwrap();
        assert!(
            last["message"].as_str().is_some_and(|words| words.contains("interrupted")),
            "{next}: {told:?}"
        );
        assert!(
            !json!(told).to_string().contains(r#""name":"late""#),
            "an effect that is in no journal: {told:?}"
        );
        assert_eq!(site.items("ada", &thread_id).await, before, "{next}");
        let thread = store.load_thread(&key).await.unwrap();
        assert_eq!(thread.title, None);
        site.add("ada", &thread_id, "the thread is free").await;
    }
}
