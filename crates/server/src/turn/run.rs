//! The task of a turn: it runs the handler, ends it from outside if need be, and brings everything to an end.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use docent_protocol::{SdkHiddenContextItem, StreamOptions, ThreadMetadata, ThreadStreamEvent};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::sync::Mutex;
use tokio_util::task::TaskTracker;
use tracing::{Instrument, info_span};

use super::active::{TurnControl, TurnPermit};
use super::error::{CancelReason, stream_error};
use super::outlet::{EventStream, outlet};
use super::pipeline::Pipeline;
use super::{RequestContext, Turn, TurnError};
use crate::attachment::Attachments;
use crate::clock::Clock;
use crate::error::chain;
use crate::id::{IdGenerator, IdKind};
use crate::store::{Store, ThreadKey};

/// What every turn of a server shares.
#[derive(Clone)]
pub(crate) struct TurnServices {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) ids: Arc<dyn IdGenerator>,
    pub(crate) clock: Arc<dyn Clock>,
    /// The files that readers send, if the server takes any.
    pub(crate) attachments: Option<Attachments>,
    /// How long a turn may take.
    pub(crate) turn_deadline: Duration,
    /// How often unfinished text is written down.
    pub(crate) checkpoint_interval: Duration,
    /// How many bytes of events may wait for a client.
    pub(crate) client_buffer_bytes: usize,
    /// How long a client whose buffer is full is waited for.
    pub(crate) client_patience: Duration,
}

type Respond = Box<dyn FnOnce(Turn) -> BoxFuture<'static, Result<(), TurnError>> + Send>;

/// Everything a turn needs to begin; all checks are behind it.
pub(crate) struct TurnPlan {
    pub(crate) permit: TurnPermit,
    pub(crate) context: RequestContext,
    pub(crate) thread: ThreadMetadata,
    /// What was already done, in the order in which the client hears of it: the thread made, the message stored.
    pub(crate) preamble: Vec<ThreadStreamEvent>,
    /// Whether this turn set items aside, to be restored if it fails.
    pub(crate) is_retry: bool,
    pub(crate) respond: Respond,
}

/// Starts the turn as a task of its own and gives the stream of its events.
pub(crate) fn start(plan: TurnPlan, services: TurnServices, tracker: &TaskTracker) -> EventStream {
    let TurnPlan { permit, context, thread, preamble, is_retry, respond } = plan;
    let id = permit.turn_id().to_owned();
    let (outlet, stream) = outlet(services.client_buffer_bytes, services.client_patience);
    let control = permit.control().clone();
    let pipeline = Arc::new(Mutex::new(Pipeline::new(
        permit.key().clone(),
        Arc::clone(&services.store),
        outlet,
        control.clone(),
    )));
    let span = info_span!("turn", run_id = %id, thread_id = %permit.key().thread_id);
    let run = Run {
        id: id.clone(),
        key: permit.key().clone(),
        control: control.clone(),
        pipeline: Arc::clone(&pipeline),
        services: services.clone(),
        is_retry,
    };
    let turn = Turn { id, context, thread, services, pipeline, cancellation: control.token().clone() };
    tracker.spawn(
        async move {
            run.go(turn, preamble, respond).await;
            // The thread is free before the stream ends, so that a client which waits for the end may write at once.
            drop(permit);
            run.pipeline.lock().await.hang_up();
        }
        .instrument(span),
    );
    stream
}

struct Run {
    id: String,
    key: ThreadKey,
    control: TurnControl,
    pipeline: Arc<Mutex<Pipeline>>,
    services: TurnServices,
    is_retry: bool,
}

impl Run {
    async fn go(&self, turn: Turn, preamble: Vec<ThreadStreamEvent>, respond: Respond) {
        tracing::info!("turn started");
        let work = AssertUnwindSafe(self.announce_and_respond(turn, preamble, respond)).catch_unwind();
        let outcome = self.watch(work).await;
        let mut last = self.last_words(outcome);
        if let Err(error) = self.settle(last.is_none()).await {
            tracing::error!(error = %chain(&error), "the end of a turn could not be stored");
            last = last.or_else(|| Some(stream_error(true)));
        }
        if let Err(error) = self.pipeline.lock().await.close(last).await {
            tracing::error!(error = %chain(&error), "the end of a turn could not be sent");
        }
    }

