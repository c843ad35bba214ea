//! Promises about runs.

use docent_protocol::{ThreadMetadata, ThreadStatus, Timestamp};

use super::{NOON, all_ids, hidden, item, new_run, new_thread, new_user, thread_of};
use crate::store::{
    Aside, EventBatch, Idempotency, PlacedItem, RunEnding, RunEvent, RunOpening, RunState, Store, StoreError,
    ThreadKey, ThreadPatch,
};

pub(super) async fn check(store: &dyn Store) {
    a_run_begins_with_everything_its_request_brought(store).await;
    what_a_run_adds_first_has_a_place_behind_what_it_began_with(store).await;
    no_run_begins_in_a_thread_that_is_locked_or_closed(store).await;
    what_was_answered_meanwhile_is_not_answered_again(store).await;
    nothing_may_have_come_after_what_has_to_be_the_newest(store).await;
    an_idempotency_key_is_used_once_by_each_user(store).await;
    events_come_back_in_order_and_once(store).await;
    a_run_ends_once(store).await;
    a_run_that_has_ended_deletes_and_renames_nothing(store).await;
    a_retry_ends_with_the_old_answer_or_the_new(store).await;
    a_wish_to_stop_is_remembered(store).await;
    a_deleted_thread_takes_its_events_along(store).await;
    old_runs_are_forgotten_and_others_are_not(store).await;
    runs_of_another_user_are_not_found(store).await;
    a_run_writes_in_its_own_thread_only(store).await;
}

pub(super) async fn begun(store: &dyn Store, key: &ThreadKey) -> String {
    let opening = new_run();
    store.begin_run(key, &opening).await.expect("begun");
    opening.id
}

fn event(seq: u64, json: &str) -> RunEvent {
    RunEvent { seq, json: json.into() }
}

pub(super) fn ending(state: RunState) -> RunEnding {
    RunEnding {
        state,
        ended_at: NOON,
        events: EventBatch::default(),
        items: Vec::new(),
        aside: Aside::Delete,
    }
}

async fn a_run_begins_with_everything_its_request_brought(store: &dyn Store) {
    let thread = new_thread();
    let key = ThreadKey::new(new_user(), &thread.id);
    let mut opening = new_run();
    opening.saved = vec![item(&key, "question", "?")];
    let missing = store.begin_run(&key, &opening).await;
    assert!(matches!(missing, Err(StoreError::NotFound)), "the thread is not there: {missing:?}");
    opening.new_thread = Some(thread);
    opening.deleted = vec!["never was".into()];
    store.begin_run(&key, &opening).await.expect("begun");
    assert_eq!(all_ids(store, &key).await, ["question"]);
    let run = store.load_run(&key.user_id, &opening.id).await.expect("there");
    assert_eq!((run.state, run.started_at, run.ended_at, run.last_seq), (RunState::Running, NOON, None, 0));
    assert_eq!((&run.key, run.is_cancel_requested, run.idempotency), (&key, false, None));
    let mut second = new_run();
    second.set_aside_after = Some("question".into());
    second.saved = vec![item(&key, "more", "?")];
    second.deleted = vec!["question".into()];
    store.begin_run(&key, &second).await.expect("a thread may have had many runs");
    assert_eq!(all_ids(store, &key).await, ["more"]);
}

async fn what_a_run_adds_first_has_a_place_behind_what_it_began_with(store: &dyn Store) {
    let new = new_thread();
    let key = ThreadKey::new(new_user(), &new.id);
    let mut opening = RunOpening { new_thread: Some(new), ..new_run() };
    opening.saved = vec![item(&key, "a", "a"), item(&key, "b", "b")];
    let mut expected = vec!["a", "b"];
    for (answer, later) in [("c", "d"), ("e", "f"), ("g", "h")] {
        let place = store.begin_run(&key, &opening).await.expect("begun");
        // What comes afterwards stands behind it, though it is stored before.
        store.save_item(&key, &item(&key, later, later)).await.expect("saved");
        assert!(store.reserve_position(&key).await.expect("reserved") > place, "nobody else gets the place");
        let items = [PlacedItem { item: item(&key, answer, answer), position: Some(place) }];
        store.save_run_progress(&key, &opening.id, &EventBatch::default(), &items).await.expect("saved");
        expected.extend([answer, later]);
        assert_eq!(all_ids(store, &key).await, expected);
        // An item that is there keeps its place, and a run that stores nothing has one all the same.
        let again = if answer == "c" { vec![item(&key, "a", "a again")] } else { Vec::new() };
        opening = RunOpening { saved: again, ..new_run() };
    }
}

