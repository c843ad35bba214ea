//! Promises about threads.

use docent_protocol::{SortOrder, ThreadStatus};
use serde_json::json;

use super::{NOON, all_ids, item, new_thread, new_user, thread_of};
use crate::store::{PageQuery, Store, StoreError, ThreadKey, ThreadPatch, Visibility};

pub(super) async fn check(store: &dyn Store) {
    a_thread_comes_back_as_it_was_added(store).await;
    an_id_is_taken_once(store).await;
    a_patch_changes_what_it_names(store).await;
    threads_page_without_loss_at_one_moment(store).await;
    a_deleted_thread_never_comes_back(store).await;
    users_do_not_see_each_other(store).await;
}

async fn a_thread_comes_back_as_it_was_added(store: &dyn Store) {
    let user = new_user();
    let mut thread = new_thread();
    thread.title = Some("Ein Titel – 標題 \u{2028} 'quoted'".into());
    thread.status = ThreadStatus::Locked { reason: Some("later".into()) };
    thread.allowed_image_domains = Some(vec!["img.example".into()]);
    thread.metadata.insert("note".into(), json!({"deep": [1, null, "x"]}));
    let key = ThreadKey::new(&user, &thread.id);
    let items = [item(&key, "first", "1"), item(&key, "second", "2")];
    store.add_thread(&user, &thread, &items).await.expect("a new thread is added");
    let loaded = store.load_thread(&key).await.expect("the thread is there");
    assert_eq!(loaded, thread);
    assert_eq!(loaded.created_at, NOON, "times keep their microseconds");
    assert_eq!(all_ids(store, &key).await, ["first", "second"], "the first items stand in the order given");
}

async fn an_id_is_taken_once(store: &dyn Store) {
    let thread = new_thread();
    let (ada, bob) = (new_user(), new_user());
    store.add_thread(&ada, &thread, &[]).await.expect("a new thread is added");
    for user in [&ada, &bob] {
        let again = store.add_thread(user, &thread, &[]).await;
        assert!(matches!(again, Err(StoreError::Duplicate)), "{again:?}");
    }
    let bobs = store.load_thread(&ThreadKey::new(&bob, &thread.id)).await;
    assert!(matches!(bobs, Err(StoreError::NotFound)), "a refused thread leaves nothing behind: {bobs:?}");
}

async fn a_patch_changes_what_it_names(store: &dyn Store) {
    let key = thread_of(store, &[]).await;
    store.save_thread(&key, &ThreadPatch::title("T")).await.expect("patched");
    let patch = ThreadPatch {
        status: Some(ThreadStatus::Closed { reason: None }),
        allowed_image_domains: Some(Some(vec!["a.example".into()])),
        ..ThreadPatch::default()
    };
    let saved = store.save_thread(&key, &patch).await.expect("patched");
    assert_eq!(saved.title.as_deref(), Some("T"), "a field that is not named stays");
    assert_eq!(saved.status, ThreadStatus::Closed { reason: None });
    let patch =
        ThreadPatch { title: Some(None), allowed_image_domains: Some(None), ..ThreadPatch::default() };
    let saved = store.save_thread(&key, &patch).await.expect("patched");
    assert_eq!((&saved.title, &saved.allowed_image_domains), (&None, &None), "a field can be taken away");
    assert_eq!(store.load_thread(&key).await.expect("there"), saved, "what is answered is what is stored");
    let unchanged = store.save_thread(&key, &ThreadPatch::default()).await.expect("patched");
    assert_eq!(unchanged, saved);
}

