//! The beginning of a run in Postgres, with everything its request brought.

use docent_protocol::{ThreadItem, ThreadMetadata, ThreadStatus};
use sqlx::PgConnection;

use super::item::{self, Rows};
use super::lease::is_run_elsewhere;
use super::{PostgresStore, aside, attachment, commit, failed, plain, thread};
use crate::store::row::{self, check_active};
use crate::store::{RunOpening, StoreError, ThreadKey};

/// Begins a run, and gives the position behind everything that its request brought.
pub(super) async fn begin(
    store: &PostgresStore,
    key: &ThreadKey,
    opening: &RunOpening,
) -> Result<i64, StoreError> {
    let rows = Rows::of(opening.saved.iter().map(|item| (item, None)))?;
    if let Some(new_thread) = &opening.new_thread {
        check_active(new_thread.status.clone())?;
    }
    if is_plain(opening) {
        let status = row::write(&ThreadStatus::Active)?;
        let mut connection = store.connection().await?;
        let begun = insert(&mut connection, store, key, opening, &rows, &status).await;
        if let Some(position) = connection.answered(begun)? {
            return Ok(position);
        }
    }
    begin_in_transaction(store, key, opening, &rows).await
}

/// Whether nothing has to be looked at before, and nothing has to be done but what [`insert`] does.
fn is_plain(opening: &RunOpening) -> bool {
    let RunOpening { newest, unchanged, deleted, attached, set_aside_after, .. } = opening;
    newest.is_none()
        && unchanged.is_empty()
        && deleted.is_empty()
        && attached.is_empty()
        && set_aside_after.is_none()
}

/// Whatever it is that a run begins with, or why it may not.
async fn begin_in_transaction(
    store: &PostgresStore,
    key: &ThreadKey,
    opening: &RunOpening,
    rows: &Rows<'_>,
) -> Result<i64, StoreError> {
    let RunOpening { id, idempotency, newest, unchanged, deleted, attached, set_aside_after, .. } = opening;
    let mut transaction = store.begin().await?;
    let connection = &mut *transaction;
    // The thread's row stays locked: whoever else begins here sees this run, or is seen.
    let status = match &opening.new_thread {
        Some(_) => String::new(),
        None => thread::lock(connection, key).await?.ok_or(StoreError::NotFound)?,
    };
    if opening.new_thread.is_none() {
        check_active(row::read(&status)?)?;
        if let Some(idempotency) = idempotency
            && is_key_used(connection, key, &idempotency.key).await?
        {
            return Err(StoreError::Duplicate);
        }
        if is_run_elsewhere(connection, store, key).await? {
            return Err(StoreError::Busy);
        }
    }
    if let Some(newest) = newest
        && !item::is_newest(connection, key, newest).await?
    {
        return Err(StoreError::Changed);
    }
    for expected in unchanged {
        if !is_stored(connection, key, expected).await? {
            return Err(StoreError::Changed);
        }
    }
    if let Some(item_id) = set_aside_after {
        aside::set(connection, key, item_id, id).await?;
    }
    let begun = insert(connection, store, key, opening, rows, &status).await?;
    let position = begun.ok_or(StoreError::NotFound)?;
    for item_id in deleted {
        item::delete(connection, key, item_id).await?;
    }
    // None of them: they are kept elsewhere.
    let count = attachment::put_into_thread(connection, key, attached).await?;
    if count != 0 && count != attached.len() {
        return Err(StoreError::NotFound);
    }
    commit(transaction).await?;
    Ok(position)
}

/// A run and the items that it begins with, in the thread of which `$taken` makes the row `taken`.
macro_rules! insert {
    ($taken:literal) => {
        concat!(
            "WITH ",
            $taken,
            ", begun AS (INSERT INTO runs (user_id, thread_id, id, state, started_at, idempotency_key, fingerprint, ",
            "owner, lease_until) SELECT $1, $2, $3, 'running', $4, $5, $6, $7, ",
            "clock_timestamp() + make_interval(secs => $8) FROM taken), ",
            item::saving!(
                "taken",
                "here.last_position - 1",
                "$10::text[], $11::bigint[], $12::boolean[], $13::text[]",
                "NULL"
            ),
            " SELECT (SELECT last_position FROM taken)"
        )
    };
}

