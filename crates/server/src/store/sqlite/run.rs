//! Runs in SQLite.

use async_trait::async_trait;
use docent_protocol::{ThreadItem, ThreadMetadata, Timestamp};
use sqlx::SqliteConnection;

use super::writer::Write;
use super::{SqliteStore, aside, commit, item, thread};
use crate::store::events::{self, Batch};
use crate::store::row::{RunRow, seq_in, write_error};
use crate::store::{
    Aside, PlacedItem, Run, RunEnding, RunEvent, RunOpening, RunState, RunStore, StoreError, ThreadKey,
    ThreadPatch,
};

#[async_trait]
impl RunStore for SqliteStore {
    async fn begin_run(&self, key: &ThreadKey, opening: &RunOpening) -> Result<(), StoreError> {
        self.turns.run(BeginRun { key: key.clone(), opening: opening.clone() }).await
    }

    async fn save_run_progress(
        &self,
        key: &ThreadKey,
        run_id: &str,
        events: &[RunEvent],
        items: &[PlacedItem],
    ) -> Result<(), StoreError> {
        let (key, run_id, batch) = (key.clone(), run_id.to_owned(), Batch::of(events)?);
        self.turns.run(SaveProgress { key, run_id, batch, items: items.to_vec() }).await
    }

    async fn delete_run_item(
        &self,
        key: &ThreadKey,
        run_id: &str,
        item_id: &str,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.write().await?;
        append(&mut transaction, key, run_id, None).await?;
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
        let mut transaction = self.write().await?;
        append(&mut transaction, key, run_id, None).await?;
        let thread = thread::patch(&mut transaction, key, patch).await?;
        commit(transaction).await?;
        Ok(thread)
    }

    async fn end_run(&self, key: &ThreadKey, run_id: &str, ending: &RunEnding) -> Result<bool, StoreError> {
        let (key, run_id, batch) = (key.clone(), run_id.to_owned(), Batch::of(&ending.events)?);
        self.turns.run(EndRun { key, run_id, batch, ending: ending.clone() }).await
    }

    async fn request_cancel(&self, user_id: &str, run_id: &str) -> Result<Run, StoreError> {
        let mut transaction = self.write().await?;
        sqlx::query(
            "UPDATE runs SET is_cancel_requested = 1 WHERE user_id = ?1 AND id = ?2 AND state = 'running'",
        )
        .bind(user_id)
        .bind(run_id)
        .execute(&mut *transaction)
        .await
        .map_err(StoreError::database)?;
        let run = load(&mut transaction, user_id, run_id).await?;
        commit(transaction).await?;
        Ok(run)
    }

    async fn load_run(&self, user_id: &str, run_id: &str) -> Result<Run, StoreError> {
        load(&mut *self.read().await?, user_id, run_id).await
    }

    async fn load_run_by_key(&self, user_id: &str, key: &str) -> Result<Option<Run>, StoreError> {
        sqlx::query_as::<_, RunRow>("SELECT * FROM runs WHERE user_id = ?1 AND idempotency_key = ?2")
            .bind(user_id)
            .bind(key)
            .fetch_optional(&mut *self.read().await?)
            .await
            .map_err(StoreError::database)?
            .map(Run::try_from)
            .transpose()
    }

    async fn load_run_events(
        &self,
        user_id: &str,
        run_id: &str,
        after: u64,
    ) -> Result<Vec<RunEvent>, StoreError> {
        let batches = sqlx::query_scalar::<_, String>(
            "SELECT body FROM run_events WHERE user_id = ?1 AND run_id = ?2 AND last_seq > ?3 \
             ORDER BY first_seq LIMIT ?4",
        )
        .bind(user_id)
        .bind(run_id)
        .bind(seq_in(after))
        .bind(events::READ_AT_ONCE)
        .fetch_all(&mut *self.read().await?)
        .await
        .map_err(StoreError::database)?;
        events::read(&batches, after)
    }

