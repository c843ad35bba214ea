//! What every store promises, as checks that any implementation can run in its tests.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let store = docent_server::SqliteStore::in_memory().await.expect("a database");
//! docent_server::store::contract::check(&store).await;
//! # }
//! ```

mod aside;
mod attachments;
mod items;
mod runs;
mod threads;

use docent_protocol::{
    AssistantMessageContent, AssistantMessageItem, HiddenContextItem, JsonObject, Page, ThreadItem,
    ThreadMetadata, ThreadStatus, Timestamp,
};

use super::{AttachmentStore, RunOpening, Store, ThreadKey, Visibility};
use crate::id::{IdGenerator, IdKind, UuidGenerator};

/// Checks everything a [`Store`] promises. It uses new users and ids only, so the store need not be empty.
///
/// # Panics
/// At the first promise the store does not keep.
pub async fn check(store: &dyn Store) {
    threads::check(store).await;
    items::check(store).await;
    aside::check(store).await;
    runs::check(store).await;
}

/// Checks everything an [`AttachmentStore`] promises. It uses new users and ids, but sweeps away old attachments that
/// were never sent: run it against a store of its own.
///
/// # Panics
/// At the first promise the store does not keep.
pub async fn check_attachments<S: Store + AttachmentStore>(store: &S) {
    attachments::check(store).await;
}

/// One moment for everything: a store that sorts by time alone fails.
const NOON: Timestamp = Timestamp::from_unix_micros(1_767_268_800_000_000);

fn new_user() -> String {
    UuidGenerator.generate(IdKind::Run)
}

fn new_thread() -> ThreadMetadata {
    ThreadMetadata {
        title: None,
        id: UuidGenerator.generate(IdKind::Thread),
        created_at: NOON,
        status: ThreadStatus::Active,
        allowed_image_domains: None,
        metadata: JsonObject::new(),
    }
}

fn new_run() -> RunOpening {
    RunOpening::new(UuidGenerator.generate(IdKind::Run), NOON)
}

/// A thread of a new user, with these items.
async fn thread_of(store: &dyn Store, items: &[&str]) -> ThreadKey {
    let thread = new_thread();
    let key = ThreadKey::new(new_user(), &thread.id);
    let items: Vec<ThreadItem> = items.iter().map(|id| item(&key, id, id)).collect();
    store.add_thread(&key.user_id, &thread, &items).await.expect("a new thread is added");
    key
}

fn item(key: &ThreadKey, id: &str, text: &str) -> ThreadItem {
    ThreadItem::AssistantMessage(AssistantMessageItem {
        id: id.into(),
        thread_id: key.thread_id.clone(),
        created_at: NOON,
        content: vec![AssistantMessageContent::text(text)],
    })
}

fn hidden(key: &ThreadKey, id: &str) -> ThreadItem {
    ThreadItem::HiddenContextItem(HiddenContextItem {
        id: id.into(),
        thread_id: key.thread_id.clone(),
        created_at: NOON,
        content: "for the model only".into(),
    })
}

fn ids(page: &Page<ThreadItem>) -> Vec<&str> {
    page.data.iter().map(ThreadItem::id).collect()
}

/// The ids of all items, oldest first.
async fn all_ids(store: &dyn Store, key: &ThreadKey) -> Vec<String> {
    let query = super::PageQuery::first(1000, docent_protocol::SortOrder::Asc);
    let page = store.load_items(key, &query, Visibility::All).await.expect("the thread's items");
    page.data.iter().map(|item| item.id().to_owned()).collect()
}
