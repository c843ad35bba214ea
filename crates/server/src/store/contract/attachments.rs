//! What stores promise about attachments.

use super::{NOON, new_run, new_user, thread_of};
use crate::id::{IdGenerator, IdKind, UuidGenerator};
use crate::store::{AttachmentRecord, AttachmentStore, RunOpening, Store, StoreError, ThreadKey};
use docent_protocol::Timestamp;

/// A time after everything that these checks add.
const LATER: Timestamp = Timestamp::from_unix_micros(NOON.unix_micros() + 1);

fn record() -> AttachmentRecord {
    AttachmentRecord {
        id: UuidGenerator.generate(IdKind::Attachment),
        token: "secret".into(),
        name: "a.txt".into(),
        mime_type: "text/plain".into(),
        size_bytes: 2,
        created_at: NOON,
        thread_id: None,
        is_uploaded: false,
    }
}

async fn uploaded(store: &dyn AttachmentStore, user_id: &str) -> AttachmentRecord {
    let record = record();
    store.add_attachment(user_id, &record).await.expect("a new attachment is added");
    store.save_attachment_bytes(&record.id, &record.token, b"hi").await.expect("its bytes are written");
    record
}

fn is_not_found<T>(result: &Result<T, StoreError>) -> bool {
    matches!(result, Err(StoreError::NotFound))
}

pub(super) async fn check<S: Store + AttachmentStore>(store: &S) {
    bytes_are_written_once_and_opened_by_the_token_alone(store).await;
    an_attachment_is_its_owners(store).await;
    all_go_into_a_thread_or_none(store).await;
    what_was_never_sent_is_swept_away(store).await;
    what_is_sent_goes_along_with_its_run_or_stays(store).await;
}

async fn bytes_are_written_once_and_opened_by_the_token_alone(store: &dyn AttachmentStore) {
    let (user, record) = (new_user(), record());
    store.add_attachment(&user, &record).await.expect("a new attachment is added");
    assert_eq!(store.load_attachment(&user, &record.id).await.expect("it is there"), record);
    assert!(is_not_found(&store.load_attachment_bytes(&record.id, "secret").await), "no bytes yet");
    assert!(is_not_found(&store.save_attachment_bytes(&record.id, "wrong", b"no").await));
    store.save_attachment_bytes(&record.id, "secret", b"hi").await.expect("the bytes are written");
    let again = store.save_attachment_bytes(&record.id, "secret", b"ho").await;
    assert!(matches!(again, Err(StoreError::Duplicate)), "bytes are written once");
    assert!(is_not_found(&store.open_attachment(&record.id, "wrong").await));
    assert!(store.open_attachment(&record.id, "secret").await.expect("it opens").is_uploaded);
    assert_eq!(store.load_attachment_bytes(&record.id, "secret").await.expect("bytes"), b"hi");
}

async fn an_attachment_is_its_owners(store: &dyn AttachmentStore) {
    let (ada, bob) = (new_user(), new_user());
    let record = uploaded(store, &ada).await;
    assert!(is_not_found(&store.load_attachment(&bob, &record.id).await));
    assert!(
        !store.delete_attachment(&bob, &record.id).await.expect("no error"),
        "nothing of bob's to delete"
    );
    let stolen = store.attach(&ThreadKey::new(&bob, "thr_bob"), std::slice::from_ref(&record.id)).await;
    assert!(is_not_found(&stolen));
    assert!(store.delete_attachment(&ada, &record.id).await.expect("deleted"));
    assert!(!store.delete_attachment(&ada, &record.id).await.expect("no error"), "a second time is no error");
    assert!(is_not_found(&store.load_attachment_bytes(&record.id, "secret").await), "its bytes are gone too");
}

async fn all_go_into_a_thread_or_none<S: Store + AttachmentStore>(store: &S) {
    let key = thread_of(store, &["a"]).await;
    let (ready, waiting) = (uploaded(store, &key.user_id).await, record());
    store.add_attachment(&key.user_id, &waiting).await.expect("a new attachment is added");
    let both = [ready.id.clone(), waiting.id.clone()];
    assert!(is_not_found(&store.attach(&key, &both).await), "one has no bytes yet");
    assert_eq!(store.load_attachment(&key.user_id, &ready.id).await.expect("there").thread_id, None);
    assert_eq!(store.count_unsent_attachments(&key.user_id).await.expect("a number"), 2);
    store.attach(&key, &both[..1]).await.expect("attached");
    assert_eq!(store.count_unsent_attachments(&key.user_id).await.expect("a number"), 1);
    let attached = store.load_attachment(&key.user_id, &ready.id).await.expect("there");
    assert_eq!(attached.thread_id.as_deref(), Some(key.thread_id.as_str()));
    assert_eq!(store.delete_thread_attachments(&key).await.expect("deleted"), 1);
    assert!(is_not_found(&store.load_attachment(&key.user_id, &ready.id).await));
    assert!(store.load_attachment(&key.user_id, &waiting.id).await.is_ok(), "what is of no thread stays");
}

async fn what_was_never_sent_is_swept_away<S: Store + AttachmentStore>(store: &S) {
    let key = thread_of(store, &["a"]).await;
    let (sent, unsent) = (uploaded(store, &key.user_id).await, uploaded(store, &key.user_id).await);
    store.attach(&key, std::slice::from_ref(&sent.id)).await.expect("attached");
    store.delete_abandoned_attachments(NOON).await.expect("swept");
    assert!(store.load_attachment(&key.user_id, &unsent.id).await.is_ok(), "not old enough");
    assert!(store.delete_abandoned_attachments(LATER).await.expect("swept") >= 1);
    assert!(is_not_found(&store.load_attachment(&key.user_id, &unsent.id).await));
    assert!(store.load_attachment(&key.user_id, &sent.id).await.is_ok());
}

async fn what_is_sent_goes_along_with_its_run_or_stays<S: Store + AttachmentStore>(store: &S) {
    let key = thread_of(store, &["a"]).await;
    let sent = uploaded(store, &key.user_id).await;
    let thread_of_it = async || store.load_attachment(&key.user_id, &sent.id).await.expect("there").thread_id;
    let mut opening = RunOpening { attached: vec![sent.id.clone()], newest: Some("z".into()), ..new_run() };
    let refused = store.begin_run(&key, &opening).await;
    assert!(matches!(refused, Err(StoreError::Changed)), "{refused:?}");
    assert_eq!(thread_of_it().await, None, "a refused run leaves nothing behind");
    opening.newest = None;
    opening.attached.push("atc_unknown".into());
    assert!(is_not_found(&store.begin_run(&key, &opening).await), "all or none");
    assert_eq!(thread_of_it().await, None);
    opening.attached.truncate(1);
    store.begin_run(&key, &opening).await.expect("begun");
    assert_eq!(thread_of_it().await.as_ref(), Some(&key.thread_id));
    let theirs = uploaded(store, &new_user()).await;
    let elsewhere = RunOpening { attached: vec![theirs.id.clone()], ..new_run() };
    store.begin_run(&key, &elsewhere).await.expect("what is not here is kept by another store");
    assert_eq!(store.open_attachment(&theirs.id, &theirs.token).await.expect("there").thread_id, None);
}
