//! A database that fails at the worst moment, and rows that nobody can read: what is not broken goes on.

use docent_server::store::{AttachmentStore, RunState, RunStore, StoreError};
use docent_server::{Attachments, SqliteStore};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::harness::{Site, builder, input, numbered, request, run_id, site_of, text_of};
use crate::isolation::dump::open;
use crate::script::script;

/// A server on a file, and a way around it.
struct Broken {
    folder: TempDir,
    store: SqliteStore,
    site: Site,
}

impl Broken {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::connect(&url(&folder)).await.unwrap();
        Self { site: site_of(builder(store.clone())), store, folder }
    }

    async fn sql(&self, statement: &str) {
        let done = open(&url(&self.folder)).execute_batch(statement);
        done.unwrap_or_else(|error| panic!("{statement}: {error}"));
    }

    /// From here on the end of no run can be stored, or of this one only.
    async fn no_run_ends(&self, run: &str) {
        self.sql(&format!(
            "CREATE TRIGGER broken BEFORE UPDATE OF state ON runs WHEN NEW.id LIKE '{run}' \
             BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
        ))
        .await;
    }

    async fn mend(&self) {
        self.sql("DROP TRIGGER broken").await;
    }

    /// The same file, in a new process.
    async fn restart(&mut self) {
        self.store = SqliteStore::connect(&url(&self.folder)).await.unwrap();
        self.site = site_of(builder(self.store.clone()));
    }

    async fn state(&self, run: &str) -> RunState {
        self.store.load_run("ada", run).await.unwrap().state
    }

    async fn retry(&self, thread_id: &str, item: &Value) -> (String, Vec<Value>) {
        let params = json!({"thread_id": thread_id, "item_id": item["id"]});
        let body = json!({"type": "threads.retry_after_item", "params": params});
        let answer = self.site.send(request("ada", &body)).await;
        (answer.headers["x-docent-run-id"].to_str().unwrap().to_owned(), answer.events())
    }
}

fn url(folder: &TempDir) -> String {
    format!("sqlite://{}", folder.path().join("docent.db").display())
}

#[tokio::test]
async fn a_retry_whose_end_was_not_stored_takes_nothing_along_that_was_written_since() {
    let mut broken = Broken::new().await;
    let (thread_id, _) = broken.site.create("ada", "first").await;
    let before = broken.site.items("ada", &thread_id).await;
    broken.no_run_ends("%").await;
    let (run, events) = broken.retry(&thread_id, &before[0]).await;
    assert_eq!(events.last().unwrap()["code"], "stream.error", "the reader is told: {events:?}");
    broken.mend().await;
    assert_eq!(broken.state(&run).await, RunState::Running);
    broken.site.add("ada", &thread_id, "second").await;
    assert_eq!(broken.state(&run).await, RunState::Interrupted, "the next turn ends it first");
    let after = broken.site.items("ada", &thread_id).await;
    assert_eq!(after[..2], before[..], "the retry failed, so what it removed is back, in its place");
    assert_eq!(
        broken.site.texts("ada", &thread_id).await,
        ["first", "echo: first", "second", "echo: second"]
    );
    broken.restart().await;
    assert_eq!(broken.site.items("ada", &thread_id).await, after);
}

#[tokio::test]
async fn the_first_item_of_a_turn_needs_no_place_that_was_not_stored_with_the_question() {
    let broken = Broken::new().await;
    let (thread_id, _) = broken.site.create("ada", "first").await;
    // The second place of a turn cannot be had: the first came with the message, in one change of the thread.
    broken.sql("CREATE TRIGGER broken BEFORE UPDATE OF last_position ON threads WHEN NEW.last_position < OLD.last_position + 2 \
        BEGIN SELECT RAISE(ABORT, 'the disk is full'); END").await;
    broken.site.add("ada", &thread_id, "second").await;
    let one = json!([{"write": {"pieces": ["one"]}}]);
    broken.site.create("ada", &script(one)).await;
    let two = json!([{"write": {"pieces": ["one"]}}, {"write": {"pieces": ["two"]}}]);
    let (_, events) = broken.site.create("ada", &script(two)).await;
    assert_eq!(events.last().unwrap()["code"], "stream.error", "{events:?}");
    assert_eq!(
        broken.site.texts("ada", &thread_id).await,
        ["first", "echo: first", "second", "echo: second"]
    );
}

