//! Thread items as the views need them, read tolerantly from the wire.

use crate::json::Json;

use super::task::{Task, Workflow};

/// One item of a thread, or a line of ours between them.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The server's id, or a local one until the server has answered.
    pub id: String,
    /// The item.
    pub item: Item,
    /// Counts up with every change: views keep what they built for an entry while this stays the same.
    pub revision: u32,
    /// Whether the stream still writes it.
    pub is_open: bool,
    /// Whether the server does not know it (yet).
    pub is_local: bool,
}

/// The kinds of items.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// What the reader wrote.
    User(UserMessage),
    /// An answer.
    Assistant(Vec<Content>),
    /// A call of a tool in the page. Not shown.
    ClientTool {
        /// The tool.
        name: String,
        /// Its arguments.
        arguments: Json,
        /// Whether it still waits for the page.
        is_pending: bool,
    },
    /// A widget: its root component as it came.
    Widget {
        /// The root component.
        root: Json,
        /// What the copy button copies.
        copy_text: Option<String>,
    },
    /// An image that is being made, or is made.
    Image {
        /// Its address, once there is one.
        url: Option<String>,
        /// How far it is, in percent.
        percent: Option<u32>,
    },
    /// Questions to the reader.
    Questions(Questions),
    /// Steps the server takes.
    Workflow(Workflow),
    /// One step.
    Task(Task),
    /// A message from the server that is not part of the thread.
    Notice {
        /// `info`, `warning` or `danger`.
        level: String,
        /// Its heading.
        title: Option<String>,
        /// Its text, in Markdown.
        message: String,
    },
    /// A mark that the turn has ended. Not shown.
    EndOfTurn,
    /// An item this version does not know, and anything hidden. Not shown.
    Other,
}

/// A message of the reader.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UserMessage {
    /// Text and tags.
    pub content: Vec<Part>,
    /// The files sent with it.
    pub attachments: Vec<Attachment>,
    /// The passage it refers to.
    pub quote: Option<String>,
}

impl UserMessage {
    /// The message as plain text.
    pub fn plain(&self) -> String {
        self.content.iter().map(|part| part.text.as_str()).collect()
    }
}

/// A piece of a reader's message: text, or a tag.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// The text shown.
    pub text: String,
    /// The whole tag as it goes over the wire, when this is one.
    pub tag: Option<Json>,
}

impl Part {
    /// Reads a `UserMessageContent`.
    pub fn read(value: &Json) -> Self {
        let tag = (value.str("type") == Some("input_tag")).then(|| value.clone());
        Self { text: value.text("text"), tag }
    }

    /// Text.
    pub fn plain(text: &str) -> Self {
        Self { text: text.to_owned(), tag: None }
    }
}

/// A file that was sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Attachment {
    /// The server's id.
    pub id: String,
    /// The file's name.
    pub name: String,
    /// Its type.
    pub mime_type: String,
    /// Where its preview is, for an image.
    pub preview_url: Option<String>,
}

impl Attachment {
    /// Reads an `Attachment`.
    pub fn read(value: &Json) -> Self {
        Self {
            id: value.text("id"),
            name: value.text("name"),
            mime_type: value.text("mime_type"),
            preview_url: value.filled("preview_url"),
        }
    }
}

/// One part of an answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Content {
    /// Markdown.
    pub text: String,
    /// The sources named in it, in the order the server counts them.
    pub annotations: Vec<Annotation>,
}

impl Content {
    /// Reads an `AssistantMessageContent`.
    pub fn read(value: &Json) -> Self {
        Self {
            text: value.text("text"),
            annotations: value.list("annotations").iter().map(Annotation::read).collect(),
        }
    }
}

/// A source and where it is named.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Annotation {
    /// The position in the text, in characters; `None` means the source belongs to the whole.
    pub index: Option<usize>,
    /// The source.
    pub source: Source,
}

impl Annotation {
    /// Reads an `Annotation`.
    pub fn read(value: &Json) -> Self {
        Self { index: value.get("index").as_index(), source: Source::read(value.get("source")) }
    }
}

