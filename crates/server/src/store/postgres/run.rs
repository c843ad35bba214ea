//! Runs in Postgres. Each belongs to the store that began it for as long as its lease lasts; then whoever comes may end
//! it, and from then on whatever its first owner still writes is refused.

use std::time::Duration;

use async_trait::async_trait;
use docent_protocol::{ThreadItem, ThreadMetadata, Timestamp};
use sqlx::PgConnection;

use super::lease::{Holder, append, is_run_elsewhere};
use super::{PostgresStore, aside, attachment, commit, failed, item, thread};
use crate::store::events;
use crate::store::row::{RunRow, check_active, seq_in};
use crate::store::{
    Aside, PlacedItem, Run, RunEnding, RunEvent, RunOpening, RunState, RunStore, StoreError, ThreadKey,
    ThreadPatch,
};

/// How often a server looks after its runs: so late at most a stop asked of another process is heard.
const WATCH_INTERVAL: Duration = Duration::from_secs(1);

/// Runs as they are loaded, column by column: a server of a later version may add some while this one runs.
macro_rules! select {
    ($condition:literal) => {
        concat!(
            "SELECT user_id, id, thread_id, state, is_cancel_requested, started_at, ended_at, idempotency_key, ",
            "fingerprint, last_seq FROM runs ",
            $condition
        )
    };
}

#[async_trait]
impl RunStore for PostgresStore {
    async fn begin_run(&self, key: &ThreadKey, opening: &RunOpening) -> Result<i64, StoreError> {
        let mut transaction = self.begin().await?;
        let reserved = begin(&mut transaction, self, key, opening).await?;
        commit(transaction).await?;
        Ok(reserved)
    }

    async fn save_run_progress(
        &self,
        key: &ThreadKey,
        run_id: &str,
        events: &[RunEvent],
        items: &[PlacedItem],
    ) -> Result<(), StoreError> {
        let mut transaction = self.write(key).await?;
        append(&mut transaction, self, key, run_id, events, Holder::Owner).await?;
        save_items(&mut transaction, key, run_id, items).await?;
        commit(transaction).await
    }

    async fn delete_run_item(
        &self,
        key: &ThreadKey,
        run_id: &str,
        item_id: &str,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.write(key).await?;
        append(&mut transaction, self, key, run_id, &[], Holder::Owner).await?;
        let is_deleted = item::delete(&mut transaction, key, item_id).await?;
        commit(transaction).await?;
        Ok(is_deleted)
    }

    async fn change_run_thread(
        &self,
        key: &ThreadKey,
        run_id: &str,
        patch: &ThreadPatch,
    ) -> Result<ThreadMetadata, StoreError> {
        let mut transaction = self.write(key).await?;
        append(&mut transaction, self, key, run_id, &[], Holder::Owner).await?;
        let thread = thread::patch(&mut transaction, key, patch).await?;
        commit(transaction).await?;
        Ok(thread)
    }

    async fn end_run(&self, key: &ThreadKey, run_id: &str, ending: &RunEnding) -> Result<bool, StoreError> {
        let mut transaction = self.write(key).await?;
        let is_ended = end(&mut transaction, self, key, run_id, ending).await?;
        commit(transaction).await?;
        Ok(is_ended)
    }

    async fn request_cancel(&self, user_id: &str, run_id: &str) -> Result<Run, StoreError> {
        let mut transaction = self.begin().await?;
        sqlx::query(
            "UPDATE runs SET is_cancel_requested = TRUE WHERE user_id = $1 AND id = $2 AND state = 'running'",
        )
        .bind(user_id)
        .bind(run_id)
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
        let run = load(&mut transaction, user_id, run_id).await?;
        commit(transaction).await?;
        Ok(run)
    }

    async fn load_run(&self, user_id: &str, run_id: &str) -> Result<Run, StoreError> {
        load(&mut *self.connection().await?, user_id, run_id).await
    }

