//! The one choke point of a turn: every event passes here, is stored, loses what is hidden, and goes out.

mod entry;
mod piece;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use docent_protocol::{Page, ThreadItem, ThreadItemUpdate, ThreadMetadata, ThreadStreamEvent};
use futures_util::future::BoxFuture;
use tokio::sync::Mutex;

pub(super) use piece::{Envelope, emit_piece};

use super::active::TurnControl;
use super::closing::{closed, is_worth_keeping};
use super::error::{CancelReason, TurnError, stream_error};
use super::fold::fold;
use super::outlet::Outlet;
use super::recovery::closed_items;
use crate::error::chain;
use crate::store::{EventBatch, PlacedItem, RunEnding, Store, StoreError, ThreadKey, ThreadPatch};

/// The state of one turn's events.
pub(crate) struct Pipeline {
    store: Arc<dyn Store>,
    outlet: Outlet,
    control: TurnControl,
    /// How long something may wait before it is written down.
    checkpoint_interval: Duration,
    /// The place behind what the run began with, until its first item takes it.
    first_place: Option<i64>,
    /// Items announced and not done, as they are by now. They are few, and looked for with every piece of text: no hash
    /// of an id is as fast as a comparison with it.
    pending: BTreeMap<String, Box<Pending>>,
    /// Ids looked up once: whether the item is hidden.
    hidden: HashMap<String, bool>,
    /// The thread as it is, if the client has not heard of it yet.
    unannounced: Option<ThreadMetadata>,
    has_stored: bool,
    is_closed: bool,
    /// Where a piece of text is written before it goes out, so that it takes no memory of its own.
    scratch: Vec<u8>,
}

struct Pending {
    item: ThreadItem,
    /// The place the item was given when it was announced, so that it stands where the client saw it begin.
    position: i64,
    is_changed: bool,
}

/// Emits an event. One that only has to be sent is sent without waiting; but by the runtime's own rule whoever takes the
/// lock a hundred times without having waited for anything lets others work first.
///
/// An event is large. In a box it takes memory while it is sent, and not as long as the handler's future lasts.
pub(super) fn emit(
    pipeline: &Mutex<Pipeline>,
    event: ThreadStreamEvent,
) -> BoxFuture<'_, Result<(), TurnError>> {
    Box::pin(async move { pipeline.lock().await.emit(&event).await })
}

impl Pipeline {
    pub(super) fn new(
        store: Arc<dyn Store>,
        outlet: Outlet,
        control: TurnControl,
        first_place: i64,
        checkpoint_interval: Duration,
    ) -> Self {
        Self {
            store,
            outlet,
            control,
            checkpoint_interval,
            first_place: Some(first_place),
            pending: BTreeMap::new(),
            hidden: HashMap::new(),
            unannounced: None,
            has_stored: false,
            is_closed: false,
            scratch: Vec::new(),
        }
    }

    pub(super) fn key(&self) -> &ThreadKey {
        self.control.key()
    }

    pub(super) fn pending_len(&self) -> usize {
        self.pending.len()
    }

    pub(super) fn is_pending(&self, item_id: &str) -> bool {
        self.pending.contains_key(item_id)
    }

    /// Stores what the event says, then sends it, then tells of the thread if it changed.
    pub(super) async fn emit(&mut self, event: &ThreadStreamEvent) -> Result<(), TurnError> {
        self.check_open()?;
        let is_shown = match self.store_effect(event).await {
            Ok(is_shown) => is_shown,
            Err(error) => return Err(self.store_failed(error)),
        };
        if is_shown {
            self.send(event).await?;
        }
        self.announce_thread().await
    }

    /// Tells the client of something that is already stored.
    pub(super) async fn tell(&mut self, event: &ThreadStreamEvent) -> Result<(), TurnError> {
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
        match self.store.change_run_thread(self.key(), self.control.turn_id(), patch).await {
            Ok(saved) => {
                self.unannounced = Some(saved.clone());
                Ok(saved)
            }
            Err(error) => Err(self.store_failed(error.into())),
        }
    }

