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
    /// By user, how many turns go on or wait for their thread; nobody is here with none.
    per_user: Mutex<HashMap<String, usize>>,
    /// How many those may be; 0 is any number.
    most_per_user: usize,
    /// The runs that have ended and are not stored as ended, because the store failed, by thread.
    unsettled: Mutex<HashMap<ThreadKey, String>>,
    /// A thread became free.
    freed: Notify,
    /// How many bytes of events a turn's journal holds.
    journal_bytes: usize,
}

impl ActiveTurns {
    pub(crate) fn new(journal_bytes: usize, most_per_user: usize) -> Arc<Self> {
        let (turns, per_user, unsettled) = (Mutex::default(), Mutex::default(), Mutex::default());
        Arc::new(Self { turns, per_user, most_per_user, unsettled, freed: Notify::new(), journal_bytes })
    }

    /// Lets a user begin one turn more, if not too many go on already.
    pub(crate) fn admit(self: &Arc<Self>, user_id: &str) -> Option<RunSlot> {
        let mut per_user = self.lock_per_user();
        match per_user.get_mut(user_id) {
            Some(count) if self.most_per_user != 0 && *count >= self.most_per_user => return None,
            Some(count) => *count += 1,
            None => drop(per_user.insert(user_id.to_owned(), 1)),
        }
        Some(RunSlot { user_id: user_id.to_owned(), turns: Arc::clone(self) })
    }