async fn no_run_begins_in_a_thread_that_is_locked_or_closed(store: &dyn Store) {
    let thread = ThreadMetadata { status: ThreadStatus::Locked { reason: None }, ..new_thread() };
    let opening = RunOpening { new_thread: Some(thread.clone()), ..new_run() };
    let refused = store.begin_run(&ThreadKey::new(new_user(), &thread.id), &opening).await;
    assert!(matches!(refused, Err(StoreError::NotActive(_))), "{refused:?}");
    let key = thread_of(store, &[]).await;
    let mut opening = new_run();
    opening.saved = vec![item(&key, "question", "?")];
    for status in
        [ThreadStatus::Locked { reason: Some("later".into()) }, ThreadStatus::Closed { reason: None }]
    {
        let patch = ThreadPatch { status: Some(status.clone()), ..ThreadPatch::default() };
        store.save_thread(&key, &patch).await.expect("patched");
        match store.begin_run(&key, &opening).await {
            Err(StoreError::NotActive(told)) => assert_eq!(told, status),
            other => panic!("a run began in a thread that is {status:?}: {other:?}"),
        }
        assert!(all_ids(store, &key).await.is_empty(), "a refused run leaves nothing behind");
    }
    let patch = ThreadPatch { status: Some(ThreadStatus::Active), ..ThreadPatch::default() };
    store.save_thread(&key, &patch).await.expect("patched");
    store.begin_run(&key, &opening).await.expect("begun");
}

async fn what_was_answered_meanwhile_is_not_answered_again(store: &dyn Store) {
    let key = thread_of(store, &["asked"]).await;
    let mut opening = new_run();
    opening.unchanged = vec![item(&key, "asked", "asked")];
    opening.saved = vec![item(&key, "asked", "answered")];
    store.begin_run(&key, &opening).await.expect("begun");
    opening.id = new_run().id;
    opening.saved = vec![item(&key, "asked", "answered again")];
    let again = store.begin_run(&key, &opening).await;
    assert!(matches!(again, Err(StoreError::Changed)), "{again:?}");
    assert_eq!(store.load_item(&key, "asked").await.expect("there"), item(&key, "asked", "answered"));
    let refused = store.load_run(&key.user_id, &opening.id).await;
    assert!(matches!(refused, Err(StoreError::NotFound)), "a refused run leaves nothing behind: {refused:?}");
    opening.unchanged = vec![item(&key, "unknown", "x")];
    assert!(matches!(store.begin_run(&key, &opening).await, Err(StoreError::Changed)));
}

async fn nothing_may_have_come_after_what_has_to_be_the_newest(store: &dyn Store) {
    let key = thread_of(store, &["asked"]).await;
    let mut opening = new_run();
    opening.newest = Some("asked".into());
    opening.unchanged = vec![item(&key, "asked", "asked")];
    opening.saved = vec![hidden(&key, "more")];
    store.begin_run(&key, &opening).await.expect("begun");
    let refused = store.begin_run(&key, &RunOpening { id: new_run().id, ..opening.clone() }).await;
    assert!(matches!(refused, Err(StoreError::Changed)), "{refused:?}");
    store.delete_item(&key, "more").await.expect("deleted");
    opening.id = new_run().id;
    store.begin_run(&key, &opening).await.expect("what was deleted is not there");
}

