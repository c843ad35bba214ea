//! What an operation reads of the tables does not grow with them, whatever the planner knows of them.
//!
//! A prepared statement soon gets one plan for all its values, made for tables as they were then. What is read is counted
//! by the database itself, in a database of the test's own.

use std::time::Duration;

use docent_protocol::{FeedbackKind, SortOrder, ThreadItem};
use docent_server::store::{
    Aside, AttachmentRecord, AttachmentStore, EventBatch, Idempotency, PageQuery, PlacedItem, RunEnding,
    RunEvent, RunOpening, RunState, RunStore, ThreadKey, Visibility,
};
use docent_server::{PostgresStore, Store};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use super::database::Database;
use super::now;

/// How many rows of everything there are in the end.
const MANY: i64 = 20_000;
/// The same in the middle of the tables, and there from the beginning.
const MIDDLE: i64 = 10_000;
/// How many rows an operation may read, those among them that it read while the tables were small: no twentieth of one.
const BOUND: i64 = 1_000;
/// How many turns of others are under way in the end.
const UNDER_WAY: i64 = 2_000;
/// The operation that looks at each of them.
const WATCH: &str = "the watch over runs";
/// How often an operation is done on small tables: five times with a plan for its values, then with one for all.
const WARM_UP: usize = 8;

/// What an operation works with: its store, and a number that no other has.
type Operation = for<'a> fn(&'a PostgresStore, usize) -> BoxFuture<'a, ()>;

/// The operations of requests that are not about everything there is in a thread.
const OPERATIONS: &[(&str, Operation)] = &[
    ("the newest items", |store, _| items(store, SortOrder::Desc, None).boxed()),
    ("older items from the middle", |store, _| items(store, SortOrder::Desc, Some(MIDDLE)).boxed()),
    ("newer items from the middle", |store, _| items(store, SortOrder::Asc, Some(MIDDLE)).boxed()),
    ("the newest threads", |store, _| threads(store, SortOrder::Desc, None).boxed()),
    ("older threads from the middle", |store, _| threads(store, SortOrder::Desc, Some(MIDDLE)).boxed()),
    ("newer threads from the middle", |store, _| threads(store, SortOrder::Asc, Some(MIDDLE)).boxed()),
    ("the last events of a run", |store, _| events(store).boxed()),
    ("a run by its key", |store, _| by_key(store).boxed()),
    (WATCH, |store, _| watch(store).boxed()),
    ("an announced file", |store, number| announce(store, number).boxed()),
    ("a turn", |store, number| turn(store, number).boxed()),
    ("a retry that fails", |store, number| retry(store, number).boxed()),
    ("an opinion", |store, _| opinion(store).boxed()),
];

#[tokio::test]
async fn what_an_operation_reads_does_not_grow_with_the_tables_whatever_the_planner_knows() {
    for knowledge in ["nothing", "the tables as they were with a few rows", "the tables as they are"] {
        let Some(shared) = Database::new() else { return };
        let database = shared.alone().await;
        // A store for each operation, with one connection: its plans are its own, and end with it.
        let mut stores = Vec::new();
        for _ in OPERATIONS {
            let options = database.options().connections(1);
            stores.push(PostgresStore::connect_with(&database.url, options).await.unwrap());
        }
        let mut filling = Sql::connect(&database).await;
        filling.prepare().await;
        filling.fill(MIDDLE - 3..=MIDDLE + 3).await;
        if knowledge.ends_with("with a few rows") {
            filling.run("ANALYZE").await;
        }
        for (number, (store, (_, operation))) in stores.iter().zip(OPERATIONS).enumerate() {
            for round in 0..WARM_UP {
                operation(store, number * 1_000 + round).await;
            }
        }
        filling.fill(1..=MIDDLE - 4).await;
        filling.fill(MIDDLE + 4..=MANY).await;
        filling.run(&turns_under_way()).await;
        if knowledge.ends_with("as they are") {
            filling.run("ANALYZE").await;
        }
        filling.0.close().await.unwrap();
        let mut sql = Sql::connect(&database).await;
        sql.until_connections_are(OPERATIONS.len()).await;
        let mut too_much = Vec::new();
        for (number, (store, (name, operation))) in stores.into_iter().zip(OPERATIONS).enumerate() {
            let before = sql.rows_read().await;
            operation(&store, number * 1_000 + WARM_UP).await;
            drop(store);
            sql.until_connections_are(OPERATIONS.len() - number - 1).await;
            let read = sql.rows_read().await - before;
            assert!(read > 0, "{name}: nothing is counted");
            if read >= if *name == WATCH { UNDER_WAY + BOUND } else { BOUND } {
                too_much.push(format!("{name}: {read} rows"));
            }
        }
        assert!(too_much.is_empty(), "where the planner knows {knowledge}: {too_much:#?}");
        sql.0.close().await.unwrap();
        shared.remove_alone().await;
    }
}

