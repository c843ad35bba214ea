//! Which threads are being answered right now: one turn per thread, and a way to end it from outside.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use tokio_util::sync::CancellationToken;

use super::error::CancelReason;
use crate::store::ThreadKey;

/// The turns under way in this process.
#[derive(Debug, Default)]
pub(crate) struct ActiveTurns(Mutex<HashMap<ThreadKey, TurnControl>>);

impl ActiveTurns {
    /// Takes the thread for the turn of this id; `None` if another has it.
    pub(crate) fn begin(self: &Arc<Self>, key: ThreadKey, turn_id: String) -> Option<TurnPermit> {
        let control = TurnControl::new(turn_id);
        let mut turns = self.lock();
        if turns.contains_key(&key) {
            return None;
        }
        turns.insert(key.clone(), control.clone());
        drop(turns);
        Some(TurnPermit { key, control, turns: Arc::clone(self) })
    }

    /// Ends the turn of a thread, if there is one.
    pub(crate) fn cancel(&self, key: &ThreadKey, reason: CancelReason) {
        if let Some(control) = self.lock().get(key) {
            control.cancel(reason);
        }
    }

    /// Ends this turn of this user; `false` if there is none.
    pub(crate) fn cancel_turn(&self, user_id: &str, turn_id: &str, reason: CancelReason) -> bool {
        let turns = self.lock();
        let turn = turns.iter().find(|(key, control)| key.user_id == user_id && *control.turn_id == *turn_id);
        if let Some((_, control)) = turn {
            control.cancel(reason);
        }
        turn.is_some()
    }

    /// Ends all turns.
    pub(crate) fn cancel_all(&self, reason: CancelReason) {
        for control in self.lock().values() {
            control.cancel(reason);
        }
    }

    // The map is whole after every statement that changes it, so a panic elsewhere cannot have torn it.
    fn lock(&self) -> MutexGuard<'_, HashMap<ThreadKey, TurnControl>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
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
        &self.control.turn_id
    }

    /// The way to end the turn from outside.
    pub(crate) fn control(&self) -> &TurnControl {
        &self.control
    }
}

impl Drop for TurnPermit {
    fn drop(&mut self) {
        self.turns.lock().remove(&self.key);
    }
}

/// Ends a turn from outside and remembers why; the first reason stays.
#[derive(Debug, Clone)]
pub(crate) struct TurnControl {
    turn_id: Arc<str>,
    token: CancellationToken,
    reason: Arc<OnceLock<CancelReason>>,
}

impl TurnControl {
    fn new(turn_id: String) -> Self {
        Self { turn_id: turn_id.into(), token: CancellationToken::new(), reason: Arc::default() }
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

    #[test]
    fn a_thread_is_taken_once_and_free_after_the_permit_is_dropped() {
        let turns = Arc::new(ActiveTurns::default());
        let key = ThreadKey::new("ada", "thr_1");
        let permit = turns.begin(key.clone(), "run_1".into()).expect("free");
        assert!(turns.begin(key.clone(), "run_1".into()).is_none());
        assert!(
            turns.begin(ThreadKey::new("bob", "thr_1"), "run_2".into()).is_some(),
            "another user's key is another key"
        );
        drop(permit);
        assert!(turns.begin(key, "run_1".into()).is_some());
    }

    #[test]
    fn the_first_reason_to_end_a_turn_stays() {
        let turns = Arc::new(ActiveTurns::default());
        let permit = turns.begin(ThreadKey::new("ada", "thr_1"), "run_1".into()).expect("free");
        turns.cancel(permit.key(), CancelReason::ThreadDeleted);
        turns.cancel_all(CancelReason::Shutdown);
        assert_eq!(permit.control().reason(), Some(CancelReason::ThreadDeleted));
        assert!(permit.control().token().is_cancelled());
    }

    #[test]
    fn a_turn_is_ended_by_its_own_user_only() {
        let turns = Arc::new(ActiveTurns::default());
        let permit = turns.begin(ThreadKey::new("ada", "thr_1"), "run_1".into()).expect("free");
        assert!(!turns.cancel_turn("bob", "run_1", CancelReason::Requested));
        assert!(!turns.cancel_turn("ada", "run_2", CancelReason::Requested));
        assert!(!permit.control().token().is_cancelled());
        assert!(turns.cancel_turn("ada", "run_1", CancelReason::Requested));
        assert_eq!(permit.control().reason(), Some(CancelReason::Requested));
    }
}