async fn a_run_that_has_ended_deletes_and_renames_nothing(store: &dyn Store) {
    let key = thread_of(store, &["a", "b"]).await;
    let run = begun(store, &key).await;
    let patch = ThreadPatch::title("named");
    assert!(store.delete_run_item(&key, &run, "a").await.expect("deleted"));
    assert!(!store.delete_run_item(&key, &run, "a").await.expect("deleted before"));
    let named = store.change_run_thread(&key, &run, &patch).await.expect("named");
    assert_eq!(named.title.as_deref(), Some("named"));
    let theirs = ThreadKey::new(new_user(), &key.thread_id);
    store.end_run(&key, &run, &ending(RunState::Completed)).await.expect("ended");
    for key in [&key, &theirs] {
        let late = store.delete_run_item(key, &run, "b").await;
        assert!(matches!(late, Err(StoreError::NotFound)), "{late:?}");
        let late = store.change_run_thread(key, &run, &ThreadPatch::title("late")).await;
        assert!(matches!(late, Err(StoreError::NotFound)), "{late:?}");
    }
    assert_eq!(all_ids(store, &key).await, ["b"]);
    assert_eq!(store.load_thread(&key).await.expect("there").title.as_deref(), Some("named"));
}

async fn an_idempotency_key_is_used_once_by_each_user(store: &dyn Store) {
    let key = thread_of(store, &[]).await;
    let mut opening = new_run();
    opening.idempotency = Some(Idempotency { key: "k".into(), fingerprint: "f".into() });
    store.begin_run(&key, &opening).await.expect("begun");
    let mut again = RunOpening { id: new_run().id, ..opening.clone() };
    again.saved = vec![item(&key, "twice", "x")];
    let refused = store.begin_run(&key, &again).await;
    assert!(matches!(refused, Err(StoreError::Duplicate)), "{refused:?}");
    assert!(all_ids(store, &key).await.is_empty(), "a refused run leaves nothing behind");
    let found = store.load_run_by_key(&key.user_id, "k").await.expect("asked").expect("there");
    assert_eq!((&found.id, &found.idempotency), (&opening.id, &opening.idempotency));
    assert_eq!(store.load_run_by_key(&key.user_id, "other").await.expect("asked"), None);
    let other = thread_of(store, &[]).await;
    assert_eq!(store.load_run_by_key(&other.user_id, "k").await.expect("asked"), None);
    again.saved.clear();
    store.begin_run(&other, &again).await.expect("another user's key is another key");
}

async fn events_come_back_in_order_and_once(store: &dyn Store) {
    let key = thread_of(store, &[]).await;
    let run = begun(store, &key).await;
    let text = "{\"text\":\"a \u{2028} b\"}";
    store
        .save_run_progress(&key, &run, &EventBatch::of(&[event(1, text), event(2, "{}")]), &[])
        .await
        .expect("saved");
    let longer = [event(3, "3"), event(4, "4")];
    store.save_run_progress(&key, &run, &EventBatch::of(&longer[..1]), &[]).await.expect("saved");
    let half = PlacedItem { item: item(&key, "half", "ha"), position: None };
    store
        .save_run_progress(&key, &run, &EventBatch::of(&longer), &[half])
        .await
        .expect("the longer takes the place");
    assert_eq!(all_ids(store, &key).await, ["half"]);
    let mut end = ending(RunState::Completed);
    end.events = EventBatch::of(&[event(9, "9")]);
    assert!(store.end_run(&key, &run, &end).await.expect("ended"));
    let events = store.load_run_events(&key.user_id, &run, 0).await.expect("read");
    assert_eq!(events, [event(1, text), event(2, "{}"), event(3, "3"), event(4, "4"), event(9, "9")]);
    let rest = store.load_run_events(&key.user_id, &run, 3).await.expect("read");
    assert_eq!(rest, [event(4, "4"), event(9, "9")]);
    assert_eq!(store.load_run_events(&key.user_id, &run, 9).await.expect("read"), []);
    assert_eq!(store.load_run(&key.user_id, &run).await.expect("there").last_seq, 9);
    // However many there are, asking on gives them all.
    let run = begun(store, &key).await;
    for seq in 1..=200 {
        store.save_run_progress(&key, &run, &EventBatch::of(&[event(seq, "x")]), &[]).await.expect("saved");
    }
    let mut seen = 0;
    loop {
        let events = store.load_run_events(&key.user_id, &run, seen).await.expect("read");
        let Some(last) = events.last() else { break };
        assert_eq!(events[0].seq, seen + 1);
        seen = last.seq;
    }
    assert_eq!(seen, 200);
}

