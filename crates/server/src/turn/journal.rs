//! The journal of a run: every event that went out, numbered, so that whoever comes later can follow.
//!
//! New events are kept here until they are written down, a batch at a time and in the form in which it is stored; older
//! ones are in the store. A follower reads the store up to where it reaches, then from here, and so never holds up the turn.

mod reader;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

pub(crate) use reader::{Attendance, Follower};

use crate::store::{BatchWriter, EventBatch, RunEvent};

/// How many bytes of what is said may be behind before they are written down.
const BATCH_BYTES: usize = 4096;
/// The same of events as they go over the wire, where a word has an envelope of 160 bytes.
const BATCH_WIRE_BYTES: usize = 16 * BATCH_BYTES;

/// The events of one run.
#[derive(Debug)]
pub(crate) struct Journal {
    inner: Mutex<Inner>,
    /// There is something new, or nothing more to come.
    news: Notify,
    /// A reader came or went.
    attendance: Notify,
    /// Something waits to be written down, where nothing did.
    began_to_wait: Notify,
    most_bytes: usize,
}

#[derive(Debug, Default)]
struct Inner {
    last_seq: u64,
    written_through: u64,
    /// The events after `written_through`.
    unwritten: BatchWriter,
    /// The same, one by one, while somebody follows.
    tail: Vec<RunEvent>,
    total_bytes: usize,
    /// How much was appended since the last time something was written down, and since when it waits.
    unwritten_bytes: usize,
    unwritten_wire_bytes: usize,
    waiting_since: Option<Instant>,
    is_closed: bool,
    /// How many read along, by whatever way.
    readers: usize,
    /// How many of them wait for news of this journal.
    followers: usize,
}

