//! Items as such: a list, and what a reader thinks of them.

use docent_protocol::{ItemFeedbackParams, ItemsListParams};

use super::page::page_query;
use super::{Answer, DispatchError, Dispatcher};
use crate::handler::Feedback;
use crate::store::Visibility;
use crate::turn::RequestContext;

/// The most items of one opinion: each is a write, and all others wait meanwhile.
const MOST_JUDGED: usize = 100;

impl Dispatcher {
    /// `items.list`: full pages of what a client may see.
    pub(super) async fn list_items(
        &self,
        context: &RequestContext,
        params: ItemsListParams,
    ) -> Result<Answer, DispatchError> {
        let ItemsListParams { thread_id, limit, order, after } = params;
        let query = page_query(limit, order, after)?;
        let key = Self::key(context, thread_id);
        Answer::json(&self.services.store.load_items(&key, &query, Visibility::Shown).await?)
    }

    /// `items.feedback`: every item has to be the user's; then the store keeps it and the handler hears of it.
    pub(super) async fn add_feedback(
        &self,
        context: &RequestContext,
        params: ItemFeedbackParams,
    ) -> Result<Answer, DispatchError> {
        let ItemFeedbackParams { thread_id, item_ids, kind } = params;
        if item_ids.len() > MOST_JUDGED {
            return Err(DispatchError::Invalid(format!("`item_ids` names at most {MOST_JUDGED} items.")));
        }
        let key = Self::key(context, &thread_id);
        self.services.store.load_thread(&key).await?;
        self.services.store.save_feedback(&key, &item_ids, kind).await?;
        self.handler.add_feedback(context, &Feedback { thread_id, item_ids, kind }).await?;
        Ok(Answer::empty())
    }
}
