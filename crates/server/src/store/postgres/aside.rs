//! Items set aside for a retry, in Postgres: deleted where they stood, and kept in a table of their own until the run ends.
//!
//! Many items are written over at once by inserting them again: each conflict finds its row by the key, where a join might
//! read the whole thread.

use sqlx::PgConnection;

use super::{failed, item};
use crate::store::{StoreError, ThreadKey, Visibility};

/// Sets aside all items after this one.
pub(super) async fn set(
    connection: &mut PgConnection,
    key: &ThreadKey,
    after_item_id: &str,
    run_id: &str,
) -> Result<(), StoreError> {
    item::load(connection, key, after_item_id).await?;
    let position = item::place(connection, key, after_item_id, Visibility::All).await?;
    let position = position.ok_or(StoreError::NotFound)?;
    sqlx::query(
        "INSERT INTO items_aside (user_id, thread_id, run_id, id, position, is_hidden, body, added_by) \
         SELECT user_id, thread_id, $3, id, position, is_hidden, body, added_by FROM items \
         WHERE user_id = $1 AND thread_id = $2 AND position > $4 AND NOT is_deleted ORDER BY position",
    )
    .bind(&key.user_id)
    .bind(&key.thread_id)
    .bind(run_id)
    .bind(position)
    .execute(&mut *connection)
    .await
    .map_err(failed)?;
    sqlx::query(
        "INSERT INTO items (user_id, thread_id, id, position, is_hidden, body) \
         SELECT user_id, thread_id, id, position, is_hidden, '' FROM items_aside \
         WHERE user_id = $1 AND thread_id = $2 AND run_id = $3 \
         ON CONFLICT (user_id, thread_id, id) DO UPDATE SET is_deleted = TRUE, body = ''",
    )
    .bind(&key.user_id)
    .bind(&key.thread_id)
    .bind(run_id)
    .execute(connection)
    .await
    .map_err(failed)?;
    Ok(())
}

/// Whether this run set anything aside.
pub(super) async fn is_set(
    connection: &mut PgConnection,
    key: &ThreadKey,
    run_id: &str,
) -> Result<bool, StoreError> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM items_aside WHERE user_id = $1 AND thread_id = $2 AND run_id = $3)",
    )
    .bind(&key.user_id)
    .bind(&key.thread_id)
    .bind(run_id)
    .fetch_one(connection)
    .await
    .map_err(failed)
}

/// Brings back what this run set aside, and deletes what it added, and nothing else: the reader may have gone on since.
pub(super) async fn restore(
    connection: &mut PgConnection,
    key: &ThreadKey,
    run_id: &str,
) -> Result<(), StoreError> {
    // What the run added stands behind the first item that it set aside.
    sqlx::query(
        "INSERT INTO items (user_id, thread_id, id, position, is_hidden, body) \
         SELECT user_id, thread_id, id, position, is_hidden, '' FROM items \
         WHERE user_id = $1 AND thread_id = $2 AND added_by = $3 AND NOT is_deleted AND position > \
             (SELECT MIN(position) FROM items_aside WHERE user_id = $1 AND thread_id = $2 AND run_id = $3) \
         ORDER BY position \
         ON CONFLICT (user_id, thread_id, id) DO UPDATE SET is_deleted = TRUE, body = ''",
    )
    .bind(&key.user_id)
    .bind(&key.thread_id)
    .bind(run_id)
    .execute(&mut *connection)
    .await
    .map_err(failed)?;
    sqlx::query(
        "INSERT INTO items (user_id, thread_id, id, position, is_hidden, body, added_by) \
         SELECT user_id, thread_id, id, position, is_hidden, body, added_by FROM items_aside \
         WHERE user_id = $1 AND thread_id = $2 AND run_id = $3 \
         ON CONFLICT (user_id, thread_id, id) DO UPDATE SET position = excluded.position, \
             is_hidden = excluded.is_hidden, body = excluded.body, added_by = excluded.added_by, is_deleted = FALSE",
    )
    .bind(&key.user_id)
    .bind(&key.thread_id)
    .bind(run_id)
    .execute(&mut *connection)
    .await
    .map_err(failed)?;
    sqlx::query("DELETE FROM items_aside WHERE user_id = $1 AND thread_id = $2 AND run_id = $3")
        .bind(&key.user_id)
        .bind(&key.thread_id)
        .bind(run_id)
        .execute(connection)
        .await
        .map_err(failed)?;
    Ok(())
}