async fn a_run_ends_once(store: &dyn Store) {
    let key = thread_of(store, &[]).await;
    let run = begun(store, &key).await;
    let mut end = ending(RunState::Failed);
    end.items = vec![PlacedItem { item: item(&key, "marker", "x"), position: None }];
    assert!(store.end_run(&key, &run, &end).await.expect("ended"));
    let mut again = ending(RunState::Cancelled);
    again.items = vec![PlacedItem { item: item(&key, "late", "x"), position: None }];
    assert!(!store.end_run(&key, &run, &again).await.expect("ended before"));
    assert_eq!(all_ids(store, &key).await, ["marker"]);
    let ended = store.load_run(&key.user_id, &run).await.expect("there");
    assert_eq!((ended.state, ended.ended_at), (RunState::Failed, Some(NOON)));
    let late = store.save_run_progress(&key, &run, &EventBatch::of(&[event(1, "x")]), &again.items).await;
    assert!(matches!(late, Err(StoreError::NotFound)), "{late:?}");
    assert_eq!(all_ids(store, &key).await, ["marker"]);
    let running = store.load_running_runs().await.expect("listed");
    assert!(running.iter().all(|other| other.id != run));
}

async fn a_retry_ends_with_the_old_answer_or_the_new(store: &dyn Store) {
    for (aside, left) in [(Aside::Delete, ["question", "new"]), (Aside::Restore, ["question", "answer"])] {
        let key = thread_of(store, &["question", "answer"]).await;
        let mut opening = new_run();
        opening.set_aside_after = Some("question".into());
        store.begin_run(&key, &opening).await.expect("begun");
        assert_eq!(all_ids(store, &key).await, ["question"]);
        let mut end = ending(RunState::Completed);
        end.items = vec![PlacedItem { item: item(&key, "new", "new"), position: None }];
        end.aside = aside;
        assert!(store.end_run(&key, &opening.id, &end).await.expect("ended"));
        assert_eq!(all_ids(store, &key).await, left);
    }
}

async fn a_wish_to_stop_is_remembered(store: &dyn Store) {
    let key = thread_of(store, &[]).await;
    let run = begun(store, &key).await;
    let asked = store.request_cancel(&key.user_id, &run).await.expect("noted");
    assert_eq!((asked.state, asked.is_cancel_requested), (RunState::Running, true));
    let running = store.load_running_runs().await.expect("listed");
    assert!(running.contains(&asked), "also for whoever finds it after a crash");
    store.end_run(&key, &run, &ending(RunState::Cancelled)).await.expect("ended");
    let again = store.request_cancel(&key.user_id, &run).await.expect("no error");
    assert_eq!(again.state, RunState::Cancelled);
    let done = begun(store, &key).await;
    store.end_run(&key, &done, &ending(RunState::Completed)).await.expect("ended");
    let late = store.request_cancel(&key.user_id, &done).await.expect("no error");
    assert_eq!((late.state, late.is_cancel_requested), (RunState::Completed, false));
}