    /// Writes down, in one transaction, the events that went out and the items as the client saw them by now.
    pub(super) async fn checkpoint(&mut self) -> Result<(), StoreError> {
        let (events, through) = self.control.journal().unwritten();
        let changed: Vec<&mut Box<Pending>> = self
            .pending
            .values_mut()
            .filter(|pending| pending.is_changed && is_worth_keeping(&pending.item))
            .collect();
        if self.is_closed || (events.is_empty() && changed.is_empty()) {
            return Ok(());
        }
        let items: Vec<PlacedItem> = changed.iter().map(|pending| pending.placed()).collect();
        self.store.save_run_progress(self.control.key(), self.control.turn_id(), &events, &items).await?;
        for pending in changed {
            pending.is_changed = false;
        }
        self.control.journal().mark_written(through);
        Ok(())
    }

    /// Writes down what is due; a failure is no reason to end the turn, whose end will be written down too.
    pub(super) async fn checkpoint_if(&mut self, is_due: bool) {
        if is_due && let Err(error) = self.checkpoint().await {
            if matches!(error, StoreError::NotFound) {
                self.control.cancel(CancelReason::ThreadDeleted);
            } else {
                tracing::warn!(error = %chain(&error), "unfinished work could not be written down");
            }
        }
    }

    /// Whether the client saw an item of this turn, or some of its text.
    pub(super) fn has_said_something(&self) -> bool {
        self.has_stored || self.pending.values().any(|pending| has_text(&pending.item))
    }

    /// Says the last words, if any, once the end is stored with everything that was not finished. Nothing passes
    /// afterwards.
    pub(super) async fn end(
        &mut self,
        mut ending: RunEnding,
        last: Option<ThreadStreamEvent>,
        closes_items: bool,
    ) -> Result<(), TurnError> {
        self.is_closed = true;
        let has_last = last.is_some();
        let mut frames = Vec::new();
        if let Some(last) = last {
            frames.push(self.enter(&last)?);
        }
        frames.extend(self.thread_news().map(|news| self.enter(&news)).transpose()?);
        let ended = self.store_end(&mut ending, closes_items).await;
        if ended.is_err() && !has_last {
            frames.push(self.enter(&stream_error(true))?);
        }
        for json in frames {
            self.outlet.send(&json).await;
        }
        Ok(ended?)
    }

    async fn store_end(&mut self, ending: &mut RunEnding, closes_items: bool) -> Result<(), StoreError> {
        let mut items = self.unfinished();
        if closes_items {
            let is_other = |id: &str| items.iter().all(|placed| placed.item.id() != id);
            let closed = closed_items(self.store.as_ref(), self.key(), is_other).await?;
            items.extend(closed);
        }
        items.append(&mut ending.items);
        ending.items = items;
        let (events, through) = self.control.journal().unwritten();
        ending.events = events;
        // With its thread deleted a run has ended already and takes no events: whoever follows it gets them from here.
        if self.store.end_run(self.key(), self.control.turn_id(), ending).await? {
            self.control.journal().mark_written(through);
        }
        Ok(())
    }

    /// What the client saw of items that were never finished, as they stay.
    fn unfinished(&mut self) -> Vec<PlacedItem> {
        let mut unfinished: Vec<Box<Pending>> = std::mem::take(&mut self.pending).into_values().collect();
        unfinished.sort_by_key(|pending| pending.position);
        unfinished
            .into_iter()
            .filter(|pending| is_worth_keeping(&pending.item))
            .map(|pending| PlacedItem { item: closed(pending.item), position: Some(pending.position) })
            .collect()
    }

