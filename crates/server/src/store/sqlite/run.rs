//! Runs in SQLite.

use async_trait::async_trait;
use docent_protocol::{ThreadItem, ThreadMetadata, Timestamp};
use rusqlite::{Connection, Row, params};

use super::failure::Failure;
use super::item::{self, SavedItem};
use super::statement::{all, execute, first};
use super::thread::{self, NewThread};
use super::{SqliteStore, aside, attachment};
use crate::store::events;
use crate::store::row::{RunRow, check_active, seq_in};
use crate::store::{
    Aside, EventBatch, PlacedItem, Run, RunEnding, RunEvent, RunOpening, RunState, RunStore, StoreError,
    ThreadKey, ThreadPatch,
};

/// The columns of a [`RunRow`], of the table.
macro_rules! select {
    ($condition:literal) => {
        concat!(
            "SELECT user_id, id, thread_id, state, is_cancel_requested, started_at, ended_at, idempotency_key, ",
            "fingerprint, last_seq FROM runs WHERE ",
            $condition
        )
    };
}

fn read(row: &Row<'_>) -> rusqlite::Result<RunRow> {
    Ok(RunRow {
        user_id: row.get(0)?,
        id: row.get(1)?,
        thread_id: row.get(2)?,
        state: row.get(3)?,
        is_cancel_requested: row.get(4)?,
        started_at: row.get(5)?,
        ended_at: row.get(6)?,
        idempotency_key: row.get(7)?,
        fingerprint: row.get(8)?,
        last_seq: row.get(9)?,
    })
}

#[async_trait]
impl RunStore for SqliteStore {
    async fn begin_run(&self, key: &ThreadKey, opening: &RunOpening) -> Result<i64, StoreError> {
        let (key, opening) = (key.clone(), Opening::of(opening)?);
        self.write(move |connection| begin(connection, &key, &opening)).await
    }

    async fn save_run_progress(
        &self,
        key: &ThreadKey,
        run_id: &str,
        events: &EventBatch,
        items: &[PlacedItem],
    ) -> Result<(), StoreError> {
        let (key, run_id) = (key.clone(), run_id.to_owned());
        let (batch, items) = (events.clone(), SavedItem::all(items)?);
        let write = move |connection: &Connection| {
            if batch.is_empty() {
                check(connection, &key, &run_id)?;
            } else {
                append(connection, &key, &run_id, &batch)?;
            }
            save_items(connection, &key, &run_id, &items)
        };
        self.write(write).await
    }

    async fn delete_run_item(
        &self,
        key: &ThreadKey,
        run_id: &str,
        item_id: &str,
    ) -> Result<bool, StoreError> {
        let (key, run_id, item_id) = (key.clone(), run_id.to_owned(), item_id.to_owned());
        let write = move |connection: &Connection| {
            check(connection, &key, &run_id)?;
            item::delete(connection, &key, &item_id)
        };
        self.write(write).await
    }

    async fn change_run_thread(
        &self,
        key: &ThreadKey,
        run_id: &str,
        patch: &ThreadPatch,
    ) -> Result<ThreadMetadata, StoreError> {
        let (key, run_id, patch) = (key.clone(), run_id.to_owned(), patch.clone());
        let write = move |connection: &Connection| {
            check(connection, &key, &run_id)?;
            thread::patch(connection, &key, &patch)
        };
        self.write(write).await
    }

    async fn end_run(&self, key: &ThreadKey, run_id: &str, ending: &RunEnding) -> Result<bool, StoreError> {
        let (key, run_id, ending) = (key.clone(), run_id.to_owned(), Ending::of(ending)?);
        self.write(move |connection| end(connection, &key, &run_id, &ending)).await
    }

    async fn request_cancel(&self, user_id: &str, run_id: &str) -> Result<Run, StoreError> {
        let (user_id, run_id) = (user_id.to_owned(), run_id.to_owned());
        let write = move |connection: &Connection| {
            execute(
                connection,
                "UPDATE runs SET is_cancel_requested = 1 WHERE user_id = ?1 AND id = ?2 AND state = 'running'",
                params![user_id, run_id],
            )?;
            load(connection, &user_id, &run_id)
        };
        self.write(write).await
    }

    async fn load_run(&self, user_id: &str, run_id: &str) -> Result<Run, StoreError> {
        let (user_id, run_id) = (user_id.to_owned(), run_id.to_owned());
        self.read(move |connection| load(connection, &user_id, &run_id)).await
    }

    async fn load_run_by_key(&self, user_id: &str, key: &str) -> Result<Option<Run>, StoreError> {
        let (user_id, key) = (user_id.to_owned(), key.to_owned());
        let query = move |connection: &Connection| {
            let query = select!("user_id = ?1 AND idempotency_key = ?2");
            let row = first(connection, query, params![user_id, key], read)?;
            Ok(row.map(Run::try_from).transpose()?)
        };
        self.read(query).await
    }

