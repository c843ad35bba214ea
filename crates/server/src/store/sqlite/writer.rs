//! Who writes: turns that write at the same time share one transaction.
//!
//! A commit costs far more than what is written in it. So whatever waits while a transaction is on its way is done in the
//! next one, together, and is acknowledged once that is committed: nothing waits for company. A write that fails undoes
//! its transaction; its companions are then done again, each in a transaction of its own, and never hear of it.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use sqlx::{Connection, SqliteConnection, SqlitePool};
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use crate::store::StoreError;

/// How much is done in one transaction at most, so that the first of it does not wait long for the last.
const MOST_TOGETHER: usize = 64;

/// How long the connection is kept from others while there is more to do.
const LONGEST_HOLD: Duration = Duration::from_millis(20);

/// Something to write. It is begun again if a companion failed, and owns what it needs: once it is asked for, it is done,
/// whether or not somebody still waits for it.
#[async_trait]
pub(super) trait Write: Send + Sync + 'static {
    /// What is known afterwards.
    type Output: Send + Sync + 'static;

    /// Writes, inside a transaction that others may share.
    async fn write(&self, connection: &mut SqliteConnection) -> Result<Self::Output, StoreError>;
}

/// Takes what is to be written. Clones write through the same connection.
#[derive(Clone)]
pub(super) struct Writer {
    jobs: mpsc::UnboundedSender<Box<dyn Job>>,
}

impl fmt::Debug for Writer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Writer").finish_non_exhaustive()
    }
}

impl Writer {
    /// Writes through this pool, which others may use between two transactions. Ends with its last clone.
    pub(super) fn new(pool: SqlitePool) -> Self {
        let (jobs, waiting) = mpsc::unbounded_channel();
        tokio::spawn(work(pool, waiting));
        Self { jobs }
    }

    /// Writes this; it is committed when this returns.
    pub(super) async fn run<W: Write>(&self, write: W) -> Result<W::Output, StoreError> {
        let (reply, answer) = oneshot::channel();
        let ended = || StoreError::database("the store has ended");
        self.jobs.send(Box::new(Waiting { write, result: None, reply })).map_err(|_| ended())?;
        answer.await.map_err(|_| ended())?
    }
}

/// A write of any kind, and whoever waits for it.
#[async_trait]
trait Job: Send {
    /// Writes and remembers what came of it; whether it was done.
    async fn attempt(&mut self, connection: &mut SqliteConnection) -> bool;

    /// Tells what came of it.
    fn tell(self: Box<Self>);

    /// Tells that the transaction failed.
    fn fail(self: Box<Self>, error: StoreError);
}

struct Waiting<W: Write> {
    write: W,
    result: Option<Result<W::Output, StoreError>>,
    reply: oneshot::Sender<Result<W::Output, StoreError>>,
}

