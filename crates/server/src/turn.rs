//! A turn: one cycle of a reply. Events go in, the store is written and the client is told, in this order.
//!
//! A turn is a task of its own. It neither knows HTTP nor SQL, and it outlives the request that began it.

mod active;
mod attachment;
mod closing;
mod context;
mod error;
mod fold;
mod follow;
mod frame;
mod journal;
mod message;
mod newest;
mod outlet;
mod pipeline;
mod question;
mod recovery;
mod run;
mod watch;
mod widget;
mod workflow;

use std::sync::Arc;

use docent_protocol::{
    JsonObject, NoticeLevel, SortOrder, ThreadItem, ThreadMetadata, ThreadStatus, ThreadStreamEvent,
    Timestamp,
};
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

use crate::id::IdKind;
use crate::store::{PageQuery, ThreadPatch, Visibility};

use active::TurnControl;
pub(crate) use active::{ActiveTurns, TurnPermit};
pub use context::RequestContext;
pub(crate) use context::first_language;
pub(crate) use error::CancelReason;
pub use error::TurnError;
pub(crate) use follow::{Numbering, follow};
pub use message::AssistantMessageStream;
pub(crate) use newest::visit_newest;
use pipeline::Pipeline;
pub(crate) use recovery::{recover, settle};
pub use run::Disconnect;
pub(crate) use run::{TurnPlan, TurnServices, start};
pub(crate) use watch::watch;
pub use widget::WidgetStream;
pub use workflow::WorkflowStream;

/// How much of a thread a handler is given at once: its reader may have sent messages of any size that is let in.
const MOST_HISTORY_BYTES: usize = 16 * 1024 * 1024;

/// What a handler works with while it answers.
///
/// Whatever is emitted is stored before the client sees it. The methods that take `&self` may be called from several
/// futures at once; their events are kept in the order in which they arrive.
pub struct Turn {
    context: RequestContext,
    thread: ThreadMetadata,
    services: Arc<TurnServices>,
    pipeline: Arc<Mutex<Pipeline>>,
    control: TurnControl,
}

impl Turn {
    /// The id of this turn, `run_…`, as the response header `x-docent-run-id` names it.
    #[must_use]
    pub fn id(&self) -> &str {
        self.control.turn_id()
    }

    /// Who asks, and what the page sent along.
    #[must_use]
    pub fn context(&self) -> &RequestContext {
        &self.context
    }

    /// The thread, with the changes this turn made.
    #[must_use]
    pub fn thread(&self) -> &ThreadMetadata {
        &self.thread
    }

    /// A new id for something of this kind.
    #[must_use]
    pub fn new_id(&self, kind: IdKind) -> String {
        self.services.ids.generate(kind)
    }

    /// The time by the server's clock.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.services.clock.now()
    }

    /// Completes when the turn is ended from outside. The handler is then dropped at its next `await`; only work that
    /// was moved to other tasks has to watch this.
    #[must_use]
    pub fn cancellation(&self) -> &CancellationToken {
        self.control.token()
    }

    /// The newest `limit` items of the thread, oldest first, the current message and hidden items included; what this
    /// turn has begun but not finished is left out. It begins later where there are more than 16 MiB of them.
    ///
    /// # Errors
    /// [`TurnError::Internal`] if the store fails.
    pub async fn history(&self, limit: usize) -> Result<Vec<ThreadItem>, TurnError> {
        let read = async {
            let pipeline = self.pipeline.lock().await;
            let limit = limit.max(1);
            let rows = limit.saturating_add(pipeline.pending_len());
            let query =
                PageQuery { most_bytes: MOST_HISTORY_BYTES, ..PageQuery::first(rows, SortOrder::Desc) };
            let page = self.services.store.load_items(pipeline.key(), &query, Visibility::All).await?;
            let is_done = |item: &ThreadItem| !pipeline.is_pending(item.id());
            let mut items: Vec<ThreadItem> = page.data.into_iter().filter(is_done).take(limit).collect();
            items.reverse();
            Ok(items)
        };
        Box::pin(read).await
    }

    /// Emits an event: the general way, of which the methods below are short forms.
    ///
    /// `thread.item.done` and `thread.item.replaced` store their item, `thread.item.removed` deletes it, and
    /// `thread.item.updated` changes the item it names, also in the store. Hidden items are stored and never sent.
    ///
    /// # Errors
    /// [`TurnError::Internal`] if the store fails or the item names another thread, [`TurnError::Cancelled`] if the
    /// turn is over.
    pub fn emit(&self, event: ThreadStreamEvent) -> impl Future<Output = Result<(), TurnError>> + Send + '_ {
        pipeline::emit(&self.pipeline, event)
    }

    /// Stores a finished item and shows it.
    ///
    /// # Errors
    /// As for [`Turn::emit`].
    pub async fn add_item(&self, item: impl Into<ThreadItem>) -> Result<(), TurnError> {
        self.emit(ThreadStreamEvent::ThreadItemDone { item: item.into() }).await
    }

    /// Says what is being done, in a short sentence; never stored. The icon is one of the element's names.
    ///
    /// # Errors
    /// As for [`Turn::emit`].
    pub async fn progress(&self, text: impl Into<String>, icon: Option<&str>) -> Result<(), TurnError> {
        self.emit(ThreadStreamEvent::ProgressUpdate { text: text.into(), icon: icon.map(str::to_owned) })
            .await
    }

    /// Tells the reader something outside the conversation, in Markdown; never stored.
    ///
    /// # Errors
    /// As for [`Turn::emit`].
    pub async fn notice(&self, level: NoticeLevel, message: impl Into<String>) -> Result<(), TurnError> {
        self.emit(ThreadStreamEvent::Notice { level, message: message.into(), title: None }).await
    }

    /// Asks the host page to do something; never stored, no answer awaited.
    ///
    /// # Errors
    /// As for [`Turn::emit`].
    pub async fn client_effect(&self, name: impl Into<String>, data: JsonObject) -> Result<(), TurnError> {
        self.emit(ThreadStreamEvent::ClientEffect { name: name.into(), data }).await
    }

    /// Begins an assistant message that is written piece by piece.
    ///
    /// # Errors
    /// As for [`Turn::emit`].
    pub async fn assistant_message(&self) -> Result<AssistantMessageStream, TurnError> {
        Box::pin(AssistantMessageStream::begin(self)).await
    }

    /// Gives the thread a title. Stored at once; the client hears of it with the next event, as from the reference.
    ///
    /// # Errors
    /// As for [`Turn::emit`].
    pub async fn set_title(&mut self, title: impl Into<String>) -> Result<(), TurnError> {
        self.change_thread(ThreadPatch::title(title)).await
    }

    /// Opens, locks or closes the thread.
    ///
    /// # Errors
    /// As for [`Turn::emit`].
    pub async fn set_status(&mut self, status: ThreadStatus) -> Result<(), TurnError> {
        self.change_thread(ThreadPatch { status: Some(status), ..ThreadPatch::default() }).await
    }

    /// Changes fields of the thread; fields the patch does not name keep what others wrote.
    ///
    /// # Errors
    /// As for [`Turn::emit`].
    pub async fn change_thread(&mut self, patch: ThreadPatch) -> Result<(), TurnError> {
        let change = async { self.pipeline.lock().await.change_thread(&self.thread, &patch).await };
        self.thread = Box::pin(change).await?;
        Ok(())
    }
}
