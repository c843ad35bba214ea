//! Threads in SQLite.

use docent_protocol::{Page, SortOrder, ThreadMetadata};
use sqlx::SqliteConnection;

use super::run;
use crate::store::row::{self, ThreadRow, write_error};
use crate::store::{PageQuery, StoreError, ThreadKey, ThreadPatch};

/// Adds a thread in which so many positions are taken.
pub(super) async fn insert(
    connection: &mut SqliteConnection,
    key: &ThreadKey,
    thread: &ThreadMetadata,
    last_position: i64,
) -> Result<(), StoreError> {
    let ThreadMetadata { title, id: _, created_at, status, allowed_image_domains, metadata } = thread;
    sqlx::query(
        "INSERT INTO threads (user_id, id, created_at, title, status, metadata, allowed_image_domains, last_position) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )
    .bind(&key.user_id)
    .bind(&key.thread_id)
    .bind(created_at.unix_micros())
    .bind(title)
    .bind(row::write(status)?)
    .bind(row::write(metadata)?)
    .bind(allowed_image_domains.as_ref().map(row::write).transpose()?)
    .bind(last_position)
    .execute(connection)
    .await
    .map_err(write_error)?;
    Ok(())
}

pub(super) async fn load(
    connection: &mut SqliteConnection,
    key: &ThreadKey,
) -> Result<ThreadMetadata, StoreError> {
    sqlx::query_as::<_, ThreadRow>(
        "SELECT id, created_at, title, status, metadata, allowed_image_domains FROM threads \
         WHERE user_id = ?1 AND id = ?2 AND is_deleted = 0",
    )
    .bind(&key.user_id)
    .bind(&key.thread_id)
    .fetch_optional(connection)
    .await
    .map_err(StoreError::database)?
    .ok_or(StoreError::NotFound)?
    .try_into()
}

pub(super) async fn page(
    connection: &mut SqliteConnection,
    user_id: &str,
    query: &PageQuery,
) -> Result<Page<ThreadMetadata>, StoreError> {
    let cursor = match &query.after {
        None => None,
        Some(after) => {
            // A deleted thread still marks its place.
            let place =
                sqlx::query_scalar::<_, i64>("SELECT seq FROM threads WHERE user_id = ?1 AND id = ?2")
                    .bind(user_id)
                    .bind(after)
                    .fetch_optional(&mut *connection)
                    .await
                    .map_err(StoreError::database)?;
            Some(place.ok_or(StoreError::UnknownCursor)?)
        }
    };
    let (statement, start) = match query.order {
        SortOrder::Desc => (
            "SELECT id, created_at, title, status, metadata, allowed_image_domains FROM threads \
             WHERE user_id = ?1 AND is_deleted = 0 AND seq < ?2 ORDER BY seq DESC LIMIT ?3",
            i64::MAX,
        ),
        SortOrder::Asc => (
            "SELECT id, created_at, title, status, metadata, allowed_image_domains FROM threads \
             WHERE user_id = ?1 AND is_deleted = 0 AND seq > ?2 ORDER BY seq ASC LIMIT ?3",
            0,
        ),
    };
    let rows = sqlx::query_as::<_, ThreadRow>(statement)
        .bind(user_id)
        .bind(cursor.unwrap_or(start))
        .bind(row::rows_for(query.limit))
        .fetch_all(connection)
        .await
        .map_err(StoreError::database)?;
    Ok(row::thread_page(rows, query.limit))
}

pub(super) async fn patch(
    connection: &mut SqliteConnection,
    key: &ThreadKey,
    patch: &ThreadPatch,
) -> Result<ThreadMetadata, StoreError> {
    let ThreadPatch { title, status, metadata, allowed_image_domains } = patch;
    let domains = match allowed_image_domains {
        Some(Some(domains)) => Some(row::write(domains)?),
        Some(None) | None => None,
    };
    sqlx::query_as::<_, ThreadRow>(
        "UPDATE threads SET \
             title = CASE WHEN ?3 THEN ?4 ELSE title END, \
             status = COALESCE(?5, status), \
             metadata = COALESCE(?6, metadata), \
             allowed_image_domains = CASE WHEN ?7 THEN ?8 ELSE allowed_image_domains END \
         WHERE user_id = ?1 AND id = ?2 AND is_deleted = 0 \
         RETURNING id, created_at, title, status, metadata, allowed_image_domains",
    )
    .bind(&key.user_id)
    .bind(&key.thread_id)
    .bind(title.is_some())
    .bind(title.as_ref().and_then(Option::as_ref))
    .bind(status.as_ref().map(row::write).transpose()?)
    .bind(metadata.as_ref().map(row::write).transpose()?)
    .bind(allowed_image_domains.is_some())
    .bind(domains)
    .fetch_optional(connection)
    .await
    .map_err(StoreError::database)?
    .ok_or(StoreError::NotFound)?
    .try_into()
}

/// Leaves the row behind without its content, so that its id is never free again and cursors keep their place.
pub(super) async fn delete(connection: &mut SqliteConnection, key: &ThreadKey) -> Result<bool, StoreError> {
    let emptied = sqlx::query(
        "UPDATE threads SET is_deleted = 1, title = NULL, metadata = '{}', status = '{\"type\":\"active\"}', \
             allowed_image_domains = NULL \
         WHERE user_id = ?1 AND id = ?2 AND is_deleted = 0",
    )
    .bind(&key.user_id)
    .bind(&key.thread_id)
    .execute(&mut *connection)
    .await
    .map_err(StoreError::database)?;
    if emptied.rows_affected() == 0 {
        let was_there = sqlx::query("SELECT 1 FROM threads WHERE user_id = ?1 AND id = ?2")
            .bind(&key.user_id)
            .bind(&key.thread_id)
            .fetch_optional(connection)
            .await
            .map_err(StoreError::database)?;
        return was_there.map(|_| false).ok_or(StoreError::NotFound);
    }
    run::empty_runs_of(connection, key).await?;
    sqlx::query("DELETE FROM items WHERE user_id = ?1 AND thread_id = ?2")
        .bind(&key.user_id)
        .bind(&key.thread_id)
        .execute(connection)
        .await
        .map_err(StoreError::database)?;
    Ok(true)
}

pub(super) async fn next_position(
    connection: &mut SqliteConnection,
    key: &ThreadKey,
) -> Result<i64, StoreError> {
    sqlx::query_scalar::<_, i64>(
        "UPDATE threads SET last_position = last_position + 1 \
         WHERE user_id = ?1 AND id = ?2 AND is_deleted = 0 RETURNING last_position",
    )
    .bind(&key.user_id)
    .bind(&key.thread_id)
    .fetch_optional(connection)
    .await
    .map_err(StoreError::database)?
    .ok_or(StoreError::NotFound)
}
