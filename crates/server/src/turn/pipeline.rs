//! The one choke point of a turn: every event passes here, is stored, loses what is hidden, and goes out.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use docent_protocol::{JsonObject, Page, ThreadItem, ThreadItemUpdate, ThreadMetadata, ThreadStreamEvent};
use tokio::time::Instant;

use super::active::TurnControl;
use super::error::{CancelReason, TurnError};
use super::fold::fold;
use super::outlet::Outlet;
use crate::store::{Store, StoreError, ThreadKey, ThreadPatch};

/// The state of one turn's events.
pub(crate) struct Pipeline {
    key: ThreadKey,
    store: Arc<dyn Store>,
    outlet: Outlet,
    control: TurnControl,
    /// Items announced and not done, as they are by now.
    pending: HashMap<String, Pending>,
    /// Ids looked up once: whether the item is hidden.
    hidden: HashMap<String, bool>,
    /// The thread as it is, if the client has not heard of it yet.
    unannounced: Option<ThreadMetadata>,
    has_stored: bool,
    is_closed: bool,
}

struct Pending {
    item: ThreadItem,
    /// The place the item was given when it was announced, so that it stands where the client saw it begin.
    position: i64,
    is_changed: bool,
    saved_at: Instant,
}

impl Pipeline {
    pub(super) fn new(key: ThreadKey, store: Arc<dyn Store>, outlet: Outlet, control: TurnControl) -> Self {
        Self {
            key,
            store,
            outlet,
            control,
            pending: HashMap::new(),
            hidden: HashMap::new(),
            unannounced: None,
            has_stored: false,
            is_closed: false,
        }
    }

    pub(super) fn key(&self) -> &ThreadKey {
        &self.key
    }

    pub(super) fn pending_len(&self) -> usize {
        self.pending.len()
    }

    pub(super) fn is_pending(&self, item_id: &str) -> bool {
        self.pending.contains_key(item_id)
    }

    /// Stores what the event says, then sends it, then tells of the thread if it changed.
    pub(super) async fn emit(&mut self, event: ThreadStreamEvent) -> Result<(), TurnError> {
        self.check_open()?;
        let is_shown = match self.store_effect(&event).await {
            Ok(is_shown) => is_shown,
            Err(error) => return Err(self.store_failed(error)),
        };
        if is_shown {
            self.send(event).await?;
        }
        self.announce_thread().await
    }

    /// Tells the client of something that is already stored.
    pub(super) async fn tell(&mut self, event: ThreadStreamEvent) -> Result<(), TurnError> {
        self.check_open()?;
        self.send(event).await
    }

    /// Changes the thread in the store; the client hears of it after the next event.
    pub(super) async fn change_thread(
        &mut self,
        before: &ThreadMetadata,
        patch: &ThreadPatch,
    ) -> Result<ThreadMetadata, TurnError> {
        self.check_open()?;
        let mut wanted = before.clone();
        patch.apply(&mut wanted);
        if wanted == *before {
            return Ok(wanted);
        }
        match self.store.save_thread(&self.key, patch).await {
            Ok(saved) => {
                self.unannounced = Some(saved.clone());
                Ok(saved)
            }
            Err(error) => Err(self.store_failed(error.into())),
        }
    }

    /// Writes down assistant texts that grew since they were last written, if that is long enough ago.
    pub(super) async fn checkpoint(&mut self, interval: Duration) -> Result<(), StoreError> {
        if self.is_closed {
            return Ok(());
        }
        for pending in self.pending.values_mut() {
            if pending.is_changed && pending.saved_at.elapsed() >= interval && has_text(&pending.item) {
                self.store.save_item_at(&self.key, &pending.item, Some(pending.position)).await?;
                pending.is_changed = false;
                pending.saved_at = Instant::now();
            }
        }
        Ok(())
    }

    /// Writes down what the client saw of texts that were never finished.
    pub(super) async fn save_unfinished(&mut self) -> Result<(), StoreError> {
        let mut unfinished: Vec<Pending> = self.pending.drain().map(|(_, pending)| pending).collect();
        unfinished.sort_by_key(|pending| pending.position);
        for pending in unfinished {
            if pending.is_changed && has_text(&pending.item) {
                self.store.save_item_at(&self.key, &pending.item, Some(pending.position)).await?;
            }
        }
        Ok(())
    }

    /// Whether the client saw an item of this turn, or some of its text.
    pub(super) fn has_said_something(&self) -> bool {
        self.has_stored || self.pending.values().any(|pending| has_text(&pending.item))
    }

    /// Says the last words, if any, and lets nothing through afterwards.
    pub(super) async fn close(&mut self, last: Option<ThreadStreamEvent>) -> Result<(), TurnError> {
        self.is_closed = true;
        if let Some(last) = last {
            self.send(last).await?;
        }
        self.announce_thread().await
    }

    /// Ends the client's stream.
    pub(super) fn hang_up(&mut self) {
        self.outlet.hang_up();
    }