#[async_trait]
impl<W: Write> Job for Waiting<W> {
    async fn attempt(&mut self, connection: &mut SqliteConnection) -> bool {
        let result = self.write.write(connection).await;
        let is_done = result.is_ok();
        self.result = Some(result);
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

/// Does what comes, until nobody can ask any more. The connection is kept as long as something waits, but not for ever:
/// others write through it, too.
async fn work(pool: SqlitePool, mut waiting: mpsc::UnboundedReceiver<Box<dyn Job>>) {
    let mut jobs = Vec::new();
    while waiting.recv_many(&mut jobs, MOST_TOGETHER).await > 0 {
        let mut connection = match pool.acquire().await {
            Ok(connection) => connection,
            Err(error) => {
                let text = error.to_string();
                jobs.drain(..).for_each(|job| job.fail(StoreError::database(text.as_str())));
                continue;
            }
        };
        let begun = Instant::now();
        while !jobs.is_empty() {
            settle(&mut connection, &mut jobs).await;
            if begun.elapsed() >= LONGEST_HOLD {
                break;
            }
            while jobs.len() < MOST_TOGETHER
                && let Ok(job) = waiting.try_recv()
            {
                jobs.push(job);
            }
        }
    }
}

/// Does all of them and tells what came of each.
async fn settle(connection: &mut SqliteConnection, jobs: &mut Vec<Box<dyn Job>>) {
    if jobs.len() > 1 && together(connection, jobs).await.is_ok_and(|is_done| is_done) {
        jobs.drain(..).for_each(Job::tell);
        return;
    }
    for mut job in jobs.drain(..) {
        match together(connection, std::slice::from_mut(&mut job)).await {
            Ok(_) => job.tell(),
            Err(error) => job.fail(error),
        }
    }
}

/// Does all of it in one transaction, or nothing: then one of them was not done.
async fn together(connection: &mut SqliteConnection, jobs: &mut [Box<dyn Job>]) -> Result<bool, StoreError> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await.map_err(StoreError::database)?;
    for job in jobs {
        if !job.attempt(&mut transaction).await {
            transaction.rollback().await.map_err(StoreError::database)?;
            return Ok(false);
        }
    }
    transaction.commit().await.map_err(StoreError::database)?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::future::join_all;

    /// Adds a number, unless it is negative: then it is refused after it was added.
    struct Add(i64);

    #[async_trait]
    impl Write for Add {
        type Output = i64;

        async fn write(&self, connection: &mut SqliteConnection) -> Result<i64, StoreError> {
            let insert = sqlx::query("INSERT INTO numbers (number) VALUES (?1)").bind(self.0);
            insert.execute(connection).await.map_err(StoreError::database)?;
            if self.0 < 0 { Err(StoreError::Changed) } else { Ok(self.0) }
        }
    }

    async fn writer() -> (Writer, SqlitePool) {
        let options = sqlx::sqlite::SqlitePoolOptions::new().max_connections(1);
        let pool = options.connect("sqlite::memory:").await.expect("a database");
        sqlx::query("CREATE TABLE numbers (number INTEGER UNIQUE)").execute(&pool).await.expect("a table");
        (Writer::new(pool.clone()), pool)
    }

    async fn numbers(pool: &SqlitePool) -> Vec<i64> {
        let query = sqlx::query_scalar("SELECT number FROM numbers ORDER BY number");
        query.fetch_all(pool).await.expect("numbers")
    }

    #[tokio::test]
    async fn a_write_that_fails_takes_none_of_its_companions_with_it() {
        let (writer, pool) = writer().await;
        let written = join_all([1, 2, -3, 4, -5, 6].map(|number| writer.run(Add(number)))).await;
        let done: Vec<bool> = written.iter().map(Result::is_ok).collect();
        assert_eq!(done, [true, true, false, true, false, true]);
        assert_eq!(numbers(&pool).await, [1, 2, 4, 6]);
    }

    #[tokio::test]
    async fn more_than_fits_in_one_transaction_is_done_in_order() {
        let (writer, pool) = writer().await;
        let count = i64::try_from(3 * MOST_TOGETHER + 1).expect("small");
        let written = join_all((0..count).map(|number| writer.run(Add(number)))).await;
        assert!(written.into_iter().map(Result::unwrap).eq(0..count));
        assert_eq!(numbers(&pool).await.len(), written_len(count));
        let again = writer.run(Add(0)).await;
        assert!(matches!(again, Err(StoreError::Database(_))), "the database's own refusal is handed on");
    }

    fn written_len(count: i64) -> usize {
        usize::try_from(count).expect("small")
    }

    #[tokio::test]
    async fn what_nobody_waits_for_any_more_is_written_all_the_same() {
        let (writer, pool) = writer().await;
        {
            let dropped = writer.run(Add(1));
            tokio::pin!(dropped);
            assert!(futures_util::poll!(dropped).is_pending());
        }
        writer.run(Add(2)).await.expect("written");
        assert_eq!(numbers(&pool).await, [1, 2]);
    }
}