    async fn load_running_runs(&self) -> Result<Vec<Run>, StoreError> {
        sqlx::query_as::<_, RunRow>("SELECT * FROM runs WHERE state = 'running' ORDER BY started_at, id")
            .fetch_all(&mut *self.read().await?)
            .await
            .map_err(StoreError::database)?
            .into_iter()
            .map(Run::try_from)
            .collect()
    }

    async fn delete_runs(&self, ended_before: Timestamp) -> Result<u64, StoreError> {
        let mut transaction = self.write().await?;
        let deleted = sqlx::query("DELETE FROM runs WHERE ended_at < ?1")
            .bind(ended_before.unix_micros())
            .execute(&mut *transaction)
            .await
            .map_err(StoreError::database)?;
        commit(transaction).await?;
        Ok(deleted.rows_affected())
    }
}

struct BeginRun {
    key: ThreadKey,
    opening: RunOpening,
}

#[async_trait]
impl Write for BeginRun {
    type Output = ();

    async fn write(&self, connection: &mut SqliteConnection) -> Result<(), StoreError> {
        begin(connection, &self.key, &self.opening).await
    }
}

struct SaveProgress {
    key: ThreadKey,
    run_id: String,
    batch: Option<Batch>,
    items: Vec<PlacedItem>,
}

#[async_trait]
impl Write for SaveProgress {
    type Output = ();

    async fn write(&self, connection: &mut SqliteConnection) -> Result<(), StoreError> {
        append(connection, &self.key, &self.run_id, self.batch.as_ref()).await?;
        save_items(connection, &self.key, &self.run_id, &self.items).await
    }
}

struct EndRun {
    key: ThreadKey,
    run_id: String,
    batch: Option<Batch>,
    ending: RunEnding,
}

#[async_trait]
impl Write for EndRun {
    type Output = bool;

    async fn write(&self, connection: &mut SqliteConnection) -> Result<bool, StoreError> {
        end(connection, &self.key, &self.run_id, self.batch.as_ref(), &self.ending).await
    }
}

async fn begin(
    connection: &mut SqliteConnection,
    key: &ThreadKey,
    opening: &RunOpening,
) -> Result<(), StoreError> {
    let RunOpening {
        id,
        started_at,
        idempotency,
        new_thread,
        newest,
        unchanged,
        saved,
        deleted,
        set_aside_after,
    } = opening;
    if let Some(new_thread) = new_thread {
        let taken = i64::try_from(saved.len()).map_err(StoreError::database)?;
        thread::insert(connection, key, new_thread, taken).await?;
    }
    let begun = sqlx::query(
        "INSERT INTO runs (user_id, thread_id, id, state, started_at, idempotency_key, fingerprint) \
         SELECT user_id, id, ?3, 'running', ?4, ?5, ?6 FROM threads \
         WHERE user_id = ?1 AND id = ?2 AND is_deleted = 0",
    )
    .bind(&key.user_id)
    .bind(&key.thread_id)
    .bind(id)
    .bind(started_at.unix_micros())
    .bind(idempotency.as_ref().map(|idempotency| &idempotency.key))
    .bind(idempotency.as_ref().map(|idempotency| &idempotency.fingerprint))
    .execute(&mut *connection)
    .await
    .map_err(write_error)?;
    if begun.rows_affected() == 0 {
        return Err(StoreError::NotFound);
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
    for (position, item) in (1..).zip(saved) {
        // In a new thread the positions are known.
        let position = new_thread.as_ref().map(|_| position);
        item::save(connection, key, item, position, None).await?;
    }
    for item_id in deleted {
        item::delete(connection, key, item_id).await?;
    }
    Ok(())
}

async fn is_stored(
    connection: &mut SqliteConnection,
    key: &ThreadKey,
    expected: &ThreadItem,
) -> Result<bool, StoreError> {
    match item::load(connection, key, expected.id()).await {
        Ok(stored) => Ok(stored == *expected),
        Err(StoreError::NotFound) => Ok(false),
        Err(error) => Err(error),
    }
}

async fn append(
    connection: &mut SqliteConnection,
    key: &ThreadKey,
    run_id: &str,
    batch: Option<&Batch>,
) -> Result<(), StoreError> {
    // Of no events this is still the check that the run goes on.
    let last_seq = batch.map_or(0, |batch| batch.last_seq);
    let noted = sqlx::query(
        "UPDATE runs SET last_seq = MAX(last_seq, ?3) WHERE user_id = ?1 AND id = ?2 AND state = 'running'",
    )
    .bind(&key.user_id)
    .bind(run_id)
    .bind(seq_in(last_seq))
    .execute(&mut *connection)
    .await
    .map_err(StoreError::database)?;
    if noted.rows_affected() == 0 {
        return Err(StoreError::NotFound);
    }
    match batch {
        Some(batch) => save_batch(connection, key, run_id, batch).await,
        None => Ok(()),
    }
}

async fn save_batch(
    connection: &mut SqliteConnection,
    key: &ThreadKey,
    run_id: &str,
    batch: &Batch,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO run_events (user_id, run_id, first_seq, last_seq, body) VALUES (?1, ?2, ?3, ?4, ?5) \
         ON CONFLICT (user_id, run_id, first_seq) DO UPDATE SET last_seq = excluded.last_seq, body = excluded.body",
    )
    .bind(&key.user_id)
    .bind(run_id)
    .bind(seq_in(batch.first_seq))
    .bind(seq_in(batch.last_seq))
    .bind(&batch.body)
    .execute(connection)
    .await
    .map_err(StoreError::database)?;
    Ok(())
}