    /// Takes the thread for the turn of this id, waiting so long for another to end; `None` if it does not.
    pub(crate) async fn begin(
        self: &Arc<Self>,
        slot: RunSlot,
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
                if let Some(control) = self.try_begin(&key, &turn_id) {
                    return control;
                }
                freed.await;
            }
        };
        // A thread that is free is taken without patience too: the timeout polls its future first.
        let control = tokio::time::timeout(patience, waiting).await.ok()?;
        Some(TurnPermit { control, turns: Arc::clone(self), _slot: slot })
    }

    fn try_begin(&self, key: &ThreadKey, turn_id: &str) -> Option<TurnControl> {
        let mut turns = self.lock();
        if turns.contains_key(key) {
            return None;
        }
        let control = TurnControl::new(key, turn_id, Journal::new(self.journal_bytes));
        turns.insert(key.clone(), control.clone());
        Some(control)
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
        own.find(|(_, control)| control.turn_id() == turn_id).map(|(_, control)| control.clone())
    }

    /// All turns under way.
    pub(crate) fn all(&self) -> Vec<TurnControl> {
        self.lock().values().cloned().collect()
    }

    /// Remembers that the end of a run could not be stored.
    pub(crate) fn note_unsettled(&self, key: &ThreadKey, run_id: &str) {
        self.lock_unsettled().insert(key.clone(), run_id.to_owned());
    }

    /// The run of a thread whose end could not be stored, if there is one.
    pub(crate) fn unsettled(&self, key: &ThreadKey) -> Option<String> {
        self.lock_unsettled().get(key).cloned()
    }

    /// Forgets it.
    pub(crate) fn note_settled(&self, key: &ThreadKey) {
        self.lock_unsettled().remove(key);
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

    fn lock_unsettled(&self) -> MutexGuard<'_, HashMap<ThreadKey, String>> {
        self.unsettled.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock_per_user(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.per_user.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One of the turns that a user may have at once; given back when dropped.
#[derive(Debug)]
#[must_use = "it counts for as long as it is kept"]
pub(crate) struct RunSlot {
    user_id: String,
    turns: Arc<ActiveTurns>,
}

impl Drop for RunSlot {
    fn drop(&mut self) {
        let mut per_user = self.turns.lock_per_user();
        if let Some(count) = per_user.get_mut(&self.user_id) {
            *count -= 1;
            if *count == 0 {
                per_user.remove(&self.user_id);
            }
        }
    }
}

/// The right to answer in a thread; given back when dropped.
#[derive(Debug)]
#[must_use = "the thread is free again as soon as this is dropped"]
pub(crate) struct TurnPermit {
    control: TurnControl,
    turns: Arc<ActiveTurns>,
    _slot: RunSlot,
}

impl TurnPermit {
    /// The thread.
    pub(crate) fn key(&self) -> &ThreadKey {
        self.control.key()
    }

    /// The id of the turn.
    pub(crate) fn turn_id(&self) -> &str {
        self.control.turn_id()
    }

    /// Leaves the thread with a run whose end could not be stored, for the next turn to settle.
    pub(crate) fn leave_unsettled(&self) {
        self.turns.note_unsettled(self.key(), self.turn_id());
    }

    /// The way to end the turn from outside.
    pub(crate) fn control(&self) -> &TurnControl {
        &self.control
    }
}

impl Drop for TurnPermit {
    fn drop(&mut self) {
        self.turns.lock().remove(self.key());
        self.turns.freed.notify_waiters();
    }
}

/// Ends a turn from outside and remembers why; the first reason stays.
#[derive(Debug, Clone)]
pub(crate) struct TurnControl(Arc<Controlled>);

#[derive(Debug)]
struct Controlled {
    key: ThreadKey,
    turn_id: String,
    journal: Arc<Journal>,
    token: CancellationToken,
    reason: OnceLock<CancelReason>,
}

impl TurnControl {
    fn new(key: &ThreadKey, turn_id: &str, journal: Arc<Journal>) -> Self {
        let (token, reason) = (CancellationToken::new(), OnceLock::new());
        Self(Arc::new(Controlled { key: key.clone(), turn_id: turn_id.into(), journal, token, reason }))
    }

    /// The thread.
    pub(crate) fn key(&self) -> &ThreadKey {
        &self.0.key
    }

    /// The id of the turn.
    pub(crate) fn turn_id(&self) -> &str {
        &self.0.turn_id
    }

    /// The events of the turn.
    pub(crate) fn journal(&self) -> &Arc<Journal> {
        &self.0.journal
    }

    pub(crate) fn cancel(&self, reason: CancelReason) {
        // A second reason is dropped on purpose: what ended the turn is what came first.
        let _ = self.0.reason.set(reason);
        self.0.token.cancel();
    }

    pub(crate) fn reason(&self) -> Option<CancelReason> {
        self.0.reason.get().copied()
    }

    pub(crate) fn token(&self) -> &CancellationToken {
        &self.0.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NO_PATIENCE: Duration = Duration::ZERO;

    fn turns() -> Arc<ActiveTurns> {
        ActiveTurns::new(1000, 2)
    }

    /// Takes the thread at once or not at all.
    async fn begin(turns: &Arc<ActiveTurns>, key: &ThreadKey, run: &str) -> Option<TurnPermit> {
        let slot = turns.admit(&key.user_id)?;
        turns.begin(slot, key.clone(), run.into(), NO_PATIENCE).await
    }

    #[tokio::test]
    async fn a_user_has_so_many_turns_and_another_user_as_many() {
        let turns = turns();
        let key = |user: &str, thread: &str| ThreadKey::new(user, thread);
        let first = begin(&turns, &key("ada", "thr_1"), "run_1").await.expect("free");
        let second = begin(&turns, &key("ada", "thr_2"), "run_2").await.expect("free");
        assert!(turns.admit("ada").is_none(), "two are enough");
        let other = begin(&turns, &key("bob", "thr_3"), "run_3").await.expect("another user");
        drop(first);
        let waiting = turns.admit("ada").expect("one has ended");
        assert!(turns.admit("ada").is_none(), "who waits for a thread counts too");
        drop(waiting);
        assert!(begin(&turns, &key("ada", "thr_2"), "run_4").await.is_none(), "the thread is taken");
        drop((second, other));
        assert!(turns.lock_per_user().is_empty(), "nobody is remembered");
        assert!(ActiveTurns::new(1000, 0).admit("ada").is_some());
    }

    #[tokio::test]
    async fn a_thread_is_taken_once_and_free_after_the_permit_is_dropped() {
        let turns = turns();
        let key = ThreadKey::new("ada", "thr_1");
        let permit = begin(&turns, &key, "run_1").await.expect("free");
        assert!(begin(&turns, &key, "run_1").await.is_none());
        assert!(
            begin(&turns, &ThreadKey::new("bob", "thr_1"), "run_2").await.is_some(),
            "another user's key is another key"
        );
        drop(permit);
        assert!(begin(&turns, &key, "run_1").await.is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_has_patience_gets_the_thread_one_after_the_other() {
        let turns = ActiveTurns::new(1000, 0);
        let key = ThreadKey::new("ada", "thr_1");
        let mut tasks = tokio::task::JoinSet::new();
        let begun = tokio::time::Instant::now();
        for _ in 0..4 {
            let (turns, key) = (Arc::clone(&turns), key.clone());
            tasks.spawn(async move {
                let slot = turns.admit("ada").expect("any number");
                let permit = turns.begin(slot, key, "run_1".into(), Duration::from_secs(25)).await;
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
        let permit = begin(&turns, &key, "run_1").await.expect("free");
        turns.cancel(permit.key(), CancelReason::ThreadDeleted);
        turns.cancel_all(CancelReason::Shutdown);
        assert_eq!(permit.control().reason(), Some(CancelReason::ThreadDeleted));
        assert!(permit.control().token().is_cancelled());
    }

    #[tokio::test]
    async fn a_turn_is_found_by_its_own_user_only() {
        let turns = turns();
        let key = ThreadKey::new("ada", "thr_1");
        let permit = begin(&turns, &key, "run_1").await.expect("free");
        assert!(turns.find("bob", "run_1").is_none());
        assert!(turns.find("ada", "run_2").is_none());
        turns.find("ada", "run_1").expect("there").cancel(CancelReason::Requested);
        assert_eq!(permit.control().reason(), Some(CancelReason::Requested));
    }
}
