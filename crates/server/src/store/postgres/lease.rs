//! Who may write to a run in Postgres: the store that began it, and once its lease is over whoever ends it.

use sqlx::PgConnection;

use super::{PostgresStore, failed};
use crate::store::events::Batch;
use crate::store::row::seq_in;
use crate::store::{RunEvent, StoreError, ThreadKey};

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

/// Writes down events of a run that goes on, and thereby renews its lease. Not found: it does not go on, or is not this
/// holder's to write to.
pub(super) async fn append(
    connection: &mut PgConnection,
    store: &PostgresStore,
    key: &ThreadKey,
    run_id: &str,
    events: &[RunEvent],
    holder: Holder,
) -> Result<(), StoreError> {
    // Of no events this is still the check that the run goes on.
    let batch = Batch::of(events)?;
    let last_seq = batch.as_ref().map_or(0, |batch| batch.last_seq);
    let noted = sqlx::query(
        "UPDATE runs SET last_seq = GREATEST(last_seq, $4), \
             lease_until = clock_timestamp() + make_interval(secs => $7) \
         WHERE user_id = $1 AND thread_id = $2 AND id = $3 AND state = 'running' \
             AND (owner = $5 OR ($6 AND lease_until < clock_timestamp()))",
    )
    .bind(&key.user_id)
    .bind(&key.thread_id)
    .bind(run_id)
    .bind(seq_in(last_seq))
    .bind(&*store.owner)
    .bind(holder == Holder::OwnerOrHeir)
    .bind(store.lease.as_secs_f64())
    .execute(&mut *connection)
    .await
    .map_err(failed)?;
    if noted.rows_affected() == 0 {
        return Err(StoreError::NotFound);
    }
    let Some(batch) = batch else { return Ok(()) };
    sqlx::query(
        "INSERT INTO run_events (user_id, run_id, first_seq, last_seq, body) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (user_id, run_id, first_seq) DO UPDATE SET last_seq = excluded.last_seq, body = excluded.body",
    )
    .bind(&key.user_id)
    .bind(run_id)
    .bind(seq_in(batch.first_seq))
    .bind(seq_in(batch.last_seq))
    .bind(batch.body)
    .execute(connection)
    .await
    .map_err(failed)?;
    Ok(())
}
