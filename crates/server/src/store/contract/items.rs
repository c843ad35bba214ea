//! Promises about items.

use docent_protocol::{FeedbackKind, SortOrder};

use super::{all_ids, hidden, ids, item, thread_of};
use crate::store::{PageQuery, Store, StoreError, Visibility};

pub(super) async fn check(store: &dyn Store) {
    an_item_is_written_over_where_it_stands(store).await;
    one_id_may_stand_in_two_threads(store).await;
    a_reserved_position_is_kept(store).await;
    pages_are_full_whatever_is_hidden(store).await;
    a_page_ends_after_so_many_bytes(store).await;
    a_cursor_outlives_its_item(store).await;
    a_deleted_item_is_gone_and_may_come_again(store).await;
    feedback_is_for_items_a_client_sees(store).await;
}

async fn an_item_is_written_over_where_it_stands(store: &dyn Store) {
    let key = thread_of(store, &["a", "b"]).await;
    store.save_item(&key, &item(&key, "a", "changed – \u{1F600}")).await.expect("saved");
    assert_eq!(store.load_item(&key, "a").await.expect("there"), item(&key, "a", "changed – \u{1F600}"));
    assert_eq!(all_ids(store, &key).await, ["a", "b"]);
    assert!(matches!(store.load_item(&key, "c").await, Err(StoreError::NotFound)));
}

async fn one_id_may_stand_in_two_threads(store: &dyn Store) {
    let (one, two) = (thread_of(store, &["same"]).await, thread_of(store, &["same"]).await);
    store.save_item(&one, &item(&one, "same", "one")).await.expect("saved");
    store.delete_item(&two, "same").await.expect("deleted");
    assert_eq!(store.load_item(&one, "same").await.expect("untouched"), item(&one, "same", "one"));
}

async fn a_reserved_position_is_kept(store: &dyn Store) {
    let key = thread_of(store, &["a"]).await;
    let early = store.reserve_position(&key).await.expect("reserved");
    store.save_item(&key, &item(&key, "c", "c")).await.expect("saved");
    store.save_item_at(&key, &item(&key, "b", "b"), Some(early)).await.expect("saved");
    assert_eq!(all_ids(store, &key).await, ["a", "b", "c"]);
    store.save_item_at(&key, &item(&key, "b", "b again"), Some(early)).await.expect("saved");
    assert_eq!(all_ids(store, &key).await, ["a", "b", "c"]);
}

async fn pages_are_full_whatever_is_hidden(store: &dyn Store) {
    let key = thread_of(store, &[]).await;
    for number in 0..12 {
        let id = format!("i{number:02}");
        let item = if number % 3 == 0 { item(&key, &id, &id) } else { hidden(&key, &id) };
        store.save_item(&key, &item).await.expect("saved");
    }
    let query = PageQuery::first(2, SortOrder::Desc);
    let page = store.load_items(&key, &query, Visibility::Shown).await.expect("a page");
    assert_eq!((ids(&page), page.has_more, page.after.as_deref()), (vec!["i09", "i06"], true, Some("i06")));
    let query = query.after("i06");
    let page = store.load_items(&key, &query, Visibility::Shown).await.expect("a page");
    assert_eq!((ids(&page), page.has_more, page.after.as_deref()), (vec!["i03", "i00"], false, None));
    let query = PageQuery::first(5, SortOrder::Asc).after("i01");
    let page = store.load_items(&key, &query, Visibility::All).await.expect("a page");
    assert_eq!(ids(&page), ["i02", "i03", "i04", "i05", "i06"], "a hidden item is a cursor too");
    for _ in ["while it is there", "after it was deleted"] {
        let told = store.load_items(&key, &query, Visibility::Shown).await;
        assert!(
            matches!(told, Err(StoreError::UnknownCursor)),
            "but for nobody who may not see it: {told:?}"
        );
        store.delete_item(&key, "i01").await.expect("deleted");
    }
    store.save_item(&key, &hidden(&key, "i01")).await.expect("saved");
    assert_eq!(store.load_item(&key, "i01").await.expect("hidden ones load by id"), hidden(&key, "i01"));
}