    async fn load_run_by_key(&self, user_id: &str, key: &str) -> Result<Option<Run>, StoreError> {
        sqlx::query_as::<_, RunRow>(select!("WHERE user_id = $1 AND idempotency_key = $2"))
            .bind(user_id)
            .bind(key)
            .fetch_optional(&mut *self.connection().await?)
            .await
            .map_err(failed)?
            .map(Run::try_from)
            .transpose()
    }

    async fn load_run_events(
        &self,
        user_id: &str,
        run_id: &str,
        after: u64,
    ) -> Result<Vec<RunEvent>, StoreError> {
        // The first batch may have begun before: it is found from its other end, not past all those before it.
        let batches = sqlx::query_scalar::<_, String>(
            "SELECT body FROM run_events WHERE user_id = $1 AND run_id = $2 AND last_seq > $3 AND first_seq >= COALESCE(\
                 (SELECT first_seq FROM run_events WHERE user_id = $1 AND run_id = $2 AND first_seq <= $3 \
                  ORDER BY first_seq DESC LIMIT 1), 0) \
             ORDER BY first_seq LIMIT $4",
        )
        .bind(user_id)
        .bind(run_id)
        .bind(seq_in(after))
        .bind(events::READ_AT_ONCE)
        .fetch_all(&mut *self.connection().await?)
        .await
        .map_err(failed)?;
        events::read(&batches, after)
    }

    async fn load_running_runs(&self) -> Result<Vec<Run>, StoreError> {
        sqlx::query_as::<_, RunRow>(select!(
            "WHERE state = 'running' AND (owner = $1 OR lease_until < clock_timestamp()) \
             ORDER BY started_at, id"
        ))
        .bind(&*self.owner)
        .fetch_all(&mut *self.connection().await?)
        .await
        .map_err(failed)?
        .into_iter()
        .map(Run::try_from)
        .collect()
    }

    async fn delete_runs(&self, ended_before: Timestamp) -> Result<u64, StoreError> {
        let mut transaction = self.begin().await?;
        let deleted = sqlx::query("DELETE FROM runs WHERE ended_at < $1")
            .bind(ended_before.unix_micros())
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
        commit(transaction).await?;
        Ok(deleted.rows_affected())
    }

    fn watch_interval(&self) -> Option<Duration> {
        // So that a beat or two may be missed.
        Some(WATCH_INTERVAL.min(self.lease / 4))
    }

    async fn keep_runs(&self) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE runs SET lease_until = clock_timestamp() + make_interval(secs => $2) \
             WHERE owner = $1 AND state = 'running'",
        )
        .bind(&*self.owner)
        .bind(self.lease.as_secs_f64())
        .execute(&self.pool)
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn is_answered_elsewhere(&self, key: &ThreadKey) -> Result<bool, StoreError> {
        is_run_elsewhere(&mut *self.connection().await?, self, key).await
    }
}