async fn threads_page_without_loss_at_one_moment(store: &dyn Store) {
    let user = new_user();
    let mut added = Vec::new();
    for _ in 0..7 {
        let thread = new_thread();
        store.add_thread(&user, &thread, &[]).await.expect("a new thread is added");
        added.push(thread.id);
    }
    for order in [SortOrder::Asc, SortOrder::Desc] {
        if order == SortOrder::Desc {
            added.reverse();
        }
        let mut seen: Vec<String> = Vec::new();
        let mut query = PageQuery::first(3, order);
        loop {
            let page = store.load_threads(&user, &query).await.expect("a page");
            seen.extend(page.data.iter().map(|thread| thread.id.clone()));
            assert_eq!(page.has_more, seen.len() < 7);
            let Some(after) = page.after else { break };
            assert_eq!(Some(&after), seen.last(), "the cursor is the id of the last row");
            query = PageQuery::first(3, order).after(after);
        }
        assert_eq!(seen, added);
    }
    // `added` is newest first now; the third from the top is the cursor, and is deleted.
    store.delete_thread(&ThreadKey::new(&user, &added[2])).await.expect("deleted");
    let query = PageQuery::first(10, SortOrder::Desc).after(&added[2]);
    let rest = store.load_threads(&user, &query).await.expect("a cursor outlives its row");
    assert_eq!(rest.data.len(), 4);
    let query = PageQuery::first(10, SortOrder::Desc).after("thr_unknown");
    assert!(matches!(store.load_threads(&user, &query).await, Err(StoreError::UnknownCursor)));
}

async fn a_deleted_thread_never_comes_back(store: &dyn Store) {
    let key = thread_of(store, &["a"]).await;
    assert!(store.delete_thread(&key).await.expect("deleted"));
    assert!(!store.delete_thread(&key).await.expect("deleted before"));
    let late = item(&key, "late", "x");
    assert!(matches!(store.save_item(&key, &late).await, Err(StoreError::NotFound)));
    assert!(matches!(store.save_item_at(&key, &late, Some(9)).await, Err(StoreError::NotFound)));
    assert!(matches!(store.reserve_position(&key).await, Err(StoreError::NotFound)));
    assert!(matches!(store.save_thread(&key, &ThreadPatch::title("back")).await, Err(StoreError::NotFound)));
    let mut again = new_thread();
    again.id.clone_from(&key.thread_id);
    assert!(matches!(store.add_thread(&key.user_id, &again, &[]).await, Err(StoreError::Duplicate)));
    assert!(matches!(store.load_thread(&key).await, Err(StoreError::NotFound)));
    assert!(matches!(store.load_item(&key, "a").await, Err(StoreError::NotFound)));
    let listed =
        store.load_threads(&key.user_id, &PageQuery::first(10, SortOrder::Desc)).await.expect("a page");
    assert!(listed.data.is_empty() && !listed.has_more);
}

async fn users_do_not_see_each_other(store: &dyn Store) {
    let key = thread_of(store, &["a", "b"]).await;
    let theirs = ThreadKey::new(new_user(), &key.thread_id);
    let query = PageQuery::first(10, SortOrder::Desc);
    let not_found = [
        store.load_thread(&theirs).await.map(drop),
        store.save_thread(&theirs, &ThreadPatch::title("mine")).await.map(drop),
        store.delete_thread(&theirs).await.map(drop),
        store.reserve_position(&theirs).await.map(drop),
        store.save_item(&theirs, &item(&theirs, "a", "mine")).await,
        store.save_item_at(&theirs, &item(&theirs, "c", "mine"), Some(5)).await,
        store.load_item(&theirs, "a").await.map(drop),
        store.load_items(&theirs, &query, Visibility::All).await.map(drop),
        store.save_feedback(&theirs, &["a".into()], docent_protocol::FeedbackKind::Negative).await,
    ];
    for (number, answer) in not_found.into_iter().enumerate() {
        assert!(matches!(answer, Err(StoreError::NotFound)), "call {number} of another user: {answer:?}");
    }
    assert!(!store.delete_item(&theirs, "a").await.expect("nothing to delete"));
    assert!(store.load_threads(&theirs.user_id, &query).await.expect("a page").data.is_empty());
    let cursor = query.after(&key.thread_id);
    assert!(matches!(store.load_threads(&theirs.user_id, &cursor).await, Err(StoreError::UnknownCursor)));
    assert_eq!(store.load_thread(&key).await.expect("untouched").title, None);
    assert_eq!(all_ids(store, &key).await, ["a", "b"], "untouched");
}
