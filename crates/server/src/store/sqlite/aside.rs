//! Items set aside for a retry, in SQLite: deleted where they stood, and kept in a table of their own until the run ends.

use rusqlite::{Connection, params};

use super::failure::Failure;
use super::item;
use super::statement::{all, execute};
use crate::store::{StoreError, ThreadKey, Visibility};

/// Sets aside all items after this one.
pub(super) fn set(
    connection: &Connection,
    key: &ThreadKey,
    after_item_id: &str,
    run_id: &str,
) -> Result<(), Failure> {
    item::load(connection, key, after_item_id)?;
    let position =
        item::place(connection, key, after_item_id, Visibility::All)?.ok_or(StoreError::NotFound)?;
    execute(
        connection,
        "INSERT INTO items_aside (user_id, thread_id, run_id, id, position, is_hidden, body, added_by) \
         SELECT user_id, thread_id, ?3, id, position, is_hidden, body, added_by FROM items \
         WHERE user_id = ?1 AND thread_id = ?2 AND position > ?4 AND is_deleted = 0",
        params![key.user_id, key.thread_id, run_id, position],
    )?;
    execute(
        connection,
        "UPDATE items SET is_deleted = 1, body = '' \
         WHERE user_id = ?1 AND thread_id = ?2 AND position > ?3 AND is_deleted = 0",
        params![key.user_id, key.thread_id, position],
    )?;
    Ok(())
}

/// Deletes for good what this run set aside, and what its reader thought of it.
pub(super) fn delete(connection: &Connection, key: &ThreadKey, run_id: &str) -> Result<(), Failure> {
    let deleted = all(
        connection,
        "DELETE FROM items_aside WHERE user_id = ?1 AND thread_id = ?2 AND run_id = ?3 RETURNING id",
        params![key.user_id, key.thread_id, run_id],
        |row| row.get::<_, String>(0),
    )?;
    for item_id in deleted {
        execute(
            connection,
            "DELETE FROM feedback WHERE user_id = ?1 AND thread_id = ?2 AND item_id = ?3",
            params![key.user_id, key.thread_id, item_id],
        )?;
    }
    Ok(())
}

/// Brings back what this run set aside, and deletes what it added, and nothing else: the reader may have gone on since.
/// `false`: nothing was set aside, and nothing happened.
pub(super) fn restore(connection: &Connection, key: &ThreadKey, run_id: &str) -> Result<bool, Failure> {
    let names = params![key.user_id, key.thread_id, run_id];
    execute(
        connection,
        "UPDATE items SET is_deleted = 1, body = '' WHERE user_id = ?1 AND thread_id = ?2 AND added_by = ?3 AND is_deleted = 0 \
         AND EXISTS (SELECT 1 FROM items_aside WHERE user_id = ?1 AND thread_id = ?2 AND run_id = ?3)",
        names,
    )?;
    execute(
        connection,
        "UPDATE items SET position = aside.position, is_hidden = aside.is_hidden, body = aside.body, \
             added_by = aside.added_by, is_deleted = 0 \
         FROM items_aside AS aside WHERE aside.user_id = ?1 AND aside.thread_id = ?2 AND aside.run_id = ?3 \
             AND items.user_id = ?1 AND items.thread_id = ?2 AND items.id = aside.id",
        names,
    )?;
    let restored = execute(
        connection,
        "DELETE FROM items_aside WHERE user_id = ?1 AND thread_id = ?2 AND run_id = ?3",
        names,
    )?;
    Ok(restored > 0)
}
