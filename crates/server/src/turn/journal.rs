//! The journal of a run: every event that went out, numbered, so that whoever comes later can follow.
//!
//! New events are kept here until they are written down, a batch at a time; older ones are in the store. A follower
//! reads the store up to where it reaches, then from here, and so never holds up the turn.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use crate::store::RunEvent;

/// How many bytes of what is said may be behind before they are written down.
const BATCH_BYTES: usize = 4096;
/// The same of events as they go over the wire, where a word has an envelope of 160 bytes.
const BATCH_WIRE_BYTES: usize = 16 * BATCH_BYTES;

/// The events of one run.
#[derive(Debug)]
pub(crate) struct Journal {
    inner: Mutex<Inner>,
    /// Changes whenever there is something new, or nothing more to come.
    news: watch::Sender<()>,
    followers: watch::Sender<usize>,
    most_bytes: usize,
}

#[derive(Debug, Default)]
struct Inner {
    last_seq: u64,
    written_through: u64,
    /// The events after `written_through`.
    tail: Vec<RunEvent>,
    total_bytes: usize,
    /// How much was appended since the last time something was written down, and since when it waits.
    unwritten_bytes: usize,
    unwritten_wire_bytes: usize,
    waiting_since: Option<Instant>,
    is_closed: bool,
}

/// Whether an event has to be in the journal whatever its size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weight {
    /// Always.
    Needed,
    /// Only as long as there is room: what it says comes again with the finished item, or is of the moment.
    Passing,
    /// The same, and all it says is so many bytes of text.
    Piece(usize),
}

/// What a follower finds.
#[derive(Debug)]
pub(crate) struct Tail {
    /// The store holds everything up to here.
    pub(crate) written_through: u64,
    /// What comes after it, and after what the follower has.
    pub(crate) events: Vec<RunEvent>,
    /// Whether nothing more comes.
    pub(crate) is_closed: bool,
}

impl Journal {
    /// A journal that holds so many bytes before it leaves passing events out.
    pub(crate) fn new(most_bytes: usize) -> Arc<Self> {
        Arc::new(Self {
            inner: Mutex::default(),
            news: watch::Sender::new(()),
            followers: watch::Sender::new(0),
            most_bytes,
        })
    }

    /// Takes an event in.
    pub(crate) fn append(&self, json: &Arc<str>, weight: Weight) {
        let mut inner = self.lock();
        inner.last_seq += 1;
        inner.unwritten_bytes += match weight {
            Weight::Piece(text_bytes) => text_bytes,
            Weight::Needed | Weight::Passing => json.len(),
        };
        inner.unwritten_wire_bytes += json.len();
        inner.waiting_since.get_or_insert_with(Instant::now);
        if weight == Weight::Needed || inner.total_bytes + json.len() <= self.most_bytes {
            inner.total_bytes += json.len();
            let seq = inner.last_seq;
            inner.tail.push(RunEvent { seq, json: Arc::clone(json) });
        }
        drop(inner);
        // Most runs have no follower but the client's own stream, which is told otherwise.
        if self.news.receiver_count() > 0 {
            self.news.send_replace(());
        }
    }

    /// Whether it is time to write down: 4 KB of what is said wait, or something waits for so long.
    pub(crate) fn is_due(&self, interval: Duration) -> bool {
        let inner = self.lock();
        inner.unwritten_bytes >= BATCH_BYTES
            || inner.unwritten_wire_bytes >= BATCH_WIRE_BYTES
            || inner.waiting_since.is_some_and(|since| since.elapsed() >= interval)
    }

    /// What waits to be written down, and the number through which that is everything.
    pub(crate) fn unwritten(&self) -> (Vec<RunEvent>, u64) {
        let inner = self.lock();
        (inner.tail.clone(), inner.last_seq)
    }

    /// Notes that everything through this number was written down.
    pub(crate) fn mark_written(&self, through: u64) {
        let mut inner = self.lock();
        inner.written_through = inner.written_through.max(through);
        inner.tail.retain(|event| event.seq > through);
        inner.unwritten_bytes = inner.tail.iter().map(|event| event.json.len()).sum();
        inner.unwritten_wire_bytes = inner.unwritten_bytes;
        inner.waiting_since = (!inner.tail.is_empty()).then(Instant::now);
    }

    /// Says that nothing more comes.
    pub(crate) fn close(&self) {
        self.lock().is_closed = true;
        self.news.send_replace(());
    }

    /// What there is for a follower that has everything through `after`.
    pub(crate) fn tail(&self, after: u64) -> Tail {
        let inner = self.lock();
        Tail {
            written_through: inner.written_through,
            events: inner.tail.iter().filter(|event| event.seq > after).cloned().collect(),
            is_closed: inner.is_closed,
        }
    }

    /// Begins to follow, and is counted as a reader until it is dropped.
    pub(crate) fn follow(self: &Arc<Self>) -> Follower {
        Follower { attendance: self.attend(), news: self.news.subscribe() }
    }

