//! Items in SQLite, those set aside for a retry included.

use docent_protocol::{FeedbackKind, Page, SortOrder, ThreadItem};
use sqlx::SqliteConnection;

use super::thread;
use crate::store::row::{self, ItemRow, write_error};
use crate::store::{PageQuery, StoreError, ThreadKey, Visibility};

pub(super) async fn save(
    connection: &mut SqliteConnection,
    key: &ThreadKey,
    item: &ThreadItem,
    position: Option<i64>,
) -> Result<(), StoreError> {
    let position = match position {
        Some(position) => position,
        None => thread::next_position(connection, key).await?,
    };
    // An item keeps its place when it is written over; one that was deleted comes back at the end.
    let saved = sqlx::query(
        "INSERT INTO items (user_id, thread_id, id, position, is_hidden, body) \
         SELECT user_id, id, ?3, ?4, ?5, ?6 FROM threads WHERE user_id = ?1 AND id = ?2 AND is_deleted = 0 \
         ON CONFLICT (user_id, thread_id, id) DO UPDATE SET \
             position = CASE WHEN is_deleted THEN excluded.position ELSE position END, \
             is_hidden = excluded.is_hidden, body = excluded.body, is_deleted = 0, set_aside_by = NULL",
    )
    .bind(&key.user_id)
    .bind(&key.thread_id)
    .bind(item.id())
    .bind(position)
    .bind(item.is_hidden())
    .bind(row::write(item)?)
    .execute(connection)
    .await
    .map_err(write_error)?;
    if saved.rows_affected() == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

pub(super) async fn load(
    connection: &mut SqliteConnection,
    key: &ThreadKey,
    item_id: &str,
) -> Result<ThreadItem, StoreError> {
    sqlx::query_as::<_, ItemRow>(
        "SELECT body FROM items WHERE user_id = ?1 AND thread_id = ?2 AND id = ?3 \
         AND is_deleted = 0 AND set_aside_by IS NULL",
    )
    .bind(&key.user_id)
    .bind(&key.thread_id)
    .bind(item_id)
    .fetch_optional(connection)
    .await
    .map_err(StoreError::database)?
    .ok_or(StoreError::NotFound)?
    .try_into()
}

pub(super) async fn page(
    connection: &mut SqliteConnection,
    key: &ThreadKey,
    query: &PageQuery,
    visibility: Visibility,
) -> Result<Page<ThreadItem>, StoreError> {
    thread::load(connection, key).await?;
    let cursor = match &query.after {
        None => None,
        Some(after) => Some(place(connection, key, after).await?.ok_or(StoreError::UnknownCursor)?),
    };
    let (statement, start) = match query.order {
        SortOrder::Desc => (
            "SELECT body FROM items WHERE user_id = ?1 AND thread_id = ?2 AND position < ?3 \
             AND is_deleted = 0 AND set_aside_by IS NULL AND (is_hidden = 0 OR ?4) \
             ORDER BY position DESC LIMIT ?5",
            i64::MAX,
        ),
        SortOrder::Asc => (
            "SELECT body FROM items WHERE user_id = ?1 AND thread_id = ?2 AND position > ?3 \
             AND is_deleted = 0 AND set_aside_by IS NULL AND (is_hidden = 0 OR ?4) \
             ORDER BY position ASC LIMIT ?5",
            0,
        ),
    };
    let rows = sqlx::query_as::<_, ItemRow>(statement)
        .bind(&key.user_id)
        .bind(&key.thread_id)
        .bind(cursor.unwrap_or(start))
        .bind(visibility == Visibility::All)
        .bind(row::rows_for(query.limit))
        .fetch_all(connection)
        .await
        .map_err(StoreError::database)?;
    row::page(rows, query.limit, ThreadItem::id)
}

/// The position of an item, deleted ones included: they still mark their place.
async fn place(
    connection: &mut SqliteConnection,
    key: &ThreadKey,
    item_id: &str,
) -> Result<Option<i64>, StoreError> {
    sqlx::query_scalar("SELECT position FROM items WHERE user_id = ?1 AND thread_id = ?2 AND id = ?3")
        .bind(&key.user_id)
        .bind(&key.thread_id)
        .bind(item_id)
        .fetch_optional(connection)
        .await
        .map_err(StoreError::database)
}

pub(super) async fn delete(
    connection: &mut SqliteConnection,
    key: &ThreadKey,
    item_id: &str,
) -> Result<bool, StoreError> {
    sqlx::query("DELETE FROM feedback WHERE user_id = ?1 AND thread_id = ?2 AND item_id = ?3")
        .bind(&key.user_id)
        .bind(&key.thread_id)
        .bind(item_id)
        .execute(&mut *connection)
        .await
        .map_err(StoreError::database)?;
    let deleted = sqlx::query(
        "UPDATE items SET is_deleted = 1, body = '' \
         WHERE user_id = ?1 AND thread_id = ?2 AND id = ?3 AND is_deleted = 0 AND set_aside_by IS NULL",
    )
    .bind(&key.user_id)
    .bind(&key.thread_id)
    .bind(item_id)
    .execute(connection)
    .await
    .map_err(StoreError::database)?;
    Ok(deleted.rows_affected() > 0)
}

pub(super) async fn set_aside(
    connection: &mut SqliteConnection,
    key: &ThreadKey,
    after_item_id: &str,
    turn_id: &str,
) -> Result<(), StoreError> {
    load(connection, key, after_item_id).await?;
    let position = place(connection, key, after_item_id).await?.ok_or(StoreError::NotFound)?;
    sqlx::query(
        "UPDATE items SET set_aside_by = ?4 \
         WHERE user_id = ?1 AND thread_id = ?2 AND position > ?3 AND is_deleted = 0 AND set_aside_by IS NULL",
    )
    .bind(&key.user_id)
    .bind(&key.thread_id)
    .bind(position)
    .bind(turn_id)
    .execute(connection)
    .await
    .map_err(StoreError::database)?;
    Ok(())
}

pub(super) async fn delete_aside(
    connection: &mut SqliteConnection,
    key: &ThreadKey,
    turn_id: &str,
) -> Result<(), StoreError> {
    sqlx::query(
        "DELETE FROM feedback WHERE user_id = ?1 AND thread_id = ?2 AND item_id IN \
         (SELECT id FROM items WHERE user_id = ?1 AND thread_id = ?2 AND set_aside_by = ?3)",
    )
    .bind(&key.user_id)
    .bind(&key.thread_id)
    .bind(turn_id)
    .execute(&mut *connection)
    .await
    .map_err(StoreError::database)?;
    sqlx::query(
        "UPDATE items SET is_deleted = 1, body = '', set_aside_by = NULL \
         WHERE user_id = ?1 AND thread_id = ?2 AND set_aside_by = ?3",
    )
    .bind(&key.user_id)
    .bind(&key.thread_id)
    .bind(turn_id)
    .execute(connection)
    .await
    .map_err(StoreError::database)?;
    Ok(())
}

pub(super) async fn restore_aside(
    connection: &mut SqliteConnection,
    key: &ThreadKey,
    turn_id: &str,
) -> Result<bool, StoreError> {
    // What came after the first item set aside, and was not itself set aside, is what the failed turn added.
    sqlx::query(
        "UPDATE items SET is_deleted = 1, body = '' \
         WHERE user_id = ?1 AND thread_id = ?2 AND is_deleted = 0 AND set_aside_by IS NULL AND position > \
             (SELECT MIN(position) FROM items WHERE user_id = ?1 AND thread_id = ?2 AND set_aside_by = ?3)",
    )
    .bind(&key.user_id)
    .bind(&key.thread_id)
    .bind(turn_id)
    .execute(&mut *connection)
    .await
    .map_err(StoreError::database)?;
    let restored = sqlx::query(
        "UPDATE items SET set_aside_by = NULL WHERE user_id = ?1 AND thread_id = ?2 AND set_aside_by = ?3",
    )
    .bind(&key.user_id)
    .bind(&key.thread_id)
    .bind(turn_id)
    .execute(connection)
    .await
    .map_err(StoreError::database)?;
    Ok(restored.rows_affected() > 0)
}

pub(super) async fn save_feedback(
    connection: &mut SqliteConnection,
    key: &ThreadKey,
    item_id: &str,
    kind: FeedbackKind,
) -> Result<(), StoreError> {
    let saved = sqlx::query(
        "INSERT INTO feedback (user_id, thread_id, item_id, kind) \
         SELECT user_id, thread_id, id, ?4 FROM items \
         WHERE user_id = ?1 AND thread_id = ?2 AND id = ?3 \
             AND is_deleted = 0 AND is_hidden = 0 AND set_aside_by IS NULL \
         ON CONFLICT (user_id, thread_id, item_id) DO UPDATE SET kind = excluded.kind",
    )
    .bind(&key.user_id)
    .bind(&key.thread_id)
    .bind(item_id)
    .bind(match kind {
        FeedbackKind::Positive => "positive",
        FeedbackKind::Negative => "negative",
    })
    .execute(connection)
    .await
    .map_err(StoreError::database)?;
    if saved.rows_affected() == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}
