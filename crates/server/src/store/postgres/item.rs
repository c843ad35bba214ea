//! Items in Postgres.

use docent_protocol::{FeedbackKind, Page, SortOrder, ThreadItem};
use sqlx::postgres::PgRow;
use sqlx::{FromRow, PgConnection, Row};

use super::{failed, thread};
use crate::store::listing::{ListedRow, Listing};
use crate::store::row;
use crate::store::{PageQuery, StoreError, ThreadKey, Visibility};

/// The rows of a page, in one pass along the index. Sizes are summed up before a large body is read, which Postgres keeps
/// beside its row: no more of them is read than is shown.
macro_rules! page {
    ($beyond:literal, $order:literal) => {
        concat!(
            "SELECT id, position, body, found FROM (",
            "SELECT id, position, body, COUNT(*) OVER () AS found, ",
            "SUM(bytes) OVER (ORDER BY position ",
            $order,
            ") - bytes AS bytes_before FROM (",
            "SELECT id, position, body, octet_length(body) AS bytes FROM items ",
            "WHERE user_id = $1 AND thread_id = $2 AND position ",
            $beyond,
            " $3 AND NOT is_deleted AND (NOT is_hidden OR $4) ORDER BY position ",
            $order,
            " LIMIT $5) AS listed) AS summed WHERE bytes_before < $6 ORDER BY position ",
            $order
        )
    };
}

/// An item as it is kept.
struct Body(Vec<u8>);

impl FromRow<'_, PgRow> for Body {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self(row.try_get::<String, _>("body")?.into_bytes()))
    }
}

impl FromRow<'_, PgRow> for ListedRow {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        let Body(body) = Body::from_row(row)?;
        Ok(Self {
            id: row.try_get("id")?,
            position: row.try_get("position")?,
            body,
            found: row.try_get("found")?,
        })
    }
}

/// Adds an item, or writes over the one of its id. `added_by` is the turn that does it, if one does.
pub(super) async fn save(
    connection: &mut PgConnection,
    key: &ThreadKey,
    item: &ThreadItem,
    position: Option<i64>,
    added_by: Option<&str>,
) -> Result<(), StoreError> {
    let position = match position {
        Some(position) => position,
        None => thread::next_position(connection, key).await?,
    };
    // An item keeps its place when it is written over; one that was deleted comes back at the end.
    let saved = sqlx::query(
        "INSERT INTO items (user_id, thread_id, id, position, is_hidden, body, added_by) \
         SELECT user_id, id, $3, $4, $5, $6, $7 FROM threads WHERE user_id = $1 AND id = $2 AND is_deleted IS NOT TRUE \
         ON CONFLICT (user_id, thread_id, id) DO UPDATE SET \
             position = CASE WHEN items.is_deleted THEN excluded.position ELSE items.position END, \
             added_by = CASE WHEN items.is_deleted THEN excluded.added_by ELSE items.added_by END, \
             is_hidden = excluded.is_hidden, body = excluded.body, is_deleted = FALSE",
    )
    .bind(&key.user_id)
    .bind(&key.thread_id)
    .bind(item.id())
    .bind(position)
    .bind(item.is_hidden())
    .bind(row::write(item)?)
    .bind(added_by)
    .execute(connection)
    .await
    .map_err(failed)?;
    if saved.rows_affected() == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

pub(super) async fn load(
    connection: &mut PgConnection,
    key: &ThreadKey,
    item_id: &str,
) -> Result<ThreadItem, StoreError> {
    sqlx::query_as::<_, Body>(
        "SELECT body FROM items WHERE user_id = $1 AND thread_id = $2 AND id = $3 \
         AND NOT is_deleted",
    )
    .bind(&key.user_id)
    .bind(&key.thread_id)
    .bind(item_id)
    .fetch_optional(connection)
    .await
    .map_err(failed)?
    .ok_or(StoreError::NotFound)
    .and_then(|body| row::read(&*body.0))
}

pub(super) async fn page(
    connection: &mut PgConnection,
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
        SortOrder::Desc => (page!("<", "DESC"), i64::MAX),
        SortOrder::Asc => (page!(">", "ASC"), 0),
    };
    let mut listing = Listing::new(key, query);
    let mut from = cursor.unwrap_or(start);
    loop {
        let rows = sqlx::query_as::<_, ListedRow>(statement)
            .bind(&key.user_id)
            .bind(&key.thread_id)
            .bind(from)
            .bind(visibility == Visibility::All)
            .bind(listing.rows())
            .bind(listing.bytes())
            .fetch_all(&mut *connection)
            .await
            .map_err(failed)?;
        match listing.take(rows) {
            Some(position) => from = position,
            None => return Ok(listing.page()),
        }
    }
}

/// The position of an item, deleted ones included: they still mark their place.
pub(super) async fn place(
    connection: &mut PgConnection,
    key: &ThreadKey,
    item_id: &str,
) -> Result<Option<i64>, StoreError> {
    if item_id.contains('\0') {
        return Ok(None);
    }
    sqlx::query_scalar("SELECT position FROM items WHERE user_id = $1 AND thread_id = $2 AND id = $3")
        .bind(&key.user_id)
        .bind(&key.thread_id)
        .bind(item_id)
        .fetch_optional(connection)
        .await
        .map_err(failed)
}

pub(super) async fn delete(
    connection: &mut PgConnection,
    key: &ThreadKey,
    item_id: &str,
) -> Result<bool, StoreError> {
    sqlx::query("DELETE FROM feedback WHERE user_id = $1 AND thread_id = $2 AND item_id = $3")
        .bind(&key.user_id)
        .bind(&key.thread_id)
        .bind(item_id)
        .execute(&mut *connection)
        .await
        .map_err(failed)?;
    let deleted = sqlx::query(
        "UPDATE items SET is_deleted = TRUE, body = '' \
         WHERE user_id = $1 AND thread_id = $2 AND id = $3 AND NOT is_deleted",
    )
    .bind(&key.user_id)
    .bind(&key.thread_id)
    .bind(item_id)
    .execute(connection)
    .await
    .map_err(failed)?;
    Ok(deleted.rows_affected() > 0)
}

/// Whether this is the newest item of the thread, hidden ones included.
pub(super) async fn is_newest(
    connection: &mut PgConnection,
    key: &ThreadKey,
    item_id: &str,
) -> Result<bool, StoreError> {
    let newest = sqlx::query_scalar::<_, String>(
        "SELECT id FROM items WHERE user_id = $1 AND thread_id = $2 AND NOT is_deleted ORDER BY position DESC LIMIT 1",
    )
    .bind(&key.user_id)
    .bind(&key.thread_id)
    .fetch_optional(connection)
    .await
    .map_err(failed)?;
    Ok(newest.as_deref() == Some(item_id))
}

pub(super) async fn save_feedback(
    connection: &mut PgConnection,
    key: &ThreadKey,
    item_id: &str,
    kind: FeedbackKind,
) -> Result<(), StoreError> {
    let saved = sqlx::query(
        "INSERT INTO feedback (user_id, thread_id, item_id, kind) \
         SELECT user_id, thread_id, id, $4 FROM items \
         WHERE user_id = $1 AND thread_id = $2 AND id = $3 \
             AND NOT is_deleted AND NOT is_hidden \
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
    .map_err(failed)?;
    if saved.rows_affected() == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}
