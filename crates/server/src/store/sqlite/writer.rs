//! Who writes: one thread with the only connection that writes. What is asked for at the same time shares a transaction.
//!
//! A commit costs far more than what is written in it. So whatever waits while a transaction is on its way is done in the
//! next one, together, and is acknowledged once that is committed: nothing waits for company. If a write fails, all of
//! them are done again with a savepoint for each, so that it undoes only itself and its companions never hear of it.

use std::fmt;
use std::sync::Arc;
use std::thread::JoinHandle;

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::failure::{Failure, caught};
use super::queue::Queue;
use super::statement::execute;
use crate::store::StoreError;

/// How much is done in one transaction at most, so that the first of it does not wait long for the last.
const MOST_TOGETHER: usize = 64;

/// Takes what is to be written.
pub(super) struct Writer {
    queue: Arc<Queue<Box<dyn Job>>>,
    thread: Option<JoinHandle<()>>,
}

impl fmt::Debug for Writer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Writer").finish_non_exhaustive()
    }
}

impl Writer {
    /// Writes through this connection, and calls `after` when something was committed, before it is acknowledged.
    pub(super) fn start(
        connection: Connection,
        mut after: impl FnMut(&Connection) + Send + 'static,
    ) -> Result<Self, StoreError> {
        let queue = Arc::new(Queue::<Box<dyn Job>>::new());
        let waiting = Arc::clone(&queue);
        let thread = start("docent-sqlite-write", move || {
            let mut jobs = Vec::with_capacity(MOST_TOGETHER);
            while waiting.take(MOST_TOGETHER, &mut jobs) {
                settle(&connection, &mut jobs);
                after(&connection);
            }
        })?;
        Ok(Self { queue, thread: Some(thread) })
    }

    /// Writes this; it is committed when this returns. Once it is asked for, it is done, whether or not somebody still
    /// waits for it. It may be done again, because a companion failed, and is undone before.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        write: impl Fn(&Connection) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.queue.push(Box::new(Waiting { write, result: None, reply }));
        answer.await.map_err(|_| ended())?
    }
}

