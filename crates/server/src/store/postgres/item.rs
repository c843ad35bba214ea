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

// Each part of a statement is joined to the one before it by nothing but that this has a row, and finds its own rows by
// the parameters: a join might be read from its other side, and all the runs of everybody with it.

/// The part of a statement that takes `$places` positions of the thread `$1`, `$2` if `$thread` has a row.
macro_rules! placing {
    ($thread:literal, $places:literal) => {
        concat!(
            "placed AS (UPDATE threads SET last_position = last_position + ",
            $places,
            " FROM ",
            $thread,
            " AS here WHERE ",
            $places,
            " > 0 AND threads.user_id = $1 AND threads.id = $2 RETURNING last_position), "
        )
    };
}
pub(super) use placing;

/// The part of a statement that stores [`Rows`] in the thread `$1`, `$2` if `$thread`, which is called `here`, has a row: the
/// last of those at the thread's end in the position `$last`. An item keeps its place when it is written over; one that was deleted comes back at
/// the end.
macro_rules! saving {
    ($thread:literal, $last:literal, $rows:literal, $added_by:literal) => {
        concat!(
            "saved AS (INSERT INTO items (user_id, thread_id, id, position, is_hidden, body, added_by) ",
            "SELECT $1, $2, item.id, ",
            "CASE WHEN item.place > 0 THEN item.place ELSE ",
            $last,
            " + item.place END, item.is_hidden, item.body, ",
            $added_by,
            " FROM ",
            $thread,
            " AS here CROSS JOIN unnest(",
            $rows,
            ") AS item(id, place, is_hidden, body) ",
            "ON CONFLICT (user_id, thread_id, id) DO UPDATE SET ",
            "position = CASE WHEN items.is_deleted THEN excluded.position ELSE items.position END, ",
            "added_by = CASE WHEN items.is_deleted THEN excluded.added_by ELSE items.added_by END, ",
            "is_hidden = excluded.is_hidden, body = excluded.body, is_deleted = FALSE)"
        )
    };
}
pub(super) use saving;

/// Items as columns, so that one statement stores any number of them.
#[derive(Default)]
pub(super) struct Rows<'a> {
    pub(super) ids: Vec<&'a str>,
    /// The position of each; of those that go to the end of the thread, how far before the last of them, from 0 down.
    pub(super) places: Vec<i64>,
    pub(super) hidden: Vec<bool>,
    pub(super) bodies: Vec<String>,
    /// How many go to the end of the thread.
    pub(super) new_places: i64,
}

impl<'a> Rows<'a> {
    pub(super) fn of(
        items: impl IntoIterator<Item = (&'a ThreadItem, Option<i64>)>,
    ) -> Result<Self, StoreError> {
        let mut rows = Self::default();
        for (item, position) in items {
            let body = row::write(item)?;
            // No statement writes a row twice, and the first has the place.
            if let Some(before) = rows.ids.iter().position(|id| *id == item.id()) {
                (rows.hidden[before], rows.bodies[before]) = (item.is_hidden(), body);
                continue;
            }
            rows.ids.push(item.id());
            rows.hidden.push(item.is_hidden());
            rows.bodies.push(body);
            rows.new_places += i64::from(position.is_none());
            // How many of the new ones come before it is known already; how many there are is not.
            rows.places.push(position.unwrap_or(rows.new_places - i64::MAX));
        }
        let is_new = |place: &&mut i64| **place <= 0;
        for place in rows.places.iter_mut().filter(is_new) {
            *place += i64::MAX - rows.new_places;
        }
        Ok(rows)
    }
}

/// Adds items, or writes over those of the same ids.
pub(super) async fn save(
    connection: &mut PgConnection,
    key: &ThreadKey,
    items: &Rows<'_>,
) -> Result<(), StoreError> {
    let Rows { ids, places, hidden, bodies, new_places } = items;
    let is_there = sqlx::query_scalar::<_, bool>(concat!(
        "WITH here AS MATERIALIZED (SELECT 1 FROM threads \
         WHERE user_id = $1 AND id = $2 AND is_deleted IS NOT TRUE FOR UPDATE), ",
        placing!("here", "$3"),
        saving!(
            "here",
            "(SELECT last_position FROM placed)",
            "$4::text[], $5::bigint[], $6::boolean[], $7::text[]",
            "NULL"
        ),
        " SELECT EXISTS (SELECT 1 FROM here)"
    ))
    .bind(&key.user_id)
    .bind(&key.thread_id)
    .bind(new_places)
    .bind(ids)
    .bind(places)
    .bind(hidden)
    .bind(bodies)
    .fetch_one(connection)
    .await
    .map_err(failed)?;
    if is_there { Ok(()) } else { Err(StoreError::NotFound) }
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
        Some(after) => {
            Some(place(connection, key, after, visibility).await?.ok_or(StoreError::UnknownCursor)?)
        }
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

/// The position of an item, deleted ones included: they still mark their place. A hidden one has none for whoever may not
/// see it.
pub(super) async fn place(
    connection: &mut PgConnection,
    key: &ThreadKey,
    item_id: &str,
    visibility: Visibility,
) -> Result<Option<i64>, StoreError> {
    if item_id.contains('\0') {
        return Ok(None);
    }
    sqlx::query_scalar(
        "SELECT position FROM items WHERE user_id = $1 AND thread_id = $2 AND id = $3 AND (NOT is_hidden OR $4)",
    )
    .bind(&key.user_id)
    .bind(&key.thread_id)
    .bind(item_id)
    .bind(visibility == Visibility::All)
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
