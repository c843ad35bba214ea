//! Items set aside for a retry, in SQLite: deleted where they stood, and kept in a table of their own until the run ends.

use sqlx::SqliteConnection;

use super::item;
use crate::store::{StoreError, ThreadKey};

/// Sets aside all items after this one.
pub(super) async fn set(
    connection: &mut SqliteConnection,
    key: &ThreadKey,
    after_item_id: &str,
    run_id: &str,
) -> Result<(), StoreError> {
    item::load(connection, key, after_item_id).await?;
    let position = item::place(connection, key, after_item_id).await?.ok_or(StoreError::NotFound)?;
    sqlx::query(
        "INSERT INTO items_aside (user_id, thread_id, run_id, id, position, is_hidden, body, added_by) \
         SELECT user_id, thread_id, ?3, id, position, is_hidden, body, added_by FROM items \
         WHERE user_id = ?1 AND thread_id = ?2 AND position > ?4 AND is_deleted = 0",
    )
    .bind(&key.user_id)
    .bind(&key.thread_id)
    .bind(run_id)
    .bind(position)
    .execute(&mut *connection)
    .await
    .map_err(StoreError::database)?;
    sqlx::query(
        "UPDATE items SET is_deleted = 1, body = '' \
         WHERE user_id = ?1 AND thread_id = ?2 AND position > ?3 AND is_deleted = 0",
    )
    .bind(&key.user_id)
    .bind(&key.thread_id)
    .bind(position)
    .execute(connection)
    .await
    .map_err(StoreError::database)?;
    Ok(())
}

/// Deletes for good what this run set aside, and what its reader thought of it.
pub(super) async fn delete(
    connection: &mut SqliteConnection,
    key: &ThreadKey,
    run_id: &str,
) -> Result<(), StoreError> {
    let deleted = sqlx::query_scalar::<_, String>(
        "DELETE FROM items_aside WHERE user_id = ?1 AND thread_id = ?2 AND run_id = ?3 RETURNING id",
    )
    .bind(&key.user_id)
    .bind(&key.thread_id)
    .bind(run_id)
    .fetch_all(&mut *connection)
    .await
    .map_err(StoreError::database)?;
    for item_id in deleted {
        sqlx::query("DELETE FROM feedback WHERE user_id = ?1 AND thread_id = ?2 AND item_id = ?3")
            .bind(&key.user_id)
            .bind(&key.thread_id)
            .bind(item_id)
            .execute(&mut *connection)
            .await
            .map_err(StoreError::database)?;
    }
    Ok(())
}

/// Brings back what this run set aside, and deletes what it added, and nothing else: the reader may have gone on since.
/// `false`: nothing was set aside, and nothing happened.
pub(super) async fn restore(
    connection: &mut SqliteConnection,
    key: &ThreadKey,
    run_id: &str,
) -> Result<bool, StoreError> {
    sqlx::query(
        "UPDATE items SET is_deleted = 1, body = '' WHERE user_id = ?1 AND thread_id = ?2 AND added_by = ?3 AND is_deleted = 0 \
         AND EXISTS (SELECT 1 FROM items_aside WHERE user_id = ?1 AND thread_id = ?2 AND run_id = ?3)",
    )
    .bind(&key.user_id)
    .bind(&key.thread_id)
    .bind(run_id)
    .execute(&mut *connection)
    .await
    .map_err(StoreError::database)?;
    sqlx::query(
        "UPDATE items SET position = aside.position, is_hidden = aside.is_hidden, body = aside.body, \
             added_by = aside.added_by, is_deleted = 0 \
         FROM items_aside AS aside WHERE aside.user_id = ?1 AND aside.thread_id = ?2 AND aside.run_id = ?3 \
             AND items.user_id = ?1 AND items.thread_id = ?2 AND items.id = aside.id",
    )
    .bind(&key.user_id)
    .bind(&key.thread_id)
    .bind(run_id)
    .execute(&mut *connection)
    .await
    .map_err(StoreError::database)?;
    let restored =
        sqlx::query("DELETE FROM items_aside WHERE user_id = ?1 AND thread_id = ?2 AND run_id = ?3")
            .bind(&key.user_id)
            .bind(&key.thread_id)
            .bind(run_id)
            .execute(connection)
            .await
            .map_err(StoreError::database)?;
    Ok(restored.rows_affected() > 0)
}
