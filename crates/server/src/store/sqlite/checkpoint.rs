//! The log of what was written, and who takes it into the file.
//!
//! SQLite would do that inside a commit, every thousand pages, and wait for the disk twice while all others wait for the
//! commit. So a thread with a connection of its own does it, beside the writer. Only when the log has become long the
//! writer itself takes the last of it into the file, for then its next commit may begin the log anew: while it is written
//! to, the other never reaches its end.

use std::cell::Cell;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::hooks::Wal;

use super::writer::start;
use crate::error::chain;
use crate::store::StoreError;

/// When the log is taken into the file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// How many pages, of 4 KB each, need not wait for more.
    pub(super) enough_pages: u32,
    /// How long fewer wait.
    pub(super) longest_wait: Duration,
    /// From how many pages on the log is to begin anew.
    pub(super) long_log_pages: u32,
}

impl Default for Limits {
    /// A log of 128 MB, of which 4 MB are filed at a time, as SQLite itself would: whoever is answered meanwhile shares the
    /// processor with that, and many short whiles are felt less than a long one. Where the disk is slow more of it
    /// gathers each time.
    fn default() -> Self {
        Self { enough_pages: 1024, longest_wait: Duration::from_secs(2), long_log_pages: 32_768 }
    }
}

thread_local! {
    /// How many pages the log has after the last commit of this thread's connection.
    static LOGGED: Cell<u32> = const { Cell::new(0) };
}

/// The log, as its writer and the thread beside it see it.
#[derive(Debug)]
pub(super) struct Log {
    limits: Limits,
    state: Mutex<State>,
    news: Condvar,
}

#[derive(Debug, Default, Clone, Copy)]
struct State {
    /// How many pages the log has.
    logged: u32,
    /// How many of them are in the file.
    filed: u32,
    /// Whether the writer is to take the last of them into the file.
    is_for_writer: bool,
    is_closed: bool,
}

impl State {
    fn waiting(&self) -> u32 {
        self.logged.saturating_sub(self.filed)
    }
}

impl Log {
    pub(super) fn new(limits: Limits) -> Self {
        Self { limits, state: Mutex::default(), news: Condvar::new() }
    }

    /// Begins to count what this connection writes, on the thread that writes with it.
    pub(super) fn watch(connection: &Connection) {
        connection.wal_hook(Some(|_: &Wal, pages| {
            LOGGED.set(u32::try_from(pages).unwrap_or_default());
            Ok(())
        }));
    }

    /// Notes what was committed by this thread's connection; now and then it takes the log's last pages into the file.
    pub(super) fn note(&self, connection: &Connection) {
        let logged = LOGGED.get();
        let mut state = self.lock();
        // It began anew.
        if logged < state.logged {
            state.filed = 0;
        }
        let before = state.waiting();
        state.logged = logged;
        let waiting = state.waiting();
        let enough = self.limits.enough_pages;
        if (before == 0 && waiting > 0) || (before < enough && waiting >= enough) {
            self.news.notify_one();
        }
        if std::mem::take(&mut state.is_for_writer) {
            drop(state);
            self.file(connection);
        }
    }

    /// Takes into the file what can be without waiting for anybody.
    fn file(&self, connection: &Connection) {
        match pages(connection) {
            Ok((logged, filed)) => {
                let mut state = self.lock();
                state.filed = filed;
                state.logged = state.logged.max(logged);
            }
            Err(error) => {
                tracing::warn!(error = %chain(&error), "the log could not be taken into the database file");
            }
        }
    }