impl Inner {
    fn is_due(&self, interval: Duration) -> bool {
        self.unwritten_bytes >= BATCH_BYTES
            || self.unwritten_wire_bytes >= BATCH_WIRE_BYTES
            || self.waiting_since.is_some_and(|since| since.elapsed() >= interval)
    }
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
        let (news, attendance, began_to_wait) = (Notify::new(), Notify::new(), Notify::new());
        Arc::new(Self { inner: Mutex::default(), news, attendance, began_to_wait, most_bytes })
    }

    /// Takes an event in, and tells whether it is time to write down, as [`Journal::is_due`] does.
    pub(crate) fn append(&self, json: &str, weight: Weight, interval: Duration) -> bool {
        let mut inner = self.lock();
        inner.last_seq += 1;
        inner.unwritten_bytes += match weight {
            Weight::Piece(text_bytes) => text_bytes,
            Weight::Needed | Weight::Passing => json.len(),
        };
        inner.unwritten_wire_bytes += json.len();
        let is_first = inner.waiting_since.is_none();
        inner.waiting_since.get_or_insert_with(Instant::now);
        // Most runs have no follower but the client's own stream, which is told otherwise.
        let is_followed = inner.followers > 0;
        if weight == Weight::Needed || inner.total_bytes + json.len() <= self.most_bytes {
            inner.total_bytes += json.len();
            let seq = inner.last_seq;
            inner.unwritten.push(seq, json);
            if is_followed {
                inner.tail.push(RunEvent { seq, json: json.into() });
            }
        }
        let is_due = inner.is_due(interval);
        drop(inner);
        if is_followed {
            self.news.notify_waiters();
        }
        if is_first {
            self.began_to_wait.notify_waiters();
        }
        is_due
    }

    /// Whether it is time to write down: 4 KB of what is said wait, or something waits for so long.
    pub(crate) fn is_due(&self, interval: Duration) -> bool {
        self.lock().is_due(interval)
    }

    /// Completes when something has waited for so long, and not before this moment.
    pub(crate) async fn overdue(&self, interval: Duration, not_before: Instant) {
        tokio::time::sleep_until(not_before).await;
        loop {
            notified(&self.began_to_wait, || self.lock().waiting_since.is_some()).await;
            // It may have been written down meanwhile, for its size, and other things wait since.
            let due = self.lock().waiting_since.map(|since| since + interval);
            match due {
                Some(due) if due <= Instant::now() => return,
                Some(due) => tokio::time::sleep_until(due).await,
                None => {}
            }
        }
    }

    /// What waits to be written down, and the number through which that is everything.
    pub(crate) fn unwritten(&self) -> (EventBatch, u64) {
        let inner = self.lock();
        (inner.unwritten.batch().clone(), inner.last_seq)
    }

    /// Notes that everything through this number was written down.
    pub(crate) fn mark_written(&self, through: u64) {
        let mut inner = self.lock();
        inner.written_through = inner.written_through.max(through);
        inner.tail.retain(|event| event.seq > through);
        // Whoever writes lets nothing in meanwhile, so that there is seldom a rest.
        let rest = events_of(std::mem::take(&mut inner.unwritten).batch(), through);
        rest.iter().for_each(|event| inner.unwritten.push(event.seq, &event.json));
        inner.unwritten_bytes = rest.iter().map(|event| event.json.len()).sum();
        inner.unwritten_wire_bytes = inner.unwritten_bytes;
        inner.waiting_since = (!rest.is_empty()).then(Instant::now);
    }

    /// Says that nothing more comes.
    pub(crate) fn close(&self) {
        self.lock().is_closed = true;
        self.news.notify_waiters();
    }

    /// The last number, and whether nothing more comes.
    fn state(&self) -> (u64, bool) {
        let inner = self.lock();
        (inner.last_seq, inner.is_closed)
    }

    /// What there is for a follower, of which there is one at least, that has everything through `after`.
    fn tail(&self, after: u64) -> Tail {
        let inner = self.lock();
        Tail {
            written_through: inner.written_through,
            events: inner.tail.iter().filter(|event| event.seq > after).cloned().collect(),
            is_closed: inner.is_closed,
        }
    }

    /// Begins to follow, and is counted as a reader until it is dropped.
    pub(crate) fn follow(self: &Arc<Self>) -> Follower {
        let mut inner = self.lock();
        if inner.followers == 0 {
            inner.tail = events_of(inner.unwritten.batch(), 0);
        }
        inner.followers += 1;
        drop(inner);
        Follower { attendance: self.attend(), seen: (0, false) }
    }

    /// Is counted as a reader until it is dropped.
    pub(crate) fn attend(self: &Arc<Self>) -> Attendance {
        self.lock().readers += 1;
        self.attendance.notify_waiters();
        Attendance { journal: Arc::clone(self) }
    }

    /// Completes when nobody has followed for this long.
    pub(crate) async fn abandoned(&self, grace: Duration) {
        loop {
            self.attended(false).await;
            tokio::select! {
                () = tokio::time::sleep(grace) => return,
                () = self.attended(true) => {}
            }
        }
    }

    /// Completes as soon as somebody reads, or nobody does.
    async fn attended(&self, is_attended: bool) {
        notified(&self.attendance, || (self.lock().readers > 0) == is_attended).await;
    }

    // Whole after every statement that changes it, so a panic elsewhere cannot have torn it.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The events of a batch after this number. What was written here can be read.
fn events_of(batch: &EventBatch, after: u64) -> Vec<RunEvent> {
    if batch.last_seq() <= after {
        return Vec::new();
    }
    EventBatch::read(batch.body(), after).unwrap_or_default()
}

