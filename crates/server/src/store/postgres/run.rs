//! Runs in Postgres. Each belongs to the store that began it for as long as its lease lasts; then whoever comes may end
//! it, and from then on whatever its first owner still writes is refused.

use std::time::Duration;

use async_trait::async_trait;
use docent_protocol::{ThreadMetadata, Timestamp};
use sqlx::PgConnection;

use super::begin::begin;
use super::lease::{Holder, Note, is_run_elsewhere, note};
use super::{PostgresStore, aside, commit, failed, item, thread};
use crate::store::events;
use crate::store::row::{RunRow, seq_in};
use crate::store::{
    Aside, EventBatch, PlacedItem, Run, RunEnding, RunEvent, RunOpening, RunState, RunStore, StoreError,
    ThreadKey, ThreadPatch,
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
        begin(self, key, opening).await
    }

    async fn save_run_progress(
        &self,
        key: &ThreadKey,
        run_id: &str,
        events: &EventBatch,
        items: &[PlacedItem],
    ) -> Result<(), StoreError> {
        let mut connection = self.connection().await?;
        let progress = Note { events: Some(events), items, ..Note::NOTHING };
        let noted = note(&mut connection, self, key, run_id, Holder::Owner, progress).await;
        connection.answered(noted)
    }

    async fn delete_run_item(
        &self,
        key: &ThreadKey,
        run_id: &str,
        item_id: &str,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.write(key).await?;
        note(&mut transaction, self, key, run_id, Holder::Owner, Note::NOTHING).await?;
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
        note(&mut transaction, self, key, run_id, Holder::Owner, Note::NOTHING).await?;
        let thread = thread::patch(&mut transaction, key, patch).await?;
        commit(transaction).await?;
        Ok(thread)
    }

    async fn end_run(&self, key: &ThreadKey, run_id: &str, ending: &RunEnding) -> Result<bool, StoreError> {
        let RunEnding { state, ended_at, events, items, aside } = ending;
        let end = Note { events: Some(events), items, end: Some((*state, *ended_at)), deletes_aside: true };
        let noted = match aside {
            Aside::Delete => {
                let mut connection = self.connection().await?;
                let noted = note(&mut connection, self, key, run_id, Holder::OwnerOrHeir, end).await;
                connection.answered(noted)
            }
            Aside::Restore => restore(self, key, run_id, end).await,
        };
        match noted {
            Ok(()) => Ok(true),
            Err(StoreError::NotFound) => Ok(false),
            Err(error) => Err(error),
        }
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
        let mut connection = self.connection().await?;
        let run = load(&mut connection, user_id, run_id).await;
        connection.answered(run)
    }

    async fn load_run_by_key(&self, user_id: &str, key: &str) -> Result<Option<Run>, StoreError> {
        let mut connection = self.connection().await?;
        let found = sqlx::query_as::<_, RunRow>(select!("WHERE user_id = $1 AND idempotency_key = $2"))
            .bind(user_id)
            .bind(key)
            .fetch_optional(&mut *connection)
            .await
            .map_err(failed);
        connection.answered(found)?.map(Run::try_from).transpose()
    }

    async fn load_run_events(
        &self,
        user_id: &str,
        run_id: &str,
        after: u64,
    ) -> Result<Vec<RunEvent>, StoreError> {
        let mut connection = self.connection().await?;
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
        .fetch_all(&mut *connection)
        .await
        .map_err(failed);
        events::read(&connection.answered(batches)?, after)
    }

    async fn load_running_runs(&self) -> Result<Vec<Run>, StoreError> {
        let mut connection = self.connection().await?;
        let running = sqlx::query_as::<_, RunRow>(select!(
            "WHERE ended_at IS NULL AND (owner = $1 OR lease_until < clock_timestamp()) \
             ORDER BY started_at, id"
        ))
        .bind(&*self.owner)
        .fetch_all(&mut *connection)
        .await
        .map_err(failed);
        connection.answered(running)?.into_iter().map(Run::try_from).collect()
    }

    async fn delete_runs(&self, ended_before: Timestamp) -> Result<u64, StoreError> {
        let mut connection = self.connection().await?;
        let deleted = sqlx::query("DELETE FROM runs WHERE ended_at < $1")
            .bind(ended_before.unix_micros())
            .execute(&mut *connection)
            .await
            .map_err(failed);
        Ok(connection.answered(deleted)?.rows_affected())
    }

    fn watch_interval(&self) -> Option<Duration> {
        // So that a beat or two may be missed.
        Some(WATCH_INTERVAL.min(self.lease / 4))
    }

    async fn keep_runs(&self) -> Result<(), StoreError> {
        let mut connection = self.connection().await?;
        let kept = sqlx::query(
            "UPDATE runs SET lease_until = clock_timestamp() + make_interval(secs => $2) \
             WHERE owner = $1 AND ended_at IS NULL",
        )
        .bind(&*self.owner)
        .bind(self.lease.as_secs_f64())
        .execute(&mut *connection)
        .await
        .map_err(failed);
        connection.answered(kept).map(drop)
    }

    async fn is_answered_elsewhere(&self, key: &ThreadKey) -> Result<bool, StoreError> {
        let mut connection = self.connection().await?;
        let is_elsewhere = is_run_elsewhere(&mut connection, self, key).await;
        connection.answered(is_elsewhere)
    }
}

/// Ends a run that failed to take the place of what it set aside, if it set anything aside.
async fn restore(
    store: &PostgresStore,
    key: &ThreadKey,
    run_id: &str,
    end: Note<'_>,
) -> Result<(), StoreError> {
    let mut transaction = store.write(key).await?;
    let is_restored = aside::is_set(&mut transaction, key, run_id).await?;
    let items = if is_restored { &[] } else { end.items };
    let end = Note { items, deletes_aside: false, ..end };
    note(&mut transaction, store, key, run_id, Holder::OwnerOrHeir, end).await?;
    if is_restored {
        aside::restore(&mut transaction, key, run_id).await?;
    }
    commit(transaction).await
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
