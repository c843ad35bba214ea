//! Two threads of one user whose items have the same names: what happens in one happens in the other never.

use docent_protocol::{FeedbackKind, SortOrder, ThreadItem, ThreadMetadata, ThreadStatus};
use docent_server::store::{
    Aside, AttachmentStore, EventBatch, PageQuery, PlacedItem, Run, RunOpening, RunState, StoreError,
    ThreadKey, ThreadPatch, Visibility,
};
use docent_server::{SqliteStore, Store};

use super::dump::Dump;
use super::stores::{ending, event, fill, item_in, noon};

async fn page(store: &impl Store, key: &ThreadKey, query: PageQuery) -> Vec<ThreadItem> {
    store.load_items(key, &query, Visibility::All).await.unwrap().data
}

/// Makes a thread writable that [`fill`] has locked.
async fn unlock(store: &impl Store, key: &ThreadKey) {
    let active = ThreadPatch { status: Some(ThreadStatus::Active), ..ThreadPatch::default() };
    store.save_thread(key, &active).await.unwrap();
}

/// All that is kept of the first thread.
async fn first(dump: &Dump) -> Vec<String> {
    dump.read(None).await.lines().filter(|row| row.contains("_one")).map(str::to_owned).collect()
}

async fn check(store: &(impl Store + AttachmentStore), dump: &Dump) {
    let [one, two] = ["thr_one", "thr_two"].map(|id| ThreadKey::new("ada", id));
    fill(store, &one, "run_one", "file_one").await;
    // So that no item of the one stands where its namesake does, and the newest of all is not the other's.
    for id in ["more", "late", "newest_of_one"] {
        store.save_item(&one, &item_in("thr_one", id)).await.unwrap();
    }
    fill(store, &two, "run_two", "file_two").await;
    let items = |ids: &[&str]| -> Vec<_> { ids.iter().map(|id| item_in("thr_two", id)).collect() };
    store.save_item(&two, &items(&["late"])[0]).await.unwrap();
    let before = first(dump).await;

    assert_eq!(store.load_item(&two, "a").await.unwrap(), items(&["a"])[0]);
    let oldest = PageQuery::first(100, SortOrder::Asc);
    assert_eq!(page(store, &two, oldest.clone()).await, items(&["a", "b", "new", "late"]));
    assert_eq!(page(store, &two, oldest.after("b")).await, items(&["new", "late"]));
    let newest = PageQuery::first(100, SortOrder::Desc);
    assert_eq!(page(store, &two, newest.clone()).await, items(&["late", "new", "b", "a"]));
    assert_eq!(page(store, &two, newest.after("late")).await, items(&["new", "b", "a"]));

    let placed = [PlacedItem { item: item_in("thr_two", "newer"), position: None }];
    let mut retry = RunOpening::new("run_two_again", noon());
    retry.newest = Some("late".into());
    retry.unchanged = items(&["late"]);
    retry.saved = items(&["a", "c"]);
    retry.deleted = vec!["b".into()];
    retry.set_aside_after = Some("b".into());
    macro_rules! check {
        ($($call:ident($($argument:expr),*) => $answer:pat),* $(,)?) => {$(
            let answer = store.$call($($argument),*).await;
            assert!(matches!(answer, $answer), "{}: {answer:?}", stringify!($call));
            assert_eq!(first(dump).await, before, "{} in one thread changed the other", stringify!($call));
        )*};
    }
    check!(
        save_item(&two, &items(&["a"])[0]) => Ok(()),
        save_feedback(&two, &["a", "b"].map(str::to_owned), FeedbackKind::Negative) => Ok(()),
        delete_item(&two, "a") => Ok(true),
        save_run_progress(&two, "run_two", &EventBatch::of(&[event(2)]), &placed) => Ok(()),
        delete_run_item(&two, "run_two", "newer") => Ok(true),
        change_run_thread(&two, "run_two", &ThreadPatch::title("the other")) => Ok(ThreadMetadata { .. }),
        request_cancel("ada", "run_two") => Ok(Run { .. }),
        end_run(&two, "run_two", &ending(Aside::Delete)) => Ok(true),
    );
    unlock(store, &two).await;
    check!(
        begin_run(&two, &retry) => Ok(1..),
        end_run(&two, "run_two_again", &ending(Aside::Restore)) => Ok(true),
        delete_thread_attachments(&two) => Ok(1),
        delete_thread(&two) => Ok(true),
        delete_thread(&two) => Ok(false),
    );
    assert_eq!(store.load_run("ada", "run_one").await.unwrap().state, RunState::Running);
}

#[tokio::test]
async fn threads_whose_items_have_the_same_names_do_not_touch_each_other_in_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("docent.db").display());
    check(&SqliteStore::connect(&url).await.unwrap(), &Dump::Sqlite { url }).await;
}

#[cfg(feature = "postgres")]
#[tokio::test]
async fn threads_whose_items_have_the_same_names_do_not_touch_each_other_in_postgres() {
    let Some(database) = crate::postgres::database::Database::new() else { return };
    let dump = Dump::Postgres { url: database.url.clone(), schema: database.schema.clone() };
    check(&database.connect().await, &dump).await;
    database.remove().await;
}

#[cfg(feature = "postgres")]
#[tokio::test]
async fn a_thread_is_free_for_one_process_while_another_answers_in_the_thread_beside_it() {
    use docent_server::store::RunStore;

    let Some(database) = crate::postgres::database::Database::new() else { return };
    let (here, there) = (database.connect().await, database.connect().await);
    let [busy, free] = ["thr_busy", "thr_free"].map(|id| ThreadKey::new("ada", id));
    fill(&there, &busy, "run_busy", "file_busy").await;
    fill(&here, &free, "run_free", "file_free").await;
    let elsewhere = there.delete_run_item(&free, "run_busy", "a").await;
    assert!(matches!(elsewhere, Err(StoreError::NotFound)), "a run writes in its own thread: {elsewhere:?}");
    assert!(!there.end_run(&free, "run_busy", &ending(Aside::Delete)).await.unwrap());
    assert!(here.end_run(&free, "run_free", &ending(Aside::Delete)).await.unwrap());
    unlock(&here, &free).await;
    assert!(here.is_answered_elsewhere(&busy).await.unwrap());
    assert!(!here.is_answered_elsewhere(&free).await.unwrap());
    let plain = RunOpening::new("plain", noon());
    here.begin_run(&free, &plain).await.unwrap();
    let mut retry = RunOpening::new("retry", noon());
    retry.set_aside_after = Some("a".into());
    here.begin_run(&free, &retry).await.unwrap();
    database.remove().await;
}
