//! Which threads are being answered right now: one turn per thread, and a way to end it from outside.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::error::CancelReason;
use super::journal::Journal;
use crate::store::ThreadKey;

/// The turns under way in this process.
#[derive(Debug)]
pub(crate) struct ActiveTurns {
    turns: Mutex<HashMap<ThreadKey, TurnControl>>,
    /// A thread became free.
    freed: Notify,
    /// How many bytes of events a turn's journal holds.
    journal_bytes: usize,
}

impl ActiveTurns {
    pub(crate) fn new(journal_bytes: usize) -> Arc<Self> {
        Arc::new(Self { turns: Mutex::default(), freed: Notify::new(), journal_bytes })
    }

    /// Takes the thread for the turn of this id, waiting so long for another to end; `None` if it does not.
    pub(crate) async fn begin(
        self: &Arc<Self>,
        key: ThreadKey,
        turn_id: String,
        patience: Duration,
    ) -> Option<TurnPermit> {
        let waiting = async {
            loop {
                let freed = self.freed.notified();
                tokio::pin!(freed);
                // From here on no end is missed, also one before the first poll.
                freed.as_mut().enable();
                if let Some(permit) = self.try_begin(&key, &turn_id) {
                    return permit;
                }
                freed.await;
            }
        };
        // A thread that is free is taken without patience too: the timeout polls its future first.
        tokio::time::timeout(patience, waiting).await.ok()
    }

    fn try_begin(self: &Arc<Self>, key: &ThreadKey, turn_id: &str) -> Option<TurnPermit> {
        let mut turns = self.lock();
        if turns.contains_key(key) {
            return None;
        }
        let control = TurnControl::new(turn_id, Journal::new(self.journal_bytes));
        turns.insert(key.clone(), control.clone());
        drop(turns);
        Some(TurnPermit { key: key.clone(), control, turns: Arc::clone(self) })
    }

    /// Ends the turn of a thread, if there is one.
    pub(crate) fn cancel(&self, key: &ThreadKey, reason: CancelReason) {
        if let Some(control) = self.lock().get(key) {
            control.cancel(reason);
        }
    }

    /// This turn of this user, if it is under way.
    pub(crate) fn find(&self, user_id: &str, turn_id: &str) -> Option<TurnControl> {
        let turns = self.lock();
        let mut own = turns.iter().filter(|(key, _)| key.user_id == user_id);
        own.find(|(_, control)| *control.turn_id == *turn_id).map(|(_, control)| control.clone())
    }

    /// Ends all turns.
    pub(crate) fn cancel_all(&self, reason: CancelReason) {
        for control in self.lock().values() {
            control.cancel(reason);
        }
    }

    // The map is whole after every statement that changes it, so a panic elsewhere cannot have torn it.
    fn lock(&self) -> MutexGuard<'_, HashMap<ThreadKey, TurnControl>> {
        self.turns.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to answer in a thread; given back when dropped.
#[derive(Debug)]
#[must_use = "the thread is free again as soon as this is dropped"]
pub(crate) struct TurnPermit {
    key: ThreadKey,
    control: TurnControl,
    turns: Arc<ActiveTurns>,
}

impl TurnPermit {
    /// The thread.
    pub(crate) fn key(&self) -> &ThreadKey {
        &self.key
    }

    /// The id of the turn.
    pub(crate) fn turn_id(&self) -> &str {
        self.control.turn_id()
    }

    /// The way to end the turn from outside.
    pub(crate) fn control(&self) -> &TurnControl {
        &self.control
    }
}

impl Drop for TurnPermit {
    fn drop(&mut self) {
        self.turns.lock().remove(&self.key);
        self.turns.freed.notify_waiters();
    }
}

/// Ends a turn from outside and remembers why; the first reason stays.
#[derive(Debug, Clone)]
pub(crate) struct TurnControl {
    turn_id: Arc<str>,
    journal: Arc<Journal>,
    token: CancellationToken,
    reason: Arc<OnceLock<CancelReason>>,
}

impl TurnControl {
    fn new(turn_id: &str, journal: Arc<Journal>) -> Self {
        Self { turn_id: turn_id.into(), journal, token: CancellationToken::new(), reason: Arc::default() }
    }

    /// The id of the turn.
    pub(crate) fn turn_id(&self) -> &str {
        &self.turn_id
    }

    /// The events of the turn.
    pub(crate) fn journal(&self) -> &Arc<Journal> {
        &self.journal
    }

    pub(crate) fn cancel(&self, reason: CancelReason) {
        // A second reason is dropped on purpose: what ended the turn is what came first.
        let _ = self.reason.set(reason);
        self.token.cancel();
    }

    pub(crate) fn reason(&self) -> Option<CancelReason> {
        self.reason.get().copied()
    }

    pub(crate) fn token(&self) -> &CancellationToken {
        &self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NO_PATIENCE: Duration = Duration::ZERO;

    fn turns() -> Arc<ActiveTurns> {
        ActiveTurns::new(1000)
    }

    #[tokio::test]
    async fn a_thread_is_taken_once_and_free_after_the_permit_is_dropped() {
        let turns = turns();
        let key = ThreadKey::new("ada", "thr_1");
        let permit = turns.begin(key.clone(), "run_1".into(), NO_PATIENCE).await.expect("free");
        assert!(turns.begin(key.clone(), "run_1".into(), NO_PATIENCE).await.is_none());
        assert!(
            turns.begin(ThreadKey::new("bob", "thr_1"), "run_2".into(), NO_PATIENCE).await.is_some(),
            "another user's key is another key"
        );
        drop(permit);
        assert!(turns.begin(key, "run_1".into(), NO_PATIENCE).await.is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_has_patience_gets_the_thread_one_after_the_other() {
        let turns = turns();
        let key = ThreadKey::new("ada", "thr_1");
        let mut tasks = tokio::task::JoinSet::new();
        let begun = tokio::time::Instant::now();
        for _ in 0..4 {
            let (turns, key) = (Arc::clone(&turns), key.clone());
            tasks.spawn(async move {
                let permit = turns.begin(key, "run_1".into(), Duration::from_secs(25)).await;
                if permit.is_some() {
                    tokio::time::sleep(Duration::from_secs(10)).await;
                }
                permit.is_some()
            });
        }
        let taken = tasks.join_all().await.into_iter().filter(|is_taken| *is_taken).count();
        assert_eq!((taken, begun.elapsed().as_secs()), (3, 30), "the fourth would have had to wait for 30 s");
    }

    #[tokio::test]
    async fn the_first_reason_to_end_a_turn_stays() {
        let turns = turns();
        let key = ThreadKey::new("ada", "thr_1");
        let permit = turns.begin(key, "run_1".into(), NO_PATIENCE).await.expect("free");
        turns.cancel(permit.key(), CancelReason::ThreadDeleted);
        turns.cancel_all(CancelReason::Shutdown);
        assert_eq!(permit.control().reason(), Some(CancelReason::ThreadDeleted));
        assert!(permit.control().token().is_cancelled());
    }

    #[tokio::test]
    async fn a_turn_is_found_by_its_own_user_only() {
        let turns = turns();
        let key = ThreadKey::new("ada", "thr_1");
        let permit = turns.begin(key, "run_1".into(), NO_PATIENCE).await.expect("free");
        assert!(turns.find("bob", "run_1").is_none());
        assert!(turns.find("ada", "run_2").is_none());
        turns.find("ada", "run_1").expect("there").cancel(CancelReason::Requested);
        assert_eq!(permit.control().reason(), Some(CancelReason::Requested));
    }
}