    /// Is counted as a reader until it is dropped.
    pub(crate) fn attend(self: &Arc<Self>) -> Attendance {
        self.followers.send_modify(|count| *count += 1);
        Attendance { journal: Arc::clone(self) }
    }

    /// Completes when nobody has followed for this long.
    pub(crate) async fn abandoned(&self, grace: Duration) {
        let mut followers = self.followers.subscribe();
        // The sender lives as long as `self`, so that waiting cannot fail.
        while followers.wait_for(|count| *count == 0).await.is_ok() {
            tokio::select! {
                () = tokio::time::sleep(grace) => return,
                _ = followers.wait_for(|count| *count > 0) => {}
            }
        }
    }

    // Whole after every statement that changes it, so a panic elsewhere cannot have torn it.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody who reads along.
#[derive(Debug)]
#[must_use = "whoever drops this does not follow any more"]
pub(crate) struct Follower {
    attendance: Attendance,
    news: watch::Receiver<()>,
}

impl Follower {
    /// What there is after this number; [`Follower::changed`] completes with anything newer than this answer.
    pub(crate) fn tail(&mut self, after: u64) -> Tail {
        self.news.mark_unchanged();
        self.attendance.journal.tail(after)
    }

    /// Waits for news.
    pub(crate) async fn changed(&mut self) {
        // The sender lives as long as the journal, which this holds.
        drop(self.news.changed().await);
    }
}

/// Somebody who reads, however it gets the events.
#[derive(Debug)]
#[must_use = "whoever drops this does not read any more"]
pub(crate) struct Attendance {
    journal: Arc<Journal>,
}

impl Drop for Attendance {
    fn drop(&mut self) {
        self.journal.followers.send_modify(|count| *count = count.saturating_sub(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seqs(events: &[RunEvent]) -> Vec<u64> {
        events.iter().map(|event| event.seq).collect()
    }

    #[test]
    fn what_is_written_down_leaves_the_tail_and_what_came_meanwhile_stays() {
        let journal = Journal::new(1000);
        journal.append(&"{}".into(), Weight::Needed);
        journal.append(&"{}".into(), Weight::Needed);
        let (batch, through) = journal.unwritten();
        journal.append(&"{}".into(), Weight::Needed);
        assert_eq!((seqs(&batch), through), (vec![1, 2], 2));
        journal.mark_written(through);
        let tail = journal.tail(0);
        assert_eq!((tail.written_through, seqs(&tail.events), tail.is_closed), (2, vec![3], false));
        assert_eq!(seqs(&journal.tail(3).events), [] as [u64; 0]);
    }

    #[test]
    fn a_full_journal_leaves_out_what_passes_and_keeps_what_is_needed() {
        let journal = Journal::new(10);
        for weight in [Weight::Passing, Weight::Passing, Weight::Needed, Weight::Passing] {
            journal.append(&"12345678".into(), weight);
        }
        assert_eq!(seqs(&journal.tail(0).events), [1, 3]);
    }

    #[tokio::test(start_paused = true)]
    async fn it_is_time_to_write_after_a_while_or_after_enough() {
        let journal = Journal::new(1_000_000);
        let interval = Duration::from_millis(250);
        tokio::time::advance(interval).await;
        assert!(!journal.is_due(interval), "there is nothing to write");
        journal.append(&"{}".into(), Weight::Needed);
        assert!(!journal.is_due(interval));
        tokio::time::advance(interval).await;
        assert!(journal.is_due(interval));
        journal.mark_written(1);
        journal.append(&"x".repeat(BATCH_BYTES).into(), Weight::Passing);
        assert!(journal.is_due(interval));
        journal.mark_written(2);
        for _ in 0..BATCH_WIRE_BYTES / 1024 {
            assert!(!journal.is_due(interval), "an envelope is not what is lost");
            journal.append(&"x".repeat(1024).into(), Weight::Piece(8));
        }
        assert!(journal.is_due(interval), "but it takes memory");
        journal.mark_written(u64::MAX);
        journal.append(&"x".into(), Weight::Piece(BATCH_BYTES));
        assert!(journal.is_due(interval));
    }

    #[tokio::test(start_paused = true)]
    async fn a_run_is_abandoned_when_nobody_follows_for_the_whole_grace() {
        let journal = Journal::new(1000);
        let first = journal.follow();
        let started = Instant::now();
        let watched = Arc::clone(&journal);
        let abandoned = tokio::spawn(async move { watched.abandoned(Duration::from_secs(5)).await });
        tokio::time::sleep(Duration::from_secs(60)).await;
        drop(first);
        tokio::time::sleep(Duration::from_secs(3)).await;
        let second = journal.follow();
        tokio::time::sleep(Duration::from_secs(60)).await;
        drop(second);
        abandoned.await.expect("it completes");
        assert_eq!(started.elapsed().as_secs(), 60 + 3 + 60 + 5);
    }
}
