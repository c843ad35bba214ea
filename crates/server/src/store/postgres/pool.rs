//! The connections of a store: so many and no more, each lent to one operation at a time.
//!
//! sqlx's own pool asks for a sign of life before every loan and after it, which is twice as often as most operations have
//! to ask for anything. Here a connection is tried if it rested for a while, or comes back from the middle of something.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgConnection};
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::failed;
use crate::store::StoreError;

/// How long an operation waits for a connection.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a connection may rest and is believed to be there still.
const BELIEVED: Duration = Duration::from_secs(1);
/// How long a connection is used: what the database keeps for it grows, and an address may come to mean another machine.
const LIFETIME: Duration = Duration::from_secs(30 * 60);
/// How long a connection may take to get out of what it was in the middle of.
const MENDING: Duration = Duration::from_secs(5);

/// The connections of a store.
#[derive(Clone)]
pub(super) struct Pool(Arc<Inner>);

struct Inner {
    options: PgConnectOptions,
    /// Those that nobody uses. The last to come back is the next to go: it is the one most warm.
    resting: Mutex<Vec<Resting>>,
    permits: Arc<Semaphore>,
}

struct Resting {
    connection: PgConnection,
    made_at: Instant,
    since: Instant,
}

impl fmt::Debug for Pool {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Pool").finish_non_exhaustive()
    }
}

impl Pool {
    /// Opens so many connections, and tries each.
    pub(super) async fn open(options: PgConnectOptions, count: u32) -> Result<Self, StoreError> {
        let permits = usize::try_from(count).unwrap_or(Semaphore::MAX_PERMITS).min(Semaphore::MAX_PERMITS);
        let resting = Mutex::default();
        let pool = Self(Arc::new(Inner { options, resting, permits: Arc::new(Semaphore::new(permits)) }));
        for _ in 0..count {
            let mut connection = pool.0.connect().await?;
            sqlx::query("SELECT 1").execute(&mut connection).await.map_err(failed)?;
            pool.0.keep(connection, Instant::now());
        }
        Ok(pool)
    }

    /// Lends a connection that is there, as far as anybody knows.
    pub(super) async fn lend(&self) -> Result<Loan, StoreError> {
        let patience = timeout(PATIENCE, self.lend_in_turn()).await;
        patience.map_err(|_| StoreError::database("no connection to the database was free in time"))?
    }

    async fn lend_in_turn(&self) -> Result<Loan, StoreError> {
        let permit = Arc::clone(&self.0.permits).acquire_owned().await.map_err(StoreError::database)?;
        let loan = |connection, made_at| Loan {
            connection: Some(connection),
            made_at,
            is_in_transaction: false,
            permit: Some(permit),
            pool: Arc::clone(&self.0),
        };
        loop {
            // Not in the head of the `while`, where the lock would last as long as the body.
            let Some(Resting { mut connection, made_at, since }) = self.0.resting().pop() else { break };
            if made_at.elapsed() > LIFETIME {
                // It may be gone already.
                let _ = Box::pin(connection.close()).await;
            } else if since.elapsed() < BELIEVED || Box::pin(connection.ping()).await.is_ok() {
                return Ok(loan(connection, made_at));
            }
        }
        Ok(loan(Box::pin(self.0.connect()).await?, Instant::now()))
    }
}

impl Inner {
    async fn connect(&self) -> Result<PgConnection, StoreError> {
        PgConnection::connect_with(&self.options).await.map_err(failed)
    }

    fn keep(&self, connection: PgConnection, made_at: Instant) {
        self.resting().push(Resting { connection, made_at, since: Instant::now() });
    }

    // A list that is whole after every statement, whatever panics elsewhere.
    fn resting(&self) -> MutexGuard<'_, Vec<Resting>> {
        self.resting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection on loan.
#[must_use = "whoever drops it says that it was left in the middle of something"]
pub(super) struct Loan {
    connection: Option<PgConnection>,
    made_at: Instant,
    /// Whether a transaction was begun and not ended.
    pub(super) is_in_transaction: bool,
    permit: Option<OwnedSemaphorePermit>,
    pool: Arc<Inner>,
}

const LENT: &str = "a loan has its connection until it ends";

impl Deref for Loan {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        self.connection.as_ref().expect(LENT)
    }
}

impl DerefMut for Loan {
    fn deref_mut(&mut self) -> &mut PgConnection {
        self.connection.as_mut().expect(LENT)
    }
}

impl Loan {
    /// Gives the connection back after the last thing that was asked of it, if the database answered, whatever it said.
    pub(super) fn answered<T>(mut self, answer: Result<T, StoreError>) -> Result<T, StoreError> {
        let is_clean = !self.is_in_transaction && !matches!(answer, Err(StoreError::Database(_)));
        if let Some(connection) = self.connection.take_if(|_| is_clean) {
            self.pool.keep(connection, self.made_at);
        }
        answer
    }
}

impl Drop for Loan {
    /// An error, or whoever asked is gone: what is under way is read to its end, and undone if it was in a transaction.
    /// Until then nobody gets another connection in the place of this one.
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take() else { return };
        // Without a runtime there is no operation to come either.
        let Ok(runtime) = Handle::try_current() else { return };
        let (pool, permit, made_at) = (Arc::clone(&self.pool), self.permit.take(), self.made_at);
        let is_in_transaction = self.is_in_transaction;
        runtime.spawn(async move {
            let mending = async {
                match is_in_transaction {
                    true => sqlx::raw_sql("ROLLBACK").execute(&mut connection).await.map(drop),
                    false => connection.ping().await,
                }
            };
            if let Ok(Ok(())) = timeout(MENDING, mending).await {
                pool.keep(connection, made_at);
            }
            drop(permit);
        });
    }
}
