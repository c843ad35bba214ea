//! From a request to its answer: one function for each operation, one file for each family.
//!
//! Whatever can be checked is checked here, before a stream starts, so that a mistake is a plain answer with a status
//! and never a broken stream.

mod action;
mod attachment;
mod client_tool;
mod error;
mod idempotency;
mod item;
mod message;
mod page;
mod run;
mod structured_input;
mod thread;
mod transcription;

use std::sync::Arc;
use std::time::Duration;

use docent_protocol::{ChatKitRequest, Operation, Reply, ThreadMetadata, ThreadStatus, ThreadStreamEvent};
use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use futures_util::{FutureExt, StreamExt};
use serde::Serialize;
use tokio::sync::OnceCell;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

use crate::handler::ChatHandler;
use crate::id::IdKind;
use crate::store::{RunOpening, ThreadKey};
use crate::turn::{
    self, ActiveTurns, CancelReason, RequestContext, Turn, TurnError, TurnPermit, TurnPlan, TurnServices,
};

pub(crate) use attachment::Download;
pub(crate) use error::DispatchError;
use idempotency::InFlight;
use run::Retention;
pub(crate) use run::RunRules;

/// How long turns may take to write down what they have, once they were told to end.
const LAST_WRITES: Duration = Duration::from_secs(5);

/// How often a request that has patience asks whether another process still answers in its thread.
const ELSEWHERE_INTERVAL: Duration = Duration::from_millis(100);

/// What answers a request.
pub(crate) enum Answer {
    /// One JSON object, as text.
    Json(String),
    /// The events of a turn.
    Stream {
        /// The id of the turn.
        turn_id: String,
        /// Its events as they stand on the wire: one or several, but whole ones.
        events: BoxStream<'static, String>,
    },
    /// Nothing, and nothing will come.
    NoContent,
}

impl Answer {
    fn json(value: &impl Serialize) -> Result<Self, DispatchError> {
        Ok(Self::Json(serde_json::to_string(value).map_err(DispatchError::internal)?))
    }

    fn empty() -> Self {
        Self::Json("{}".into())
    }
}

/// Answers requests of known users.
pub(crate) struct Dispatcher {
    handler: Arc<dyn ChatHandler>,
    services: Arc<TurnServices>,
    active: Arc<ActiveTurns>,
    /// How long a request waits for a thread that is being answered.
    thread_patience: Duration,
    in_flight: Arc<InFlight>,
    /// Runs that were left behind are ended; of a shared store, the watch goes on as long as this is kept.
    recovered: OnceCell<Option<DropGuard>>,
    retention: Retention,
    tracker: TaskTracker,
    stopping: CancellationToken,
}

impl Dispatcher {
    pub(crate) fn new(handler: Arc<dyn ChatHandler>, services: TurnServices, rules: RunRules) -> Self {
        let RunRules { thread_patience, journal_bytes, retention, runs_per_user } = rules;
        Self {
            handler,
            services: Arc::new(services),
            active: ActiveTurns::new(journal_bytes, runs_per_user),
            thread_patience,
            in_flight: Arc::default(),
            recovered: OnceCell::new(),
            retention: Retention::new(retention),
            tracker: TaskTracker::new(),
            stopping: CancellationToken::new(),
        }
    }

    /// Answers in a task of its own: a client that goes away in the middle must not leave half of it done.
    pub(crate) fn spawn(
        self: &Arc<Self>,
        request: ChatKitRequest,
        context: RequestContext,
        idempotency_key: Option<String>,
    ) -> JoinHandle<Result<Answer, DispatchError>> {
        let dispatcher = Arc::clone(self);
        self.tracker.spawn(async move {
            dispatcher.recover().await?;
            match idempotency_key {
                Some(key) if request.operation.reply() == Reply::Stream => {
                    dispatcher.dispatch_once(request, context, key).await
                }
                _ => dispatcher.dispatch(request, context).await,
            }
        })
    }

    async fn dispatch(
        &self,
        request: ChatKitRequest,
        context: RequestContext,
    ) -> Result<Answer, DispatchError> {
        match request.operation {
            Operation::ThreadsCreate(params) => self.create_thread(context, params).await,
            Operation::ThreadsAddUserMessage(params) => self.add_user_message(context, params).await,
            Operation::ThreadsAddClientToolOutput(params) => {
                self.add_client_tool_output(context, params).await
            }
            Operation::ThreadsAddStructuredInput(params) => self.add_structured_input(context, params).await,
            Operation::ThreadsRetryAfterItem(params) => self.retry_after_item(context, params).await,
            Operation::ThreadsCustomAction(params) => self.custom_action(context, params).await,
            Operation::ThreadsSyncCustomAction(params) => self.sync_custom_action(&context, params).await,
            Operation::ThreadsGetById(params) => self.get_thread(&context, params).await,
            Operation::ThreadsList(params) => self.list_threads(&context, params).await,
            Operation::ThreadsUpdate(params) => self.update_thread(&context, params).await,
            Operation::ThreadsDelete(params) => self.delete_thread(&context, params).await,
            Operation::ItemsList(params) => self.list_items(&context, params).await,
            Operation::ItemsFeedback(params) => self.add_feedback(&context, params).await,
            Operation::InputTranscribe(params) => self.transcribe(&context, params).await,
            Operation::AttachmentsCreate(params) => self.create_attachment(&context, params).await,
            Operation::AttachmentsDelete(params) => self.delete_attachment(&context, params).await,
        }
    }

