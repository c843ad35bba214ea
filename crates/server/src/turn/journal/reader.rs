//! Who reads a journal: whoever follows it, and whoever gets its events otherwise.

use std::sync::Arc;

use super::{Journal, Tail, notified};

/// Somebody who reads along.
#[derive(Debug)]
#[must_use = "whoever drops this does not follow any more"]
pub(crate) struct Follower {
    pub(super) attendance: Attendance,
    /// The last number, and whether nothing more comes, as the follower knows it.
    pub(super) seen: (u64, bool),
}

impl Follower {
    /// What there is after this number; [`Follower::changed`] completes with anything newer than this answer.
    pub(crate) fn tail(&mut self, after: u64) -> Tail {
        let journal = &self.attendance.journal;
        // Looked at before: what comes in between is then seen twice rather than not at all.
        self.seen = journal.state();
        journal.tail(after)
    }

    /// Waits for news.
    pub(crate) async fn changed(&mut self) {
        let journal = &self.attendance.journal;
        notified(&journal.news, || journal.state() != self.seen).await;
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        let mut inner = self.attendance.journal.lock();
        inner.followers = inner.followers.saturating_sub(1);
        if inner.followers == 0 {
            inner.tail = Vec::new();
        }
    }
}

/// Somebody who reads, however it gets the events.
#[derive(Debug)]
#[must_use = "whoever drops this does not read any more"]
pub(crate) struct Attendance {
    pub(super) journal: Arc<Journal>,
}

impl Drop for Attendance {
    fn drop(&mut self) {
        let mut inner = self.journal.lock();
        inner.readers = inner.readers.saturating_sub(1);
        drop(inner);
        self.journal.attendance.notify_waiters();
    }
}