    /// Ends the streams of all clients.
    pub(super) fn hang_up(&mut self) {
        self.outlet.hang_up();
        self.control.journal().close();
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
                let position = match self.first_place.take() {
                    Some(first) => first,
                    None => self.store.reserve_position(self.key()).await?,
                };
                let pending = Pending { item: item.clone(), position, is_changed: true };
                self.pending.insert(item.id().to_owned(), Box::new(pending));
                self.note_visibility(item);
                Ok(!item.is_hidden())
            }
            ThreadStreamEvent::ThreadItemDone { item } | ThreadStreamEvent::ThreadItemReplaced { item } => {
                self.check_thread(item)?;
                let announced = self.pending.get(item.id()).map(|pending| pending.position);
                // It may be an item that has its place already: then the one reserved is lost, and nobody misses it.
                let position = announced.or_else(|| self.first_place.take());
                self.save(item.clone(), position).await?;
                self.has_stored |= !item.is_hidden();
                self.pending.remove(item.id());
                self.note_visibility(item);
                Ok(!item.is_hidden())
            }
            ThreadStreamEvent::ThreadItemRemoved { item_id } => {
                let is_hidden = self.is_hidden(item_id).await?;
                self.pending.remove(item_id);
                self.store.delete_run_item(self.key(), self.control.turn_id(), item_id).await?;
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
        match self.store.load_item(self.key(), item_id).await {
            Ok(mut item) => {
                if fold(&mut item, update) {
                    self.save(item.clone(), None).await?;
                }
                Ok(!item.is_hidden())
            }
            Err(StoreError::NotFound) => Ok(true),
            Err(error) => Err(error.into()),
        }
    }

    /// Stores an item as part of the run, so that a run which was ended elsewhere stores nothing any more.
    async fn save(&self, item: ThreadItem, position: Option<i64>) -> Result<(), StoreError> {
        let items = [PlacedItem { item, position }];
        self.store.save_run_progress(self.key(), self.control.turn_id(), &EventBatch::default(), &items).await
    }

    fn check_thread(&self, item: &ThreadItem) -> Result<(), TurnError> {
        if item.thread_id() == self.key().thread_id {
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
        match self.store.load_item(self.key(), item_id).await {
            Ok(item) => {
                self.note_visibility(&item);
                Ok(item.is_hidden())
            }
            Err(StoreError::NotFound) => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn send(&mut self, event: &ThreadStreamEvent) -> Result<(), TurnError> {
        // An effect cannot be seen in what is stored, so that it counts as done only once it is in the journal.
        let is_effect = matches!(event, ThreadStreamEvent::ClientEffect { .. });
        let json = self.enter(event)?;
        if is_effect {
            self.checkpoint().await.map_err(|error| self.store_failed(error.into()))?;
        }
        self.deliver(&json).await;
        Ok(())
    }

    /// Sends what is in the journal, and writes down what is due.
    async fn deliver(&mut self, json: &str) {
        let is_due = self.has_to_wait(json);
        self.checkpoint_if(is_due).await;
        self.outlet.send(json).await;
    }

    /// Whether something is to be written down before this is sent: because it is due, or because a slow client may be
    /// waited for longer than anything may be behind.
    fn has_to_wait(&self, json: &str) -> bool {
        self.control.journal().is_due(self.checkpoint_interval) || self.outlet.would_wait(json)
    }

    async fn announce_thread(&mut self) -> Result<(), TurnError> {
        match self.thread_news() {
            Some(news) => self.send(&news).await,
            None => Ok(()),
        }
    }

    /// The thread as it is, if the client has not heard of it yet.
    fn thread_news(&mut self) -> Option<ThreadStreamEvent> {
        let thread = self.unannounced.take()?.into_client_thread(Page::default());
        Some(ThreadStreamEvent::ThreadUpdated { thread })
    }
}

impl Pending {
    fn placed(&self) -> PlacedItem {
        PlacedItem { item: self.item.clone(), position: Some(self.position) }
    }
}

/// Whether there is text the client saw and would miss.
fn has_text(item: &ThreadItem) -> bool {
    matches!(item, ThreadItem::AssistantMessage(_)) && is_worth_keeping(item)
}