    /// Whether new turns are refused because the server stops.
    pub(crate) fn is_stopping(&self) -> bool {
        self.stopping.is_cancelled()
    }

    /// Refuses new turns, lets those under way go on until the deadline, then ends them and waits for their last
    /// writes.
    pub(crate) async fn shut_down(&self, deadline: Duration) {
        self.stopping.cancel();
        self.tracker.close();
        if tokio::time::timeout(deadline, self.tracker.wait()).await.is_err() {
            self.active.cancel_all(CancelReason::Shutdown);
            if tokio::time::timeout(LAST_WRITES, self.tracker.wait()).await.is_err() {
                tracing::error!("some turns did not end in time");
            }
        }
    }

    fn key(context: &RequestContext, thread_id: impl Into<String>) -> ThreadKey {
        ThreadKey::new(&context.user_id, thread_id)
    }

    fn check_running(&self) -> Result<(), DispatchError> {
        if self.is_stopping() { Err(DispatchError::Stopping) } else { Ok(()) }
    }

    /// Takes a thread that is there, is this user's, takes messages and is not being answered.
    async fn open_thread(
        &self,
        context: &RequestContext,
        thread_id: String,
    ) -> Result<(TurnPermit, ThreadMetadata), DispatchError> {
        self.check_running()?;
        // The permit comes first, so that what is loaded and checked below cannot change under another turn.
        let permit = self.begin(Self::key(context, thread_id)).await?;
        self.check_running()?;
        let thread = self.services.store.load_thread(permit.key()).await?;
        check_writable(&thread.status)?;
        Ok((permit, thread))
    }

    /// Takes a thread that is being answered neither here nor in another process.
    async fn begin(&self, key: ThreadKey) -> Result<TurnPermit, DispatchError> {
        // None is a moment that never comes.
        let deadline = Instant::now().checked_add(self.thread_patience);
        let permit = self.begin_here(key).await?;
        turn::settle(&self.services, &self.active, permit.key()).await?;
        while self.services.store.is_answered_elsewhere(permit.key()).await? {
            if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
                return Err(DispatchError::Busy);
            }
            tokio::time::sleep(ELSEWHERE_INTERVAL).await;
        }
        Ok(permit)
    }

    /// Takes a thread that no turn is answering in this process, which is all there is to ask of a new one.
    async fn begin_here(&self, key: ThreadKey) -> Result<TurnPermit, DispatchError> {
        let run_id = self.services.ids.generate(IdKind::Run);
        let slot = self.active.admit(&key.user_id).ok_or(DispatchError::TooManyRuns)?;
        let begun = self.active.begin(slot, key, run_id, self.thread_patience).await;
        begun.ok_or(DispatchError::Busy)
    }

    /// Starts a turn, all checks being done: what the request brought and the run are stored together, and then only is
    /// it answered.
    async fn start(
        &self,
        opening: Opening,
        respond: impl FnOnce(Turn) -> TurnFuture + Send + 'static,
    ) -> Result<Answer, DispatchError> {
        let Opening { permit, context, thread, run, preamble } = opening;
        let first_place = self.services.store.begin_run(permit.key(), &run).await?;
        self.attach_elsewhere(permit.key(), &run.attached).await;
        self.forget_old_runs();
        let is_retry = run.set_aside_after.is_some();
        let respond = Box::new(respond);
        let plan = TurnPlan { permit, context, thread, first_place, preamble, is_retry, respond };
        let events = turn::start(plan, &self.services, &self.tracker).await;
        Ok(Answer::Stream { turn_id: run.id, events: events.boxed() })
    }

    /// Starts a turn in which the handler answers without a new message.
    async fn continue_thread(
        &self,
        opening: Opening,
        first: Option<ThreadStreamEvent>,
    ) -> Result<Answer, DispatchError> {
        let handler = Arc::clone(&self.handler);
        self.start(opening, move |mut turn| {
            async move {
                if let Some(first) = first {
                    turn.emit(first).await?;
                }
                handler.respond(&mut turn, None).await
            }
            .boxed()
        })
        .await
    }

    fn opening(&self, permit: TurnPermit, mut context: RequestContext, thread: ThreadMetadata) -> Opening {
        let mut run = RunOpening::new(permit.turn_id(), self.services.clock.now());
        run.idempotency = context.idempotency.take();
        Opening { permit, context, thread, run, preamble: Vec::new() }
    }
}

type TurnFuture = BoxFuture<'static, Result<(), TurnError>>;

/// A turn about to start.
struct Opening {
    permit: TurnPermit,
    context: RequestContext,
    thread: ThreadMetadata,
    /// What is stored before anything is answered.
    run: RunOpening,
    /// What the client hears of it.
    preamble: Vec<ThreadStreamEvent>,
}

fn check_writable(status: &ThreadStatus) -> Result<(), DispatchError> {
    match status {
        ThreadStatus::Active => Ok(()),
        ThreadStatus::Locked { reason } => Err(DispatchError::Locked(reason.clone())),
        ThreadStatus::Closed { reason } => Err(DispatchError::Closed(reason.clone())),
    }
}
