//! Runs as such: following one, stopping one, and forgetting old ones.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use docent_protocol::Timestamp;
use tokio::time::Instant;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::{Answer, DispatchError, Dispatcher};
use crate::error::chain;
use crate::store::{Run, RunState, StoreError};
use crate::turn::{self, CancelReason, Numbering, RequestContext};

/// How long at least between two times that old runs are looked for.
const LOOKING_FOR_OLD_RUNS: Duration = Duration::from_secs(10 * 60);

/// What holds for all runs.
pub(crate) struct RunRules {
    /// How long a request waits for a thread that is being answered.
    pub(crate) thread_patience: Duration,
    /// How many bytes of events a run's journal holds.
    pub(crate) journal_bytes: usize,
    /// How long a run that has ended is remembered.
    pub(crate) retention: Duration,
    /// How many turns of one user may go on or wait; 0 is any number.
    pub(crate) runs_per_user: usize,
}

impl Dispatcher {
    /// Ends the runs that a crash interrupted, once, before anything else is answered. From then on it watches over the
    /// runs of a store that is shared.
    pub(crate) async fn recover(&self) -> Result<(), DispatchError> {
        self.recovered
            .get_or_try_init(|| self.recover_and_watch())
            .await
            .map(drop)
            .map_err(DispatchError::from)
    }

    async fn recover_and_watch(&self) -> Result<Option<DropGuard>, StoreError> {
        turn::recover(&self.services, &self.active).await?;
        let Some(interval) = self.services.store.watch_interval() else { return Ok(None) };
        let stop = CancellationToken::new();
        let (services, active) = (self.services.clone(), self.active.clone());
        tokio::spawn(turn::watch(services, active, interval, stop.clone()));
        Ok(Some(stop.drop_guard()))
    }

    /// Ends a turn because its reader wants it: our own addition to the protocol, whose only stop is to hang up. The
    /// wish is stored first, so that it holds whatever happens; for a run that has ended there is nothing to do.
    pub(crate) async fn cancel_run(
        &self,
        context: &RequestContext,
        run_id: &str,
    ) -> Result<Answer, DispatchError> {
        self.recover().await?;
        self.services.store.request_cancel(&context.user_id, run_id).await.map_err(no_such_run)?;
        if let Some(turn) = self.active.find(&context.user_id, run_id) {
            turn.cancel(CancelReason::Requested);
        }
        Ok(Answer::empty())
    }

    /// The events of a run after this number, until it ends.
    pub(crate) async fn follow_run(
        &self,
        context: &RequestContext,
        run_id: &str,
        after: u64,
        numbering: Numbering,
    ) -> Result<Answer, DispatchError> {
        self.recover().await?;
        // Looked for before the run is loaded: one that ends in between is then followed to its end in memory.
        let follower = self.active.find(&context.user_id, run_id).map(|turn| turn.journal().follow());
        let mut run = self.services.store.load_run(&context.user_id, run_id).await.map_err(no_such_run)?;
        if follower.is_none() && run.state == RunState::Running {
            // Its end may not have been stored; whoever follows it has to come to an end all the same.
            turn::settle(&self.services, &self.active, &run.key).await?;
            run = self.services.store.load_run(&context.user_id, run_id).await.map_err(no_such_run)?;
        }
        self.services.store.load_thread(&run.key).await.map_err(no_such_run)?;
        let is_known = follower.is_none() && run.state != RunState::Running && after >= run.last_seq;
        // What was asked for as a stream is one, also where the run came to its end without a word.
        if is_known && numbering == Numbering::Shown {
            return Ok(Answer::NoContent);
        }
        let events = turn::follow(self.services.store.clone(), run, follower, after, numbering);
        Ok(Answer::Stream { turn_id: run_id.to_owned(), events })
    }

    /// The same run once more, from its first event on, without numbers: what its request was answered with.
    pub(super) async fn repeat_run(
        &self,
        context: &RequestContext,
        run: Run,
    ) -> Result<Answer, DispatchError> {
        self.follow_run(context, &run.id, 0, Numbering::Hidden).await
    }

    /// Forgets, now and then and beside the answer, the runs that ended long ago.
    pub(super) fn forget_old_runs(&self) {
        let Some(ended_before) = self.retention.due(self.services.clock.now()) else { return };
        let store = self.services.store.clone();
        self.tracker.spawn(async move {
            match store.delete_runs(ended_before).await {
                Ok(0) => {}
                Ok(runs) => tracing::debug!(runs, "old runs forgotten"),
                Err(error) => tracing::warn!(error = %chain(&error), "old runs could not be forgotten"),
            }
        });
    }
}

/// When runs are forgotten.
pub(super) struct Retention {
    retention: Duration,
    last_look: Mutex<Option<Instant>>,
}

impl Retention {
    pub(super) fn new(retention: Duration) -> Self {
        Self { retention, last_look: Mutex::default() }
    }

    /// If it is time to look again: the moment before which runs have to have ended.
    fn due(&self, now: Timestamp) -> Option<Timestamp> {
        let mut last_look = self.last_look.lock().unwrap_or_else(PoisonError::into_inner);
        let pause = self.retention.min(LOOKING_FOR_OLD_RUNS);
        if last_look.is_some_and(|last| last.elapsed() < pause) {
            return None;
        }
        *last_look = Some(Instant::now());
        let retention = i64::try_from(self.retention.as_micros()).unwrap_or(i64::MAX);
        Some(Timestamp::from_unix_micros(now.unix_micros().saturating_sub(retention)))
    }
}

fn no_such_run(error: StoreError) -> DispatchError {
    match error {
        StoreError::NotFound => DispatchError::NoSuchRun,
        error => error.into(),
    }
}