    fn check_open(&self) -> Result<(), TurnError> {
        if self.is_closed || self.control.token().is_cancelled() { Err(TurnError::Cancelled) } else { Ok(()) }
    }

    /// A row that is not found can only mean that the thread was deleted meanwhile: the turn ends there.
    fn store_failed(&self, error: TurnError) -> TurnError {
        if let TurnError::Internal(cause) = &error
            && matches!(cause.downcast_ref(), Some(StoreError::NotFound))
        {
            self.control.cancel(CancelReason::ThreadDeleted);
            return TurnError::Cancelled;
        }
        error
    }

    /// Does in the store what the event says, and tells whether a client may see the event.
    async fn store_effect(&mut self, event: &ThreadStreamEvent) -> Result<bool, TurnError> {
        match event {
            ThreadStreamEvent::ThreadItemAdded { item } => {
                self.check_thread(item)?;
                let position = self.store.reserve_position(&self.key).await?;
                let pending =
                    Pending { item: item.clone(), position, is_changed: true, saved_at: Instant::now() };
                self.pending.insert(item.id().to_owned(), pending);
                self.note_visibility(item);
                Ok(!item.is_hidden())
            }
            ThreadStreamEvent::ThreadItemDone { item } | ThreadStreamEvent::ThreadItemReplaced { item } => {
                self.check_thread(item)?;
                let position = self.pending.get(item.id()).map(|pending| pending.position);
                self.store.save_item_at(&self.key, item, position).await?;
                self.has_stored |= !item.is_hidden();
                self.pending.remove(item.id());
                self.note_visibility(item);
                Ok(!item.is_hidden())
            }
            ThreadStreamEvent::ThreadItemRemoved { item_id } => {
                let is_hidden = self.is_hidden(item_id).await?;
                self.pending.remove(item_id);
                self.store.delete_item(&self.key, item_id).await?;
                Ok(!is_hidden)
            }
            ThreadStreamEvent::ThreadItemUpdated { item_id, update } => self.update(item_id, update).await,
            ThreadStreamEvent::ThreadCreated { .. }
            | ThreadStreamEvent::ThreadUpdated { .. }
            | ThreadStreamEvent::StreamOptions { .. }
            | ThreadStreamEvent::ProgressUpdate { .. }
            | ThreadStreamEvent::ClientEffect { .. }
            | ThreadStreamEvent::Notice { .. }
            | ThreadStreamEvent::Error { .. } => Ok(true),
        }
    }

    async fn update(&mut self, item_id: &str, update: &ThreadItemUpdate) -> Result<bool, TurnError> {
        if let Some(pending) = self.pending.get_mut(item_id) {
            pending.is_changed |= fold(&mut pending.item, update);
            return Ok(!pending.item.is_hidden());
        }
        // An update of a stored item, such as a widget that was pressed, is stored too: it would be gone on a reload.
        match self.store.load_item(&self.key, item_id).await {
            Ok(mut item) => {
                if fold(&mut item, update) {
                    self.store.save_item(&self.key, &item).await?;
                }
                Ok(!item.is_hidden())
            }
            Err(StoreError::NotFound) => Ok(true),
            Err(error) => Err(error.into()),
        }
    }

    fn check_thread(&self, item: &ThreadItem) -> Result<(), TurnError> {
        if item.thread_id() == self.key.thread_id {
            Ok(())
        } else {
            Err(TurnError::internal(format!("a {} item names another thread than the turn's", item.kind())))
        }
    }

    fn note_visibility(&mut self, item: &ThreadItem) {
        self.hidden.insert(item.id().to_owned(), item.is_hidden());
    }

    /// Whether an item is hidden that may have been stored before this turn. An unknown one is not: there is nothing
    /// to hide.
    async fn is_hidden(&mut self, item_id: &str) -> Result<bool, StoreError> {
        if let Some(is_hidden) = self.hidden.get(item_id) {
            return Ok(*is_hidden);
        }
        match self.store.load_item(&self.key, item_id).await {
            Ok(item) => {
                self.note_visibility(&item);
                Ok(item.is_hidden())
            }
            Err(StoreError::NotFound) => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn send(&mut self, mut event: ThreadStreamEvent) -> Result<(), TurnError> {
        if let ThreadStreamEvent::ThreadCreated { thread } | ThreadStreamEvent::ThreadUpdated { thread } =
            &mut event
        {
            thread.metadata = JsonObject::new();
            thread.items = Page::default();
        }
        Ok(self.outlet.send(&event).await?)
    }

    async fn announce_thread(&mut self) -> Result<(), TurnError> {
        let Some(thread) = self.unannounced.take() else { return Ok(()) };
        let thread = thread.into_client_thread(Page::default());
        self.send(ThreadStreamEvent::ThreadUpdated { thread }).await
    }
}

/// Whether there is text the client saw and would miss.
fn has_text(item: &ThreadItem) -> bool {
    matches!(item, ThreadItem::AssistantMessage(message)
        if message.content.iter().any(|content| !content.text.trim().is_empty()))
}
