//! Workflows: a list of tasks that grows while an assistant works.

use crate::Task;
use crate::word::word;
use serde::{Deserialize, Serialize};

/// A list of tasks under one summary.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Workflow {
    /// The application's own, or a model's reasoning.
    #[serde(rename = "type")]
    pub kind: WorkflowKind,
    /// The tasks, in order.
    #[serde(default)]
    pub tasks: Vec<Task>,
    /// What stands above them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<WorkflowSummary>,
    /// Whether the tasks show.
    #[serde(default)]
    pub expanded: bool,
}

word! {
    /// What a workflow shows.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum WorkflowKind {
        /// The application's steps.
        Custom = "custom",
        /// A model's reasoning.
        Reasoning = "reasoning",
    }
}

/// What stands above a workflow's tasks. On the wire the two shapes have no `type`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum WorkflowSummary {
    /// A title.
    Custom {
        /// The title.
        title: String,
        /// An icon's name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        icon: Option<String>,
    },
    /// How long it took.
    Duration {
        /// Whole seconds.
        duration: u64,
    },
}