/// Waits, woken by this notice, until something is so.
async fn notified(notice: &Notify, is_so: impl Fn() -> bool) {
    loop {
        let notified = notice.notified();
        tokio::pin!(notified);
        // From here on no notice is missed, also one before the first poll.
        notified.as_mut().enable();
        if is_so() {
            return;
        }
        notified.await;
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
        journal.append("{}", Weight::Needed, Duration::MAX);
        journal.append("{}", Weight::Needed, Duration::MAX);
        let (batch, through) = journal.unwritten();
        journal.append("{}", Weight::Needed, Duration::MAX);
        assert_eq!((seqs(&events_of(&batch, 0)), through), (vec![1, 2], 2));
        journal.mark_written(through);
        let mut follower = journal.follow();
        let tail = follower.tail(0);
        assert_eq!((tail.written_through, seqs(&tail.events), tail.is_closed), (2, vec![3], false));
        assert_eq!(seqs(&follower.tail(3).events), [] as [u64; 0]);
    }

    #[test]
    fn a_follower_finds_what_came_before_it_and_after_it_and_the_last_to_leave_takes_nothing_along() {
        let journal = Journal::new(1000);
        let append = |json: &str| journal.append(json, Weight::Needed, Duration::MAX);
        append("[1]");
        let mut first = journal.follow();
        append("[2]");
        let mut second = journal.follow();
        append("[3]");
        let jsons = |tail: Tail| tail.events.iter().map(|event| event.json.to_string()).collect::<Vec<_>>();
        assert_eq!(jsons(first.tail(0)), ["[1]", "[2]", "[3]"]);
        assert_eq!(jsons(second.tail(2)), ["[3]"]);
        journal.mark_written(2);
        assert_eq!(jsons(second.tail(0)), ["[3]"]);
        drop((first, second));
        append("[4]");
        assert_eq!(jsons(journal.follow().tail(0)), ["[3]", "[4]"]);
        assert_eq!(seqs(&events_of(&journal.unwritten().0, 0)), [3, 4]);
    }

    #[test]
    fn a_full_journal_leaves_out_what_passes_and_keeps_what_is_needed() {
        let journal = Journal::new(10);
        for weight in [Weight::Passing, Weight::Passing, Weight::Needed, Weight::Passing] {
            journal.append("12345678", weight, Duration::MAX);
        }
        assert_eq!(seqs(&journal.follow().tail(0).events), [1, 3]);
    }

    #[tokio::test(start_paused = true)]
    async fn it_is_time_to_write_after_a_while_or_after_enough() {
        let journal = Journal::new(1_000_000);
        let interval = Duration::from_millis(250);
        tokio::time::advance(interval).await;
        assert!(!journal.is_due(interval), "there is nothing to write");
        journal.append("{}", Weight::Needed, Duration::MAX);
        assert!(!journal.is_due(interval));
        tokio::time::advance(interval).await;
        assert!(journal.is_due(interval));
        journal.mark_written(1);
        journal.append(&"x".repeat(BATCH_BYTES), Weight::Passing, Duration::MAX);
        assert!(journal.is_due(interval));
        journal.mark_written(2);
        for _ in 0..BATCH_WIRE_BYTES / 1024 {
            assert!(!journal.is_due(interval), "an envelope is not what is lost");
            journal.append(&"x".repeat(1024), Weight::Piece(8), Duration::MAX);
        }
        assert!(journal.is_due(interval), "but it takes memory");
        journal.mark_written(u64::MAX);
        journal.append("x", Weight::Piece(BATCH_BYTES), Duration::MAX);
        assert!(journal.is_due(interval));
    }

    #[tokio::test(start_paused = true)]
    async fn what_waits_is_overdue_after_the_interval_and_nothing_never_is() {
        let journal = Journal::new(1000);
        let interval = Duration::from_millis(250);
        let started = Instant::now();
        let overdue = async || {
            let overdue = journal.overdue(interval, started);
            tokio::time::timeout(Duration::from_secs(3600), overdue).await.is_ok()
        };
        assert!(!overdue().await, "nothing waits");
        let begun = Instant::now();
        let (is_overdue, ()) = tokio::join!(overdue(), async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            journal.append("{}", Weight::Needed, Duration::MAX);
            tokio::time::sleep(Duration::from_millis(100)).await;
            journal.mark_written(1);
            journal.append("{}", Weight::Needed, Duration::MAX);
        });
        assert!(is_overdue && begun.elapsed().as_millis() == 200 + 250, "{:?}", begun.elapsed());
        journal.overdue(interval, begun + Duration::from_secs(1)).await;
        assert_eq!(begun.elapsed().as_secs(), 1, "not before it may be");
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