async fn a_deleted_thread_takes_its_events_along(store: &dyn Store) {
    let key = thread_of(store, &[]).await;
    let run = begun(store, &key).await;
    store.save_run_progress(&key, &run, &EventBatch::of(&[event(1, "secret")]), &[]).await.expect("saved");
    store.delete_thread(&key).await.expect("deleted");
    assert_eq!(store.load_run_events(&key.user_id, &run, 0).await.expect("read"), []);
    assert_eq!(store.load_run(&key.user_id, &run).await.expect("there").state, RunState::Cancelled);
    assert!(!store.end_run(&key, &run, &ending(RunState::Completed)).await.expect("nothing to end"));
    let late = store.save_run_progress(&key, &run, &EventBatch::of(&[event(2, "x")]), &[]).await;
    assert!(matches!(late, Err(StoreError::NotFound)), "{late:?}");
    assert!(matches!(store.begin_run(&key, &new_run()).await, Err(StoreError::NotFound)));
}

async fn old_runs_are_forgotten_and_others_are_not(store: &dyn Store) {
    let key = thread_of(store, &[]).await;
    let (old, young, running) =
        (begun(store, &key).await, begun(store, &key).await, begun(store, &key).await);
    // Long before any other run, so that runs of others are left alone.
    let mut end = ending(RunState::Completed);
    end.events = EventBatch::of(&[event(1, "x")]);
    end.ended_at = Timestamp::from_unix_micros(10);
    store.end_run(&key, &old, &end).await.expect("ended");
    end.ended_at = Timestamp::from_unix_micros(20);
    store.end_run(&key, &young, &end).await.expect("ended");
    assert_eq!(store.delete_runs(Timestamp::from_unix_micros(20)).await.expect("deleted"), 1);
    assert!(matches!(store.load_run(&key.user_id, &old).await, Err(StoreError::NotFound)));
    assert_eq!(store.load_run_events(&key.user_id, &old, 0).await.expect("read"), []);
    assert_eq!(store.load_run_events(&key.user_id, &young, 0).await.expect("read"), [event(1, "x")]);
    assert_eq!(store.load_run(&key.user_id, &running).await.expect("there").state, RunState::Running);
}

async fn runs_of_another_user_are_not_found(store: &dyn Store) {
    let key = thread_of(store, &["a"]).await;
    let run = begun(store, &key).await;
    store.save_run_progress(&key, &run, &EventBatch::of(&[event(1, "x")]), &[]).await.expect("saved");
    let theirs = ThreadKey::new(new_user(), &key.thread_id);
    assert!(matches!(store.load_run(&theirs.user_id, &run).await, Err(StoreError::NotFound)));
    assert!(matches!(store.request_cancel(&theirs.user_id, &run).await, Err(StoreError::NotFound)));
    assert!(matches!(store.begin_run(&theirs, &new_run()).await, Err(StoreError::NotFound)));
    assert_eq!(store.load_run_events(&theirs.user_id, &run, 0).await.expect("read"), []);
    let late = store.save_run_progress(&theirs, &run, &EventBatch::of(&[event(2, "x")]), &[]).await;
    assert!(matches!(late, Err(StoreError::NotFound)), "{late:?}");
    assert!(!store.end_run(&theirs, &run, &ending(RunState::Failed)).await.expect("nothing to end"));
    assert_eq!(store.load_run(&key.user_id, &run).await.expect("untouched").state, RunState::Running);
}

async fn a_run_writes_in_its_own_thread_only(store: &dyn Store) {
    let key = thread_of(store, &["a"]).await;
    let run = begun(store, &key).await;
    let thread = new_thread();
    let other = ThreadKey::new(&key.user_id, &thread.id);
    store.add_thread(&other.user_id, &thread, &[]).await.expect("added");
    for events in [EventBatch::default(), EventBatch::of(&[event(1, "x")])] {
        let astray = store.save_run_progress(&other, &run, &events, &[]).await;
        assert!(matches!(astray, Err(StoreError::NotFound)), "{astray:?}");
    }
    assert!(!store.end_run(&other, &run, &ending(RunState::Failed)).await.expect("nothing to end"));
    let untouched = store.load_run(&key.user_id, &run).await.expect("there");
    assert_eq!((untouched.state, untouched.last_seq), (RunState::Running, 0));
}
