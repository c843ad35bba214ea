//! Who may write to a run in Postgres: the store that began it, and once its lease is over whoever ends it.

use docent_protocol::Timestamp;
use sqlx::PgConnection;

use super::item::{self, Rows};
use super::{PostgresStore, failed};
use crate::store::row::seq_in;
use crate::store::{EventBatch, PlacedItem, RunState, StoreError, ThreadKey};

/// Who may write to a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holder {
    /// The store that began it.
    Owner,
    /// That, or anybody once its lease is over.
    OwnerOrHeir,
}

/// Whether another store has a run in this thread, however its lease stands: until somebody has ended it, it is not
/// known what of it stays.
pub(super) async fn is_run_elsewhere(
    connection: &mut PgConnection,
    store: &PostgresStore,
    key: &ThreadKey,
) -> Result<bool, StoreError> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM runs \
         WHERE user_id = $1 AND thread_id = $2 AND state = 'running' AND owner <> $3)",
    )
    .bind(&key.user_id)
    .bind(&key.thread_id)
    .bind(&*store.owner)
    .fetch_one(connection)
    .await
    .map_err(failed)
}

/// What is written to a run at once.
pub(super) struct Note<'a> {
    pub(super) events: Option<&'a EventBatch>,
    pub(super) items: &'a [PlacedItem],
    /// How it ended, if it does now.
    pub(super) end: Option<(RunState, Timestamp)>,
    /// Whether what it set aside is deleted for good, with what its reader thought of that.
    pub(super) deletes_aside: bool,
}

impl Note<'_> {
    /// Nothing, but that the run goes on.
    pub(super) const NOTHING: Self = Self { events: None, items: &[], end: None, deletes_aside: false };
}

/// One statement, and so one journey to the database and one transaction: the first part waits for all others that write
/// in the thread, and no part does anything unless the one before it did, so that nothing is written once the run is not
/// this holder's to write to. All parts see the tables as they were before that wait; but a row that changed meanwhile is
/// looked at again before it is changed, and what is new is found by its key.
macro_rules! note {
    ($also:literal) => {
        concat!(
            "WITH here AS MATERIALIZED (SELECT 1 FROM threads WHERE user_id = $1 AND id = $2 FOR UPDATE), ",
            "noted AS (UPDATE runs SET last_seq = GREATEST(last_seq, $4), state = $5, ended_at = $6, ",
            "lease_until = clock_timestamp() + make_interval(secs => $7) FROM here ",
            "WHERE user_id = $1 AND id = $3 AND thread_id = $2 AND state = 'running' ",
            "AND (owner = $8 OR ($9 AND lease_until < clock_timestamp())) RETURNING id), ",
            "written AS (INSERT INTO run_events (user_id, run_id, first_seq, last_seq, body) ",
            "SELECT $1, $3, $10, $4, $11 FROM noted WHERE $11::text IS NOT NULL ",
            "ON CONFLICT (user_id, run_id, first_seq) DO UPDATE SET last_seq = excluded.last_seq, body = excluded.body), ",
            item::placing!("noted", "$12"),
            item::saving!(
                "noted",
                "(SELECT last_position FROM placed)",
                "$13::text[], $14::bigint[], $15::boolean[], $16::text[]",
                "$3"
            ),
            $also,
            " SELECT EXISTS (SELECT 1 FROM noted)"
        )
    };
}

/// Writes to a run that goes on, and thereby renews its lease. Not found: it does not go on, or is not this holder's to
/// write to.
pub(super) async fn note(
    connection: &mut PgConnection,
    store: &PostgresStore,
    key: &ThreadKey,
    run_id: &str,
    holder: Holder,
    Note { events, items, end, deletes_aside }: Note<'_>,
) -> Result<(), StoreError> {
    let batch = events.filter(|batch| !batch.is_empty());
    let Rows { ids, places, hidden, bodies, new_places } =
        Rows::of(items.iter().map(|PlacedItem { item, position }| (item, *position)))?;
    let statement = if deletes_aside {
        note!(
            ", unaside AS (DELETE FROM items_aside USING noted \
             WHERE user_id = $1 AND thread_id = $2 AND run_id = $3 RETURNING items_aside.id), \
             forgotten AS (DELETE FROM feedback WHERE user_id = $1 AND thread_id = $2 \
             AND item_id = ANY (ARRAY(SELECT id FROM unaside)))"
        )
    } else {
        note!("")
    };
    let is_noted = sqlx::query_scalar::<_, bool>(statement)
        .bind(&key.user_id)
        .bind(&key.thread_id)
        .bind(run_id)
        .bind(batch.map_or(0, |batch| seq_in(batch.last_seq())))
        .bind(end.map_or(RunState::Running, |(state, _)| state).as_str())
        .bind(end.map(|(_, ended_at)| ended_at.unix_micros()))
        .bind(store.lease.as_secs_f64())
        .bind(&*store.owner)
        .bind(holder == Holder::OwnerOrHeir)
        .bind(batch.map(|batch| seq_in(batch.first_seq())))
        .bind(batch.map(EventBatch::body))
        .bind(new_places)
        .bind(ids)
        .bind(places)
        .bind(hidden)
        .bind(bodies)
        .fetch_one(connection)
        .await
        .map_err(failed)?;
    if is_noted { Ok(()) } else { Err(StoreError::NotFound) }
}