/// Does what waits, and ends.
impl Drop for Writer {
    fn drop(&mut self) {
        self.queue.close();
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

/// Starts a thread.
pub(super) fn start(name: &str, run: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, StoreError> {
    std::thread::Builder::new().name(name.to_owned()).spawn(run).map_err(StoreError::database)
}

/// The error for whoever asks a thread that is not there any more.
pub(super) fn ended() -> StoreError {
    StoreError::database("the store has ended")
}

/// A write of any kind, and whoever waits for it.
trait Job: Send {
    /// Writes and remembers what came of it; whether it was done.
    fn attempt(&mut self, connection: &Connection) -> bool;

    /// Tells what came of it.
    fn tell(self: Box<Self>);

    /// Tells that the transaction failed.
    fn fail(self: Box<Self>, error: StoreError);
}

struct Waiting<F, T> {
    write: F,
    result: Option<Result<T, StoreError>>,
    reply: oneshot::Sender<Result<T, StoreError>>,
}

impl<T: Send, F: Fn(&Connection) -> Result<T, Failure> + Send> Job for Waiting<F, T> {
    fn attempt(&mut self, connection: &Connection) -> bool {
        // A panic is undone like any failure.
        let result = caught(|| (self.write)(connection));
        let is_done = result.is_ok();
        self.result = Some(result.map_err(StoreError::from));
        is_done
    }

    fn tell(self: Box<Self>) {
        if let Some(result) = self.result {
            // Nobody may wait any more: it is done all the same.
            drop(self.reply.send(result));
        }
    }

    fn fail(self: Box<Self>, error: StoreError) {
        drop(self.reply.send(Err(error)));
    }
}

/// Does all of them and tells what came of each.
fn settle(connection: &Connection, jobs: &mut Vec<Box<dyn Job>>) {
    let is_done = |outcome: rusqlite::Result<bool>| outcome.is_ok_and(|is_done| is_done);
    if jobs.len() > 1
        && (is_done(together(connection, jobs, false)) || is_done(together(connection, jobs, true)))
    {
        jobs.drain(..).for_each(Job::tell);
        return;
    }
    // One of them takes the whole transaction along, such as what finds no room on the disk.
    for mut job in jobs.drain(..) {
        match together(connection, std::slice::from_mut(&mut job), false) {
            Ok(_) => job.tell(),
            Err(error) => job.fail(StoreError::database(error)),
        }
    }
}

/// Does it all in one transaction, or, unless each has a savepoint, nothing if one of them fails: then `false`.
fn together(
    connection: &Connection,
    jobs: &mut [Box<dyn Job>],
    has_savepoints: bool,
) -> rusqlite::Result<bool> {
    let done = in_transaction(connection, jobs, has_savepoints);
    if !connection.is_autocommit() {
        execute(connection, "ROLLBACK", [])?;
    }
    done
}

fn in_transaction(
    connection: &Connection,
    jobs: &mut [Box<dyn Job>],
    has_savepoints: bool,
) -> rusqlite::Result<bool> {
    // At once: a transaction that read first could not become a writer any more once another process had written.
    execute(connection, "BEGIN IMMEDIATE", [])?;
    for job in jobs {
        if has_savepoints {
            execute(connection, "SAVEPOINT job", [])?;
        }
        let is_done = job.attempt(connection);
        // Some failures end the transaction, and with it the savepoint.
        if !is_done && (!has_savepoints || connection.is_autocommit()) {
            return Ok(false);
        }
        if !is_done {
            execute(connection, "ROLLBACK TO job", [])?;
        }
        if has_savepoints {
            execute(connection, "RELEASE job", [])?;
        }
    }
    execute(connection, "COMMIT", [])?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::future::join_all;

    fn writer() -> Writer {
        let connection = Connection::open_in_memory().expect("a database");
        connection
            .execute_batch("CREATE TABLE numbers (number INTEGER UNIQUE CHECK (number <> 13))")
            .expect("a table");
        Writer::start(connection, |_| ()).expect("a thread")
    }

    /// Adds a number. A negative one is refused after it was added, and of 99 the whole transaction perishes.
    async fn add(writer: &Writer, number: i64) -> Result<i64, StoreError> {
        let write = move |connection: &Connection| {
            execute(connection, "INSERT INTO numbers (number) VALUES (?1)", [number])?;
            match number {
                // As when the disk is full.
                99 => {
                    execute(connection, "ROLLBACK", [])?;
                    Err(StoreError::database("no room").into())
                }
                100.. => panic!("{number} is too much"),
                ..0 => Err(StoreError::Changed.into()),
                _ => Ok(number),
            }
        };
        writer.run(write).await
    }

    async fn numbers(writer: &Writer) -> Vec<i64> {
        let query = |connection: &Connection| {
            Ok(super::super::statement::all(
                connection,
                "SELECT number FROM numbers ORDER BY number",
                [],
                |row| row.get(0),
            )?)
        };
        writer.run(query).await.expect("numbers")
    }

    #[tokio::test]
    async fn a_write_that_fails_takes_none_of_its_companions_with_it() {
        let writer = writer();
        let written = join_all([1, 2, -3, 4, 2, 6].map(|number| add(&writer, number))).await;
        let done: Vec<bool> = written.iter().map(Result::is_ok).collect();
        assert_eq!(done, [true, true, false, true, false, true]);
        assert!(matches!(written[4], Err(StoreError::Duplicate)), "a companion has added it");
        assert_eq!(numbers(&writer).await, [1, 2, 4, 6]);
    }

    #[tokio::test]
    async fn a_write_that_panics_is_an_error_for_its_caller_alone_and_writing_goes_on() {
        let writer = writer();
        for batch in [&[100][..], &[1, 101, 2]] {
            let written = join_all(batch.iter().map(|number| add(&writer, *number))).await;
            for (number, result) in batch.iter().zip(written) {
                match result {
                    Ok(added) => assert_eq!(added, *number),
                    Err(StoreError::Database(error)) => {
                        assert_eq!(error.to_string(), format!("the store panicked: {number} is too much"));
                    }
                    Err(other) => panic!("{number}: {other:?}"),
                }
            }
        }
        add(&writer, 3).await.expect("the thread goes on");
        assert_eq!(numbers(&writer).await, [1, 2, 3]);
    }

    #[tokio::test]
    async fn companions_of_what_ends_the_transaction_are_written_all_the_same() {
        let writer = writer();
        let written = join_all([1, 99, 2].map(|number| add(&writer, number))).await;
        assert!(matches!(written[..], [Ok(1), Err(StoreError::Database(_)), Ok(2)]), "{written:?}");
        assert_eq!(numbers(&writer).await, [1, 2]);
    }

    #[tokio::test]
    async fn more_than_fits_in_one_transaction_is_done_in_order() {
        let writer = writer();
        let few = (20..40).chain(14..20);
        let many: Vec<i64> = few.chain(-3 * i64::try_from(MOST_TOGETHER).expect("small")..0).collect();
        let written = join_all(many.iter().map(|number| add(&writer, *number))).await;
        assert_eq!(written.iter().filter(|result| result.is_ok()).count(), 26);
        assert_eq!(numbers(&writer).await, (14..40).collect::<Vec<i64>>());
        let refused = add(&writer, 13).await;
        assert!(matches!(refused, Err(StoreError::Database(_))), "the database's own refusal is handed on");
    }

    #[tokio::test]
    async fn what_nobody_waits_for_any_more_is_written_all_the_same() {
        let writer = writer();
        {
            let dropped = add(&writer, 1);
            tokio::pin!(dropped);
            assert!(futures_util::poll!(dropped).is_pending());
        }
        add(&writer, 2).await.expect("written");
        assert_eq!(numbers(&writer).await, [1, 2]);
    }

    #[tokio::test]
    async fn what_waits_is_written_before_the_store_ends() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("numbers.db");
        let connection = Connection::open(&path).expect("a database");
        connection.execute_batch("CREATE TABLE numbers (number INTEGER)").expect("a table");
        let writer = Writer::start(connection, |_| ()).expect("a thread");
        for number in 0..50 {
            let write = add(&writer, number);
            tokio::pin!(write);
            assert!(futures_util::poll!(write).is_pending());
        }
        drop(writer);
        let connection = Connection::open(&path).expect("a database");
        let count = connection.query_row("SELECT COUNT(*) FROM numbers", [], |row| row.get::<_, i64>(0));
        assert_eq!(count.expect("counted"), 50);
    }
}
