//! The element's options, read from what the page passes to `setOptions`.
//!
//! The official element throws on a key it does not know; this one says so once on the console and goes on, because a
//! chat that works without one option is better than an empty box. Functions stay with the page; here it is only noted
//! that they exist.

mod read;
mod theme;

pub use read::read;
pub use theme::{ColorScheme, Font, Grayscale, Theme};

use super::item::Part;

/// All options, with their defaults filled in.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// The ChatKit endpoint; `None` means the element cannot work.
    pub api_url: Option<String>,
    /// How files reach the server; `None` when they cannot.
    pub upload: Option<Upload>,
    /// The language asked for.
    pub locale: Option<String>,
    /// The look.
    pub theme: Theme,
    /// The accessible name of the whole.
    pub title: Option<String>,
    /// The thread to open first.
    pub initial_thread: Option<String>,
    /// Whether the page answers client tools.
    pub has_client_tools: bool,
    /// The header.
    pub header: Header,
    /// The history panel.
    pub history: History,
    /// The line above an empty conversation.
    pub greeting: Option<String>,
    /// What may be asked with one press.
    pub prompts: Vec<Prompt>,
    /// Whether answers carry feedback buttons.
    pub has_feedback: bool,
    /// Whether answers carry a retry button.
    pub has_retry: bool,
    /// Whether the view follows an answer to its very end.
    pub is_following: bool,
    /// The composer.
    pub composer: Composer,
    /// The line below the composer, in Markdown, and whether it is written in full contrast.
    pub disclaimer: Option<(String, bool)>,
    /// Whether the page wants widget actions whose handler is the client.
    pub has_widget_actions: bool,
    /// Whether the page can search for things to mention.
    pub has_tag_search: bool,
    /// Whether the page wants clicks on entities.
    pub has_entity_clicks: bool,
}

/// How a file reaches the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Upload {
    /// Announce it, then send its bytes where the server says.
    TwoPhase,
    /// Post it as a form to this address.
    Direct(String),
}

/// The header.
#[derive(Clone, Debug, PartialEq)]
pub struct Header {
    /// Whether there is one.
    pub is_enabled: bool,
    /// Whether it has a title.
    pub has_title: bool,
    /// A title in place of the thread's.
    pub title: Option<String>,
    /// The icon of the page's own button on the left.
    pub left: Option<String>,
    /// The icon of the page's own button on the right.
    pub right: Option<String>,
}

/// The history panel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    /// Whether there is one.
    pub is_enabled: bool,
    /// Whether threads can be deleted.
    pub can_delete: bool,
    /// Whether threads can be renamed.
    pub can_rename: bool,
}

/// A starter prompt.
#[derive(Clone, Debug, PartialEq)]
pub struct Prompt {
    /// What it is called.
    pub label: String,
    /// What is sent.
    pub content: Vec<Part>,
    /// Its icon.
    pub icon: Option<String>,
}

/// The composer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Composer {
    /// The text in an empty field.
    pub placeholder: Option<String>,
    /// What files are taken; `None` when none are.
    pub files: Option<Files>,
    /// The tools that can be chosen.
    pub tools: Vec<Tool>,
    /// The models that can be chosen.
    pub models: Vec<Model>,
}

/// What files are taken.
#[derive(Clone, Debug, PartialEq)]
pub struct Files {
    /// The value of the file field's `accept`.
    pub accept: String,
    /// How many a message may carry.
    pub max_count: usize,
    /// The largest size in bytes by MIME pattern; `*` is for the rest.
    pub max_bytes: Vec<(String, usize)>,
}

/// A tool.
#[derive(Clone, Debug, PartialEq)]
pub struct Tool {
    /// Its id.
    pub id: String,
    /// Its name in the menu.
    pub label: String,
    /// Its name on the button.
    pub short_label: Option<String>,
    /// Its icon.
    pub icon: Option<String>,
    /// The composer's placeholder while it is chosen.
    pub placeholder: Option<String>,
    /// Whether it has a button of its own.
    pub is_pinned: bool,
    /// Whether it stays chosen after sending.
    pub is_persistent: bool,
}

/// A model.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// Its id.
    pub id: String,
    /// Its name.
    pub label: String,
    /// A line about it.
    pub description: Option<String>,
    /// Whether it is only shown.
    pub is_disabled: bool,
    /// Whether it is chosen at first.
    pub is_default: bool,
}

impl Default for Options {
    fn default() -> Self {
        read(&crate::json::Json::Null, &[]).0
    }
}
