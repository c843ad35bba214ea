//! What a tool in the browser gave back.

use docent_protocol::{
    ClientToolCallItem, ClientToolCallStatus, SortOrder, ThreadAddClientToolOutputParams, ThreadItem,
};

use super::page::MOST_BYTES;
use super::{Answer, DispatchError, Dispatcher};
use crate::store::{PageQuery, ThreadKey, Visibility};
use crate::turn::RequestContext;

/// How far back a pending call is looked for, in items.
const NEWEST: usize = 100;

impl Dispatcher {
    /// `threads.add_client_tool_output`: for the newest call that waits. The request names no call; it is
    /// taken only if it still waits when the run begins and nothing has come after it, so that two outputs at once cannot
    /// both take it, also in two processes.
    pub(super) async fn add_client_tool_output(
        &self,
        context: RequestContext,
        params: ThreadAddClientToolOutputParams,
    ) -> Result<Answer, DispatchError> {
        let ThreadAddClientToolOutputParams { thread_id, result } = params;
        let (permit, thread) = self.open_thread(&context, thread_id).await?;
        let Waiting { newest, calls } = self.load_waiting(permit.key()).await?;
        let mut pending = calls.into_iter();
        let mut call = pending.next().ok_or(DispatchError::NotPending(
            "No client tool call of this conversation waits for an output.",
        ))?;
        let mut opening = self.opening(permit, context, thread);
        opening.run.newest = newest;
        opening.run.unchanged = vec![call.clone().into()];
        call.status = ClientToolCallStatus::Completed;
        call.output = Some(result);
        opening.run.saved = vec![call.into()];
        // One output is all the protocol can carry; older calls would wait for ever.
        opening.run.deleted = pending.map(|stale| stale.id).collect();
        self.continue_thread(opening, None).await
    }

    /// What waits in a thread. Read in parts, because items may be large and most threads need only the first.
    async fn load_waiting(&self, key: &ThreadKey) -> Result<Waiting, DispatchError> {
        let mut waiting = Waiting { newest: None, calls: Vec::new() };
        let mut query = PageQuery { most_bytes: MOST_BYTES, ..PageQuery::first(NEWEST, SortOrder::Desc) };
        loop {
            let page = self.services.store.load_items(key, &query, Visibility::All).await?;
            query.limit = query.limit.saturating_sub(page.data.len());
            for item in page.data {
                waiting.newest.get_or_insert_with(|| item.id().to_owned());
                match item {
                    // It ends the wait: what was called before it is no longer asked for.
                    ThreadItem::UserMessage(_) => return Ok(waiting),
                    ThreadItem::ClientToolCall(call) if call.status == ClientToolCallStatus::Pending => {
                        waiting.calls.push(call);
                    }
                    _ => {}
                }
            }
            query.after = page.after;
            if query.after.is_none() || query.limit == 0 {
                return Ok(waiting);
            }
        }
    }
}

/// What an output may be for.
struct Waiting {
    /// The newest item of the thread, if it has one.
    newest: Option<String>,
    /// The calls that wait, newest first.
    calls: Vec<ClientToolCallItem>,
}
