//! The task of a turn: it runs the handler, ends it from outside if need be, and brings everything to an end.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use docent_protocol::{StreamOptions, ThreadMetadata, ThreadStreamEvent};
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, poll};
use tokio::sync::Mutex;
use tokio::time::Instant;
use tokio_util::task::TaskTracker;
use tracing::{Instrument, info_span};

use super::active::{TurnControl, TurnPermit};
use super::error::{CancelReason, stream_error};
use super::outlet::{EventStream, outlet};
use super::pipeline::Pipeline;
use super::recovery::HiddenEnd;
use super::{RequestContext, Turn, TurnError};
use crate::attachment::Attachments;
use crate::clock::Clock;
use crate::error::chain;
use crate::id::IdGenerator;
use crate::store::{Aside, EventBatch, RunEnding, RunState, Store};

/// What it means that nobody follows a turn any more: its client left, and no other came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Disconnect {
    /// Nothing: the turn goes on and is stored. A page that is reloaded, or a connection that breaks, loses nothing;
    /// whoever wants the turn to end says so with `POST <path>/runs/<run id>/cancel`.
    #[default]
    Continue,
    /// A stop, unless somebody follows again within this time: for clients that know no stop but hanging up, at the
    /// price of the answers of everybody whose connection breaks for longer.
    CancelAfter(Duration),
}

/// What every turn of a server shares.
pub(crate) struct TurnServices {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) ids: Arc<dyn IdGenerator>,
    pub(crate) clock: Arc<dyn Clock>,
    /// The files that readers send, if the server takes any.
    pub(crate) attachments: Option<Attachments>,
    /// How long a turn may take.
    pub(crate) turn_deadline: Duration,
    /// How long something that went out may wait before it is written down.
    pub(crate) checkpoint_interval: Duration,
    /// What it means that nobody follows.
    pub(crate) disconnect: Disconnect,
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
    /// The place in the thread that is reserved for the first item of the turn.
    pub(crate) first_place: i64,
    /// What was already done, in the order in which the client hears of it: the thread made, the message stored.
    pub(crate) preamble: Vec<ThreadStreamEvent>,
    /// Whether this turn set items aside, to be restored if it fails.
    pub(crate) is_retry: bool,
    pub(crate) respond: Respond,
}

/// Starts the turn as a task of its own and gives the stream of its events.
pub(crate) async fn start(
    plan: TurnPlan,
    services: &Arc<TurnServices>,
    tracker: &TaskTracker,
) -> EventStream {
    let TurnPlan { permit, context, thread, first_place, preamble, is_retry, respond } = plan;
    let control = permit.control().clone();
    let attendance = control.journal().attend();
    let (outlet, stream) = outlet(services.client_buffer_bytes, services.client_patience, attendance);
    let pipeline = Arc::new(Mutex::new(Pipeline::new(
        Arc::clone(&services.store),
        outlet,
        control.clone(),
        first_place,
        services.checkpoint_interval,
    )));
    let span = info_span!("turn", run_id = %permit.turn_id(), thread_id = %permit.key().thread_id);
    let turn = Turn {
        context,
        thread,
        services: Arc::clone(services),
        pipeline: Arc::clone(&pipeline),
        control: control.clone(),
    };
    // In boxes of their own, large futures take memory while they are at work and not as long as the turn lasts.
    let mut announcing = Box::pin(announce(Arc::clone(&pipeline), preamble).instrument(span.clone()));
    // At once, so that it goes out with the head of the answer and not behind what other turns are doing. If it would have
    // to wait, that is for the turn's own task.
    let announced = match poll!(&mut announcing) {
        Poll::Ready(announced) => Ok(announced),
        Poll::Pending => Err(announcing),
    };
    let work = async move {
        match announced {
            Ok(announced) => announced?,
            Err(announcing) => announcing.await?,
        }
        respond(turn).await
    };
    let work = AssertUnwindSafe(work.boxed()).catch_unwind();
    let run = Run { control, pipeline, services: Arc::clone(services), is_retry };
    tracker.spawn(
        async move {
            let outcome = run.watch(work).await;
            if Box::pin(run.end(outcome)).await.is_err() {
                permit.leave_unsettled();
            }
            // The thread is free before the stream ends, so that a client which waits for the end may write at once.
            drop(permit);
            run.pipeline.lock().await.hang_up();
        }
        .instrument(span),
    );
    stream
}

/// Tells the client what was done before the turn began.
async fn announce(pipeline: Arc<Mutex<Pipeline>>, preamble: Vec<ThreadStreamEvent>) -> Result<(), TurnError> {
    tracing::info!("turn started");
    let mut pipeline = pipeline.lock().await;
    for event in preamble {
        pipeline.tell(&event).await?;
    }
    let stream_options = StreamOptions { allow_cancel: true };
    pipeline.emit(&ThreadStreamEvent::StreamOptions { stream_options }).await
}

