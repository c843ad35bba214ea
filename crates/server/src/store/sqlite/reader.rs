//! Who reads: a few threads, each with a connection of its own, so that a reader waits for no writer.

use std::fmt;
use std::sync::Arc;
use std::thread::JoinHandle;

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::failure::{Failure, caught};
use super::queue::Queue;
use super::statement::execute;
use super::writer::{ended, start};
use crate::store::StoreError;

type Read = Box<dyn FnOnce(&Connection) + Send>;

/// Takes what is to be read.
pub(super) struct Readers {
    queue: Arc<Queue<Read>>,
    threads: Vec<JoinHandle<()>>,
}

impl fmt::Debug for Readers {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Readers").field("threads", &self.threads.len()).finish_non_exhaustive()
    }
}

impl Readers {
    /// One thread for each of these connections.
    pub(super) fn start(connections: Vec<Connection>) -> Result<Self, StoreError> {
        let queue = Arc::new(Queue::<Read>::new());
        let mut readers = Self { queue: Arc::clone(&queue), threads: Vec::with_capacity(connections.len()) };
        for connection in connections {
            let queue = Arc::clone(&queue);
            readers.threads.push(start("docent-sqlite-read", move || {
                let mut taken = Vec::with_capacity(1);
                while queue.take(1, &mut taken) {
                    taken.drain(..).for_each(|read| read(&connection));
                }
            })?);
        }
        Ok(readers)
    }

    /// Reads in one transaction: all that is read is of one moment.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.queue.push(Box::new(move |connection| {
            // Nobody may wait any more.
            if !reply.is_closed() {
                drop(reply.send(at_one_moment(connection, read)));
            }
        }));
        answer.await.map_err(|_| ended())?
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        self.queue.close();
        for thread in self.threads.drain(..) {
            drop(thread.join());
        }
    }
}

fn at_one_moment<T>(
    connection: &Connection,
    read: impl FnOnce(&Connection) -> Result<T, Failure>,
) -> Result<T, StoreError> {
    execute(connection, "BEGIN", []).map_err(StoreError::database)?;
    let result = caught(|| read(connection));
    let closed = execute(connection, "ROLLBACK", []).map_err(StoreError::database);
    let read = result?;
    closed.map(|_| read)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_read_that_panics_is_an_error_and_its_thread_goes_on() {
        let readers =
            Readers::start(vec![Connection::open_in_memory().expect("a database")]).expect("a thread");
        let failed = readers.run(|_| -> Result<(), Failure> { panic!("no such luck") }).await;
        assert!(
            matches!(failed, Err(StoreError::Database(error)) if error.to_string().contains("no such luck"))
        );
        let one =
            readers.run(|connection| Ok(connection.query_row("SELECT 1", [], |row| row.get::<_, i64>(0))?));
        assert_eq!(one.await.expect("read"), 1);
    }
}
