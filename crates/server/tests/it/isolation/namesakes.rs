//! Two users whose items, runs and idempotency keys have the same names: what one does happens to the other's never.

use docent_protocol::{FeedbackKind, SortOrder, ThreadItem};
use docent_server::store::{
    Aside, AttachmentStore, EventBatch, Idempotency, PageQuery, PlacedItem, RunOpening, RunState, StoreError,
    ThreadKey, ThreadPatch, Visibility,
};
use docent_server::{SqliteStore, Store};

use super::dump::Dump;
use super::stores::{ending, event, fill, item_in, noon};

async fn ids(store: &impl Store, key: &ThreadKey) -> Vec<String> {
    let query = PageQuery::first(100, SortOrder::Asc);
    let page = store.load_items(key, &query, Visibility::All).await.unwrap();
    page.data.iter().map(|item| item.id().to_owned()).collect()
}

async fn check(store: &(impl Store + AttachmentStore), dump: &Dump) {
    let (ada, bob) = (ThreadKey::new("ada", "thr_of_ada"), ThreadKey::new("bob", "thr_of_bob"));
    fill(store, &ada, "run", "file_of_ada").await;
    store.save_run_progress(&ada, "run", &EventBatch::of(&[event(3)]), &[]).await.unwrap();
    let before = dump.read(Some("ada")).await;
    fill(store, &bob, "run", "file_of_bob").await;
    let item = |id: &str| -> ThreadItem { item_in(&bob.thread_id, id) };
    let named = ["a", "b"].map(str::to_owned);
    let placed = [PlacedItem { item: item("newer"), position: None }];
    let mut named_run = RunOpening::new("named", noon());
    named_run.idempotency = Some(Idempotency { key: "key".into(), fingerprint: "bob's".into() });
    named_run.saved = vec![item("a")];
    named_run.deleted = vec!["b".into()];
    macro_rules! check {
        ($($call:ident($($argument:expr),*) $(=> $expected:expr)?),* $(,)?) => {$(
            let answer = store.$call($($argument),*).await;
            assert!(answer.is_ok(), "{} of one's own: {answer:?}", stringify!($call));
            $(assert_eq!(answer.unwrap(), $expected, "{}", stringify!($call));)?
            assert_eq!(dump.read(Some("ada")).await, before, "{} changed a namesake's", stringify!($call));
        )*};
    }
    check!(
        save_item(&bob, &item("a")),
        save_feedback(&bob, &named, FeedbackKind::Negative),
        delete_item(&bob, "a") => true,
        save_run_progress(&bob, "run", &EventBatch::of(&[2, 3, 4].map(event)), &placed),
        delete_run_item(&bob, "run", "newer") => true,
        change_run_thread(&bob, "run", &ThreadPatch::title("of bob")),
        request_cancel("bob", "run"),
    );
    assert!(!store.load_run("ada", "run").await.unwrap().is_cancel_requested);
    assert_eq!(store.load_run_events("bob", "run", 0).await.unwrap(), [1, 2, 3, 4].map(event));
    assert_eq!(store.load_run_events("ada", "run", 0).await.unwrap(), [1, 3].map(event));
    let rest = store.load_run_events("bob", "run", 3).await.unwrap();
    assert_eq!(rest, [event(4)], "his batch began at 2, whenever hers did");
    check!(
        end_run(&bob, "run", &ending(Aside::Restore)) => true,
        save_thread(&bob, &ThreadPatch { status: Some(docent_protocol::ThreadStatus::Active), ..ThreadPatch::default() }),
        begin_run(&bob, &named_run),
    );
    assert_eq!(store.load_run_by_key("ada", "key").await.unwrap(), None);
    let mut theirs = RunOpening::new("named", noon());
    theirs.idempotency = named_run.idempotency.clone();
    let locked = store.begin_run(&ada, &theirs).await;
    assert!(matches!(locked, Err(StoreError::NotActive(_))), "hers is locked, whatever his is: {locked:?}");
    check!(
        end_run(&bob, "named", &ending(Aside::Delete)) => true,
        delete_attachment("bob", "file_of_bob_unsent") => true,
        delete_thread_attachments(&bob) => 1,
        delete_thread(&bob) => true,
        delete_thread(&bob) => false,
    );
    assert_eq!(store.count_unsent_attachments("ada").await.unwrap(), 1);
    assert_eq!(store.load_run("ada", "run").await.unwrap().state, RunState::Running);
    assert_eq!(ids(store, &ada).await, ["a", "b", "new"]);
    assert!(store.end_run(&ada, "run", &ending(Aside::Restore)).await.unwrap());
    assert_eq!(ids(store, &ada).await, ["a", "b", "c"], "what she had set aside is hers still");
}

#[tokio::test]
async fn users_whose_things_have_the_same_names_do_not_touch_each_others_in_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("docent.db").display());
    check(&SqliteStore::connect(&url).await.unwrap(), &Dump::Sqlite { url }).await;
}

#[cfg(feature = "postgres")]
#[tokio::test]
async fn users_whose_things_have_the_same_names_do_not_touch_each_others_in_postgres() {
    let Some(database) = crate::postgres::database::Database::new() else { return };
    let dump = Dump::Postgres { url: database.url.clone(), schema: database.schema.clone() };
    check(&database.connect().await, &dump).await;
    database.remove().await;
}