struct Run {
    control: TurnControl,
    pipeline: Arc<Mutex<Pipeline>>,
    services: Arc<TurnServices>,
    is_retry: bool,
}

impl Run {
    /// Brings the run to its end. Fails if that could not be stored; everything else is told to the client.
    async fn end(&self, outcome: Outcome) -> Result<(), TurnError> {
        let (state, last) = self.verdict(outcome).await;
        let mut pipeline = self.pipeline.lock().await;
        let ending = self.ending(state, pipeline.has_said_something());
        let closes_items = state != RunState::Completed;
        pipeline.end(ending, last, closes_items).await.inspect_err(|error| {
            tracing::error!(error = %chain(error), "the end of a turn could not be stored");
        })
    }

    /// Drives the handler until it ends or is ended, and writes down what is unfinished from time to time.
    async fn watch(&self, work: impl Future<Output = std::thread::Result<Result<(), TurnError>>>) -> Outcome {
        tokio::pin!(work);
        let deadline = tokio::time::sleep(self.services.turn_deadline);
        tokio::pin!(deadline);
        let mut abandoned = self.abandoned();
        let interval = self.services.checkpoint_interval;
        let journal = self.control.journal();
        // A turn that says nothing is not woken for it.
        let overdue = journal.overdue(interval, Instant::now());
        tokio::pin!(overdue);
        loop {
            tokio::select! {
                biased;
                () = self.control.token().cancelled() => return Outcome::Ended(Err(TurnError::Cancelled)),
                () = &mut deadline => {
                    self.control.cancel(CancelReason::Deadline);
                    return Outcome::Ended(Err(TurnError::Cancelled));
                }
                () = &mut abandoned => {
                    self.control.cancel(CancelReason::Abandoned);
                    return Outcome::Ended(Err(TurnError::Cancelled));
                }
                result = &mut work => return result.map_or(Outcome::Panicked, Outcome::Ended),
                () = &mut overdue => {
                    // The handler is not polled meanwhile: waiting for a lock it holds would be waiting for ever.
                    if let Ok(mut pipeline) = self.pipeline.try_lock() {
                        Box::pin(pipeline.checkpoint_if(true)).await;
                    }
                    // If it could not be written down it is tried again, after a while.
                    overdue.set(journal.overdue(interval, Instant::now() + interval));
                }
            }
        }
    }

    /// Completes when nobody follows any more, if that means anything.
    fn abandoned(&self) -> BoxFuture<'_, ()> {
        match self.services.disconnect {
            Disconnect::Continue => std::future::pending().boxed(),
            Disconnect::CancelAfter(grace) => self.control.journal().abandoned(grace).boxed(),
        }
    }

    /// How the run ended, and what the client is told of it; nothing if all went well.
    async fn verdict(&self, outcome: Outcome) -> (RunState, Option<ThreadStreamEvent>) {
        if let Some(reason) = self.control.reason() {
            // What was written was refused because the run has ended: with its thread, or without.
            let is_there = async || self.services.store.load_thread(self.control.key()).await.is_ok();
            let reason = match reason {
                CancelReason::ThreadDeleted if is_there().await => CancelReason::Lost,
                other => other,
            };
            tracing::info!(?reason, "turn ended from outside");
            return (reason.state(), reason.event());
        }
        let last = match outcome {
            Outcome::Ended(Ok(())) => {
                tracing::info!("turn completed");
                return (RunState::Completed, None);
            }
            Outcome::Ended(Err(error)) => {
                match &error {
                    TurnError::Internal(cause) => {
                        tracing::error!(error = %chain(cause.as_ref()), "turn failed")
                    }
                    _ => tracing::warn!("turn failed by its handler's decision"),
                }
                error.event().unwrap_or_else(|| stream_error(true))
            }
            Outcome::Panicked => {
                tracing::error!("the handler panicked");
                stream_error(true)
            }
        };
        (RunState::Failed, Some(last))
    }

    /// How the store is left: a retry that failed, or was stopped before it said anything, restores what it had set
    /// aside; otherwise what the client saw stays, and the model is told if more was to come.
    fn ending(&self, state: RunState, has_said_something: bool) -> RunEnding {
        let is_stopped = self.control.reason().is_some_and(CancelReason::is_stop);
        let is_good = state == RunState::Completed || (is_stopped && has_said_something);
        let now = self.services.clock.now();
        let marker = match state {
            RunState::Cancelled => Some(HiddenEnd::Cancelled),
            RunState::Interrupted => Some(HiddenEnd::Interrupted),
            RunState::Running | RunState::Completed | RunState::Failed => None,
        };
        RunEnding {
            state,
            ended_at: now,
            events: EventBatch::default(),
            items: marker
                .map(|marker| marker.marker(self.control.key(), self.control.turn_id(), now))
                .into_iter()
                .collect(),
            aside: if self.is_retry && !is_good { Aside::Restore } else { Aside::Delete },
        }
    }
}

enum Outcome {
    Ended(Result<(), TurnError>),
    Panicked,
}
