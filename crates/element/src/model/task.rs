//! The steps a server shows while it works.

use crate::json::Json;

use super::item::Source;

/// A row of steps.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Workflow {
    /// Whether the steps are the model's thoughts.
    pub is_reasoning: bool,
    /// The steps.
    pub tasks: Vec<Task>,
    /// The line shown once it is over.
    pub summary: Option<Summary>,
    /// Whether the server wants the steps shown.
    pub is_expanded: bool,
}

/// What a finished workflow says of itself.
#[derive(Clone, Debug, PartialEq)]
pub enum Summary {
    /// A title.
    Title(String),
    /// How long it took, in seconds.
    Seconds(usize),
}

/// One step.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Task {
    /// What kind of step it is.
    pub kind: TaskKind,
    /// Its title.
    pub title: Option<String>,
    /// Its text, in Markdown.
    pub content: Option<String>,
    /// A protocol icon name.
    pub icon: Option<String>,
    /// What was searched for.
    pub queries: Vec<String>,
    /// What was found or read.
    pub sources: Vec<Source>,
    /// Whether it is running now.
    pub is_loading: bool,
}

/// The kinds of steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TaskKind {
    /// Anything the server names.
    #[default]
    Custom,
    /// A search on the web.
    WebSearch,
    /// A thought of the model.
    Thought,
    /// Reading of files.
    File,
    /// Work on an image.
    Image,
}

impl Workflow {
    /// Reads a `Workflow`.
    pub fn read(value: &Json) -> Self {
        let summary = value.get("summary");
        Self {
            is_reasoning: value.str("type") == Some("reasoning"),
            tasks: value.list("tasks").iter().map(Task::read).collect(),
            summary: summary
                .filled("title")
                .map(Summary::Title)
                .or_else(|| summary.get("duration").as_index().map(Summary::Seconds)),
            is_expanded: value.is("expanded"),
        }
    }
}

impl Task {
    /// Reads a `Task`.
    pub fn read(value: &Json) -> Self {
        let kind = match value.str("type").unwrap_or_default() {
            "web_search" => TaskKind::WebSearch,
            "thought" => TaskKind::Thought,
            "file" => TaskKind::File,
            "image" => TaskKind::Image,
            _ => TaskKind::Custom,
        };
        Self {
            kind,
            title: value.filled("title").or_else(|| value.filled("title_query")),
            content: value.filled("content"),
            icon: value.filled("icon"),
            queries: value.list("queries").iter().filter_map(Json::as_str).map(str::to_owned).collect(),
            sources: value.list("sources").iter().map(Source::read).collect(),
            is_loading: value.str("status_indicator") == Some("loading"),
        }
    }
}