#[tokio::test]
async fn a_thread_whose_last_run_cannot_be_ended_takes_no_message_until_it_can() {
    let broken = Broken::new().await;
    let (thread_id, _) = broken.site.create("ada", "first").await;
    let before = broken.site.items("ada", &thread_id).await;
    broken.no_run_ends("%").await;
    broken.retry(&thread_id, &before[0]).await;
    let params = json!({"thread_id": thread_id, "input": input("second")});
    let refused = broken.site.post("ada", "threads.add_user_message", params).await;
    assert_eq!(refused.error(500), "internal");
    broken.mend().await;
    broken.site.add("ada", &thread_id, "second").await;
    assert_eq!(
        broken.site.texts("ada", &thread_id).await,
        ["first", "echo: first", "second", "echo: second"]
    );
}

#[tokio::test]
async fn whoever_follows_a_run_whose_end_was_not_stored_comes_to_an_end() {
    let broken = Broken::new().await;
    broken.no_run_ends("%").await;
    let answer = broken.site.begin("ada", "threads.create", json!({"input": input("a")})).await;
    let run = run_id(&answer);
    text_of(answer).await;
    broken.mend().await;
    let followed = numbered(&text_of(broken.site.follow("ada", &run, "").await).await);
    assert_eq!(followed.last().unwrap().1["type"], "error", "{followed:?}");
    assert_eq!(broken.state(&run).await, RunState::Interrupted);
}

#[tokio::test]
async fn a_stop_is_stored_before_it_is_answered() {
    let mut broken = Broken::new().await;
    let hanging = script(json!([{"write": {"pieces": ["half"], "unfinished": true}}, {"sleep_ms": 60_000}]));
    let run = run_id(&broken.site.begin("ada", "threads.create", json!({"input": input(&hanging)})).await);
    // As if the process were killed right after its answer: whatever it does then is not stored.
    broken.no_run_ends("%").await;
    let cancel = axum::http::Request::post(format!("/chatkit/runs/{run}/cancel")).header("x-user-id", "ada");
    broken.site.send(cancel.body(axum::body::Body::empty()).unwrap()).await.ok();
    broken.site.server.shut_down().await;
    assert_eq!(broken.state(&run).await, RunState::Running);
    broken.mend().await;
    broken.restart().await;
    broken.site.create("bob", "the first request after the start").await;
    assert_eq!(broken.state(&run).await, RunState::Cancelled, "a stop, and no interruption");
}

#[tokio::test]
async fn one_run_that_cannot_be_recovered_keeps_neither_the_others_nor_the_server_from_starting() {
    let mut broken = Broken::new().await;
    let hanging = script(json!([{"write": {"pieces": ["half"], "unfinished": true}}, {"sleep_ms": 60_000}]));
    let (mut threads, mut runs) = (Vec::new(), Vec::new());
    for _ in 0..3 {
        let (thread_id, _) = broken.site.create("ada", "a").await;
        let params = json!({"thread_id": thread_id, "input": input(&hanging)});
        runs.push(run_id(&broken.site.begin("ada", "threads.add_user_message", params).await));
        threads.push(thread_id);
    }
    broken.no_run_ends(&runs[1]).await;
    broken.restart().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    broken.site.server.serve(listener, async {}).await.expect("it starts, and stops at once");
    broken.restart().await;
    broken.site.create("bob", "it answers").await;
    let mut states = Vec::new();
    for run in &runs {
        states.push(broken.state(run).await);
    }
    assert_eq!(states, [RunState::Interrupted, RunState::Running, RunState::Interrupted]);
    broken.mend().await;
    broken.site.add("ada", &threads[1], "next").await;
    assert_eq!(broken.state(&runs[1]).await, RunState::Interrupted, "tried again before the next turn");
}

#[tokio::test]
async fn an_item_that_nobody_can_read_is_left_out_and_its_place_is_filled() {
    let mut broken = Broken::new().await;
    let (thread_id, _) = broken.site.create("ada", "one").await;
    for text in ["two", "three", "four"] {
        broken.site.add("ada", &thread_id, text).await;
    }
    let whole = broken.site.items("ada", &thread_id).await;
    let damage =
        [(1, "'{\"type\":\"item_of_tomorrow\"}'"), (2, "''"), (3, "CAST(X'ff00' AS TEXT)"), (6, "X'ff'")];
    for (number, body) in damage {
        let id = whole[number]["id"].as_str().unwrap();
        broken.sql(&format!("UPDATE items SET body = {body} WHERE id = '{id}'")).await;
    }
    broken.restart().await;
    let readable = [&whole[0], &whole[4], &whole[5], &whole[7]];
    let list = async |params: Value| {
        let mut params = params;
        params["thread_id"] = thread_id.clone().into();
        broken.site.post("ada", "items.list", params).await.ok()
    };
    let page = list(json!({"order": "asc", "limit": 3})).await;
    assert_eq!(page["data"], json!(readable[..3]), "a full page of what can be read");
    assert_eq!((&page["has_more"], &page["after"]), (&json!(true), &whole[5]["id"]));
    let page = list(json!({"order": "asc", "limit": 3, "after": page["after"]})).await;
    assert_eq!(page, json!({"data": [whole[7]], "has_more": false}));
    let thread = broken.site.post("ada", "threads.get_by_id", json!({"thread_id": thread_id})).await.ok();
    assert_eq!(thread["items"]["data"], json!(readable));
    broken.site.add("ada", &thread_id, "five").await;
    let retry = json!({"thread_id": thread_id, "item_id": whole[2]["id"]});
    let refused = broken.site.post("ada", "threads.retry_after_item", retry).await;
    assert_eq!(refused.error(500), "internal", "what cannot be read cannot be answered");
}

