//! The content of messages: what a reader sends and what an assistant answers.

use crate::word::word;
use crate::{Annotation, JsonObject, lax};
use serde::{Deserialize, Serialize};

/// A message on its way in: `params.input` of `threads.create` and `threads.add_user_message`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UserMessageInput {
    /// The parts; the protocol requires the list and lets it be empty.
    pub content: Vec<UserMessageContent>,
    /// Ids of attachments made before.
    pub attachments: Vec<String>,
    /// The passage that the message is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quoted_text: Option<String>,
    /// Which tool and model the reader chose.
    pub inference_options: InferenceOptions,
    /// Not in the protocol: where existing backends read context from. The request's own `metadata` comes first.
    #[serde(default, deserialize_with = "lax::optional_object", skip_serializing_if = "Option::is_none")]
    pub metadata: Option<JsonObject>,
}

impl UserMessageInput {
    /// A message of one text, with nothing else.
    pub fn text(text: impl Into<String>) -> Self {
        Self {
            content: vec![UserMessageContent::InputText { text: text.into() }],
            attachments: Vec::new(),
            quoted_text: None,
            inference_options: InferenceOptions::default(),
            metadata: None,
        }
    }
}

/// One part of a reader's message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum UserMessageContent {
    /// Plain text.
    InputText {
        /// The text.
        text: String,
    },
    /// An entity that the reader mentioned with `@`.
    InputTag(InputTag),
}

impl UserMessageContent {
    /// The part as the reader sees it: its text, a tag with `@` before it.
    pub fn plain_text(&self) -> String {
        match self {
            Self::InputText { text } => text.clone(),
            Self::InputTag(tag) => format!("@{}", tag.text),
        }
    }
}

/// An entity that the reader mentioned with `@`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InputTag {
    /// The application's id of the entity.
    pub id: String,
    /// What the reader sees.
    pub text: String,
    /// Free JSON from the browser: untrusted.
    #[serde(default)]
    pub data: JsonObject,
    /// The group it was found under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Whether it can be pressed.
    #[serde(default)]
    pub interactive: bool,
}

/// Which tool and which model the reader chose.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InferenceOptions {
    /// The chosen tool.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool_choice: Option<ToolChoice>,
    /// The chosen model's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
}

/// A chosen tool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolChoice {
    /// The tool's id.
    pub id: String,
}

/// One part of an assistant's message.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AssistantMessageContent {
    /// Always `"output_text"`.
    #[serde(rename = "type", default)]
    pub kind: OutputTextKind,
    /// Markdown.
    pub text: String,
    /// Sources of the text.
    #[serde(default)]
    pub annotations: Vec<Annotation>,
}

impl AssistantMessageContent {
    /// A part of `text` with no annotations.
    pub fn text(text: impl Into<String>) -> Self {
        Self { kind: OutputTextKind::OutputText, text: text.into(), annotations: Vec::new() }
    }
}

word! {
    /// The only value of an assistant content part's `type`.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub enum OutputTextKind {
        /// `"output_text"`.
        #[default]
        OutputText = "output_text",
    }
}
