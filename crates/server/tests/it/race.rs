//! What another process does between the moment a request is checked and the moment its run begins.
//!
//! The store here is one of a user's own, and hands on to another: so a library's user can write one, too.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use docent_protocol::{FeedbackKind, Page, ThreadItem, ThreadMetadata, Timestamp};
use docent_server::store::{
    EventBatch, PageQuery, PlacedItem, Run, RunEnding, RunEvent, RunOpening, RunStore, StoreError, ThreadKey,
    ThreadPatch, Visibility, contract,
};
use docent_server::{SqliteStore, Store};
use serde_json::{Value, json};

use crate::harness::{Site, builder, site_of};
use crate::script::script;

/// A store in which something is saved, by somebody else, right before the next run begins.
#[derive(Clone)]
struct Raced {
    store: SqliteStore,
    first: Arc<Mutex<Option<ThreadItem>>>,
    /// How often it was asked whether another process answers in a thread.
    asked: Arc<AtomicUsize>,
}

#[async_trait]
impl RunStore for Raced {
    async fn begin_run(&self, key: &ThreadKey, opening: &RunOpening) -> Result<i64, StoreError> {
        let first = self.first.lock().unwrap().take();
        if let Some(item) = first {
            self.store.save_item(key, &item).await?;
        }
        self.store.begin_run(key, opening).await
    }

    async fn save_run_progress(
        &self,
        key: &ThreadKey,
        run_id: &str,
        events: &EventBatch,
        items: &[PlacedItem],
    ) -> Result<(), StoreError> {
        self.store.save_run_progress(key, run_id, events, items).await
    }

    async fn delete_run_item(&self, key: &ThreadKey, run_id: &str, id: &str) -> Result<bool, StoreError> {
        self.store.delete_run_item(key, run_id, id).await
    }

    async fn change_run_thread(
        &self,
        key: &ThreadKey,
        run_id: &str,
        patch: &ThreadPatch,
    ) -> Result<ThreadMetadata, StoreError> {
        self.store.change_run_thread(key, run_id, patch).await
    }

    async fn end_run(&self, key: &ThreadKey, run_id: &str, ending: &RunEnding) -> Result<bool, StoreError> {
        self.store.end_run(key, run_id, ending).await
    }

    async fn request_cancel(&self, user_id: &str, run_id: &str) -> Result<Run, StoreError> {
        self.store.request_cancel(user_id, run_id).await
    }

    async fn load_run(&self, user_id: &str, run_id: &str) -> Result<Run, StoreError> {
        self.store.load_run(user_id, run_id).await
    }

    async fn load_run_by_key(&self, user_id: &str, key: &str) -> Result<Option<Run>, StoreError> {
        self.store.load_run_by_key(user_id, key).await
    }

    async fn load_run_events(
        &self,
        user_id: &str,
        run_id: &str,
        after: u64,
    ) -> Result<Vec<RunEvent>, StoreError> {
        self.store.load_run_events(user_id, run_id, after).await
    }

    async fn load_running_runs(&self) -> Result<Vec<Run>, StoreError> {
        self.store.load_running_runs().await
    }

    async fn delete_runs(&self, ended_before: Timestamp) -> Result<u64, StoreError> {
        self.store.delete_runs(ended_before).await
    }

    async fn is_answered_elsewhere(&self, key: &ThreadKey) -> Result<bool, StoreError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        self.store.is_answered_elsewhere(key).await
    }
}

#[async_trait]
impl Store for Raced {
    async fn add_thread(
        &self,
        user_id: &str,
        thread: &ThreadMetadata,
        items: &[ThreadItem],
    ) -> Result<(), StoreError> {
        self.store.add_thread(user_id, thread, items).await
    }

    async fn load_thread(&self, key: &ThreadKey) -> Result<ThreadMetadata, StoreError> {
        self.store.load_thread(key).await
    }

    async fn load_threads(&self, user: &str, query: &PageQuery) -> Result<Page<ThreadMetadata>, StoreError> {
        self.store.load_threads(user, query).await
    }

    async fn save_thread(&self, key: &ThreadKey, patch: &ThreadPatch) -> Result<ThreadMetadata, StoreError> {
        self.store.save_thread(key, patch).await
    }

    async fn delete_thread(&self, key: &ThreadKey) -> Result<bool, StoreError> {
        self.store.delete_thread(key).await
    }

    async fn reserve_position(&self, key: &ThreadKey) -> Result<i64, StoreError> {
        self.store.reserve_position(key).await
    }

    async fn save_item_at(
        &self,
        key: &ThreadKey,
        item: &ThreadItem,
        position: Option<i64>,
    ) -> Result<(), StoreError> {
        self.store.save_item_at(key, item, position).await
    }

