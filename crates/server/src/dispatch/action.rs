//! Actions of widgets: answered by events, or at once.

use std::sync::Arc;

use docent_protocol::{CustomActionParams, ThreadItem, WidgetItem};
use futures_util::FutureExt;
use serde_json::json;

use super::{Answer, DispatchError, Dispatcher, check_writable};
use crate::store::ThreadKey;
use crate::turn::RequestContext;

impl Dispatcher {
    /// `threads.custom_action`.
    pub(super) async fn custom_action(
        &self,
        context: RequestContext,
        params: CustomActionParams,
    ) -> Result<Answer, DispatchError> {
        let CustomActionParams { thread_id, item_id, action } = params;
        let (permit, thread) = self.open_thread(&context, thread_id).await?;
        let sender = self.load_sender(permit.key(), item_id).await?;
        let handler = Arc::clone(&self.handler);
        let opening = self.opening(permit, context, thread);
        self.start(opening, move |mut turn| {
            async move { handler.action(&mut turn, &action, sender.as_ref()).await }.boxed()
        })
        .await
    }

    /// `threads.sync_custom_action`: the item that comes back is stored, or it would be gone on a reload.
    pub(super) async fn sync_custom_action(
        &self,
        context: &RequestContext,
        params: CustomActionParams,
    ) -> Result<Answer, DispatchError> {
        let CustomActionParams { thread_id, item_id, action } = params;
        let key = Self::key(context, thread_id);
        let thread = self.services.store.load_thread(&key).await?;
        check_writable(&thread.status)?;
        let sender = self.load_sender(&key, item_id).await?;
        let updated = self.handler.sync_action(context, &thread, &action, sender.as_ref()).await?;
        let Some(item) = updated else { return Ok(Answer::empty()) };
        if item.thread_id() != key.thread_id {
            return Err(DispatchError::internal("sync_action answered with an item of another thread"));
        }
        self.services.store.save_item(&key, &item).await?;
        if item.is_hidden() { Ok(Answer::empty()) } else { Answer::json(&json!({ "updated_item": item })) }
    }

    async fn load_sender(
        &self,
        key: &ThreadKey,
        item_id: Option<String>,
    ) -> Result<Option<WidgetItem>, DispatchError> {
        let Some(item_id) = item_id else { return Ok(None) };
        match self.services.store.load_item(key, &item_id).await? {
            ThreadItem::Widget(widget) => Ok(Some(widget)),
            item if item.is_hidden() => Err(DispatchError::NotFound),
            _ => Err(DispatchError::Invalid("An action comes from a widget; this item is none.".into())),
        }
    }
}
