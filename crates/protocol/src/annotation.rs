//! Annotations: the places in an assistant's text that rest on a source.

use crate::JsonObject;
use crate::word::word;
use serde::{Deserialize, Serialize};

word! {
    /// The only value of an annotation's `type`.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub enum AnnotationKind {
        /// `"annotation"`.
        #[default]
        Annotation = "annotation",
    }
}

/// A source attached to a position in the text of one content part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Annotation {
    /// Always `"annotation"`.
    #[serde(rename = "type", default)]
    pub kind: AnnotationKind,
    /// What the text rests on.
    pub source: Source,
    /// Position in the text, counted in characters (Unicode scalar values); absent: the part as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index: Option<u64>,
}

impl Annotation {
    /// An annotation of `source` at the character position `index`.
    pub fn at(index: u64, source: Source) -> Self {
        Self { kind: AnnotationKind::Annotation, source, index: Some(index) }
    }
}

/// A source: a file, an address, or an entity of the application.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Source {
    /// A file by its name.
    File(FileSource),
    /// A page by its address.
    Url(UrlSource),
    /// Something the application knows.
    Entity(EntitySource),
}

/// A file as a source.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FileSource {
    /// What to show.
    pub title: String,
    /// A sentence about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// When it was made or changed, as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<String>,
    /// Sources with the same group are shown together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// The file's name.
    pub filename: String,
}

/// A page as a source.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UrlSource {
    /// What to show.
    pub title: String,
    /// A sentence about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// When it was made or changed, as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<String>,
    /// Sources with the same group are shown together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// The address, fragment included.
    pub url: String,
    /// Whom the page is from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attribution: Option<String>,
}

/// Something the application knows, as a source.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EntitySource {
    /// What to show.
    pub title: String,
    /// A sentence about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// When it was made or changed, as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<String>,
    /// Sources with the same group are shown together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// The application's own id.
    pub id: String,
    /// An icon's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon: Option<String>,
    /// The header of the card that shows on hover.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Shown in the text in place of the icon.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inline_label: Option<String>,
    /// Whether it can be pressed.
    #[serde(default)]
    pub interactive: bool,
    /// Free JSON for the application.
    #[serde(default)]
    pub data: JsonObject,
    /// Deprecated on the wire and ignored; kept so that it passes through.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preview: Option<String>,
}
