//! Requests: the sixteen operations of the protocol, their parameters, and how a body is read.

use crate::word::word;
use crate::{
    Action, AttachmentCreateParams, JsonObject, SortOrder, StructuredInputAnswers, UserMessageInput, lax,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;

/// How an operation is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// A stream of events.
    Stream,
    /// One JSON object.
    Json,
}

/// The operations, each once: the wire's name, the variant, its parameters, its kind of reply.
macro_rules! operations {
    ($($(#[$doc:meta])* $name:literal $variant:ident($params:ty) $reply:ident,)*) => {
        /// What a request asks for: its `type` with its `params`.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Operation {
            $($(#[$doc])* $variant($params),)*
        }

        impl Operation {
            /// The wire's name of every operation.
            pub const NAMES: &'static [&'static str] = &[$($name,)*];

            /// The wire's name of every operation that a stream answers.
            pub const STREAMING: &'static [&'static str] = {
                const REPLIES: &[Reply] = &[$(Reply::$reply,)*];
                // Counted and copied, because a constant can't be filtered.
                const COUNT: usize = {
                    let (mut count, mut index) = (0, 0);
                    while index < REPLIES.len() {
                        count += matches!(REPLIES[index], Reply::Stream) as usize;
                        index += 1;
                    }
                    count
                };
                const NAMES: [&str; COUNT] = {
                    let (mut names, mut count, mut index) = ([""; COUNT], 0, 0);
                    while index < REPLIES.len() {
                        if matches!(REPLIES[index], Reply::Stream) {
                            names[count] = Operation::NAMES[index];
                            count += 1;
                        }
                        index += 1;
                    }
                    names
                };
                &NAMES
            };

            /// The wire's name.
            pub fn name(&self) -> &'static str {
                match self { $(Self::$variant(_) => $name,)* }
            }

            /// Whether a stream or one JSON object answers it. The request's type alone decides, never `Accept`.
            pub fn reply(&self) -> Reply {
                match self { $(Self::$variant(_) => Reply::$reply,)* }
            }

            /// How the operation of this name is answered; `None` for a name that the protocol doesn't have.
            pub fn reply_to(name: &str) -> Option<Reply> {
                match name { $($name => Some(Reply::$reply),)* _ => None }
            }

            fn read(name: &str, params: Value) -> Result<Self, RequestError> {
                match name {
                    $($name => Ok(Self::$variant(read_params($name, params)?)),)*
                    _ => Err(RequestError::UnknownType(name.to_owned())),
                }
            }

            fn params(&self) -> Result<Value, serde_json::Error> {
                match self { $(Self::$variant(params) => serde_json::to_value(params),)* }
            }
        }
    };
}

operations! {
    /// Makes a thread with its first message.
    "threads.create" ThreadsCreate(ThreadCreateParams) Stream,
    /// Adds a message to a thread.
    "threads.add_user_message" ThreadsAddUserMessage(ThreadAddUserMessageParams) Stream,
    /// Gives back what a client tool returned.
    "threads.add_client_tool_output" ThreadsAddClientToolOutput(ThreadAddClientToolOutputParams) Stream,
    /// Answers the questions of a structured input.
    "threads.add_structured_input" ThreadsAddStructuredInput(ThreadAddStructuredInputParams) Stream,
    /// Answers a user message again.
    "threads.retry_after_item" ThreadsRetryAfterItem(RetryAfterItemParams) Stream,
    /// A widget's action, answered by events.
    "threads.custom_action" ThreadsCustomAction(CustomActionParams) Stream,
    /// A widget's action, answered at once.
    "threads.sync_custom_action" ThreadsSyncCustomAction(CustomActionParams) Json,
    /// A thread with its first page of items.
    "threads.get_by_id" ThreadsGetById(ThreadIdParams) Json,
    /// The reader's threads.
    "threads.list" ThreadsList(ThreadListParams) Json,
    /// Renames a thread.
    "threads.update" ThreadsUpdate(ThreadUpdateParams) Json,
    /// Deletes a thread.
    "threads.delete" ThreadsDelete(ThreadIdParams) Json,
    /// A thread's items.
    "items.list" ItemsList(ItemsListParams) Json,
    /// A thumb up or down.
    "items.feedback" ItemsFeedback(ItemFeedbackParams) Json,
    /// Announces an upload.
    "attachments.create" AttachmentsCreate(AttachmentCreateParams) Json,
    /// Deletes an attachment.
    "attachments.delete" AttachmentsDelete(AttachmentIdParams) Json,
    /// Speech to text.
    "input.transcribe" InputTranscribe(TranscribeParams) Json,
}