    async fn load_run_events(
        &self,
        user_id: &str,
        run_id: &str,
        after: u64,
    ) -> Result<Vec<RunEvent>, StoreError> {
        let (user_id, run_id) = (user_id.to_owned(), run_id.to_owned());
        let query = move |connection: &Connection| {
            let batches = all(
                connection,
                "SELECT body FROM run_events WHERE user_id = ?1 AND run_id = ?2 AND last_seq > ?3 \
                 ORDER BY first_seq LIMIT ?4",
                params![user_id, run_id, seq_in(after), events::READ_AT_ONCE],
                |row| row.get::<_, String>(0),
            )?;
            Ok(events::read(&batches, after)?)
        };
        self.read(query).await
    }

    async fn load_running_runs(&self) -> Result<Vec<Run>, StoreError> {
        let query = |connection: &Connection| {
            let query = select!("state = 'running' ORDER BY started_at, id");
            let rows = all(connection, query, [], read)?;
            Ok(rows.into_iter().map(Run::try_from).collect::<Result<_, _>>()?)
        };
        self.read(query).await
    }

    async fn delete_runs(&self, ended_before: Timestamp) -> Result<u64, StoreError> {
        let ended_before = ended_before.unix_micros();
        let write = move |connection: &Connection| {
            Ok(execute(connection, "DELETE FROM runs WHERE ended_at < ?1", [ended_before])? as u64)
        };
        self.write(write).await
    }
}

/// A [`RunOpening`] as it is kept.
struct Opening {
    id: String,
    started_at: i64,
    idempotency_key: Option<String>,
    fingerprint: Option<String>,
    new_thread: Option<NewThread>,
    newest: Option<String>,
    unchanged: Vec<ThreadItem>,
    saved: Vec<SavedItem>,
    deleted: Vec<String>,
    attached: Vec<String>,
    set_aside_after: Option<String>,
}

impl Opening {
    fn of(opening: &RunOpening) -> Result<Self, StoreError> {
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
        if let Some(new_thread) = new_thread {
            check_active(new_thread.status.clone())?;
        }
        let saved = saved.iter().map(|item| SavedItem::of(item, None));
        Ok(Self {
            id: id.clone(),
            started_at: started_at.unix_micros(),
            idempotency_key: idempotency.as_ref().map(|idempotency| idempotency.key.clone()),
            fingerprint: idempotency.as_ref().map(|idempotency| idempotency.fingerprint.clone()),
            new_thread: new_thread.as_ref().map(NewThread::of).transpose()?,
            newest: newest.clone(),
            unchanged: unchanged.clone(),
            saved: saved.collect::<Result<_, _>>()?,
            deleted: deleted.clone(),
            attached: attached.clone(),
            set_aside_after: set_aside_after.clone(),
        })
    }
}

/// A [`RunEnding`] as it is kept.
struct Ending {
    state: RunState,
    ended_at: i64,
    batch: EventBatch,
    items: Vec<SavedItem>,
    aside: Aside,
}

impl Ending {
    fn of(ending: &RunEnding) -> Result<Self, StoreError> {
        let RunEnding { state, ended_at, events, items, aside } = ending;
        Ok(Self {
            state: *state,
            ended_at: ended_at.unix_micros(),
            batch: events.clone(),
            items: SavedItem::all(items)?,
            aside: *aside,
        })
    }
}

fn begin(connection: &Connection, key: &ThreadKey, opening: &Opening) -> Result<i64, Failure> {
    let Opening {
        id,
        started_at,
        idempotency_key,
        fingerprint,
        new_thread,
        newest,
        unchanged,
        saved,
        deleted,
        attached,
        set_aside_after,
    } = opening;
    // One for each item, and one for what the run adds first.
    let places = i64::try_from(saved.len()).map_err(StoreError::database)? + 1;
    let reserved = match new_thread {
        Some(new_thread) => {
            thread::insert(connection, key, new_thread, places)?;
            places
        }
        None => thread::reserve_in_active(connection, key, places)?,
    };
    execute(
        connection,
        "INSERT INTO runs (user_id, thread_id, id, state, started_at, idempotency_key, fingerprint) \
         VALUES (?1, ?2, ?3, 'running', ?4, ?5, ?6)",
        params![key.user_id, key.thread_id, id, started_at, idempotency_key, fingerprint],
    )?;
    if let Some(newest) = newest
        && !item::is_newest(connection, key, newest)?
    {
        return Err(StoreError::Changed.into());
    }
    for expected in unchanged {
        if !is_stored(connection, key, expected)? {
            return Err(StoreError::Changed.into());
        }
    }
    if let Some(item_id) = set_aside_after {
        aside::set(connection, key, item_id, id)?;
    }
    for (place, item) in (reserved - places + 1..).zip(saved) {
        item::save_at(connection, key, item, place, None)?;
    }
    for item_id in deleted {
        item::delete(connection, key, item_id)?;
    }
    // None of them: they are kept elsewhere.
    match attachment::put_into_thread(connection, key, attached)? {
        count if count == 0 || count == attached.len() => Ok(reserved),
        _ => Err(StoreError::NotFound.into()),
    }
}

