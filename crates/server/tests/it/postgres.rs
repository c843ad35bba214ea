//! The Postgres store keeps the contract, and several servers on one database are as one.

pub(crate) mod database;
mod lost;
mod pool;
mod reads;

use std::time::Duration;

use docent_protocol::{SortOrder, ThreadItem};
use docent_server::Store;
use docent_server::store::{
    Aside, EventBatch, PageQuery, PlacedItem, RunEnding, RunEvent, RunOpening, RunState, RunStore,
    StoreError, ThreadKey, ThreadPatch, Visibility, contract,
};
use serde_json::json;
use tokio::time::{Instant, sleep};

use crate::harness::{Site, builder, events, input, kinds, read_until, run_id, site_of, text_of};
use crate::script::script;
use database::Database;

/// Says something and hangs.
fn hanging() -> String {
    script(json!([{"write": {"pieces": ["half"], "unfinished": true}}, {"sleep_ms": 60_000}]))
}

/// Begins a turn that hangs: gives its thread and its run.
async fn hang(site: &Site) -> (String, String) {
    let (thread_id, _) = site.create("ada", "a").await;
    let params = json!({"thread_id": thread_id, "input": input(&hanging())});
    let running = site.begin("ada", "threads.add_user_message", params).await;
    let run = run_id(&running);
    drop(read_until(running, r#""delta":"half""#).await);
    (thread_id, run)
}

async fn state(store: &impl RunStore, run: &str) -> RunState {
    store.load_run("ada", run).await.unwrap().state
}

async fn until_ended(store: &impl RunStore, run: &str) -> RunState {
    let begun = Instant::now();
    loop {
        match state(store, run).await {
            RunState::Running => {
                assert!(begun.elapsed() < Duration::from_secs(30), "the run does not end");
                sleep(Duration::from_millis(50)).await;
            }
            ended => return ended,
        }
    }
}

fn now() -> docent_protocol::Timestamp {
    "2026-01-01T00:00:00Z".parse().unwrap()
}

#[tokio::test]
async fn postgres_keeps_the_contract() {
    let Some(database) = Database::new() else { return };
    let store = database.connect().await;
    contract::check(&store).await;
    contract::check_attachments(&store).await;
    database.remove().await;
}

#[tokio::test]
async fn many_processes_start_at_once_and_what_was_stored_outlives_them() {
    let Some(database) = Database::new() else { return };
    let (first, second, third) = tokio::join!(database.connect(), database.connect(), database.connect());
    let (thread_id, _) = site_of(builder(first)).create("ada", "hello").await;
    for store in [second, third, database.connect().await] {
        assert_eq!(site_of(builder(store)).texts("ada", &thread_id).await, ["hello", "echo: hello"]);
    }
    database.remove().await;
}

#[tokio::test]
async fn a_schema_without_a_plain_name_and_a_database_that_is_not_there_are_errors() {
    let Some(database) = Database::new() else { return };
    for schema in ["", "Docent", "a; DROP SCHEMA public", "pg_docent"] {
        assert!(database.refuses(schema).await, "{schema}");
    }
    let missing = docent_server::PostgresStore::connect("postgres://docent@127.0.0.1:1/docent").await;
    assert!(matches!(missing, Err(StoreError::Database(_))), "{missing:?}");
}

#[tokio::test]
async fn a_thread_is_answered_by_one_process_at_a_time_and_whoever_has_patience_is_next() {
    let Some(database) = Database::new() else { return };
    let first = site_of(builder(database.connect().await));
    let second = site_of(builder(database.connect().await));
    let patient = builder(database.connect().await).thread_patience(Duration::from_secs(30));
    let patient = site_of(patient);
    let (thread_id, run) = hang(&first).await;
    let params = json!({"thread_id": thread_id, "input": input("me too")});
    second.post("ada", "threads.add_user_message", params).await.error(409);
    let stopping = async {
        sleep(Duration::from_millis(300)).await;
        let cancel = axum::http::Request::post(format!("/chatkit/runs/{run}/cancel"))
            .header("x-user-id", "ada")
            .body(axum::body::Body::empty())
            .unwrap();
        second.send(cancel).await.ok();
    };
    let (answered, ()) = tokio::join!(patient.add("ada", &thread_id, "then me"), stopping);
    assert_eq!(answered.last().unwrap()["item"]["content"][0]["text"], "echo: then me");
    let texts = second.texts("ada", &thread_id).await;
    assert_eq!(texts[texts.len() - 3..], ["half", "then me", "echo: then me"], "{texts:?}");
    assert_eq!(state(&database.connect().await, &run).await, RunState::Cancelled);
    database.remove().await;
}

#[tokio::test]
async fn of_two_processes_that_begin_in_a_thread_at_once_one_is_refused() {
    let Some(database) = Database::new() else { return };
    let (first, second) = (database.connect().await, database.connect().await);
    let (thread_id, _) = site_of(builder(database.connect().await)).create("ada", "a").await;
    let key = ThreadKey::new("ada", thread_id);
    for number in 0..20 {
        let runs = [format!("run_a{number}"), format!("run_b{number}")];
        let openings = runs.clone().map(|id| RunOpening::new(id, now()));
        let (one, other) =
            tokio::join!(first.begin_run(&key, &openings[0]), second.begin_run(&key, &openings[1]));
        let (winner, run) = match (&one, &other) {
            (Ok(_), Err(StoreError::Busy)) => (&first, &runs[0]),
            (Err(StoreError::Busy), Ok(_)) => (&second, &runs[1]),
            neither => panic!("one of two begins, the other is refused: {neither:?}"),
        };
        assert!(winner.end_run(&key, run, &completed()).await.unwrap());
    }
    database.remove().await;
}

#[tokio::test]
async fn a_request_sent_to_two_processes_at_once_is_done_once_and_answered_twice() {
    let Some(database) = Database::new() else { return };
    let first = site_of(builder(database.connect().await));
    let second = site_of(builder(database.connect().await));
    for number in 0..10 {
        let body = json!({"type": "threads.create", "params": {"input": input("once")}});
        let send = async |site: &Site| {
            let mut request = crate::harness::request("ada", &body);
            let key = format!("key-{number}").parse().unwrap();
            request.headers_mut().insert("idempotency-key", key);
            site.send(request).await.events()
        };
        let (one, other) = tokio::join!(send(&first), send(&second));
        assert_eq!(one[0]["thread"]["id"], other[0]["thread"]["id"]);
        assert_eq!(kinds(&one), kinds(&other));
    }
    let threads = first.post("ada", "threads.list", json!({"limit": 100})).await.ok();
    assert_eq!(threads["data"].as_array().unwrap().len(), 10);
    database.remove().await;
}

fn completed() -> RunEnding {
    RunEnding {
        state: RunState::Completed,
        ended_at: now(),
        events: EventBatch::default(),
        items: Vec::new(),
        aside: Aside::Delete,
    }
}

#[tokio::test]
async fn a_run_is_followed_in_another_process_to_its_end() {
    let Some(database) = Database::new() else { return };
    let first = site_of(builder(database.connect().await));
    let second = site_of(builder(database.connect().await));
    let (thread_id, _) = first.create("ada", "a").await;
    let steps =
        script(json!([{"write": {"pieces": ["one "]}}, {"sleep_ms": 1500}, {"write": {"pieces": ["two"]}}]));
    let params = json!({"thread_id": thread_id, "input": input(&steps)});
    let running = first.begin("ada", "threads.add_user_message", params).await;
    let run = run_id(&running);
    let (here, there) =
        tokio::join!(text_of(running), async { text_of(second.follow("ada", &run, "").await).await });
    let there: Vec<_> = crate::harness::numbered(&there).into_iter().map(|(_, event)| event).collect();
    assert_eq!(kinds(&there), kinds(&events(&here)));
    assert_eq!(second.follow("bob", &run, "").await.status(), 404, "a run is its user's");
    database.remove().await;
}

#[tokio::test]
async fn a_run_that_goes_on_is_left_alone_however_many_processes_start() {
    let Some(database) = Database::new() else { return };
    let first = site_of(builder(database.connect_briefly().await));
    let (_, run) = hang(&first).await;
    let second = database.connect_briefly().await;
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(6) {
        site_of(builder(database.connect_briefly().await)).create("bob", "hello").await;
        assert_eq!(state(&second, &run).await, RunState::Running, "after {:?}", begun.elapsed());
        sleep(Duration::from_millis(200)).await;
    }
    first.server.shut_down().await;
    assert_eq!(state(&second, &run).await, RunState::Interrupted);
    database.remove().await;
}

#[tokio::test]
async fn a_run_whose_process_died_is_ended_by_another_and_nothing_is_written_to_it_any_more() {
    let Some(database) = Database::new() else { return };
    let site = site_of(builder(database.connect().await));
    let (thread_id, _) = site.create("ada", "a").await;
    let key = ThreadKey::new("ada", &thread_id);
    // A process that begins a retry, says something, and is not heard of any more.
    let dead = database.connect_briefly().await;
    let question = site.items("ada", &thread_id).await[0]["id"].as_str().unwrap().to_owned();
    let mut opening = RunOpening::new("run_dead", now());
    opening.set_aside_after = Some(question);
    dead.begin_run(&key, &opening).await.unwrap();
    let said = [RunEvent { seq: 1, json: "{\"type\":\"said\"}".into() }];
    dead.save_run_progress(&key, "run_dead", &EventBatch::of(&said), &[]).await.unwrap();
    assert_eq!(site.texts("ada", &thread_id).await, ["a"]);

    let followed = text_of(site.follow("ada", "run_dead", "").await).await;
    let followed = crate::harness::numbered(&followed);
    assert_eq!(followed[0].1["type"], "said");
    assert_eq!(followed[1].1["allow_retry"], true, "{followed:?}");
    assert_eq!(until_ended(&dead, "run_dead").await, RunState::Interrupted);
    assert_eq!(site.texts("ada", &thread_id).await, ["a", "echo: a"], "the retry is undone");

    site.add("ada", &thread_id, "again").await;
    let before = site.items("ada", &thread_id).await;
    let item: ThreadItem = serde_json::from_value(before[0].clone()).unwrap();
    let late = [PlacedItem { item, position: None }];
    let refused = dead.save_run_progress(&key, "run_dead", &EventBatch::of(&said), &late).await;
    assert!(matches!(refused, Err(StoreError::NotFound)), "{refused:?}");
    assert!(!dead.end_run(&key, "run_dead", &completed()).await.unwrap());
    dead.keep_runs().await.unwrap();
    assert_eq!(state(&dead, "run_dead").await, RunState::Interrupted);
    assert_eq!(site.items("ada", &thread_id).await, before);
    database.remove().await;
}

#[tokio::test]
async fn only_an_heir_ends_a_run_of_another_and_only_when_its_lease_is_over() {
    let Some(database) = Database::new() else { return };
    let (owner, other) = (database.connect_briefly().await, database.connect_briefly().await);
    let (thread_id, _) = site_of(builder(database.connect().await)).create("ada", "a").await;
    let key = ThreadKey::new("ada", thread_id);
    owner.begin_run(&key, &RunOpening::new("run_1", now())).await.unwrap();
    assert!(!other.end_run(&key, "run_1", &completed()).await.unwrap(), "its lease is not over");
    assert_eq!(other.load_running_runs().await.unwrap(), []);
    assert_eq!(owner.load_running_runs().await.unwrap().len(), 1);
    sleep(Duration::from_millis(2500)).await;
    let refused = other.save_run_progress(&key, "run_1", &EventBatch::default(), &[]).await;
    assert!(matches!(refused, Err(StoreError::NotFound)), "an heir ends it and does not go on: {refused:?}");
    let busy = other.begin_run(&key, &RunOpening::new("run_2", now())).await;
    assert!(matches!(busy, Err(StoreError::Busy)), "what of it stays is not known yet: {busy:?}");
    assert_eq!(other.load_running_runs().await.unwrap().len(), 1);
    assert!(other.end_run(&key, "run_1", &completed()).await.unwrap());
    other.begin_run(&key, &RunOpening::new("run_2", now())).await.unwrap();
    database.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writers_of_one_thread_in_many_processes_all_get_a_place_of_their_own() {
    let Some(database) = Database::new() else { return };
    let (thread_id, _) = site_of(builder(database.connect().await)).create("ada", "a").await;
    let key = ThreadKey::new("ada", &thread_id);
    let mut writers = tokio::task::JoinSet::new();
    for process in 0..3 {
        let store = database.connect().await;
        for number in 0..20 {
            let (store, key) = (store.clone(), key.clone());
            writers.spawn(async move {
                let item = json!({"type": "assistant_message", "id": format!("msg_{process}_{number}"),
                    "thread_id": key.thread_id, "created_at": "2026-01-01T00:00:00Z", "content": []});
                store.save_item(&key, &serde_json::from_value(item).unwrap()).await.unwrap();
                store.save_thread(&key, &ThreadPatch::title(format!("{number}"))).await.unwrap();
                store.reserve_position(&key).await.unwrap()
            });
        }
    }
    let mut positions = writers.join_all().await;
    positions.sort_unstable();
    positions.dedup();
    assert_eq!(positions.len(), 60);
    let query = PageQuery::first(100, SortOrder::Asc);
    let items = database.connect().await.load_items(&key, &query, Visibility::All).await.unwrap();
    assert_eq!(items.data.len(), 62);
    database.remove().await;
}

#[tokio::test]
async fn a_nul_names_nothing_and_is_kept_out_of_titles() {
    let Some(database) = Database::new() else { return };
    let site = site_of(builder(database.connect().await));
    let (thread_id, _) = site.create("ada", "a\0b").await;
    assert_eq!(site.texts("ada", &thread_id).await, ["a\0b", "echo: a\0b"], "a message is kept as it is");
    site.post("ada", "threads.get_by_id", json!({"thread_id": "a\0"})).await.error(404);
    site.post("ada", "threads.list", json!({"limit": 1, "after": "a\0"})).await.error(400);
    site.post("ada", "items.list", json!({"thread_id": thread_id, "limit": 1, "after": "a\0"}))
        .await
        .error(400);
    let renamed = site.post("ada", "threads.update", json!({"thread_id": thread_id, "title": "a\0b"})).await;
    assert_eq!(renamed.ok()["title"], "a\u{fffd}b");
    database.remove().await;
}

#[tokio::test]
async fn whoever_lost_a_run_to_another_process_says_so_and_changes_nothing_any_more() {
    let Some(database) = Database::new() else { return };
    let first = site_of(builder(database.connect().await));
    let (thread_id, _) = first.create("ada", "a").await;
    let steps = script(json!([
        {"write": {"pieces": ["half"], "unfinished": true}}, {"sleep_ms": 1500}, {"title": "late"},
        {"event": {"type": "thread.item.removed", "item_id": "msg_late"}}, {"write": {"pieces": ["late"]}},
    ]));
    let params = json!({"thread_id": thread_id, "input": input(&steps)});
    let running = first.begin("ada", "threads.add_user_message", params).await;
    let run = run_id(&running);
    let (mut told, rest) = read_until(running, r#""delta":"half""#).await;
    // As if this process had been stopped for longer than its lease, and another had ended what it was answering.
    let other = database.connect().await;
    database.sql("UPDATE runs SET lease_until = now() - interval '1 second', owner = 'stopped'").await;
    let key = ThreadKey::new("ada", &thread_id);
    assert!(other.end_run(&key, &run, &completed()).await.unwrap());
    site_of(builder(other)).add("ada", &thread_id, "next").await;
    let before = first.items("ada", &thread_id).await;
    let rest = axum::body::to_bytes(axum::body::Body::from_stream(rest), usize::MAX).await.unwrap();
    told.push_str(std::str::from_utf8(&rest).unwrap());
    let last = events(&told).pop().unwrap();
    assert_eq!((&last["type"], &last["allow_retry"]), (&json!("error"), &json!(true)), "{last}");
    assert!(last["message"].as_str().unwrap().contains("interrupted"), "not that it was deleted: {last}");
    assert_eq!(first.items("ada", &thread_id).await, before);
    let thread = first.post("ada", "threads.get_by_id", json!({"thread_id": thread_id})).await.ok();
    assert_eq!(thread["title"], json!(null));
    database.remove().await;
}

#[test]
fn without_postgres_its_tests_are_skipped_loudly_and_fail_on_a_ci_machine() {
    let run = |ci: Option<&str>| {
        let mut command = std::process::Command::new(std::env::current_exe().unwrap());
        command.args(["postgres::postgres_keeps_the_contract", "--exact", "--nocapture"]);
        command
            .env(database::PROGRAMS_HERE, "/nowhere")
            .env_remove("DOCENT_TEST_POSTGRES_URL")
            .env_remove("CI");
        let output = command.envs(ci.map(|ci| ("CI", ci))).output().unwrap();
        (output.status.success(), String::from_utf8(output.stderr).unwrap())
    };
    let (is_good, told) = run(None);
    assert!(is_good && told.contains("SKIPPED, because there is no Postgres here: install"), "{told}");
    let (is_good, told) = run(Some("1"));
    assert!(!is_good && told.contains("there is no Postgres here: install"), "{told}");
}
