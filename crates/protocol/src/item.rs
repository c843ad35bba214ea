//! Thread items: everything that can stand in a conversation, eleven kinds.

use crate::word::word;
use crate::{
    AssistantMessageContent, Attachment, InferenceOptions, JsonObject, StructuredInput,
    StructuredInputStatus, Task, Timestamp, UserMessageContent, WidgetRoot, Workflow,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One item of a thread. On the wire the kind is `type`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ThreadItem {
    /// What the reader said.
    UserMessage(UserMessageItem),
    /// What the assistant answered.
    AssistantMessage(AssistantMessageItem),
    /// A call of a tool that runs in the browser.
    ClientToolCall(ClientToolCallItem),
    /// A widget.
    Widget(WidgetItem),
    /// An image made by a model.
    GeneratedImage(GeneratedImageItem),
    /// Questions to the reader.
    StructuredInput(StructuredInputItem),
    /// A list of tasks.
    Workflow(WorkflowItem),
    /// One task.
    Task(TaskItem),
    /// A hint that the assistant is done.
    EndOfTurn(EndOfTurnItem),
    /// The application's notes for the model; never for a client.
    HiddenContextItem(HiddenContextItem),
    /// The server's notes for the model; never for a client.
    SdkHiddenContext(SdkHiddenContextItem),
}

/// The same field of whichever item it is.
macro_rules! of_every_item {
    ($self:ident, $item:ident => $value:expr) => {
        match $self {
            ThreadItem::UserMessage($item) => $value,
            ThreadItem::AssistantMessage($item) => $value,
            ThreadItem::ClientToolCall($item) => $value,
            ThreadItem::Widget($item) => $value,
            ThreadItem::GeneratedImage($item) => $value,
            ThreadItem::StructuredInput($item) => $value,
            ThreadItem::Workflow($item) => $value,
            ThreadItem::Task($item) => $value,
            ThreadItem::EndOfTurn($item) => $value,
            ThreadItem::HiddenContextItem($item) => $value,
            ThreadItem::SdkHiddenContext($item) => $value,
        }
    };
}

impl ThreadItem {
    /// The item's id.
    pub fn id(&self) -> &str {
        of_every_item!(self, item => &item.id)
    }

    /// The thread it stands in.
    pub fn thread_id(&self) -> &str {
        of_every_item!(self, item => &item.thread_id)
    }

    /// When it was made.
    pub fn created_at(&self) -> Timestamp {
        of_every_item!(self, item => item.created_at)
    }

    /// Whether no client may ever see it.
    pub fn is_hidden(&self) -> bool {
        matches!(self, Self::HiddenContextItem(_) | Self::SdkHiddenContext(_))
    }

    /// The wire's name of its kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::UserMessage(_) => "user_message",
            Self::AssistantMessage(_) => "assistant_message",
            Self::ClientToolCall(_) => "client_tool_call",
            Self::Widget(_) => "widget",
            Self::GeneratedImage(_) => "generated_image",
            Self::StructuredInput(_) => "structured_input",
            Self::Workflow(_) => "workflow",
            Self::Task(_) => "task",
            Self::EndOfTurn(_) => "end_of_turn",
            Self::HiddenContextItem(_) => "hidden_context_item",
            Self::SdkHiddenContext(_) => "sdk_hidden_context",
        }
    }
}

/// An item's struct, with the fields common to all before its own, and the variant that holds it.
macro_rules! item {
    ($(#[$doc:meta])* $name:ident => $variant:ident { $($(#[$field_doc:meta])* $field:ident: $kind:ty,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        pub struct $name {
            /// Opaque id.
            pub id: String,
            /// The thread it stands in.
            pub thread_id: String,
            /// When it was made.
            pub created_at: Timestamp,
            $($(#[$field_doc])* pub $field: $kind,)*
        }

        impl From<$name> for ThreadItem {
            fn from(item: $name) -> Self {
                Self::$variant(item)
            }
        }
    };
}

item! {
    /// What the reader said.
    UserMessageItem => UserMessage {
        /// The parts, in order.
        content: Vec<UserMessageContent>,
        /// What the reader added.
        #[serde(default)]
        attachments: Vec<Attachment>,
        /// The passage that the message is about.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        quoted_text: Option<String>,
        /// Which tool and model the reader chose.
        inference_options: InferenceOptions,
    }
}

impl UserMessageItem {
    /// The message as the reader sees it: its parts run together, a tag with `@` before it.
    pub fn plain_text(&self) -> String {
        self.content.iter().map(UserMessageContent::plain_text).collect()
    }
}

item! {
    /// What the assistant answered.
    AssistantMessageItem => AssistantMessage {
        /// The parts, in order.
        content: Vec<AssistantMessageContent>,
    }
}

impl AssistantMessageItem {
    /// The text of all parts, run together.
    pub fn plain_text(&self) -> String {
        self.content.iter().map(|part| part.text.as_str()).collect()
    }
}

item! {
    /// A call of a tool that runs in the browser.
    ClientToolCallItem => ClientToolCall {
        /// Whether the output is there.
        #[serde(default)]
        status: ClientToolCallStatus,
        /// The model's id of the call.
        call_id: String,
        /// The tool.
        name: String,
        /// What it is called with; nulls inside are kept.
        #[serde(default)]
        arguments: JsonObject,
        /// What it gave back: from the browser, untrusted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        output: Option<Value>,
    }
}

word! {
    /// Whether a client tool's output is there.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub enum ClientToolCallStatus {
        /// Not yet.
        #[default]
        Pending = "pending",
        /// It is.
        Completed = "completed",
    }
}

item! {
    /// A widget.
    WidgetItem => Widget {
        /// The tree.
        widget: WidgetRoot,
        /// What copying gives.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        copy_text: Option<String>,
    }
}

item! {
    /// An image made by a model.
    GeneratedImageItem => GeneratedImage {
        /// The image, once there is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        image: Option<GeneratedImage>,
    }
}

/// An image made by a model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GeneratedImage {
    /// Opaque id.
    pub id: String,
    /// An address that shows it; may be a `data:` URL.
    pub url: String,
}

item! {
    /// Questions to the reader.
    StructuredInputItem => StructuredInput {
        /// Where it stands.
        #[serde(default)]
        status: StructuredInputStatus,
        /// The questions.
        inputs: Vec<StructuredInput>,
    }
}

item! {
    /// A list of tasks.
    WorkflowItem => Workflow {
        /// The tasks and their summary.
        workflow: Workflow,
    }
}

item! {
    /// One task.
    TaskItem => Task {
        /// The task.
        task: Task,
    }
}

item! {
    /// A hint that the assistant is done.
    EndOfTurnItem => EndOfTurn {}
}

item! {
    /// The application's notes for the model.
    HiddenContextItem => HiddenContextItem {
        /// Free JSON.
        content: Value,
    }
}

item! {
    /// The server's notes for the model.
    SdkHiddenContextItem => SdkHiddenContext {
        /// A sentence.
        content: String,
    }
}
