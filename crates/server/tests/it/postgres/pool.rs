//! The connections of a store: replaced when the database closes them, and fit for the next operation whatever became of
//! the one before.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use docent_protocol::{ThreadItem, ThreadMetadata};
use docent_server::store::{RunOpening, RunStore, StoreError, ThreadKey};
use docent_server::{PostgresStore, Store};
use serde_json::json;

use super::database::Database;
use super::now;

async fn thread_of(store: &PostgresStore, id: &str) -> ThreadKey {
    let thread = json!({"id": id, "created_at": "2026-01-01T00:00:00Z"});
    let thread: ThreadMetadata = serde_json::from_value(thread).unwrap();
    store.add_thread("ada", &thread, &[]).await.unwrap();
    ThreadKey::new("ada", id)
}

fn message(key: &ThreadKey, id: &str) -> ThreadItem {
    let item = json!({"type": "assistant_message", "id": id, "thread_id": key.thread_id,
        "created_at": "2026-01-01T00:00:00Z", "content": []});
    serde_json::from_value(item).unwrap()
}

/// Whether something is done before it has waited more often than so; else it is given up.
async fn is_done<T>(work: impl Future<Output = Result<T, StoreError>>, mut waits: usize) -> bool {
    let mut work = pin!(work);
    poll_fn(|context| match work.as_mut().poll(context) {
        Poll::Ready(result) => Poll::Ready(result.map(|_| true).expect("only what is given up may fail")),
        Poll::Pending if waits == 0 => Poll::Ready(false),
        Poll::Pending => {
            waits -= 1;
            Poll::Pending
        }
    })
    .await
}

#[tokio::test]
async fn connections_that_the_database_closed_are_replaced() {
    let Some(shared) = Database::new() else { return };
    let database = shared.alone().await;
    let store = database.connect().await;
    let key = thread_of(&store, "thr_1").await;
    let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
               WHERE datname = current_database() AND pid <> pg_backend_pid()";
    database.sql(end).await;
    // Whoever asks at once may meet one that seems to be there still.
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    for _ in 0..5 {
        store.load_thread(&key).await.unwrap();
        assert!(!store.delete_item(&key, "never was").await.unwrap());
    }
    database.sql(end).await;
    shared.remove_alone().await;
}

/// Begins runs, giving each up at one wait later than the one before until it is done. Each was done or was not; how many
/// were given up is the answer.
async fn given_up(store: &PostgresStore, key: &ThreadKey) -> usize {
    let mut given_up = 0;
    // In one statement, and in a transaction of several.
    for (name, deleted) in [("one", vec![]), ("several", vec!["never was".to_owned()])] {
        for waits in 0.. {
            let id = format!("{}_{name}_{waits}", key.thread_id);
            let mut opening = RunOpening::new(&id, now());
            opening.saved = vec![message(key, &id)];
            opening.deleted = deleted.clone();
            let is_done = is_done(store.begin_run(key, &opening), waits).await;
            let run = store.load_run("ada", &id).await.map(drop);
            let item = store.load_item(key, &id).await.map(drop);
            match (&run, &item) {
                (Ok(()), Ok(())) => {}
                (Err(StoreError::NotFound), Err(StoreError::NotFound)) => assert!(!is_done, "{id}"),
                half => panic!("{id} was done by half: {half:?}"),
            }
            if is_done {
                break;
            }
            given_up += 1;
        }
    }
    given_up
}

#[tokio::test]
async fn what_nobody_waits_for_is_done_or_undone_and_leaves_its_connection_to_the_next() {
    let Some(database) = Database::new() else { return };
    let (mut most_given_up, mut keys) = (0, Vec::new());
    // On a busy machine several replies of the database may be there at once, and fewer waits are seen. Each pass has a new
    // connection: preparing its statements is part of the waiting.
    while most_given_up < 6 && keys.len() < 20 {
        let options = database.options().connections(1);
        let store = PostgresStore::connect_with(&database.url, options).await.unwrap();
        let key = thread_of(&store, &format!("thr_{}", keys.len())).await;
        most_given_up = most_given_up.max(given_up(&store, &key).await);
        keys.push(key);
    }
    assert!(
        most_given_up >= 6,
        "one statement waits once, a transaction for each of its parts: {most_given_up}"
    );
    // No lock stayed behind.
    let other = database.connect().await;
    for key in &keys {
        let next = message(key, &format!("{}_next", key.thread_id));
        let saved = tokio::time::timeout(Duration::from_secs(10), other.save_item(key, &next)).await;
        saved.expect("nobody waits for ever").unwrap();
    }
    database.remove().await;
}
