//! The newest items of a thread: those after its reader's last message.

use docent_protocol::{SortOrder, ThreadItem};

use crate::store::{PageQuery, Store, StoreError, ThreadKey, Visibility};

/// How far back is looked, in items.
const MOST: usize = 100;

/// How much is read at once: items may be large, and most threads need only the first.
const BYTES_AT_ONCE: usize = 4 * 1024 * 1024;

/// Shows each item after the reader's last message, the newest first, hidden ones included. The answer is the id of the
/// newest item of all, if the thread has one.
pub(crate) async fn visit_newest(
    store: &dyn Store,
    key: &ThreadKey,
    mut visit: impl FnMut(ThreadItem),
) -> Result<Option<String>, StoreError> {
    let mut newest = None;
    let mut query = PageQuery { most_bytes: BYTES_AT_ONCE, ..PageQuery::first(MOST, SortOrder::Desc) };
    loop {
        let page = store.load_items(key, &query, Visibility::All).await?;
        query.limit = query.limit.saturating_sub(page.data.len());
        for item in page.data {
            newest.get_or_insert_with(|| item.id().to_owned());
            if matches!(item, ThreadItem::UserMessage(_)) {
                return Ok(newest);
            }
            visit(item);
        }
        query.after = page.after;
        if query.after.is_none() || query.limit == 0 {
            return Ok(newest);
        }
    }
}
