//! What a tool in the browser gave back.

use docent_protocol::{ClientToolCallStatus, ThreadAddClientToolOutputParams, ThreadItem};

use super::{Answer, DispatchError, Dispatcher};
use crate::turn::{RequestContext, visit_newest};

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
        let mut calls = Vec::new();
        // A message of the reader ends the wait: what was called before it is no longer asked for.
        let newest = visit_newest(self.services.store.as_ref(), permit.key(), |item| match item {
            ThreadItem::ClientToolCall(call) if call.status == ClientToolCallStatus::Pending => {
                calls.push(call)
            }
            _ => {}
        })
        .await?;
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
}
