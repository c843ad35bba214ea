//! Structured input: questions that an assistant asks, and a reader's answers to them.

use crate::word::word;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum StructuredInput {
    /// Options to choose from; the element adds a free answer, so an answer need not be one of them.
    MultipleChoice(MultipleChoiceInput),
    /// Free text.
    Freeform(FreeformInput),
}

impl StructuredInput {
    /// The question's id.
    pub fn id(&self) -> &str {
        match self {
            Self::MultipleChoice(input) => &input.id,
            Self::Freeform(input) => &input.id,
        }
    }
}

/// A question with options.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MultipleChoiceInput {
    /// The key of its answer.
    pub id: String,
    /// What is asked.
    pub question: String,
    /// What the reader answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<InputAnswer>,
    /// What can be chosen.
    pub options: Vec<MultipleChoiceOption>,
    /// Whether several can be chosen.
    #[serde(default)]
    pub multiple: bool,
}

/// One option.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MultipleChoiceOption {
    /// What is shown and answered.
    pub value: String,
}

/// A question with a free answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FreeformInput {
    /// The key of its answer.
    pub id: String,
    /// What is asked.
    pub question: String,
    /// What the reader answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<InputAnswer>,
    /// A sentence under the question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// The answer to one question.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputAnswer {
    /// The values; none when skipped.
    #[serde(default)]
    pub values: Vec<String>,
    /// Whether the reader left it out.
    #[serde(default)]
    pub skipped: bool,
}

word! {
    /// Where a structured input item stands.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub enum StructuredInputStatus {
        /// Waiting for the reader.
        #[default]
        Pending = "pending",
        /// Answered.
        Answered = "answered",
        /// Left out as a whole.
        Skipped = "skipped",
    }
}

word! {
    /// How a reader ended a structured input.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub enum StructuredInputSubmission {
        /// With answers.
        #[default]
        Answered = "answered",
        /// Without.
        Skipped = "skipped",
    }
}

/// `params.input` of `threads.add_structured_input`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StructuredInputAnswers {
    /// With answers or without.
    #[serde(default)]
    pub status: StructuredInputSubmission,
    /// Answers by question id; unknown ids are ignored.
    #[serde(default)]
    pub answers: BTreeMap<String, InputAnswer>,
}
