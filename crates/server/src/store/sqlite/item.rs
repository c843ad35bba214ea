//! Items in SQLite.

use docent_protocol::{FeedbackKind, Page, SortOrder, ThreadItem};
use rusqlite::{Connection, Row, params};

use super::failure::Failure;
use super::statement::{all, execute, first, json};
use super::thread;
use crate::store::listing::{ListedRow, Listing};
use crate::store::row;
use crate::store::{PageQuery, PlacedItem, StoreError, ThreadKey, Visibility};

/// The rows of a page. Sizes are summed up before a body is read, so that no more is read than is shown.
macro_rules! page {
    ($beyond:literal, $order:literal) => {
        concat!(
            "WITH listed AS MATERIALIZED (SELECT position, octet_length(body) AS bytes FROM items ",
            "WHERE user_id = ?1 AND thread_id = ?2 AND position ",
            $beyond,
            " ?3 AND is_deleted = 0 AND (is_hidden = 0 OR ?4) ORDER BY position ",
            $order,
            " LIMIT ?5), ",
            "summed AS (SELECT position, SUM(bytes) OVER (ORDER BY position ",
            $order,
            ") - bytes AS bytes_before, COUNT(*) OVER () AS found FROM listed) ",
            "SELECT items.id, items.position, items.body, summed.found FROM summed ",
            "JOIN items ON items.user_id = ?1 AND items.thread_id = ?2 AND items.position = summed.position ",
            "WHERE summed.bytes_before < ?6 ORDER BY summed.position ",
            $order
        )
    };
}

fn listed(row: &Row<'_>) -> rusqlite::Result<ListedRow> {
    Ok(ListedRow { id: row.get(0)?, position: row.get(1)?, body: json(row, 2)?, found: row.get(3)? })
}

/// An item as it is kept.
pub(super) struct SavedItem {
    id: String,
    is_hidden: bool,
    body: String,
    position: Option<i64>,
}

impl SavedItem {
    /// With a position reserved before; `None` for the end of the thread, or for where the item stands already.
    pub(super) fn of(item: &ThreadItem, position: Option<i64>) -> Result<Self, StoreError> {
        Ok(Self { id: item.id().to_owned(), is_hidden: item.is_hidden(), body: row::write(item)?, position })
    }

    pub(super) fn all(items: &[PlacedItem]) -> Result<Vec<Self>, StoreError> {
        items.iter().map(|PlacedItem { item, position }| Self::of(item, *position)).collect()
    }
}

/// Adds an item, or writes over the one of its id. `added_by` is the turn that does it, if one does.
pub(super) fn save(
    connection: &Connection,
    key: &ThreadKey,
    item: &SavedItem,
    added_by: Option<&str>,
) -> Result<(), Failure> {
    let position = match item.position {
        Some(position) => position,
        None => thread::next_position(connection, key)?,
    };
    save_at(connection, key, item, position, added_by)
}

/// The same, with this position if it is a new item, whatever its own is.
pub(super) fn save_at(
    connection: &Connection,
    key: &ThreadKey,
    item: &SavedItem,
    position: i64,
    added_by: Option<&str>,
) -> Result<(), Failure> {
    let SavedItem { id, is_hidden, body, position: _ } = item;
    // An item keeps its place when it is written over; one that was deleted comes back at the end.
    let saved = execute(
        connection,
        "INSERT INTO items (user_id, thread_id, id, position, is_hidden, body, added_by) \
         SELECT user_id, id, ?3, ?4, ?5, ?6, ?7 FROM threads WHERE user_id = ?1 AND id = ?2 AND is_deleted = 0 \
         ON CONFLICT (user_id, thread_id, id) DO UPDATE SET \
             position = CASE WHEN is_deleted THEN excluded.position ELSE position END, \
             added_by = CASE WHEN is_deleted THEN excluded.added_by ELSE added_by END, \
             is_hidden = excluded.is_hidden, body = excluded.body, is_deleted = 0",
        params![key.user_id, key.thread_id, id, position, is_hidden, body, added_by],
    )?;
    if saved == 0 { Err(StoreError::NotFound.into()) } else { Ok(()) }
}

