//! Threads in SQLite.

use docent_protocol::{Page, SortOrder, ThreadMetadata};
use rusqlite::{Connection, Row, params};

use super::failure::Failure;
use super::run;
use super::statement::{all, execute, first, json};
use crate::store::row::{self, ThreadRow};
use crate::store::{PageQuery, StoreError, ThreadKey, ThreadPatch};

/// The columns of a [`ThreadRow`].
macro_rules! columns {
    () => {
        "id, created_at, title, status, metadata, allowed_image_domains"
    };
}

fn read(row: &Row<'_>) -> rusqlite::Result<ThreadRow> {
    // What was damaged need not be text: it is for the reader of the JSON to refuse it.
    let text = |column| json(row, column).map(|json| String::from_utf8_lossy(&json).into_owned());
    Ok(ThreadRow {
        id: row.get(0)?,
        created_at: row.get(1)?,
        title: row.get(2)?,
        status: text(3)?,
        metadata: text(4)?,
        allowed_image_domains: row.get(5)?,
    })
}

/// A thread as it is kept.
pub(super) struct NewThread {
    created_at: i64,
    title: Option<String>,
    status: String,
    metadata: String,
    allowed_image_domains: Option<String>,
}

impl NewThread {
    pub(super) fn of(thread: &ThreadMetadata) -> Result<Self, StoreError> {
        let ThreadMetadata { title, id: _, created_at, status, allowed_image_domains, metadata } = thread;
        Ok(Self {
            created_at: created_at.unix_micros(),
            title: title.clone(),
            status: row::write(status)?,
            metadata: row::write(metadata)?,
            allowed_image_domains: allowed_image_domains.as_ref().map(row::write).transpose()?,
        })
    }
}

/// Adds a thread in which so many positions are taken.
pub(super) fn insert(
    connection: &Connection,
    key: &ThreadKey,
    thread: &NewThread,
    last_position: i64,
) -> Result<(), Failure> {
    let NewThread { created_at, title, status, metadata, allowed_image_domains } = thread;
    let (user_id, thread_id) = (&key.user_id, &key.thread_id);
    execute(
        connection,
        "INSERT INTO threads (user_id, id, created_at, title, status, metadata, allowed_image_domains, last_position) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            user_id,
            thread_id,
            created_at,
            title,
            status,
            metadata,
            allowed_image_domains,
            last_position
        ],
    )?;
    Ok(())
}

pub(super) fn load(connection: &Connection, key: &ThreadKey) -> Result<ThreadMetadata, Failure> {
    let row = first(
        connection,
        concat!("SELECT ", columns!(), " FROM threads WHERE user_id = ?1 AND id = ?2 AND is_deleted = 0"),
        params![key.user_id, key.thread_id],
        read,
    )?;
    Ok(row.ok_or(StoreError::NotFound)?.try_into()?)
}

/// Whether it is there.
pub(super) fn check(connection: &Connection, key: &ThreadKey) -> Result<(), Failure> {
    let query = "SELECT 1 FROM threads WHERE user_id = ?1 AND id = ?2 AND is_deleted = 0";
    let there = first(connection, query, params![key.user_id, key.thread_id], |_| Ok(()))?;
    Ok(there.ok_or(StoreError::NotFound)?)
}

pub(super) fn page(
    connection: &Connection,
    user_id: &str,
    query: &PageQuery,
) -> Result<Page<ThreadMetadata>, Failure> {
    let cursor = match &query.after {
        None => None,
        Some(after) => {
            // A deleted thread still marks its place.
            let place = "SELECT seq FROM threads WHERE user_id = ?1 AND id = ?2";
            let place = first(connection, place, params![user_id, after], |row| row.get::<_, i64>(0))?;
            Some(place.ok_or(StoreError::UnknownCursor)?)
        }
    };
    let (statement, start) = match query.order {
        SortOrder::Desc => (
            concat!(
                "SELECT ",
                columns!(),
                " FROM threads WHERE user_id = ?1 AND is_deleted = 0 AND seq < ?2 ORDER BY seq DESC LIMIT ?3"
            ),
            i64::MAX,
        ),
        SortOrder::Asc => (
            concat!(
                "SELECT ",
                columns!(),
                " FROM threads WHERE user_id = ?1 AND is_deleted = 0 AND seq > ?2 ORDER BY seq ASC LIMIT ?3"
            ),
            0,
        ),
    };
    let limit = row::rows_for(query.limit);
    let rows = all(connection, statement, params![user_id, cursor.unwrap_or(start), limit], read)?;
    Ok(row::thread_page(rows, query.limit))
}

