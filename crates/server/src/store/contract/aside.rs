//! Promises about items set aside for a retry.

use docent_protocol::SortOrder;

use super::{all_ids, hidden, item, thread_of};
use crate::store::{PageQuery, Store, StoreError, ThreadKey, Visibility};

pub(super) async fn check(store: &dyn Store) {
    what_is_set_aside_is_seen_nowhere(store).await;
    a_failed_retry_leaves_all_as_it_was(store).await;
    a_good_retry_leaves_the_new_answer(store).await;
    a_retry_without_anything_to_set_aside_keeps_what_it_wrote(store).await;
}

async fn ready(store: &dyn Store) -> ThreadKey {
    let key = thread_of(store, &["question", "answer"]).await;
    store.save_item(&key, &hidden(&key, "note")).await.expect("saved");
    store.save_item(&key, &item(&key, "later", "later")).await.expect("saved");
    store.set_items_aside(&key, "question", "run_1").await.expect("set aside");
    key
}

async fn what_is_set_aside_is_seen_nowhere(store: &dyn Store) {
    let key = ready(store).await;
    assert_eq!(all_ids(store, &key).await, ["question"]);
    assert!(matches!(store.load_item(&key, "answer").await, Err(StoreError::NotFound)));
    assert!(!store.delete_item(&key, "answer").await.expect("not there to be deleted"));
    let query = PageQuery::first(5, SortOrder::Desc).after("answer");
    let page = store.load_items(&key, &query, Visibility::Shown).await.expect("it still marks a place");
    assert_eq!(page.data.len(), 1);
    let unknown = store.set_items_aside(&key, "unknown", "run_2").await;
    assert!(matches!(unknown, Err(StoreError::NotFound)), "{unknown:?}");
}

async fn a_failed_retry_leaves_all_as_it_was(store: &dyn Store) {
    let key = ready(store).await;
    store.save_item(&key, &item(&key, "half", "half")).await.expect("saved");
    assert!(
        !store.restore_items_aside(&key, "run_other").await.expect("another turn's name restores nothing")
    );
    assert!(store.restore_items_aside(&key, "run_1").await.expect("restored"));
    assert_eq!(all_ids(store, &key).await, ["question", "answer", "note", "later"]);
    assert!(!store.restore_items_aside(&key, "run_1").await.expect("nothing left to restore"));
}

async fn a_good_retry_leaves_the_new_answer(store: &dyn Store) {
    let key = ready(store).await;
    store.save_item(&key, &item(&key, "new", "new")).await.expect("saved");
    store.delete_items_aside(&key, "run_1").await.expect("deleted");
    assert!(!store.restore_items_aside(&key, "run_1").await.expect("nothing left to restore"));
    assert_eq!(all_ids(store, &key).await, ["question", "new"]);
}

async fn a_retry_without_anything_to_set_aside_keeps_what_it_wrote(store: &dyn Store) {
    let key = thread_of(store, &["question"]).await;
    store.set_items_aside(&key, "question", "run_1").await.expect("set aside");
    store.save_item(&key, &item(&key, "half", "half")).await.expect("saved");
    assert!(!store.restore_items_aside(&key, "run_1").await.expect("nothing was set aside"));
    assert_eq!(all_ids(store, &key).await, ["question", "half"]);
}