/// With a thread of its own.
const IN_NEW_THREAD: &str = insert!(
    "taken AS (INSERT INTO threads (user_id, id, last_position, created_at, title, status, metadata, \
         allowed_image_domains) VALUES ($1, $2, $9, $14, $15, $16, $17, $18) \
     RETURNING last_position)"
);

/// In a thread of this status that no other process answers in, and whose row is as it was when the statement began.
///
/// The first part waits for all others that write in the thread; what every part sees is from before that. A run that
/// began meanwhile would not be seen: but each takes a position of the thread, and the row that was waited for tells.
const IN_THREAD: &str = insert!(
    "here AS MATERIALIZED (SELECT last_position, status FROM threads \
         WHERE user_id = $1 AND id = $2 AND is_deleted IS NOT TRUE FOR UPDATE), \
     judged AS MATERIALIZED (SELECT status = $14 \
         AND NOT EXISTS (SELECT 1 FROM runs \
             WHERE user_id = $1 AND thread_id = $2 AND state = 'running' AND owner <> $7) \
         AND last_position = (SELECT last_position FROM threads WHERE user_id = $1 AND id = $2) AS is_free FROM here), \
     taken AS (UPDATE threads SET last_position = last_position + $9 FROM judged \
         WHERE user_id = $1 AND id = $2 AND judged.is_free RETURNING last_position)"
);

/// Stores a run with its thread, if it is new, and its items: one statement, and so one journey to the database and, by
/// itself, one transaction. `None`: it has to be done, or refused, in a transaction that waited for its turn.
async fn insert(
    connection: &mut PgConnection,
    store: &PostgresStore,
    key: &ThreadKey,
    opening: &RunOpening,
    rows: &Rows<'_>,
    status: &str,
) -> Result<Option<i64>, StoreError> {
    let RunOpening { id, started_at, idempotency, new_thread, .. } = opening;
    let Rows { ids, places, hidden, bodies, new_places } = rows;
    let query = sqlx::query_scalar::<_, Option<i64>>(match new_thread {
        Some(_) => IN_NEW_THREAD,
        None => IN_THREAD,
    })
    .bind(&key.user_id)
    .bind(&key.thread_id)
    .bind(id)
    .bind(started_at.unix_micros())
    .bind(idempotency.as_ref().map(|idempotency| &idempotency.key))
    .bind(idempotency.as_ref().map(|idempotency| &idempotency.fingerprint))
    .bind(&*store.owner)
    .bind(store.lease.as_secs_f64())
    // One for each item, and one for what the run adds first.
    .bind(new_places + 1)
    .bind(ids)
    .bind(places)
    .bind(hidden)
    .bind(bodies);
    let query = match new_thread {
        None => query.bind(status),
        Some(ThreadMetadata { title, id: _, created_at, status, allowed_image_domains, metadata }) => query
            .bind(created_at.unix_micros())
            .bind(title.as_deref().map(plain))
            .bind(row::write(status)?)
            .bind(row::write(metadata)?)
            .bind(allowed_image_domains.as_ref().map(row::write).transpose()?),
    };
    query.fetch_one(connection).await.map_err(failed)
}

async fn is_key_used(
    connection: &mut PgConnection,
    key: &ThreadKey,
    idempotency_key: &str,
) -> Result<bool, StoreError> {
    sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM runs WHERE user_id = $1 AND idempotency_key = $2)")
        .bind(&key.user_id)
        .bind(idempotency_key)
        .fetch_one(connection)
        .await
        .map_err(failed)
}

async fn is_stored(
    connection: &mut PgConnection,
    key: &ThreadKey,
    expected: &ThreadItem,
) -> Result<bool, StoreError> {
    match item::load(connection, key, expected.id()).await {
        Ok(stored) => Ok(stored == *expected),
        Err(StoreError::NotFound) => Ok(false),
        Err(error) => Err(error),
    }
}