    async fn load_item(&self, key: &ThreadKey, item_id: &str) -> Result<ThreadItem, StoreError> {
        self.store.load_item(key, item_id).await
    }

    async fn load_items(
        &self,
        key: &ThreadKey,
        query: &PageQuery,
        visibility: Visibility,
    ) -> Result<Page<ThreadItem>, StoreError> {
        self.store.load_items(key, query, visibility).await
    }

    async fn delete_item(&self, key: &ThreadKey, item_id: &str) -> Result<bool, StoreError> {
        self.store.delete_item(key, item_id).await
    }

    async fn save_feedback(
        &self,
        key: &ThreadKey,
        item_ids: &[String],
        kind: FeedbackKind,
    ) -> Result<(), StoreError> {
        self.store.save_feedback(key, item_ids, kind).await
    }
}

const AT: &str = "2026-01-01T00:00:00Z";

async fn raced() -> (Raced, Site) {
    let sqlite = SqliteStore::in_memory().await.unwrap();
    let store = Raced { store: sqlite, first: Arc::default(), asked: Arc::default() };
    let site = site_of(builder(store.clone()));
    (store, site)
}

/// A thread whose turn ended with this item; gives its id and the item as it is shown.
async fn waiting(site: &Site, mut item: Value) -> (String, Value) {
    item["thread_id"] = "$thread".into();
    item["created_at"] = AT.into();
    let steps = script(json!([{"event": {"type": "thread.item.done", "item": item}}]));
    let (thread_id, _) = site.create("ada", &steps).await;
    let shown = site.items("ada", &thread_id).await.pop().unwrap();
    (thread_id, shown)
}

/// Sends a request while another process saves this item: it has to be told that somebody was faster.
async fn check_refused(raced: &(Raced, Site), faster: Value, kind: &str, params: Value) {
    let (store, site) = raced;
    let thread_id = params["thread_id"].as_str().unwrap().to_owned();
    *store.first.lock().unwrap() = Some(serde_json::from_value(faster.clone()).unwrap());
    assert_eq!(site.post("ada", kind, params).await.error(409), "not_pending", "{kind}");
    let after = site.items("ada", &thread_id).await;
    assert_eq!(after.last(), Some(&faster), "what the other process saved is as it was: {kind}");
}

#[tokio::test]
async fn a_store_that_hands_on_keeps_the_contract() {
    contract::check(&raced().await.0).await;
}

#[tokio::test]
async fn an_output_is_not_taken_for_a_call_that_another_process_has_just_completed() {
    let raced = raced().await;
    let call = json!({"type": "client_tool_call", "id": "c", "call_id": "c", "name": "n", "arguments": {}});
    let (thread_id, mut call) = waiting(&raced.1, call).await;
    call["status"] = "completed".into();
    call["output"] = "theirs".into();
    let params = json!({"thread_id": thread_id, "result": "ours"});
    check_refused(&raced, call, "threads.add_client_tool_output", params).await;
}

#[tokio::test]
async fn an_output_is_not_taken_after_a_message_that_has_just_come_by_another_process() {
    let raced = raced().await;
    let call = json!({"type": "client_tool_call", "id": "c", "call_id": "c", "name": "n", "arguments": {}});
    let (thread_id, _) = waiting(&raced.1, call).await;
    let message = json!({"type": "user_message", "id": "m", "thread_id": thread_id, "created_at": "2026-01-01T00:00:00.000000Z",
        "content": [], "attachments": [], "inference_options": {}});
    let params = json!({"thread_id": thread_id, "result": "ours"});
    check_refused(&raced, message, "threads.add_client_tool_output", params).await;
}

#[tokio::test]
async fn questions_are_not_answered_that_another_process_has_just_answered() {
    let raced = raced().await;
    let asked = json!({"type": "structured_input", "id": "s", "inputs": [{"type": "freeform", "id": "q", "question": "Why?"}]});
    let (thread_id, mut asked) = waiting(&raced.1, asked).await;
    asked["status"] = "answered".into();
    asked["inputs"][0]["answer"] = json!({"values": ["Theirs."], "skipped": false});
    let ours = json!({"answers": {"q": {"values": ["Ours."]}}});
    let params = json!({"thread_id": thread_id, "item_id": "s", "input": ours});
    check_refused(&raced, asked, "threads.add_structured_input", params).await;
}

#[tokio::test]
async fn nobody_is_asked_whether_another_process_answers_in_a_thread_that_is_new() {
    let (store, site) = raced().await;
    let (thread_id, _) = site.create("ada", "a").await;
    assert_eq!(store.asked.load(Ordering::Relaxed), 0);
    site.add("ada", &thread_id, "b").await;
    assert_eq!(store.asked.load(Ordering::Relaxed), 1);
}