fn key() -> ThreadKey {
    ThreadKey::new("ada", "long")
}

fn query(order: SortOrder, after: Option<i64>) -> PageQuery {
    let first = PageQuery::first(20, order);
    after.into_iter().fold(first, |query, number| query.after(format!("row_{number}")))
}

async fn items(store: &PostgresStore, order: SortOrder, after: Option<i64>) {
    let page = store.load_items(&key(), &query(order, after), Visibility::Shown).await.unwrap();
    assert!(!page.data.is_empty());
}

async fn threads(store: &PostgresStore, order: SortOrder, after: Option<i64>) {
    assert!(!store.load_threads("ada", &query(order, after)).await.unwrap().data.is_empty());
}

async fn events(store: &PostgresStore) {
    let last = store.load_run("ada", "row_10000").await.unwrap().last_seq;
    assert!(!store.load_run_events("ada", "row_10000", last - 3).await.unwrap().is_empty());
}

async fn by_key(store: &PostgresStore) {
    assert!(store.load_run_by_key("ada", "key_10000").await.unwrap().is_some());
}

async fn watch(store: &PostgresStore) {
    store.load_run("ada", "row_10000").await.unwrap();
    store.keep_runs().await.unwrap();
    store.load_running_runs().await.unwrap();
    assert!(!store.is_answered_elsewhere(&key()).await.unwrap());
}

async fn announce(store: &PostgresStore, number: usize) {
    store.delete_abandoned_attachments(docent_protocol::Timestamp::from_unix_micros(1)).await.unwrap();
    store.count_unsent_attachments("bob").await.unwrap();
    let record = AttachmentRecord {
        id: format!("atc_{number}"),
        token: "t".into(),
        name: "a.txt".into(),
        mime_type: "text/plain".into(),
        size_bytes: 1,
        created_at: now(),
        thread_id: None,
        is_uploaded: false,
    };
    store.add_attachment("bob", &record).await.unwrap();
    store.save_attachment_bytes(&record.id, "t", b"x").await.unwrap();
    store.load_attachment("bob", &record.id).await.unwrap();
    store.load_attachment_bytes(&record.id, "t").await.unwrap();
    store.attach(&ThreadKey::new("bob", "of_bob"), &[record.id]).await.unwrap();
}

fn message(id: String) -> ThreadItem {
    let item = json!({"type": "assistant_message", "id": id, "thread_id": "long",
        "created_at": "2026-01-01T00:00:00Z", "content": []});
    serde_json::from_value(item).unwrap()
}

fn ending(aside: Aside) -> RunEnding {
    RunEnding {
        state: RunState::Completed,
        ended_at: now(),
        events: EventBatch::default(),
        items: Vec::new(),
        aside,
    }
}

async fn turn(store: &PostgresStore, number: usize) {
    let (key, run) = (key(), format!("run_{number}"));
    let mut opening = RunOpening::new(&run, now());
    opening.idempotency = Some(Idempotency { key: run.clone(), fingerprint: "f".into() });
    opening.saved = vec![message(format!("asked_{number}"))];
    let position = store.begin_run(&key, &opening).await.unwrap();
    store.reserve_position(&key).await.unwrap();
    let item = message(format!("said_{number}"));
    let items = [PlacedItem { item, position: Some(position) }];
    let event = [RunEvent { seq: 1, json: "{}".into() }];
    store.save_run_progress(&key, &run, &EventBatch::of(&event), &items).await.unwrap();
    store.delete_run_item(&key, &run, &format!("said_{number}")).await.unwrap();
    store.change_run_thread(&key, &run, &docent_server::store::ThreadPatch::title("T")).await.unwrap();
    store.request_cancel("ada", &run).await.unwrap();
    assert!(store.end_run(&key, &run, &ending(Aside::Delete)).await.unwrap());
}

/// Of the newest message; what it sets aside is what stands behind it.
async fn retry(store: &PostgresStore, number: usize) {
    let (key, run) = (key(), format!("run_{number}"));
    let newest =
        store.load_items(&key, &PageQuery::first(2, SortOrder::Desc), Visibility::All).await.unwrap();
    let mut opening = RunOpening::new(&run, now());
    opening.newest = Some(newest.data[0].id().to_owned());
    opening.unchanged = vec![newest.data[0].clone()];
    opening.set_aside_after = Some(newest.data[1].id().to_owned());
    store.begin_run(&key, &opening).await.unwrap();
    let item = message(format!("again_{number}"));
    store
        .save_run_progress(&key, &run, &EventBatch::default(), &[PlacedItem { item, position: None }])
        .await
        .unwrap();
    assert!(store.end_run(&key, &run, &ending(Aside::Restore)).await.unwrap());
}

