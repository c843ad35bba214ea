//! The watch over runs in a store that several processes share: signs of life for one's own, an end for those whose
//! process gave none, and a stop that was asked of another process.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::active::ActiveTurns;
use super::recovery::recover;
use super::run::TurnServices;
use crate::error::chain;
use crate::store::StoreError;

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
    recover(services, active).await
}