/// One request: what it asks for, and what came with it.
#[derive(Clone, Debug, PartialEq)]
pub struct ChatKitRequest {
    /// What it asks for.
    pub operation: Operation,
    /// The body's top-level `metadata`: the page side puts `userInfo` and `pageContext` here. Untrusted.
    pub metadata: JsonObject,
}

#[derive(Deserialize)]
#[serde(expecting = "an object")]
struct Envelope {
    #[serde(rename = "type")]
    kind: String,
    params: Value,
    #[serde(default)]
    metadata: Option<JsonObject>,
}

impl ChatKitRequest {
    /// Reads a request's body.
    ///
    /// # Errors
    /// [`RequestError`] says what is wrong with it; nothing of the body is repeated but its `type`.
    pub fn from_slice(body: &[u8]) -> Result<Self, RequestError> {
        let value: Value =
            serde_json::from_slice(body).map_err(|error| RequestError::NotJson(error.to_string()))?;
        if value.is_array() {
            return Err(RequestError::Envelope(NO_LIST.into()));
        }
        let envelope: Envelope =
            serde_json::from_value(value).map_err(|error| RequestError::Envelope(error.to_string()))?;
        let operation = Operation::read(&envelope.kind, envelope.params)?;
        Ok(Self { operation, metadata: envelope.metadata.unwrap_or_default() })
    }

    /// The request as a client writes it.
    ///
    /// # Errors
    /// Never for values made from JSON; serde's own error otherwise.
    pub fn to_value(&self) -> Result<Value, serde_json::Error> {
        let mut body = JsonObject::new();
        body.insert("type".into(), self.operation.name().into());
        body.insert("params".into(), self.operation.params()?);
        if !self.metadata.is_empty() {
            body.insert("metadata".into(), self.metadata.clone().into());
        }
        Ok(Value::Object(body))
    }
}

/// Serde would read a list as the fields of an object in order; the protocol knows objects only.
const NO_LIST: &str = "expected an object, not a list";

fn read_params<T: DeserializeOwned>(name: &'static str, params: Value) -> Result<T, RequestError> {
    let refused = |reason: String| RequestError::Params { operation: name, reason };
    if objects(&params).any(Value::is_array) {
        return Err(refused(NO_LIST.into()));
    }
    serde_json::from_value(params).map_err(|error| refused(error.to_string()))
}

/// Everything in the parameters of an operation that the protocol says is an object.
fn objects(params: &Value) -> impl Iterator<Item = &Value> {
    let input = params.get("input");
    let options = input.and_then(|input| input.get("inference_options"));
    let named =
        [params.get("action"), input, options, options.and_then(|options| options.get("tool_choice"))];
    let parts = input.and_then(|input| input.get("content")?.as_array()).into_iter().flatten();
    let answers =
        input.and_then(|input| input.get("answers")?.as_object()).into_iter().flat_map(JsonObject::values);
    std::iter::once(params).chain(named.into_iter().flatten()).chain(parts).chain(answers)
}

