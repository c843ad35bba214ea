//! Threads as such: one, a list, the title, the end.

use docent_protocol::{
    Page, SortOrder, ThreadIdParams, ThreadListParams, ThreadMetadata, ThreadUpdateParams,
};

use super::page::{DEFAULT_LIMIT, MOST_BYTES, page_query};
use super::{Answer, DispatchError, Dispatcher};
use crate::store::{PageQuery, ThreadPatch, Visibility};
use crate::turn::{CancelReason, RequestContext};

/// The longest title that a reader gives, in characters.
const LONGEST_TITLE: usize = 500;

impl Dispatcher {
    /// `threads.get_by_id`: the thread with its oldest items; the client pages on with `items.list`.
    pub(super) async fn get_thread(
        &self,
        context: &RequestContext,
        params: ThreadIdParams,
    ) -> Result<Answer, DispatchError> {
        let key = Self::key(context, params.thread_id);
        let thread = self.services.store.load_thread(&key).await?;
        let query = PageQuery { most_bytes: MOST_BYTES, ..PageQuery::first(DEFAULT_LIMIT, SortOrder::Asc) };
        let items = self.services.store.load_items(&key, &query, Visibility::Shown).await?;
        Answer::json(&thread.into_client_thread(items))
    }

    /// `threads.list`: each thread with an empty page of items.
    pub(super) async fn list_threads(
        &self,
        context: &RequestContext,
        params: ThreadListParams,
    ) -> Result<Answer, DispatchError> {
        let ThreadListParams { limit, order, after } = params;
        let query = page_query(limit, order, after)?;
        let page = self.services.store.load_threads(&context.user_id, &query).await?;
        Answer::json(&page.map(|thread: ThreadMetadata| thread.into_client_thread(Page::default())))
    }

    /// `threads.update`: the title, and nothing else, so that a turn under way is not disturbed.
    pub(super) async fn update_thread(
        &self,
        context: &RequestContext,
        params: ThreadUpdateParams,
    ) -> Result<Answer, DispatchError> {
        let ThreadUpdateParams { thread_id, title } = params;
        if title.chars().count() > LONGEST_TITLE {
            return Err(DispatchError::Invalid(format!("`title` has at most {LONGEST_TITLE} characters.")));
        }
        let key = Self::key(context, thread_id);
        let thread = self.services.store.save_thread(&key, &ThreadPatch::title(title)).await?;
        Answer::json(&thread.into_client_thread(Page::default()))
    }

    /// `threads.delete`: for good, also while the thread is being answered. A second time is no error.
    pub(super) async fn delete_thread(
        &self,
        context: &RequestContext,
        params: ThreadIdParams,
    ) -> Result<Answer, DispatchError> {
        let key = Self::key(context, params.thread_id);
        self.services.store.delete_thread(&key).await?;
        self.delete_attachments_of(&key).await?;
        self.active.cancel(&key, CancelReason::ThreadDeleted);
        Ok(Answer::empty())
    }
}
