//! Threads in Postgres.
//!
//! Where one thread is asked for, `is_deleted IS NOT TRUE` says what `NOT is_deleted` does in lists: only the latter lets
//! the planner take the index of a user's list, which is smaller and would be read from one end to the other.

use docent_protocol::{Page, SortOrder, ThreadMetadata};
use sqlx::PgConnection;

use super::{failed, plain, run};
use crate::store::row::{self, ThreadRow};
use crate::store::{PageQuery, StoreError, ThreadKey, ThreadPatch};

pub(super) async fn insert(
    connection: &mut PgConnection,
    key: &ThreadKey,
    thread: &ThreadMetadata,
) -> Result<(), StoreError> {
    let ThreadMetadata { title, id: _, created_at, status, allowed_image_domains, metadata } = thread;
    sqlx::query(
        "INSERT INTO threads (user_id, id, created_at, title, status, metadata, allowed_image_domains) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(&key.user_id)
    .bind(&key.thread_id)
    .bind(created_at.unix_micros())
    .bind(title.as_deref().map(plain))
    .bind(row::write(status)?)
    .bind(row::write(metadata)?)
    .bind(allowed_image_domains.as_ref().map(row::write).transpose()?)
    .execute(connection)
    .await
    .map_err(failed)?;
    Ok(())
}

pub(super) async fn load(
    connection: &mut PgConnection,
    key: &ThreadKey,
) -> Result<ThreadMetadata, StoreError> {
    sqlx::query_as::<_, ThreadRow>(
        "SELECT id, created_at, title, status, metadata, allowed_image_domains FROM threads \
         WHERE user_id = $1 AND id = $2 AND is_deleted IS NOT TRUE",
    )
    .bind(&key.user_id)
    .bind(&key.thread_id)
    .fetch_optional(connection)
    .await
    .map_err(failed)?
    .ok_or(StoreError::NotFound)?
    .try_into()
}

pub(super) async fn page(
    connection: &mut PgConnection,
    user_id: &str,
    query: &PageQuery,
) -> Result<Page<ThreadMetadata>, StoreError> {
    let cursor = match &query.after {
        None => None,
        Some(after) => {
            if after.contains('\0') {
                return Err(StoreError::UnknownCursor);
            }
            // A deleted thread still marks its place.
            let place =
                sqlx::query_scalar::<_, i64>("SELECT seq FROM threads WHERE user_id = $1 AND id = $2")
                    .bind(user_id)
                    .bind(after)
                    .fetch_optional(&mut *connection)
                    .await
                    .map_err(failed)?;
            Some(place.ok_or(StoreError::UnknownCursor)?)
        }
    };
    let (statement, start) = match query.order {
        SortOrder::Desc => (
            "SELECT id, created_at, title, status, metadata, allowed_image_domains FROM threads \
             WHERE user_id = $1 AND NOT is_deleted AND seq < $2 ORDER BY seq DESC LIMIT $3",
            i64::MAX,
        ),
        SortOrder::Asc => (
            "SELECT id, created_at, title, status, metadata, allowed_image_domains FROM threads \
             WHERE user_id = $1 AND NOT is_deleted AND seq > $2 ORDER BY seq ASC LIMIT $3",
            0,
        ),
    };
    let rows = sqlx::query_as::<_, ThreadRow>(statement)
        .bind(user_id)
        .bind(cursor.unwrap_or(start))
        .bind(row::rows_for(query.limit))
        .fetch_all(connection)
        .await
        .map_err(failed)?;
    Ok(row::thread_page(rows, query.limit))
}

pub(super) async fn patch(
    connection: &mut PgConnection,
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
             title = CASE WHEN $3 THEN $4 ELSE title END, \
             status = COALESCE($5, status), \
             metadata = COALESCE($6, metadata), \
             allowed_image_domains = CASE WHEN $7 THEN $8 ELSE allowed_image_domains END \
         WHERE user_id = $1 AND id = $2 AND is_deleted IS NOT TRUE \
         RETURNING id, created_at, title, status, metadata, allowed_image_domains",
    )
    .bind(&key.user_id)
    .bind(&key.thread_id)
    .bind(title.is_some())
    .bind(title.as_ref().and_then(Option::as_deref).map(plain))
    .bind(status.as_ref().map(row::write).transpose()?)
    .bind(metadata.as_ref().map(row::write).transpose()?)
    .bind(allowed_image_domains.is_some())
    .bind(domains)
    .fetch_optional(connection)
    .await
    .map_err(failed)?
    .ok_or(StoreError::NotFound)?
    .try_into()
}

/// Leaves the row behind without its content, so that its id is never free again and cursors keep their place.
pub(super) async fn delete(connection: &mut PgConnection, key: &ThreadKey) -> Result<bool, StoreError> {
    let emptied = sqlx::query(
        "UPDATE threads SET is_deleted = TRUE, title = NULL, metadata = '{}', status = '{\"type\":\"active\"}', \
             allowed_image_domains = NULL \
         WHERE user_id = $1 AND id = $2 AND is_deleted IS NOT TRUE",
    )
    .bind(&key.user_id)
    .bind(&key.thread_id)
    .execute(&mut *connection)
    .await
    .map_err(failed)?;
    if emptied.rows_affected() == 0 {
        let was_there = sqlx::query("SELECT 1 FROM threads WHERE user_id = $1 AND id = $2")
            .bind(&key.user_id)
            .bind(&key.thread_id)
            .fetch_optional(connection)
            .await
            .map_err(failed)?;
        return was_there.map(|_| false).ok_or(StoreError::NotFound);
    }
    run::empty_runs_of(connection, key).await?;
    // What was set aside goes first: each item would look for its own among all of the thread's.
    for statement in [
        "DELETE FROM items_aside WHERE user_id = $1 AND thread_id = $2",
        "DELETE FROM items WHERE user_id = $1 AND thread_id = $2",
    ] {
        sqlx::query(statement)
            .bind(&key.user_id)
            .bind(&key.thread_id)
            .execute(&mut *connection)
            .await
            .map_err(failed)?;
    }
    Ok(true)
}

pub(super) async fn next_position(connection: &mut PgConnection, key: &ThreadKey) -> Result<i64, StoreError> {
    sqlx::query_scalar::<_, i64>(
        "UPDATE threads SET last_position = last_position + 1 \
         WHERE user_id = $1 AND id = $2 AND is_deleted IS NOT TRUE RETURNING last_position",
    )
    .bind(&key.user_id)
    .bind(&key.thread_id)
    .fetch_optional(connection)
    .await
    .map_err(failed)?
    .ok_or(StoreError::NotFound)
}

/// Makes this transaction the only one that writes in a thread, until its end, and gives the thread's status as JSON. It
/// is no error if there is no such thread: what follows finds that out.
pub(super) async fn lock(
    connection: &mut PgConnection,
    key: &ThreadKey,
) -> Result<Option<String>, StoreError> {
    sqlx::query_scalar("SELECT status FROM threads WHERE user_id = $1 AND id = $2 FOR UPDATE")
        .bind(&key.user_id)
        .bind(&key.thread_id)
        .fetch_optional(connection)
        .await
        .map_err(failed)
}
