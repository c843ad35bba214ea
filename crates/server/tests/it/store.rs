//! The stores of this crate keep the contract, in memory and on disk, and a file outlives its process.

use docent_protocol::{SortOrder, ThreadItem};
use docent_server::store::{
    PageQuery, RunOpening, RunState, RunStore, Store, ThreadKey, Visibility, contract,
};
use docent_server::{ChatServer, SqliteStore};
use serde_json::json;

use crate::harness::{builder, input, request};

#[tokio::test]
async fn sqlite_in_memory_keeps_the_contract() {
    contract::check(&SqliteStore::in_memory().await.unwrap()).await;
    contract::check(&SqliteStore::connect("sqlite://:memory:").await.unwrap()).await;
}

#[tokio::test]
async fn sqlite_in_a_file_keeps_the_contract() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::connect(&url(&folder)).await.unwrap();
    contract::check(&store).await;
}

#[tokio::test]
async fn many_writers_of_one_file_all_get_their_turn() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::connect(&url(&folder)).await.unwrap();
    let server = builder(store).build().unwrap();
    let mut writers = tokio::task::JoinSet::new();
    for user in 0..20 {
        let server = server.clone();
        writers.spawn(async move { create(&server, &format!("user{user}"), "hello").await });
    }
    let threads = writers.join_all().await;
    assert_eq!(threads.len(), 20);
}

#[tokio::test]
async fn what_was_stored_is_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let thread_id = {
        let store = SqliteStore::connect(&url(&folder)).await.unwrap();
        create(&builder(store).build().unwrap(), "ada", "hello").await
    };
    let store = SqliteStore::connect(&url(&folder)).await.unwrap();
    let key = ThreadKey::new("ada", thread_id);
    let page = store.load_items(&key, &PageQuery::first(9, SortOrder::Asc), Visibility::All).await.unwrap();
    assert_eq!(
        page.data.iter().map(ThreadItem::kind).collect::<Vec<_>>(),
        ["user_message", "assistant_message"]
    );
}

#[tokio::test]
async fn a_retry_that_a_crash_interrupted_is_undone_on_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::connect(&url(&folder)).await.unwrap();
    let thread_id = create(&builder(store.clone()).build().unwrap(), "ada", "hello").await;
    let key = ThreadKey::new("ada", thread_id);
    let query = PageQuery::first(9, SortOrder::Asc);
    let before = store.load_items(&key, &query, Visibility::All).await.unwrap();
    let mut lost = RunOpening::new("run_lost", "2026-01-01T00:00:00Z".parse().unwrap());
    lost.set_aside_after = Some(before.data[0].id().to_owned());
    store.begin_run(&key, &lost).await.unwrap();
    assert_eq!(store.load_items(&key, &query, Visibility::All).await.unwrap().data.len(), 1);

    let store = SqliteStore::connect(&url(&folder)).await.unwrap();
    let server = builder(store.clone()).build().unwrap();
    create(&server, "bob", "the first request after the start").await;
    assert_eq!(store.load_items(&key, &query, Visibility::All).await.unwrap(), before);
    assert_eq!(store.load_run("ada", "run_lost").await.unwrap().state, RunState::Interrupted);
}

#[tokio::test]
async fn a_database_that_cannot_be_opened_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    assert!(SqliteStore::connect(&format!("sqlite://{}", folder.path().display())).await.is_err());
    assert!(SqliteStore::connect("mysql://localhost").await.is_err());
}

fn url(folder: &tempfile::TempDir) -> String {
    format!("sqlite://{}", folder.path().join("docent.db").display())
}

async fn create(server: &ChatServer, user: &str, text: &str) -> String {
    let body = json!({"type": "threads.create", "params": {"input": input(text)}});
    let response = tower::ServiceExt::oneshot(server.router(), request(user, &body)).await.unwrap();
    let events = crate::harness::events(&crate::harness::text_of(response).await);
    assert_eq!(events.last().unwrap()["item"]["content"][0]["text"], format!("echo: {text}"));
    events[0]["thread"]["id"].as_str().unwrap().to_owned()
}
