//! Runs that the end of a process interrupted: on the next start each is brought to an end.

use docent_protocol::{ErrorCode, SdkHiddenContextItem, ThreadStreamEvent, Timestamp};

use super::active::ActiveTurns;
use super::closing::closed;
use super::error::CancelReason;
use super::newest::visit_newest;
use super::run::TurnServices;
use crate::error::chain;
use crate::store::{
    Aside, EventBatch, PlacedItem, Run, RunEnding, RunEvent, RunState, Store, StoreError, ThreadKey,
};

/// How far the number of the last event is ahead of those written down: a client may have seen some that were not.
const UNSEEN: u64 = 1_000_000;

/// Ends every run that is not under way any more: what was said stays, nothing is left loading, a retry that was not
/// finished is undone, and the model is told. One that is under way here, and that its reader stopped by way of another
/// process, is told to end.
///
/// One that cannot be ended keeps nobody from the others: it is logged, and tried again before the next turn of its thread.
/// Gives the runs as they were found.
pub(crate) async fn recover(services: &TurnServices, active: &ActiveTurns) -> Result<Vec<Run>, StoreError> {
    let running = services.store.load_running_runs().await?;
    for run in &running {
        match active.find(&run.key.user_id, &run.id) {
            Some(turn) if run.is_cancel_requested => turn.cancel(CancelReason::Requested),
            Some(_) => {}
            None => {
                if let Err(error) = recover_one(services, run).await {
                    let (run_id, thread_id) = (&run.id, &run.key.thread_id);
                    tracing::error!(%run_id, %thread_id, error = %chain(&error), "a run could not be recovered");
                    active.note_unsettled(&run.key, &run.id);
                }
            }
        }
    }
    Ok(running)
}

/// Ends, before the next turn of a thread begins, the run whose own end could not be stored: what it set aside would
/// come back in the middle of what followed.
pub(crate) async fn settle(
    services: &TurnServices,
    active: &ActiveTurns,
    key: &ThreadKey,
) -> Result<(), StoreError> {
    let Some(run_id) = active.unsettled(key) else { return Ok(()) };
    match services.store.load_run(&key.user_id, &run_id).await {
        Ok(run) if run.state == RunState::Running => recover_one(services, &run).await?,
        Ok(_) | Err(StoreError::NotFound) => {}
        Err(error) => return Err(error),
    }
    active.note_settled(key);
    Ok(())
}

async fn recover_one(services: &TurnServices, run: &Run) -> Result<(), StoreError> {
    let now = services.clock.now();
    let end = if run.is_cancel_requested { HiddenEnd::Cancelled } else { HiddenEnd::Interrupted };
    let mut items = closed_items(services.store.as_ref(), &run.key, |_| true).await?;
    items.push(end.marker(&run.key, &run.id, now));
    let (state, events) = match end {
        HiddenEnd::Cancelled => (RunState::Cancelled, EventBatch::default()),
        HiddenEnd::Interrupted => {
            let json = serde_json::to_string(&interrupted()).map_err(StoreError::database)?;
            (
                RunState::Interrupted,
                EventBatch::of(&[RunEvent { seq: run.last_seq.saturating_add(UNSEEN), json: json.into() }]),
            )
        }
    };
    let ending = RunEnding { state, ended_at: now, events, items, aside: Aside::Restore };
    // It may have ended meanwhile, by itself or by another process that found it too.
    if services.store.end_run(&run.key, &run.id, &ending).await? {
        tracing::info!(run_id = %run.id, thread_id = %run.key.thread_id, state = state.as_str(), "run recovered");
    }
    Ok(())
}

/// What whoever follows an interrupted run is told at its end.
fn interrupted() -> ThreadStreamEvent {
    ThreadStreamEvent::Error {
        code: ErrorCode::Custom,
        message: Some("The answer was interrupted. What was written so far is saved.".into()),
        allow_retry: true,
    }
}

/// The items of the last turn that are still waiting for something, as they are once nobody works on them.
pub(super) async fn closed_items(
    store: &dyn Store,
    key: &ThreadKey,
    is_wanted: impl Fn(&str) -> bool,
) -> Result<Vec<PlacedItem>, StoreError> {
    let mut items = Vec::new();
    let visited = visit_newest(store, key, |item| {
        if is_wanted(item.id()) {
            let after = closed(item.clone());
            if after != item {
                items.push(PlacedItem { item: after, position: None });
            }
        }
    });
    match visited.await {
        // Of a deleted thread there is nothing to close.
        Ok(_) | Err(StoreError::NotFound) => Ok(items),
        Err(error) => Err(error),
    }
}

/// An end that the model has to know of, because what it said is not all it meant to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HiddenEnd {
    /// The reader stopped it.
    Cancelled,
    /// The server did.
    Interrupted,
}

impl HiddenEnd {
    /// The marker. Its id is the run's, so that it is there once however often it is written.
    pub(super) fn marker(self, key: &ThreadKey, run_id: &str, now: Timestamp) -> PlacedItem {
        let content = match self {
            Self::Cancelled => "The user cancelled the stream. Stop responding to the prior request.",
            Self::Interrupted => {
                "The answer was interrupted before it was finished. The user saw only what stands here."
            }
        };
        let item = SdkHiddenContextItem {
            id: format!("shcx_{}", run_id.trim_start_matches("run_")),
            thread_id: key.thread_id.clone(),
            created_at: now,
            content: content.into(),
        };
        PlacedItem { item: item.into(), position: None }
    }
}