pub(super) fn load(connection: &Connection, key: &ThreadKey, item_id: &str) -> Result<ThreadItem, Failure> {
    let query = "SELECT body FROM items WHERE user_id = ?1 AND thread_id = ?2 AND id = ?3 AND is_deleted = 0";
    let body = first(connection, query, params![key.user_id, key.thread_id, item_id], |row| json(row, 0))?;
    Ok(row::read(body.ok_or(StoreError::NotFound)?)?)
}

pub(super) fn page(
    connection: &Connection,
    key: &ThreadKey,
    query: &PageQuery,
    visibility: Visibility,
) -> Result<Page<ThreadItem>, Failure> {
    thread::check(connection, key)?;
    let cursor = match &query.after {
        None => None,
        Some(after) => Some(place(connection, key, after, visibility)?.ok_or(StoreError::UnknownCursor)?),
    };
    let (statement, start) = match query.order {
        SortOrder::Desc => (page!("<", "DESC"), i64::MAX),
        SortOrder::Asc => (page!(">", "ASC"), 0),
    };
    let with_hidden = visibility == Visibility::All;
    let mut listing = Listing::new(key, query);
    let mut from = cursor.unwrap_or(start);
    loop {
        let (rows, bytes) = (listing.rows(), listing.bytes());
        let wanted = params![key.user_id, key.thread_id, from, with_hidden, rows, bytes];
        match listing.take(all(connection, statement, wanted, listed)?) {
            Some(position) => from = position,
            None => return Ok(listing.page()),
        }
    }
}

/// The position of an item, deleted ones included: they still mark their place. A hidden one has none for whoever may not
/// see it.
pub(super) fn place(
    connection: &Connection,
    key: &ThreadKey,
    item_id: &str,
    visibility: Visibility,
) -> Result<Option<i64>, Failure> {
    let query = "SELECT position FROM items WHERE user_id = ?1 AND thread_id = ?2 AND id = ?3 AND (is_hidden = 0 OR ?4)";
    let names = params![key.user_id, key.thread_id, item_id, visibility == Visibility::All];
    Ok(first(connection, query, names, |row| row.get(0))?)
}

pub(super) fn delete(connection: &Connection, key: &ThreadKey, item_id: &str) -> Result<bool, Failure> {
    let names = params![key.user_id, key.thread_id, item_id];
    execute(
        connection,
        "DELETE FROM feedback WHERE user_id = ?1 AND thread_id = ?2 AND item_id = ?3",
        names,
    )?;
    let deleted = execute(
        connection,
        "UPDATE items SET is_deleted = 1, body = '' \
         WHERE user_id = ?1 AND thread_id = ?2 AND id = ?3 AND is_deleted = 0",
        names,
    )?;
    Ok(deleted > 0)
}

/// Whether this is the newest item of the thread, hidden ones included.
pub(super) fn is_newest(connection: &Connection, key: &ThreadKey, item_id: &str) -> Result<bool, Failure> {
    let newest = first(
        connection,
        "SELECT id = ?3 FROM items WHERE user_id = ?1 AND thread_id = ?2 AND is_deleted = 0 \
         ORDER BY position DESC LIMIT 1",
        params![key.user_id, key.thread_id, item_id],
        |row| row.get(0),
    )?;
    Ok(newest.unwrap_or(false))
}

pub(super) fn save_feedback(
    connection: &Connection,
    key: &ThreadKey,
    item_id: &str,
    kind: FeedbackKind,
) -> Result<(), Failure> {
    let kind = match kind {
        FeedbackKind::Positive => "positive",
        FeedbackKind::Negative => "negative",
    };
    let saved = execute(
        connection,
        "INSERT INTO feedback (user_id, thread_id, item_id, kind) \
         SELECT user_id, thread_id, id, ?4 FROM items \
         WHERE user_id = ?1 AND thread_id = ?2 AND id = ?3 \
             AND is_deleted = 0 AND is_hidden = 0 \
         ON CONFLICT (user_id, thread_id, item_id) DO UPDATE SET kind = excluded.kind",
        params![key.user_id, key.thread_id, item_id, kind],
    )?;
    if saved == 0 { Err(StoreError::NotFound.into()) } else { Ok(()) }
}