async fn begin(
    connection: &mut PgConnection,
    store: &PostgresStore,
    key: &ThreadKey,
    opening: &RunOpening,
) -> Result<i64, StoreError> {
    let RunOpening {
        id,
        started_at,
        idempotency,
        new_thread,
        newest,
        unchanged,
        saved,
        deleted,
        attached,
        set_aside_after,
    } = opening;
    // One for each item, and one for what the run adds first. From here on this transaction is the only one that writes in
    // the thread.
    let places = i64::try_from(saved.len()).map_err(StoreError::database)? + 1;
    let reserved = match new_thread {
        Some(new_thread) => {
            check_active(new_thread.status.clone())?;
            thread::insert(connection, key, new_thread, places).await?;
            places
        }
        None => thread::reserve_in_active(connection, key, places).await?,
    };
    sqlx::query(
        "INSERT INTO runs (user_id, thread_id, id, state, started_at, idempotency_key, fingerprint, owner, \
             lease_until) \
         VALUES ($1, $2, $3, 'running', $4, $5, $6, $7, clock_timestamp() + make_interval(secs => $8))",
    )
    .bind(&key.user_id)
    .bind(&key.thread_id)
    .bind(id)
    .bind(started_at.unix_micros())
    .bind(idempotency.as_ref().map(|idempotency| &idempotency.key))
    .bind(idempotency.as_ref().map(|idempotency| &idempotency.fingerprint))
    .bind(&*store.owner)
    .bind(store.lease.as_secs_f64())
    .execute(&mut *connection)
    .await
    .map_err(failed)?;
    // The thread's row is locked: whoever else begins here sees this run, or is seen.
    if is_run_elsewhere(connection, store, key).await? {
        return Err(StoreError::Busy);
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
    for (place, item) in (reserved - places + 1..).zip(saved) {
        item::save(connection, key, item, Some(place), None).await?;
    }
    for item_id in deleted {
        item::delete(connection, key, item_id).await?;
    }
    // None of them: they are kept elsewhere.
    match attachment::put_into_thread(connection, key, attached).await? {
        count if count == 0 || count == attached.len() => Ok(reserved),
        _ => Err(StoreError::NotFound),
    }
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

async fn save_items(
    connection: &mut PgConnection,
    key: &ThreadKey,
    run_id: &str,
    items: &[PlacedItem],
) -> Result<(), StoreError> {
    for PlacedItem { item, position } in items {
        item::save(connection, key, item, *position, Some(run_id)).await?;
    }
    Ok(())
}

async fn end(
    connection: &mut PgConnection,
    store: &PostgresStore,
    key: &ThreadKey,
    run_id: &str,
    ending: &RunEnding,
) -> Result<bool, StoreError> {
    let RunEnding { state, ended_at, events, items, aside } = ending;
    match append(connection, store, key, run_id, events, Holder::OwnerOrHeir).await {
        Ok(()) => {}
        Err(StoreError::NotFound) => return Ok(false),
        Err(error) => return Err(error),
    }
    sqlx::query("UPDATE runs SET state = $3, ended_at = $4 WHERE user_id = $1 AND id = $2")
        .bind(&key.user_id)
        .bind(run_id)
        .bind(state.as_str())
        .bind(ended_at.unix_micros())
        .execute(&mut *connection)
        .await
        .map_err(failed)?;
    match aside {
        Aside::Delete => aside::delete(connection, key, run_id).await?,
        Aside::Restore => {
            if aside::restore(connection, key, run_id).await? {
                return Ok(true);
            }
        }
    }
    save_items(connection, key, run_id, items).await?;
    Ok(true)
}

/// Leaves of the runs of a deleted thread only that they were there.
pub(super) async fn empty_runs_of(connection: &mut PgConnection, key: &ThreadKey) -> Result<(), StoreError> {
    sqlx::query(
        "DELETE FROM run_events WHERE user_id = $1 AND run_id IN \
         (SELECT id FROM runs WHERE user_id = $1 AND thread_id = $2)",
    )
    .bind(&key.user_id)
    .bind(&key.thread_id)
    .execute(&mut *connection)
    .await
    .map_err(failed)?;
    sqlx::query(
        "UPDATE runs SET state = $3, ended_at = (extract(epoch FROM clock_timestamp()) * 1000000)::bigint \
         WHERE user_id = $1 AND thread_id = $2 AND state = 'running'",
    )
    .bind(&key.user_id)
    .bind(&key.thread_id)
    .bind(RunState::Cancelled.as_str())
    .execute(connection)
    .await
    .map_err(failed)?;
    Ok(())
}

async fn load(connection: &mut PgConnection, user_id: &str, run_id: &str) -> Result<Run, StoreError> {
    sqlx::query_as::<_, RunRow>(select!("WHERE user_id = $1 AND id = $2"))
        .bind(user_id)
        .bind(run_id)
        .fetch_optional(connection)
        .await
        .map_err(failed)?
        .ok_or(StoreError::NotFound)?
        .try_into()
}
