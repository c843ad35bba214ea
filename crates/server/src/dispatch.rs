//! From a request to its answer: one function for each operation, one file for each family.
//!
//! Whatever can be checked is checked here, before a stream starts, so that a mistake is a plain answer with a status
//! and never a broken stream.

mod action;
mod attachment;
mod client_tool;
mod error;
mod item;
mod message;
mod page;
mod structured_input;
mod thread;
mod transcription;

use std::sync::Arc;
use std::time::Duration;

use docent_protocol::{ChatKitRequest, Operation, ThreadMetadata, ThreadStatus, ThreadStreamEvent};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde::Serialize;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::handler::ChatHandler;
use crate::id::IdKind;
use crate::store::ThreadKey;
use crate::turn::{
    self, ActiveTurns, CancelReason, EventStream, RequestContext, Turn, TurnError, TurnPermit, TurnPlan,
    TurnServices,
};

pub(crate) use attachment::Download;
pub(crate) use error::DispatchError;

/// How long turns may take to write down what they have, once they were told to end.
const LAST_WRITES: Duration = Duration::from_secs(5);

/// What answers a request.
pub(crate) enum Answer {
    /// One JSON object, as text.
    Json(String),
    /// The events of a turn.
    Stream {
        /// The id of the turn.
        turn_id: String,
        /// Its events.
        events: EventStream,
    },
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
    services: TurnServices,
    active: Arc<ActiveTurns>,
    tracker: TaskTracker,
    stopping: CancellationToken,
}

impl Dispatcher {
    pub(crate) fn new(handler: Arc<dyn ChatHandler>, services: TurnServices) -> Self {
        Self {
            handler,
            services,
            active: Arc::default(),
            tracker: TaskTracker::new(),
            stopping: CancellationToken::new(),
        }
    }

    /// Answers in a task of its own: a client that goes away in the middle must not leave half of it done.
    pub(crate) fn spawn(
        self: &Arc<Self>,
        request: ChatKitRequest,
        context: RequestContext,
    ) -> JoinHandle<Result<Answer, DispatchError>> {
        let dispatcher = Arc::clone(self);
        self.tracker.spawn(async move { dispatcher.dispatch(request, context).await })
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
        let permit = self.begin(Self::key(context, thread_id))?;
        let thread = self.services.store.load_thread(permit.key()).await?;
        check_writable(&thread.status)?;
        Ok((permit, thread))
    }

    fn begin(&self, key: ThreadKey) -> Result<TurnPermit, DispatchError> {
        self.active.begin(key, self.services.ids.generate(IdKind::Run)).ok_or(DispatchError::Busy)
    }

    /// Ends a turn because its reader wants it: our own addition to the protocol, whose only stop is to hang up.
    pub(crate) fn cancel_turn(
        &self,
        context: &RequestContext,
        turn_id: &str,
    ) -> Result<Answer, DispatchError> {
        if self.active.cancel_turn(&context.user_id, turn_id, CancelReason::Requested) {
            Ok(Answer::empty())
        } else {
            Err(DispatchError::NoSuchTurn)
        }
    }

    /// Starts a turn, all checks being done.
    fn start(&self, opening: Opening, respond: impl FnOnce(Turn) -> TurnFuture + Send + 'static) -> Answer {
        let Opening { permit, context, thread, preamble, is_retry } = opening;
        let respond = Box::new(respond);
        let turn_id = permit.turn_id().to_owned();
        let plan = TurnPlan { permit, context, thread, preamble, is_retry, respond };
        Answer::Stream { turn_id, events: turn::start(plan, self.services.clone(), &self.tracker) }
    }

    /// Starts a turn in which the handler answers without a new message.
    fn continue_thread(&self, opening: Opening, first: Option<ThreadStreamEvent>) -> Answer {
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
    }

    fn opening(permit: TurnPermit, context: RequestContext, thread: ThreadMetadata) -> Opening {
        Opening { permit, context, thread, preamble: Vec::new(), is_retry: false }
    }
}

type TurnFuture = BoxFuture<'static, Result<(), TurnError>>;

/// A turn about to start.
struct Opening {
    permit: TurnPermit,
    context: RequestContext,
    thread: ThreadMetadata,
    preamble: Vec<ThreadStreamEvent>,
    is_retry: bool,
}

fn check_writable(status: &ThreadStatus) -> Result<(), DispatchError> {
    match status {
        ThreadStatus::Active => Ok(()),
        ThreadStatus::Locked { reason } => Err(DispatchError::Locked(reason.clone())),
        ThreadStatus::Closed { reason } => Err(DispatchError::Closed(reason.clone())),
    }
}
