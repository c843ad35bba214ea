//! The stores by themselves, asked for another user's rows by their right names.

use docent_protocol::{FeedbackKind, ThreadItem, ThreadMetadata, ThreadStatus};
use docent_server::store::{
    Aside, AttachmentRecord, AttachmentStore, EventBatch, Idempotency, PlacedItem, RunEnding, RunEvent,
    RunOpening, RunState, StoreError, ThreadKey, ThreadPatch,
};
use docent_server::{SqliteStore, Store};
use serde_json::json;

use super::dump::Dump;

pub(super) fn noon() -> docent_protocol::Timestamp {
    "2026-01-01T12:00:00Z".parse().unwrap()
}

fn item(id: &str) -> ThreadItem {
    item_in("thr", id)
}

pub(super) fn item_in(thread_id: &str, id: &str) -> ThreadItem {
    let item = json!({"type": "assistant_message", "id": id, "thread_id": thread_id, "created_at": noon(), "content": []});
    serde_json::from_value(item).unwrap()
}

pub(super) fn ending(aside: Aside) -> RunEnding {
    RunEnding {
        state: RunState::Completed,
        ended_at: noon(),
        events: EventBatch::of(&[event(9)]),
        items: Vec::new(),
        aside,
    }
}

pub(super) fn event(seq: u64) -> RunEvent {
    RunEvent { seq, json: "{}".into() }
}

fn placed(id: &str) -> [PlacedItem; 1] {
    [PlacedItem { item: item(id), position: None }]
}

/// A locked thread with opinions, a file, another that was not sent, and a retry that goes on, its run and key being
/// called `run`.
pub(super) async fn fill(store: &(impl Store + AttachmentStore), ada: &ThreadKey, run: &str, file: &str) {
    let item = |id: &str| item_in(&ada.thread_id, id);
    let thread = ThreadMetadata {
        title: Some("T".into()),
        id: ada.thread_id.clone(),
        created_at: noon(),
        status: ThreadStatus::Active,
        allowed_image_domains: None,
        metadata: docent_protocol::JsonObject::new(),
    };
    store.add_thread(&ada.user_id, &thread, &["a", "b", "c"].map(item)).await.unwrap();
    store.save_feedback(ada, &["a", "b", "c"].map(str::to_owned), FeedbackKind::Positive).await.unwrap();
    let record = AttachmentRecord {
        id: file.into(),
        token: "t".into(),
        name: "a.txt".into(),
        mime_type: "text/plain".into(),
        size_bytes: 1,
        created_at: noon(),
        thread_id: None,
        is_uploaded: false,
    };
    store.add_attachment(&ada.user_id, &record).await.unwrap();
    store.save_attachment_bytes(file, "t", b"x").await.unwrap();
    store.attach(ada, &[file.into()]).await.unwrap();
    let unsent = AttachmentRecord { id: format!("{file}_unsent"), ..record };
    store.add_attachment(&ada.user_id, &unsent).await.unwrap();
    let mut retry = RunOpening::new(run, noon());
    retry.set_aside_after = Some("b".into());
    retry.idempotency = Some(Idempotency { key: run.into(), fingerprint: ada.user_id.clone() });
    store.begin_run(ada, &retry).await.unwrap();
    let new = [PlacedItem { item: item("new"), position: None }];
    store.save_run_progress(ada, run, &EventBatch::of(&[event(1)]), &new).await.unwrap();
    let locked =
        ThreadPatch { status: Some(ThreadStatus::Locked { reason: None }), ..ThreadPatch::default() };
    store.save_thread(ada, &locked).await.unwrap();
}

async fn check(store: &(impl Store + AttachmentStore), dump: &Dump) {
    let ada = ThreadKey::new("ada", "thr");
    fill(store, &ada, "run", "atc").await;
    let before = dump.read(None).await;
    let bob = ThreadKey::new("bob", "thr");
    let mut opening = RunOpening::new("run_of_bob", noon());
    opening.saved = vec![item("a"), item("of_bob")];
    opening.deleted = vec!["b".into()];
    opening.attached = vec!["atc".into()];
    opening.set_aside_after = Some("a".into());
    let named = ["a", "b", "c"].map(str::to_owned);
    let patch = ThreadPatch::title("of bob");
    macro_rules! check {
        ($($call:ident($($argument:expr),*) => $answer:pat),* $(,)?) => {$(
            let answer = store.$call($($argument),*).await;
            assert!(matches!(answer, $answer), "{}: {answer:?}", stringify!($call));
            assert_eq!(dump.read(None).await, before, "{} of another user changed something", stringify!($call));
        )*};
    }
    check!(
        save_thread(&bob, &patch) => Err(StoreError::NotFound),
        delete_thread(&bob) => Err(StoreError::NotFound),
        reserve_position(&bob) => Err(StoreError::NotFound),
        save_item(&bob, &item("a")) => Err(StoreError::NotFound),
        save_item_at(&bob, &item("of_bob"), Some(99)) => Err(StoreError::NotFound),
        delete_item(&bob, "a") => Ok(false),
        delete_item(&bob, "c") => Ok(false),
        save_feedback(&bob, &named[..1], FeedbackKind::Negative) => Err(StoreError::NotFound),
        begin_run(&bob, &opening) => Err(StoreError::NotFound),
        save_run_progress(&bob, "run", &EventBatch::of(&[event(2)]), &placed("a")) => Err(StoreError::NotFound),
        save_run_progress(&bob, "run", &EventBatch::default(), &[]) => Err(StoreError::NotFound),
        delete_run_item(&bob, "run", "a") => Err(StoreError::NotFound),
        change_run_thread(&bob, "run", &patch) => Err(StoreError::NotFound),
        end_run(&bob, "run", &ending(Aside::Delete)) => Ok(false),
        end_run(&bob, "run", &ending(Aside::Restore)) => Ok(false),
        request_cancel("bob", "run") => Err(StoreError::NotFound),
        load_run("bob", "run") => Err(StoreError::NotFound),
        attach(&bob, &["atc".into()]) => Err(StoreError::NotFound),
        load_attachment("bob", "atc") => Err(StoreError::NotFound),
        delete_attachment("bob", "atc") => Ok(false),
        delete_thread_attachments(&bob) => Ok(0),
        count_unsent_attachments("bob") => Ok(0),
    );
    assert!(store.load_run_events("bob", "run", 0).await.unwrap().is_empty());
    assert!(store.end_run(&ada, "run", &ending(Aside::Restore)).await.unwrap(), "it was there to be ended");
}

#[tokio::test]
async fn no_method_of_sqlite_reads_or_changes_what_is_another_users() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("docent.db").display());
    check(&SqliteStore::connect(&url).await.unwrap(), &Dump::Sqlite { url }).await;
}

#[cfg(feature = "postgres")]
#[tokio::test]
async fn no_method_of_postgres_reads_or_changes_what_is_another_users() {
    let Some(database) = crate::postgres::database::Database::new() else { return };
    let dump = Dump::Postgres { url: database.url.clone(), schema: database.schema.clone() };
    check(&database.connect().await, &dump).await;
    database.remove().await;
}