fn is_stored(connection: &Connection, key: &ThreadKey, expected: &ThreadItem) -> Result<bool, Failure> {
    match item::load(connection, key, expected.id()) {
        Ok(stored) => Ok(stored == *expected),
        Err(Failure::Store(StoreError::NotFound)) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Whether the run goes on.
fn check(connection: &Connection, key: &ThreadKey, run_id: &str) -> Result<(), Failure> {
    let query = "SELECT 1 FROM runs WHERE user_id = ?1 AND thread_id = ?2 AND id = ?3 AND state = 'running'";
    let running = first(connection, query, params![key.user_id, key.thread_id, run_id], |_| Ok(()))?;
    Ok(running.ok_or(StoreError::NotFound)?)
}

fn append(connection: &Connection, key: &ThreadKey, run_id: &str, batch: &EventBatch) -> Result<(), Failure> {
    let noted = execute(
        connection,
        "UPDATE runs SET last_seq = MAX(last_seq, ?4) \
         WHERE user_id = ?1 AND thread_id = ?2 AND id = ?3 AND state = 'running'",
        params![key.user_id, key.thread_id, run_id, seq_in(batch.last_seq())],
    )?;
    if noted == 0 {
        return Err(StoreError::NotFound.into());
    }
    save_batch(connection, key, run_id, batch)
}

fn save_batch(
    connection: &Connection,
    key: &ThreadKey,
    run_id: &str,
    batch: &EventBatch,
) -> Result<(), Failure> {
    execute(
        connection,
        "INSERT INTO run_events (user_id, run_id, first_seq, last_seq, body) VALUES (?1, ?2, ?3, ?4, ?5) \
         ON CONFLICT (user_id, run_id, first_seq) DO UPDATE SET last_seq = excluded.last_seq, body = excluded.body",
        params![key.user_id, run_id, seq_in(batch.first_seq()), seq_in(batch.last_seq()), batch.body()],
    )?;
    Ok(())
}

fn save_items(
    connection: &Connection,
    key: &ThreadKey,
    run_id: &str,
    items: &[SavedItem],
) -> Result<(), Failure> {
    items.iter().try_for_each(|item| item::save(connection, key, item, Some(run_id)))
}

fn end(connection: &Connection, key: &ThreadKey, run_id: &str, ending: &Ending) -> Result<bool, Failure> {
    let Ending { state, ended_at, batch, items, aside } = ending;
    let ended = execute(
        connection,
        "UPDATE runs SET last_seq = MAX(last_seq, ?4), state = ?5, ended_at = ?6 \
         WHERE user_id = ?1 AND thread_id = ?2 AND id = ?3 AND state = 'running'",
        params![key.user_id, key.thread_id, run_id, seq_in(batch.last_seq()), state.as_str(), ended_at],
    )?;
    if ended == 0 {
        return Ok(false);
    }
    if !batch.is_empty() {
        save_batch(connection, key, run_id, batch)?;
    }
    match aside {
        Aside::Delete => aside::delete(connection, key, run_id)?,
        Aside::Restore => {
            if aside::restore(connection, key, run_id)? {
                return Ok(true);
            }
        }
    }
    save_items(connection, key, run_id, items)?;
    Ok(true)
}

/// Leaves of the runs of a deleted thread only that they were there.
pub(super) fn empty_runs_of(connection: &Connection, key: &ThreadKey) -> Result<(), Failure> {
    execute(
        connection,
        "DELETE FROM run_events WHERE user_id = ?1 AND run_id IN \
         (SELECT id FROM runs WHERE user_id = ?1 AND thread_id = ?2)",
        params![key.user_id, key.thread_id],
    )?;
    execute(
        connection,
        "UPDATE runs SET state = ?3, ended_at = CAST(unixepoch('subsec') * 1000000 AS INTEGER) \
         WHERE user_id = ?1 AND thread_id = ?2 AND state = 'running'",
        params![key.user_id, key.thread_id, RunState::Cancelled.as_str()],
    )?;
    Ok(())
}

fn load(connection: &Connection, user_id: &str, run_id: &str) -> Result<Run, Failure> {
    let row = first(connection, select!("user_id = ?1 AND id = ?2"), params![user_id, run_id], read)?;
    Ok(row.ok_or(StoreError::NotFound)?.try_into()?)
}