async fn save_items(
    connection: &mut SqliteConnection,
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
    connection: &mut SqliteConnection,
    key: &ThreadKey,
    run_id: &str,
    batch: Option<&Batch>,
    ending: &RunEnding,
) -> Result<bool, StoreError> {
    let RunEnding { state, ended_at, events: _, items, aside } = ending;
    let ended = sqlx::query(
        "UPDATE runs SET last_seq = MAX(last_seq, ?3), state = ?4, ended_at = ?5 \
         WHERE user_id = ?1 AND id = ?2 AND state = 'running'",
    )
    .bind(&key.user_id)
    .bind(run_id)
    .bind(seq_in(batch.map_or(0, |batch| batch.last_seq)))
    .bind(state.as_str())
    .bind(ended_at.unix_micros())
    .execute(&mut *connection)
    .await
    .map_err(StoreError::database)?;
    if ended.rows_affected() == 0 {
        return Ok(false);
    }
    if let Some(batch) = batch {
        save_batch(connection, key, run_id, batch).await?;
    }
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
pub(super) async fn empty_runs_of(
    connection: &mut SqliteConnection,
    key: &ThreadKey,
) -> Result<(), StoreError> {
    sqlx::query(
        "DELETE FROM run_events WHERE user_id = ?1 AND run_id IN \
         (SELECT id FROM runs WHERE user_id = ?1 AND thread_id = ?2)",
    )
    .bind(&key.user_id)
    .bind(&key.thread_id)
    .execute(&mut *connection)
    .await
    .map_err(StoreError::database)?;
    sqlx::query(
        "UPDATE runs SET state = ?3, ended_at = CAST(unixepoch('subsec') * 1000000 AS INTEGER) \
         WHERE user_id = ?1 AND thread_id = ?2 AND state = 'running'",
    )
    .bind(&key.user_id)
    .bind(&key.thread_id)
    .bind(RunState::Cancelled.as_str())
    .execute(connection)
    .await
    .map_err(StoreError::database)?;
    Ok(())
}

async fn load(connection: &mut SqliteConnection, user_id: &str, run_id: &str) -> Result<Run, StoreError> {
    sqlx::query_as::<_, RunRow>("SELECT * FROM runs WHERE user_id = ?1 AND id = ?2")
        .bind(user_id)
        .bind(run_id)
        .fetch_optional(connection)
        .await
        .map_err(StoreError::database)?
        .ok_or(StoreError::NotFound)?
        .try_into()
}