    async fn announce_and_respond(
        &self,
        turn: Turn,
        preamble: Vec<ThreadStreamEvent>,
        respond: Respond,
    ) -> Result<(), TurnError> {
        {
            let mut pipeline = self.pipeline.lock().await;
            for event in preamble {
                pipeline.tell(event).await?;
            }
            let stream_options = StreamOptions { allow_cancel: true };
            pipeline.emit(ThreadStreamEvent::StreamOptions { stream_options }).await?;
        }
        respond(turn).await
    }

    /// Drives the handler until it ends or is ended, and writes unfinished text down from time to time.
    async fn watch(&self, work: impl Future<Output = std::thread::Result<Result<(), TurnError>>>) -> Outcome {
        tokio::pin!(work);
        let deadline = tokio::time::sleep(self.services.turn_deadline);
        tokio::pin!(deadline);
        let mut checkpoints = tokio::time::interval(self.services.checkpoint_interval);
        checkpoints.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                biased;
                () = self.control.token().cancelled() => return Outcome::Ended(Err(TurnError::Cancelled)),
                () = &mut deadline => {
                    self.control.cancel(CancelReason::Deadline);
                    return Outcome::Ended(Err(TurnError::Cancelled));
                }
                result = &mut work => return result.map_or(Outcome::Panicked, Outcome::Ended),
                _ = checkpoints.tick() => {
                    // The handler is not polled meanwhile: waiting for a lock it holds would be waiting for ever.
                    if let Ok(mut pipeline) = self.pipeline.try_lock()
                        && let Err(error) = pipeline.checkpoint(self.services.checkpoint_interval).await
                    {
                        tracing::warn!(error = %chain(&error), "unfinished text could not be written down");
                    }
                }
            }
        }
    }

    /// What the client is told at the end; nothing if all went well.
    fn last_words(&self, outcome: Outcome) -> Option<ThreadStreamEvent> {
        if let Some(reason) = self.control.reason() {
            tracing::info!(?reason, "turn ended from outside");
            return reason.event();
        }
        match outcome {
            Outcome::Ended(Ok(())) => {
                tracing::info!("turn completed");
                None
            }
            Outcome::Ended(Err(error)) => {
                match &error {
                    TurnError::Internal(cause) => {
                        tracing::error!(error = %chain(cause.as_ref()), "turn failed")
                    }
                    _ => tracing::warn!("turn failed by its handler's decision"),
                }
                Some(error.event().unwrap_or_else(|| stream_error(true)))
            }
            Outcome::Panicked => {
                tracing::error!("the handler panicked");
                Some(stream_error(true))
            }
        }
    }

    /// Leaves the store as it should be: a retry that failed, or was stopped before it said anything, restores what it
    /// had set aside; otherwise the text that the client saw stays, and the model is told if it was stopped. Of a
    /// deleted thread there is nothing to leave.
    async fn settle(&self, is_success: bool) -> Result<(), TurnError> {
        if self.control.reason() == Some(CancelReason::ThreadDeleted) {
            return Ok(());
        }
        let store = &self.services.store;
        let mut pipeline = self.pipeline.lock().await;
        let is_stopped = self.control.reason() == Some(CancelReason::Requested);
        if self.is_retry {
            if is_success && (!is_stopped || pipeline.has_said_something()) {
                store.delete_items_aside(&self.key, &self.id).await?;
            } else if store.restore_items_aside(&self.key, &self.id).await? {
                return Ok(());
            }
        }
        pipeline.save_unfinished().await?;
        if is_stopped {
            let marker = SdkHiddenContextItem {
                id: self.services.ids.generate(IdKind::SdkHiddenContext),
                thread_id: self.key.thread_id.clone(),
                created_at: self.services.clock.now(),
                content: "The user cancelled the stream. Stop responding to the prior request.".into(),
            };
            store.save_item(&self.key, &marker.into()).await?;
        }
        Ok(())
    }
}

enum Outcome {
    Ended(Result<(), TurnError>),
    Panicked,
}