/// A source.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Source {
    /// Its title.
    pub title: String,
    /// A line about it.
    pub description: Option<String>,
    /// Its address (`url` sources).
    pub url: Option<String>,
    /// Who it is by, or the file's name.
    pub attribution: Option<String>,
    /// The entity, when it is one the host page knows: handed back to `entities.onClick`.
    pub entity: Option<Json>,
}

impl Source {
    /// Reads a `URLSource`, `FileSource` or `EntitySource`.
    pub fn read(value: &Json) -> Self {
        let is_entity = value.str("type") == Some("entity");
        let url = value.filled("url");
        let name = value.filled("title").or_else(|| value.filled("filename")).or_else(|| url.clone());
        Self {
            title: name.unwrap_or_default(),
            description: value.filled("description"),
            url,
            attribution: value.filled("attribution").or_else(|| value.filled("filename")),
            entity: is_entity.then(|| value.clone()),
        }
    }
}

/// Questions the server waits for.
#[derive(Clone, Debug, PartialEq)]
pub struct Questions {
    /// `pending`, `answered` or `skipped`.
    pub status: String,
    /// The questions.
    pub inputs: Vec<Question>,
}

/// One question.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// Its id.
    pub id: String,
    /// What is asked.
    pub text: String,
    /// A line about it.
    pub description: Option<String>,
    /// The choices; none for a free answer.
    pub options: Vec<String>,
    /// Whether several may be chosen.
    pub is_multiple: bool,
    /// What was chosen or written.
    pub values: Vec<String>,
}

impl Question {
    fn read(value: &Json) -> Self {
        let strings =
            |list: &[Json]| list.iter().filter_map(Json::as_str).map(str::to_owned).collect::<Vec<_>>();
        Self {
            id: value.text("id"),
            text: value.text("question"),
            description: value.filled("description"),
            options: value.list("options").iter().filter_map(|option| option.filled("value")).collect(),
            is_multiple: value.is("multiple"),
            values: strings(value.get("answer").list("values")),
        }
    }
}

impl Entry {
    /// Reads a `ThreadItem`.
    pub fn read(value: &Json) -> Self {
        Self { id: value.text("id"), item: Item::read(value), revision: 0, is_open: false, is_local: false }
    }

    /// Marks the entry as changed.
    pub fn touch(&mut self) {
        self.revision += 1;
    }

    /// The answer's text, when this is one.
    pub fn answer(&self) -> Option<String> {
        match &self.item {
            Item::Assistant(content) => {
                Some(content.iter().map(|part| part.text.as_str()).collect::<Vec<_>>().join("\n\n"))
            }
            Item::Widget { copy_text, .. } => copy_text.clone(),
            _ => None,
        }
    }
}

impl Item {
    /// Reads the item inside a `ThreadItem`.
    pub fn read(value: &Json) -> Self {
        match value.str("type").unwrap_or_default() {
            "user_message" => Item::User(UserMessage {
                content: value.list("content").iter().map(Part::read).collect(),
                attachments: value.list("attachments").iter().map(Attachment::read).collect(),
                quote: value.filled("quoted_text"),
            }),
            "assistant_message" => Item::Assistant(value.list("content").iter().map(Content::read).collect()),
            "client_tool_call" => Item::ClientTool {
                name: value.text("name"),
                arguments: value.get("arguments").clone(),
                is_pending: value.str("status") != Some("completed"),
            },
            "widget" => {
                Item::Widget { root: value.get("widget").clone(), copy_text: value.filled("copy_text") }
            }
            "generated_image" => Item::Image { url: value.get("image").filled("url"), percent: None },
            "structured_input" => Item::Questions(Questions {
                status: value.filled("status").unwrap_or_else(|| "pending".to_owned()),
                inputs: value.list("inputs").iter().map(Question::read).collect(),
            }),
            "workflow" => Item::Workflow(Workflow::read(value.get("workflow"))),
            "task" => Item::Task(Task::read(value.get("task"))),
            "end_of_turn" => Item::EndOfTurn,
            _ => Item::Other,
        }
    }

    /// Whether it stands on the answering side of the conversation and is visible.
    pub fn is_response(&self) -> bool {
        !matches!(
            self,
            Item::User(_) | Item::ClientTool { .. } | Item::Notice { .. } | Item::EndOfTurn | Item::Other
        )
    }
}