pub(super) fn patch(
    connection: &Connection,
    key: &ThreadKey,
    patch: &ThreadPatch,
) -> Result<ThreadMetadata, Failure> {
    let ThreadPatch { title, status, metadata, allowed_image_domains } = patch;
    let domains = match allowed_image_domains {
        Some(Some(domains)) => Some(row::write(domains)?),
        Some(None) | None => None,
    };
    let row = first(
        connection,
        concat!(
            "UPDATE threads SET title = CASE WHEN ?3 THEN ?4 ELSE title END, status = COALESCE(?5, status), \
             metadata = COALESCE(?6, metadata), \
             allowed_image_domains = CASE WHEN ?7 THEN ?8 ELSE allowed_image_domains END \
             WHERE user_id = ?1 AND id = ?2 AND is_deleted = 0 RETURNING ",
            columns!()
        ),
        params![
            key.user_id,
            key.thread_id,
            title.is_some(),
            title.as_ref().and_then(Option::as_ref),
            status.as_ref().map(row::write).transpose()?,
            metadata.as_ref().map(row::write).transpose()?,
            allowed_image_domains.is_some(),
            domains,
        ],
        read,
    )?;
    Ok(row.ok_or(StoreError::NotFound)?.try_into()?)
}

/// Leaves the row behind without its content, so that its id is never free again and cursors keep their place.
pub(super) fn delete(connection: &Connection, key: &ThreadKey) -> Result<bool, Failure> {
    let names = params![key.user_id, key.thread_id];
    let emptied = execute(
        connection,
        "UPDATE threads SET is_deleted = 1, title = NULL, metadata = '{}', status = '{\"type\":\"active\"}', \
             allowed_image_domains = NULL \
         WHERE user_id = ?1 AND id = ?2 AND is_deleted = 0",
        names,
    )?;
    if emptied == 0 {
        let was_there = "SELECT 1 FROM threads WHERE user_id = ?1 AND id = ?2";
        let was_there = first(connection, was_there, names, |_| Ok(()))?;
        return Ok(was_there.map(|()| false).ok_or(StoreError::NotFound)?);
    }
    run::empty_runs_of(connection, key)?;
    execute(connection, "DELETE FROM items WHERE user_id = ?1 AND thread_id = ?2", names)?;
    Ok(true)
}

pub(super) fn next_position(connection: &Connection, key: &ThreadKey) -> Result<i64, Failure> {
    let position = first(
        connection,
        "UPDATE threads SET last_position = last_position + 1 \
         WHERE user_id = ?1 AND id = ?2 AND is_deleted = 0 RETURNING last_position",
        params![key.user_id, key.thread_id],
        |row| row.get(0),
    )?;
    Ok(position.ok_or(StoreError::NotFound)?)
}

/// Reserves so many positions of a thread that takes messages, and gives the last of them.
pub(super) fn reserve_in_active(
    connection: &Connection,
    key: &ThreadKey,
    places: i64,
) -> Result<i64, Failure> {
    let row = first(
        connection,
        "UPDATE threads SET last_position = last_position + ?3 \
         WHERE user_id = ?1 AND id = ?2 AND is_deleted = 0 RETURNING last_position, status",
        params![key.user_id, key.thread_id, places],
        |row| Ok((row.get(0)?, json(row, 1)?)),
    )?;
    let (last, status) = row.ok_or(StoreError::NotFound)?;
    row::check_active(row::read(status)?)?;
    Ok(last)
}
