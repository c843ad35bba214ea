//! An assistant message that is written piece by piece.

use std::sync::Arc;

use docent_protocol::{
    Annotation, AssistantMessageContent, AssistantMessageItem, ThreadItemUpdate, ThreadStreamEvent,
};
use futures_util::future::BoxFuture;
use tokio::sync::Mutex;

use super::pipeline::{Envelope, Pipeline, emit, emit_piece};
use super::{Turn, TurnError};
use crate::id::IdKind;

/// Writes one assistant message of one text part: added, deltas and annotations, done.
///
/// It borrows nothing from the turn, so progress can be shown beside it. If it is dropped before
/// [`AssistantMessageStream::finish`], or the turn fails, the text so far is stored all the same.
#[must_use = "an assistant message is complete only when `finish` was called"]
pub struct AssistantMessageStream {
    pipeline: Arc<Mutex<Pipeline>>,
    item: AssistantMessageItem,
    envelope: Envelope,
}

impl AssistantMessageStream {
    pub(super) async fn begin(turn: &Turn) -> Result<Self, TurnError> {
        let item = AssistantMessageItem {
            id: turn.new_id(IdKind::Message),
            thread_id: turn.thread.id.clone(),
            created_at: turn.now(),
            content: Vec::new(),
        };
        let envelope = Envelope::new(&item.id, 0)?;
        let mut stream = Self { pipeline: Arc::clone(&turn.pipeline), item, envelope };
        stream.emit(ThreadStreamEvent::ThreadItemAdded { item: stream.item.clone().into() }).await?;
        let content = AssistantMessageContent::text("");
        stream.item.content.push(content.clone());
        stream.update(ThreadItemUpdate::ContentPartAdded { content_index: 0, content }).await?;
        Ok(stream)
    }

    /// The id of the message.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.item.id
    }

    /// The text so far.
    #[must_use]
    pub fn text(&self) -> &str {
        self.item.content.first().map_or("", |content| &content.text)
    }

    /// Appends text (Markdown). An empty piece is skipped.
    ///
    /// # Errors
    /// As for [`Turn::emit`].
    pub async fn delta(&mut self, text: &str) -> Result<(), TurnError> {
        if text.is_empty() {
            return Ok(());
        }
        emit_piece(&self.pipeline, &self.envelope, text).await?;
        if let Some(content) = self.item.content.first_mut() {
            content.text.push_str(text);
        }
        Ok(())
    }

    /// Adds a source to the text; its `index` counts characters from the start of the message.
    ///
    /// # Errors
    /// As for [`Turn::emit`].
    pub async fn annotate(&mut self, annotation: Annotation) -> Result<(), TurnError> {
        let annotation_index = self.item.content.first().map_or(0, |content| content.annotations.len());
        let update = ThreadItemUpdate::AnnotationAdded {
            content_index: 0,
            annotation_index,
            annotation: annotation.clone(),
        };
        self.update(update).await?;
        if let Some(content) = self.item.content.first_mut() {
            content.annotations.push(annotation);
        }
        Ok(())
    }

    /// Completes the message: it is stored, and then shown as done.
    ///
    /// # Errors
    /// As for [`Turn::emit`].
    pub async fn finish(self) -> Result<AssistantMessageItem, TurnError> {
        if let Some(content) = self.item.content.first().cloned() {
            self.update(ThreadItemUpdate::ContentPartDone { content_index: 0, content }).await?;
        }
        self.emit(ThreadStreamEvent::ThreadItemDone { item: self.item.clone().into() }).await?;
        Ok(self.item)
    }

    async fn update(&self, update: ThreadItemUpdate) -> Result<(), TurnError> {
        self.emit(ThreadStreamEvent::ThreadItemUpdated { item_id: self.item.id.clone(), update }).await
    }

    fn emit(&self, event: ThreadStreamEvent) -> BoxFuture<'_, Result<(), TurnError>> {
        emit(&self.pipeline, event)
    }
}