#[tokio::test]
async fn a_run_with_an_item_that_nobody_can_read_is_recovered_all_the_same() {
    let mut broken = Broken::new().await;
    let steps =
        script(json!([{"write": {"pieces": ["one"]}}, {"write": {"pieces": ["half"], "unfinished": true}},
        {"sleep_ms": 60_000}]));
    let (thread_id, _) = broken.site.create("ada", "a").await;
    let params = json!({"thread_id": thread_id, "input": input(&steps)});
    let run = run_id(&broken.site.begin("ada", "threads.add_user_message", params).await);
    broken
        .site
        .until("it is written down", async || broken.site.items("ada", &thread_id).await.len() == 5)
        .await;
    let whole = broken.site.items("ada", &thread_id).await;
    let id = whole[3]["id"].as_str().unwrap();
    broken.sql(&format!("UPDATE items SET body = '{{' WHERE id = '{id}'")).await;
    broken.restart().await;
    assert_eq!(broken.site.texts("ada", &thread_id).await.last().unwrap(), "half");
    assert_eq!(broken.state(&run).await, RunState::Interrupted);
}

#[tokio::test]
async fn files_that_were_to_be_sent_in_a_thread_go_with_it_however_late_it_is_deleted() {
    let broken = Broken::new().await;
    // Kept by another store, so that they cannot be sent in the transaction that stores the message.
    let files = SqliteStore::in_memory().await.unwrap();
    let attachments = Attachments::new(files.clone(), "https://chat.example");
    let site = site_of(builder(broken.store.clone()).attachments(attachments));
    let (thread_id, _) = site.create("ada", "a").await;
    let announced = json!({"name": "a.txt", "size": 1, "mime_type": "text/plain"});
    let announced = site.post("ada", "attachments.create", announced).await.ok();
    let path = announced["upload_descriptor"]["url"].as_str().unwrap().strip_prefix("https://chat.example");
    let upload = axum::http::Request::put(path.unwrap()).header("content-type", "text/plain");
    site.send(upload.body("a".into()).unwrap()).await.ok();
    // As if it were deleted by another request, between the two writes of this one.
    broken
        .sql(
            "CREATE TRIGGER deleted AFTER INSERT ON items \
             BEGIN UPDATE threads SET is_deleted = 1 WHERE id = NEW.thread_id; END",
        )
        .await;
    let mut message = input("see attached");
    message["attachments"] = json!([announced["id"]]);
    let params = json!({"thread_id": thread_id, "input": message});
    site.post("ada", "threads.add_user_message", params).await;
    let gone = files.load_attachment("ada", announced["id"].as_str().unwrap()).await;
    assert!(matches!(gone, Err(StoreError::NotFound)), "{gone:?}");
}

#[tokio::test]
async fn a_thread_that_nobody_can_read_is_left_out_of_the_list() {
    let broken = Broken::new().await;
    let mut ids = Vec::new();
    for text in ["one", "two", "three"] {
        ids.push(broken.site.create("ada", text).await.0);
    }
    broken
        .sql(&format!("UPDATE threads SET status = '{{\"type\":\"tomorrow\"}}' WHERE id = '{}'", ids[1]))
        .await;
    let list = async |params: Value| broken.site.post("ada", "threads.list", params).await.ok();
    let page = list(json!({"order": "asc"})).await;
    assert_eq!((&page["data"][0]["id"], &page["data"][1]["id"]), (&json!(ids[0]), &json!(ids[2])));
    let page = list(json!({"order": "asc", "limit": 2})).await;
    assert_eq!((&page["data"][0]["id"], page["data"].as_array().unwrap().len()), (&json!(ids[0]), 1));
    let page = list(json!({"order": "asc", "after": page["after"]})).await;
    assert_eq!(page["data"][0]["id"], json!(ids[2]), "and the next page follows it");
}
