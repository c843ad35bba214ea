//! Tasks: the steps of a workflow, or a step shown alone.

use crate::word::word;
use crate::{FileSource, Source, UrlSource};
use serde::{Deserialize, Serialize};

/// A step that an assistant shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Task {
    /// The application's own.
    Custom(CustomTask),
    /// A search on the web.
    WebSearch(WebSearchTask),
    /// A thought of the model.
    Thought(ThoughtTask),
    /// Files read.
    File(FileTask),
    /// An image made.
    Image(ImageTask),
}

word! {
    /// How far a task is.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub enum StatusIndicator {
        /// Nothing shown.
        #[default]
        None = "none",
        /// Under way.
        Loading = "loading",
        /// Done.
        Complete = "complete",
    }
}

/// The application's own step.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CustomTask {
    /// How far it is.
    #[serde(default)]
    pub status_indicator: StatusIndicator,
    /// What it is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// An icon's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon: Option<String>,
    /// Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
}

/// A search on the web.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WebSearchTask {
    /// How far it is.
    #[serde(default)]
    pub status_indicator: StatusIndicator,
    /// What it is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The query shown in the title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title_query: Option<String>,
    /// The queries sent.
    #[serde(default)]
    pub queries: Vec<String>,
    /// The pages found; each carries `"type": "url"`.
    #[serde(default, with = "url_sources")]
    pub sources: Vec<UrlSource>,
}

/// A thought of the model.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ThoughtTask {
    /// How far it is.
    #[serde(default)]
    pub status_indicator: StatusIndicator,
    /// What it is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The thought, Markdown.
    pub content: String,
}

/// Files read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FileTask {
    /// How far it is.
    #[serde(default)]
    pub status_indicator: StatusIndicator,
    /// What it is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The files; each carries `"type": "file"`.
    #[serde(default, with = "file_sources")]
    pub sources: Vec<FileSource>,
}

/// An image made.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ImageTask {
    /// How far it is.
    #[serde(default)]
    pub status_indicator: StatusIndicator,
    /// What it is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// A list of one kind of source, each written with its `type`.
macro_rules! sources_of_one_kind {
    ($module:ident, $source:ty, $variant:ident) => {
        mod $module {
            use super::Source;
            use serde::{Deserialize, Deserializer, Serializer, de};

            pub(super) fn serialize<S: Serializer>(
                sources: &[$source],
                serializer: S,
            ) -> Result<S::Ok, S::Error> {
                serializer.collect_seq(sources.iter().cloned().map(Source::$variant))
            }

            pub(super) fn deserialize<'de, D: Deserializer<'de>>(
                deserializer: D,
            ) -> Result<Vec<$source>, D::Error> {
                let wrong =
                    || de::Error::custom(concat!("expected sources of the type ", stringify!($variant)));
                Vec::<Source>::deserialize(deserializer)?
                    .into_iter()
                    .map(
                        |source| {
                            if let Source::$variant(source) = source { Ok(source) } else { Err(wrong()) }
                        },
                    )
                    .collect()
            }
        }
    };
}

sources_of_one_kind!(url_sources, crate::UrlSource, Url);
sources_of_one_kind!(file_sources, crate::FileSource, File);