/// Why a body is no request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestError {
    /// It is not JSON.
    NotJson(String),
    /// It is no object with a string `type` and `params`.
    Envelope(String),
    /// The protocol has no such operation.
    UnknownType(String),
    /// The parameters do not fit the operation.
    Params {
        /// The operation's name.
        operation: &'static str,
        /// What does not fit.
        reason: String,
    },
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotJson(reason) => write!(f, "the body is not JSON: {reason}"),
            Self::Envelope(reason) => write!(f, "the body is no request {{\"type\", \"params\"}}: {reason}"),
            Self::UnknownType(kind) => {
                let shown: String = kind.chars().take(64).collect();
                write!(f, "unknown operation {shown:?}; known are {}", Operation::NAMES.join(", "))
            }
            Self::Params { operation, reason } => write!(f, "params of {operation}: {reason}"),
        }
    }
}

impl std::error::Error for RequestError {}

/// Parameters of `threads.create`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ThreadCreateParams {
    /// The first message.
    pub input: UserMessageInput,
}

/// Parameters of `threads.add_user_message`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ThreadAddUserMessageParams {
    /// The thread.
    pub thread_id: String,
    /// The message.
    pub input: UserMessageInput,
}

/// Parameters of `threads.add_client_tool_output`. The protocol has no id of the call here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ThreadAddClientToolOutputParams {
    /// The thread.
    pub thread_id: String,
    /// What the tool returned: required, `null` allowed. Untrusted.
    #[serde(deserialize_with = "required_value")]
    pub result: Value,
}

/// Unlike serde's own rule for [`Value`], an absent field stays an error.
fn required_value<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
    Value::deserialize(deserializer)
}

/// Parameters of `threads.add_structured_input`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreadAddStructuredInputParams {
    /// The thread.
    pub thread_id: String,
    /// The item that asks.
    pub item_id: String,
    /// The answers.
    pub input: StructuredInputAnswers,
}

/// Parameters of `threads.retry_after_item`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetryAfterItemParams {
    /// The thread.
    pub thread_id: String,
    /// The user message to answer again.
    pub item_id: String,
}

/// Parameters of `threads.custom_action` and `threads.sync_custom_action`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CustomActionParams {
    /// The thread.
    pub thread_id: String,
    /// The widget that it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item_id: Option<String>,
    /// What was pressed.
    pub action: Action,
}

/// Parameters that name a thread and nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreadIdParams {
    /// The thread.
    pub thread_id: String,
}

/// Parameters of `attachments.delete`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachmentIdParams {
    /// The attachment.
    pub attachment_id: String,
}

/// Parameters of `threads.list`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreadListParams {
    /// How many; absent and 0 mean the server's default, 20.
    #[serde(default, deserialize_with = "lax::optional_integer", skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
    /// Newest first unless said otherwise.
    #[serde(default)]
    pub order: SortOrder,
    /// The cursor of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// Parameters of `items.list`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemsListParams {
    /// The thread.
    pub thread_id: String,
    /// How many; absent and 0 mean the server's default, 20.
    #[serde(default, deserialize_with = "lax::optional_integer", skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
    /// Newest first unless said otherwise.
    #[serde(default)]
    pub order: SortOrder,
    /// The cursor of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// Parameters of `threads.update`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreadUpdateParams {
    /// The thread.
    pub thread_id: String,
    /// The new title; may be empty.
    pub title: String,
}

/// Parameters of `items.feedback`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemFeedbackParams {
    /// The thread.
    pub thread_id: String,
    /// The items.
    pub item_ids: Vec<String>,
    /// Up or down.
    pub kind: FeedbackKind,
}

word! {
    /// A thumb up or down.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum FeedbackKind {
        /// Up.
        Positive = "positive",
        /// Down.
        Negative = "negative",
    }
}

/// Parameters of `input.transcribe`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TranscribeParams {
    /// The recording, base64.
    pub audio_base64: String,
    /// Its MIME type with parameters, such as `audio/webm;codecs=opus`.
    pub mime_type: String,
}
