//! Promises about items set aside for a retry.

use docent_protocol::SortOrder;

use super::runs::{begun, ending};
use super::{all_ids, hidden, item, new_run, thread_of};
use crate::store::{
    Aside, EventBatch, PageQuery, PlacedItem, RunEnding, RunState, Store, StoreError, ThreadKey, Visibility,
};

pub(super) async fn check(store: &dyn Store) {
    what_is_set_aside_is_seen_nowhere(store).await;
    a_failed_retry_leaves_all_as_it_was(store).await;
    a_failed_retry_takes_nothing_along_that_is_not_its_own(store).await;
    a_failed_retry_gives_back_what_it_wrote_over(store).await;
    a_good_retry_leaves_the_new_answer(store).await;
    a_good_retry_may_use_an_id_again(store).await;
    a_retry_without_anything_to_set_aside_keeps_what_it_wrote(store).await;
}

async fn ready(store: &dyn Store) -> (ThreadKey, String) {
    let key = thread_of(store, &["question", "answer"]).await;
    store.save_item(&key, &hidden(&key, "note")).await.expect("saved");
    store.save_item(&key, &item(&key, "later", "later")).await.expect("saved");
    let run = retried(store, &key).await;
    (key, run)
}

/// Begins a run that sets aside what follows the question.
async fn retried(store: &dyn Store, key: &ThreadKey) -> String {
    let mut opening = new_run();
    opening.set_aside_after = Some("question".into());
    store.begin_run(key, &opening).await.expect("begun");
    opening.id
}

async fn write(store: &dyn Store, key: &ThreadKey, run: &str, id: &str) {
    let items = [PlacedItem { item: item(key, id, "new"), position: None }];
    store.save_run_progress(key, run, &EventBatch::default(), &items).await.expect("saved");
}

async fn end(store: &dyn Store, key: &ThreadKey, run: &str, aside: Aside) {
    let ending = RunEnding { aside, ..ending(RunState::Failed) };
    assert!(store.end_run(key, run, &ending).await.expect("ended"));
}

async fn what_is_set_aside_is_seen_nowhere(store: &dyn Store) {
    let (key, _) = ready(store).await;
    assert_eq!(all_ids(store, &key).await, ["question"]);
    assert!(matches!(store.load_item(&key, "answer").await, Err(StoreError::NotFound)));
    assert!(!store.delete_item(&key, "answer").await.expect("not there to be deleted"));
    let query = PageQuery::first(5, SortOrder::Desc).after("answer");
    let page = store.load_items(&key, &query, Visibility::Shown).await.expect("it still marks a place");
    assert_eq!(page.data.len(), 1);
    let mut unknown = new_run();
    unknown.set_aside_after = Some("unknown".into());
    let refused = store.begin_run(&key, &unknown).await;
    assert!(matches!(refused, Err(StoreError::NotFound)), "{refused:?}");
}

async fn a_failed_retry_leaves_all_as_it_was(store: &dyn Store) {
    let (key, run) = ready(store).await;
    write(store, &key, &run, "half").await;
    let other = begun(store, &key).await;
    end(store, &key, &other, Aside::Restore).await;
    assert_eq!(all_ids(store, &key).await, ["question", "half"], "another run restores nothing");
    end(store, &key, &run, Aside::Restore).await;
    assert_eq!(all_ids(store, &key).await, ["question", "answer", "note", "later"]);
    assert_eq!(store.load_item(&key, "note").await.expect("there"), hidden(&key, "note"));
}

/// As when the end of a retry could not be stored and its reader went on.
async fn a_failed_retry_takes_nothing_along_that_is_not_its_own(store: &dyn Store) {
    let (key, run) = ready(store).await;
    write(store, &key, &run, "half").await;
    store.save_item(&key, &item(&key, "by nobody", "x")).await.expect("saved");
    let mut opening = new_run();
    opening.saved = vec![item(&key, "another question", "?")];
    store.begin_run(&key, &opening).await.expect("begun");
    write(store, &key, &opening.id, "another answer").await;
    end(store, &key, &opening.id, Aside::Delete).await;
    end(store, &key, &run, Aside::Restore).await;
    assert_eq!(
        all_ids(store, &key).await,
        ["question", "answer", "note", "later", "by nobody", "another question", "another answer"]
    );
}

async fn a_failed_retry_gives_back_what_it_wrote_over(store: &dyn Store) {
    let (key, run) = ready(store).await;
    write(store, &key, &run, "later").await;
    assert_eq!(store.load_item(&key, "later").await.expect("the new one"), item(&key, "later", "new"));
    end(store, &key, &run, Aside::Restore).await;
    assert_eq!(all_ids(store, &key).await, ["question", "answer", "note", "later"]);
    assert_eq!(store.load_item(&key, "later").await.expect("the old one"), item(&key, "later", "later"));
}

async fn a_good_retry_leaves_the_new_answer(store: &dyn Store) {
    let (key, run) = ready(store).await;
    write(store, &key, &run, "new").await;
    end(store, &key, &run, Aside::Delete).await;
    assert_eq!(all_ids(store, &key).await, ["question", "new"]);
}

async fn a_good_retry_may_use_an_id_again(store: &dyn Store) {
    let (key, run) = ready(store).await;
    write(store, &key, &run, "first").await;
    write(store, &key, &run, "answer").await;
    end(store, &key, &run, Aside::Delete).await;
    assert_eq!(all_ids(store, &key).await, ["question", "first", "answer"]);
    assert_eq!(store.load_item(&key, "answer").await.expect("there"), item(&key, "answer", "new"));
    // And what the next retry sets aside is that one.
    let run = retried(store, &key).await;
    end(store, &key, &run, Aside::Restore).await;
    assert_eq!(store.load_item(&key, "answer").await.expect("there"), item(&key, "answer", "new"));
}

async fn a_retry_without_anything_to_set_aside_keeps_what_it_wrote(store: &dyn Store) {
    let key = thread_of(store, &["question"]).await;
    let run = retried(store, &key).await;
    write(store, &key, &run, "half").await;
    end(store, &key, &run, Aside::Restore).await;
    assert_eq!(all_ids(store, &key).await, ["question", "half"]);
}
