//! The ChatKit wire protocol as Rust types: what a chat element and its server say to each other.
//!
//! One HTTP endpoint takes one JSON object, [`ChatKitRequest`]; the answer is one JSON object or a stream of
//! [`ThreadStreamEvent`]s. Names are the wire's. Reading is tolerant: unknown fields are ignored at every level.
//! Writing is exact: an absent optional field is left out, never `null`, and a field with a default is always there.
//!
//! The crate knows serde and nothing else, so that a server and a wasm element share it.

mod action;
mod annotation;
mod attachment;
mod event;
mod item;
mod lax;
mod message;
mod page;
mod request;
mod structured_input;
mod task;
mod thread;
mod timestamp;
mod update;
mod widget;
mod word;
mod workflow;

pub use action::Action;
pub use annotation::{Annotation, AnnotationKind, EntitySource, FileSource, Source, UrlSource};
pub use attachment::{
    Attachment, AttachmentCreateParams, FileAttachment, ImageAttachment, UploadDescriptor, UploadMethod,
};
pub use event::{ErrorCode, NoticeLevel, StreamOptions, ThreadStreamEvent};
pub use item::{
    AssistantMessageItem, ClientToolCallItem, ClientToolCallStatus, EndOfTurnItem, GeneratedImage,
    GeneratedImageItem, HiddenContextItem, SdkHiddenContextItem, StructuredInputItem, TaskItem, ThreadItem,
    UserMessageItem, WidgetItem, WorkflowItem,
};
pub use message::{
    AssistantMessageContent, InferenceOptions, InputTag, OutputTextKind, ToolChoice, UserMessageContent,
    UserMessageInput,
};
pub use page::{Page, SortOrder};
pub use request::{
    AttachmentIdParams, ChatKitRequest, CustomActionParams, FeedbackKind, ItemFeedbackParams,
    ItemsListParams, Operation, Reply, RequestError, RetryAfterItemParams, ThreadAddClientToolOutputParams,
    ThreadAddStructuredInputParams, ThreadAddUserMessageParams, ThreadCreateParams, ThreadIdParams,
    ThreadListParams, ThreadUpdateParams, TranscribeParams,
};
pub use structured_input::{
    FreeformInput, InputAnswer, MultipleChoiceInput, MultipleChoiceOption, StructuredInput,
    StructuredInputAnswers, StructuredInputStatus, StructuredInputSubmission,
};
pub use task::{CustomTask, FileTask, ImageTask, StatusIndicator, Task, ThoughtTask, WebSearchTask};
pub use thread::{Thread, ThreadMetadata, ThreadStatus};
pub use timestamp::{Timestamp, TimestampError};
pub use update::ThreadItemUpdate;
pub use widget::{WidgetError, WidgetRoot};
pub use workflow::{Workflow, WorkflowKind, WorkflowSummary};

/// A JSON object whose shape the protocol leaves free.
pub type JsonObject = serde_json::Map<String, serde_json::Value>;