async fn a_page_ends_after_so_many_bytes(store: &dyn Store) {
    let key = thread_of(store, &[]).await;
    for id in ["a", "b", "c", "d", "e"] {
        let item = item(&key, id, &"\u{e9}".repeat(5_000));
        store.save_item(&key, &item).await.expect("saved");
        store.save_item(&key, &hidden(&key, &format!("hidden {id}"))).await.expect("saved");
    }
    for (most_bytes, expected) in [(1, 1), (10_000, 1), (15_000, 2), (35_000, 4), (1_000_000, 5)] {
        let mut query = PageQuery { most_bytes, ..PageQuery::first(10, SortOrder::Asc) };
        let page = store.load_items(&key, &query, Visibility::Shown).await.expect("a page");
        assert_eq!((ids(&page).len(), page.has_more), (expected, expected < 5), "{most_bytes} bytes");
        // Whatever the size of a page, asking on gives all there is.
        let mut seen: Vec<String> = ids(&page).into_iter().map(str::to_owned).collect();
        query.after = page.after;
        while query.after.is_some() {
            let page = store.load_items(&key, &query, Visibility::Shown).await.expect("a page");
            seen.extend(ids(&page).into_iter().map(str::to_owned));
            query.after = page.after;
        }
        assert_eq!(seen, ["a", "b", "c", "d", "e"], "{most_bytes} bytes");
    }
    let newest = PageQuery { most_bytes: 1, ..PageQuery::first(10, SortOrder::Desc) };
    let page = store.load_items(&key, &newest, Visibility::Shown).await.expect("a page");
    assert_eq!((ids(&page), page.has_more), (vec!["e"], true));
}

async fn a_cursor_outlives_its_item(store: &dyn Store) {
    let key = thread_of(store, &["a", "b", "c"]).await;
    assert!(store.delete_item(&key, "b").await.expect("deleted"));
    let query = PageQuery::first(5, SortOrder::Asc).after("b");
    assert_eq!(ids(&store.load_items(&key, &query, Visibility::Shown).await.expect("a page")), ["c"]);
    let query = PageQuery::first(5, SortOrder::Asc).after("unknown");
    let answer = store.load_items(&key, &query, Visibility::Shown).await;
    assert!(matches!(answer, Err(StoreError::UnknownCursor)), "{answer:?}");
}

async fn a_deleted_item_is_gone_and_may_come_again(store: &dyn Store) {
    let key = thread_of(store, &["a", "b"]).await;
    assert!(store.delete_item(&key, "a").await.expect("deleted"));
    assert!(!store.delete_item(&key, "a").await.expect("deleted before"));
    assert!(matches!(store.load_item(&key, "a").await, Err(StoreError::NotFound)));
    store.save_item(&key, &item(&key, "a", "again")).await.expect("saved");
    assert_eq!(all_ids(store, &key).await, ["b", "a"], "what comes again comes last");
}

async fn feedback_is_for_items_a_client_sees(store: &dyn Store) {
    let key = thread_of(store, &["a", "b"]).await;
    store.save_item(&key, &hidden(&key, "h")).await.expect("saved");
    let both = ["a".to_owned(), "b".to_owned()];
    store.save_feedback(&key, &both, FeedbackKind::Positive).await.expect("kept");
    store.save_feedback(&key, &both, FeedbackKind::Negative).await.expect("a later opinion takes its place");
    for unknown in ["h", "unknown"] {
        let answer = store.save_feedback(&key, &["a".into(), unknown.into()], FeedbackKind::Positive).await;
        assert!(matches!(answer, Err(StoreError::NotFound)), "{answer:?}");
    }
    store.delete_item(&key, "a").await.expect("deleting an item with an opinion on it is no error");
    store.delete_thread(&key).await.expect("deleting a thread with opinions in it is no error");
}