    /// Waits until there is enough to do, or for long enough; `false` at the end.
    fn wait(&self) -> bool {
        let state = self.lock();
        let idle = |state: &mut State| !state.is_closed && state.waiting() == 0;
        let state = self.news.wait_while(state, idle).unwrap_or_else(PoisonError::into_inner);
        let few = |state: &mut State| !state.is_closed && state.waiting() < self.limits.enough_pages;
        let waited = self.news.wait_timeout_while(state, self.limits.longest_wait, few);
        let (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        !state.is_closed
    }

    fn ask_writer_if_long(&self) {
        let mut state = self.lock();
        state.is_for_writer = state.logged >= self.limits.long_log_pages;
    }

    fn close(&self) {
        self.lock().is_closed = true;
        self.news.notify_all();
    }

    // Whole after every statement that changes it, so a panic elsewhere cannot have torn it.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes pages into the file; how many the log has, and how many of them are in the file now.
fn pages(connection: &Connection) -> rusqlite::Result<(u32, u32)> {
    connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| Ok((row.get(1)?, row.get(2)?)))
}

/// The thread that takes the log into the file.
#[derive(Debug)]
pub(super) struct Filer {
    log: Arc<Log>,
    thread: Option<JoinHandle<()>>,
}

impl Filer {
    pub(super) fn start(connection: Connection, log: Arc<Log>) -> Result<Self, StoreError> {
        let watched = Arc::clone(&log);
        let thread = start("docent-sqlite-log", move || {
            while watched.wait() {
                watched.file(&connection);
                watched.ask_writer_if_long();
            }
        })?;
        Ok(Self { log, thread: Some(thread) })
    }
}

impl Drop for Filer {
    fn drop(&mut self) {
        self.log.close();
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::address::Address;
    use super::super::connection::{Durability, filing, writing};
    use super::super::statement::execute;
    use super::*;
    use std::path::PathBuf;
    use std::time::Instant;

    /// A database, one that writes to it, and the thread beside it.
    struct Scene {
        _folder: tempfile::TempDir,
        path: PathBuf,
        connection: Connection,
        log: Arc<Log>,
        _filer: Filer,
    }

    impl Scene {
        fn new(limits: Limits) -> Self {
            let folder = tempfile::tempdir().expect("a folder");
            let path = folder.path().join("log.db");
            let address = Address::File { path: path.clone(), may_be_made: true };
            let connection = writing(&address, Durability::System).expect("a database");
            connection.execute_batch("CREATE TABLE texts (text)").expect("a table");
            let log = Arc::new(Log::new(limits));
            Log::watch(&connection);
            let beside = filing(&path, Durability::System).expect("a second connection");
            let filer = Filer::start(beside, Arc::clone(&log)).expect("a thread");
            Self { _folder: folder, path, connection, log, _filer: filer }
        }

        fn write(&self, kilobytes: usize) {
            execute(&self.connection, "INSERT INTO texts VALUES (?1)", ["x".repeat(kilobytes * 1024)])
                .expect("written");
            self.log.note(&self.connection);
        }

        fn until(&self, what: &str, mut is_so: impl FnMut() -> bool) {
            let begun = Instant::now();
            while !is_so() {
                assert!(begun.elapsed() < Duration::from_secs(60), "{what}: {:?}", self.log);
                std::thread::sleep(Duration::from_millis(1));
            }
        }

        fn file_kilobytes(&self) -> u64 {
            std::fs::metadata(&self.path).expect("the file").len() / 1024
        }
    }

    #[test]
    fn what_was_written_comes_into_the_file_after_a_while_or_when_it_is_enough() {
        let hours = Duration::from_secs(3600);
        for limits in [
            Limits { enough_pages: 20, longest_wait: hours, long_log_pages: 1000 },
            Limits { enough_pages: 1000, longest_wait: Duration::from_millis(20), long_log_pages: 1000 },
        ] {
            let scene = Scene::new(limits);
            scene.write(100);
            scene.until("it comes into the file", || scene.file_kilobytes() > 100);
        }
    }

    #[test]
    fn a_few_pages_wait_for_more() {
        let scene = Scene::new(Limits::default());
        scene.write(100);
        std::thread::sleep(Duration::from_millis(100));
        assert!(scene.file_kilobytes() < 100, "nothing is taken into the file at each commit");
    }

    #[test]
    fn a_log_that_has_become_long_begins_anew_with_the_writers_help() {
        let limits = Limits { enough_pages: 1000, long_log_pages: 20, ..Limits::default() };
        let scene = Scene::new(limits);
        for kilobytes in [8, 100] {
            scene.write(kilobytes);
            let logged = scene.log.lock().logged;
            scene.log.ask_writer_if_long();
            scene.write(4);
            scene.write(4);
            let begins_anew = scene.log.lock().logged < logged;
            assert_eq!(begins_anew, logged >= limits.long_log_pages, "{logged} pages: {:?}", scene.log);
        }
    }

    #[test]
    fn a_log_that_is_written_to_all_the_time_stays_short() {
        let limits =
            Limits { enough_pages: 50, longest_wait: Duration::from_millis(20), long_log_pages: 100 };
        let scene = Scene::new(limits);
        let (mut beginnings, mut longest, mut before) = (0, 0, 0);
        let begun = Instant::now();
        while beginnings < 5 && longest < 100_000 && begun.elapsed() < Duration::from_secs(60) {
            scene.write(4);
            let logged = scene.log.lock().logged;
            beginnings += u32::from(logged < before);
            before = logged;
            longest = longest.max(logged);
        }
        assert_eq!(beginnings, 5, "the log begins anew, of {longest} pages at most");
    }
}
