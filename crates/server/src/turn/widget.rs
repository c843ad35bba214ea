//! Widgets: one that is finished at once, or one that grows from state to state.

mod diff;

use std::sync::Arc;

use docent_protocol::{ThreadStreamEvent, WidgetItem, WidgetRoot};
use futures_util::future::BoxFuture;
use tokio::sync::Mutex;

use super::pipeline::{Pipeline, emit};
use super::{Turn, TurnError};
use crate::id::IdKind;
use diff::diff;

/// Shows a widget that changes: added, updates, done. Each [`WidgetStream::update`] gives the whole widget as it is then;
/// what goes over the wire is the difference.
///
/// Give text that streams (`Markdown`, `Text`) an `id`, the same in every state, and `"streaming": true` while it grows:
/// then its growth alone is sent. If the turn ends before [`WidgetStream::finish`], the widget stays as it was seen last.
#[must_use = "a widget is complete only when `finish` was called"]
pub struct WidgetStream {
    pipeline: Arc<Mutex<Pipeline>>,
    item: WidgetItem,
}

impl Turn {
    /// Shows a finished widget. `copy_text` is what the reader's copy button gives.
    ///
    /// # Errors
    /// As for [`Turn::emit`].
    pub async fn widget(&self, root: WidgetRoot, copy_text: Option<String>) -> Result<WidgetItem, TurnError> {
        let item = self.new_widget(root, copy_text);
        self.add_item(item.clone()).await?;
        Ok(item)
    }

    /// Begins a widget that will change.
    ///
    /// # Errors
    /// As for [`Turn::emit`].
    pub async fn widget_stream(
        &self,
        root: WidgetRoot,
        copy_text: Option<String>,
    ) -> Result<WidgetStream, TurnError> {
        let stream =
            WidgetStream { pipeline: Arc::clone(&self.pipeline), item: self.new_widget(root, copy_text) };
        stream.emit(ThreadStreamEvent::ThreadItemAdded { item: stream.item.clone().into() }).await?;
        Ok(stream)
    }

    fn new_widget(&self, widget: WidgetRoot, copy_text: Option<String>) -> WidgetItem {
        WidgetItem {
            id: self.new_id(IdKind::Message),
            thread_id: self.thread.id.clone(),
            created_at: self.now(),
            widget,
            copy_text,
        }
    }
}

impl WidgetStream {
    /// The id of the item.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.item.id
    }

    /// Shows the next state of the widget.
    ///
    /// # Errors
    /// As for [`Turn::emit`].
    pub async fn update(&mut self, root: WidgetRoot) -> Result<(), TurnError> {
        for update in diff(&self.item.widget, &root) {
            let item_id = self.item.id.clone();
            self.emit(ThreadStreamEvent::ThreadItemUpdated { item_id, update }).await?;
        }
        self.item.widget = root;
        Ok(())
    }

    /// Completes the widget with its last state: it is stored, and then shown as done.
    ///
    /// # Errors
    /// As for [`Turn::emit`].
    pub async fn finish(self) -> Result<WidgetItem, TurnError> {
        self.emit(ThreadStreamEvent::ThreadItemDone { item: self.item.clone().into() }).await?;
        Ok(self.item)
    }

    fn emit(&self, event: ThreadStreamEvent) -> BoxFuture<'_, Result<(), TurnError>> {
        emit(&self.pipeline, event)
    }
}
