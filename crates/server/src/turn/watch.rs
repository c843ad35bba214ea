//! The watch over runs in a store that several processes share: signs of life for one's own, an end for those whose
//! process gave none, a stop that was asked of another process, and one's own that another process has ended.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::active::{ActiveTurns, TurnControl};
use super::error::CancelReason;
use super::recovery::recover;
use super::run::TurnServices;
use crate::error::chain;
use crate::store::{Run, RunState, StoreError};

/// Watches until it is told to stop. It goes on while a server stops, because turns then still come to their end.
pub(crate) async fn watch(
    services: Arc<TurnServices>,
    active: Arc<ActiveTurns>,
    interval: Duration,
    stop: CancellationToken,
) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(interval) => {}
        }
        if let Err(error) = look(&services, &active).await {
            tracing::warn!(error = %chain(&error), "the runs could not be looked after");
        }
    }
}

async fn look(services: &TurnServices, active: &ActiveTurns) -> Result<(), StoreError> {
    services.store.keep_runs().await?;
    let known = active.all();
    let running = recover(services, active).await?;
    end_the_lost(services, known, &running).await
}

/// Tells those turns to end whose runs go on no more: another process took this one for dead, or deleted the thread. A
/// turn that writes is refused by then; one that waits for its model would go on for as long as a turn may take.
async fn end_the_lost(
    services: &TurnServices,
    known: Vec<TurnControl>,
    running: &[Run],
) -> Result<(), StoreError> {
    let running: HashSet<&str> = running.iter().map(|run| run.id.as_str()).collect();
    for turn in known.iter().filter(|turn| !running.contains(turn.turn_id())) {
        // It may also have begun since, or not begun yet: that is looked up, of these few.
        match services.store.load_run(&turn.key().user_id, turn.turn_id()).await {
            // Whether the thread was deleted is found out when the turn ends. One that ended by itself takes no notice.
            Ok(run) if run.state != RunState::Running => turn.cancel(CancelReason::ThreadDeleted),
            Ok(_) | Err(StoreError::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
