//! What a turn asks of the reader's side: a tool that runs in the page, and questions with answers.
//!
//! Both end the turn: the handler returns after asking, and [`ChatHandler::respond`](crate::ChatHandler::respond) is
//! called anew, without a message, when the answer is there.

use docent_protocol::{
    ClientToolCallItem, ClientToolCallStatus, JsonObject, StructuredInput, StructuredInputItem,
    StructuredInputStatus,
};

use super::{Turn, TurnError};
use crate::id::IdKind;

impl Turn {
    /// Calls a tool that runs in the page. One call per turn: the protocol carries back one output only.
    ///
    /// # Errors
    /// As for [`Turn::emit`].
    pub async fn call_client_tool(
        &self,
        name: impl Into<String>,
        arguments: JsonObject,
    ) -> Result<ClientToolCallItem, TurnError> {
        let item = ClientToolCallItem {
            id: self.new_id(IdKind::ToolCall),
            thread_id: self.thread.id.clone(),
            created_at: self.now(),
            status: ClientToolCallStatus::Pending,
            call_id: self.new_id(IdKind::ToolCall),
            name: name.into(),
            arguments,
            output: None,
        };
        self.add_item(item.clone()).await?;
        Ok(item)
    }

    /// Asks the reader questions. Their ids are the handler's own and name the answers.
    ///
    /// # Errors
    /// As for [`Turn::emit`].
    pub async fn ask(&self, inputs: Vec<StructuredInput>) -> Result<StructuredInputItem, TurnError> {
        let item = StructuredInputItem {
            id: self.new_id(IdKind::Message),
            thread_id: self.thread.id.clone(),
            created_at: self.now(),
            status: StructuredInputStatus::Pending,
            inputs,
        };
        self.add_item(item.clone()).await?;
        Ok(item)
    }
}