async fn opinion(store: &PostgresStore) {
    store.save_feedback(&key(), &["row_10000".into()], FeedbackKind::Positive).await.unwrap();
}

/// Turns of others, which another process answers.
fn turns_under_way() -> String {
    format!(
        "INSERT INTO runs (user_id, id, thread_id, state, started_at, owner, lease_until) \
         SELECT 'bob', 'going_' || n, 'of_bob', 'running', 0, 'o', now() + interval '1 day' \
         FROM generate_series(1, {UNDER_WAY}) AS n"
    )
}

/// A connection past the server.
struct Sql(PgConnection);

impl Sql {
    async fn connect(database: &Database) -> Self {
        let mut sql = Self(PgConnection::connect(&database.url).await.unwrap());
        sql.run(&format!("SET search_path = {}", database.schema)).await;
        sql
    }

    async fn prepare(&mut self) {
        for table in ["threads", "items", "items_aside", "feedback", "runs", "run_events", "attachments"] {
            self.run(&format!("ALTER TABLE {table} SET (autovacuum_enabled = off)")).await;
        }
        self.run(
            "INSERT INTO threads (user_id, id, created_at, status, metadata, last_position) VALUES \
             ('ada', 'long', 0, '{\"type\":\"active\"}', '{}', 1000000), \
             ('bob', 'of_bob', 0, '{\"type\":\"active\"}', '{}', 0)",
        )
        .await;
    }

    async fn run(&mut self, statement: &str) {
        sqlx::query(AssertSqlSafe(statement.to_owned())).execute(&mut self.0).await.unwrap();
    }

    /// Rows of these numbers in every table.
    async fn fill(&mut self, rows: std::ops::RangeInclusive<i64>) {
        let rows = format!("generate_series({}, {}) AS n", rows.start(), rows.end());
        for (into, select) in [
            (
                "threads (seq, user_id, id, created_at, status, metadata) OVERRIDING SYSTEM VALUE",
                "n + 1000000, 'ada', 'row_' || n, 0, '{\"type\":\"active\"}', '{}'",
            ),
            (
                "items (user_id, thread_id, id, position, is_hidden, body)",
                "'ada', 'long', 'row_' || n, n, FALSE, '{\"type\":\"assistant_message\",\"id\":\"row_' || n || \
                 '\",\"thread_id\":\"long\",\"created_at\":\"2026-01-01T00:00:00Z\",\"content\":[]}'",
            ),
            (
                "runs (user_id, id, thread_id, state, started_at, ended_at, idempotency_key, fingerprint, owner, \
                 lease_until)",
                "'ada', 'row_' || n, 'long', 'completed', 0, 0, 'key_' || n, 'f', 'o', now()",
            ),
            (
                "attachments (user_id, id, token, name, mime_type, size_bytes, created_at, thread_id, bytes)",
                "'bob', 'row_' || n, 't', 'a', 'text/plain', 1, 10, 'of_bob', 'x'",
            ),
            (
                "attachments (user_id, id, token, name, mime_type, size_bytes, created_at)",
                "'eve', 'unsent_' || n, 't', 'a', 'text/plain', 1, 10",
            ),
        ] {
            self.run(&format!("INSERT INTO {into} SELECT {select} FROM {rows}")).await;
        }
        // Its run comes with the first rows.
        self.run(&format!(
            "INSERT INTO run_events (user_id, run_id, first_seq, last_seq, body) \
             SELECT 'ada', 'row_10000', n * 2, n * 2 + 1, n * 2 || ' {{}}' || chr(10) || n * 2 + 1 || ' {{}}' FROM {rows}"
        ))
        .await;
        self.run("UPDATE runs SET last_seq = (SELECT MAX(last_seq) FROM run_events) WHERE id = 'row_10000'")
            .await;
    }

    /// How many rows all others have read until now; those who are still connected may not have told yet.
    async fn rows_read(&mut self) -> i64 {
        // Since version 15 the counts of a session are of the moment it first asks.
        self.run("SELECT pg_stat_clear_snapshot()").await;
        let count = "SELECT (SUM(COALESCE(seq_tup_read, 0)) + SUM(COALESCE(idx_tup_fetch, 0)))::bigint \
                     FROM pg_stat_user_tables";
        sqlx::query_scalar(count).fetch_one(&mut self.0).await.unwrap()
    }

    async fn until_connections_are(&mut self, wanted: usize) {
        let count = "SELECT COUNT(*) FROM pg_stat_activity \
                     WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()";
        for _ in 0..1_000 {
            self.run("SELECT pg_stat_clear_snapshot()").await;
            let connections: i64 = sqlx::query_scalar(count).fetch_one(&mut self.0).await.unwrap();
            if usize::try_from(connections) == Ok(wanted) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("a store that was dropped is still connected");
    }
}
