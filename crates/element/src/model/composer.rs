//! The composer: text, tags, quoted passage, files, tool and model.

use crate::json::{Json, object};

use super::effect::{Effect, FocusTarget, Hook};
use super::item::{Attachment, Part};
use super::msg::{ComposerPatch, Msg};
use super::state::State;

/// What the reader is about to send.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Composer {
    /// The text as it stands in the field.
    pub text: String,
    /// The tags whose text stands in it.
    pub tags: Vec<Json>,
    /// The quoted passage.
    pub quote: Option<String>,
    /// The files.
    pub files: Vec<File>,
    /// The chosen tool.
    pub tool: Option<String>,
    /// The chosen model.
    pub model: Option<String>,
    /// The open menu.
    pub menu: Option<Menu>,
    /// What can be mentioned for the query being typed, and which of it is marked.
    pub found: Vec<Json>,
    /// Which of `found` Enter would take.
    pub marked: usize,
    /// Why a file was not taken.
    pub refusal: Option<String>,
}

/// The composer's menus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Menu {
    /// Tools and files.
    Tools,
    /// Models.
    Models,
}

/// A file on its way into a message.
#[derive(Clone, Debug, PartialEq)]
pub struct File {
    /// The key under which its bytes are held.
    pub key: u32,
    /// Its name.
    pub name: String,
    /// Its type.
    pub mime_type: String,
    /// Its size.
    pub bytes: usize,
    /// How far it is.
    pub state: FileState,
}

/// How far a file is.
#[derive(Clone, Debug, PartialEq)]
pub enum FileState {
    /// Its bytes travel.
    Pending,
    /// The server has it.
    Ready(Attachment),
    /// It did not arrive.
    Failed,
}

/// A message that is about to be sent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Draft {
    /// Text and tags.
    pub content: Vec<Part>,
    /// The quoted passage.
    pub quote: Option<String>,
    /// Files that are on the server.
    pub attachments: Vec<Attachment>,
    /// The tool to use.
    pub tool: Option<String>,
    /// The model to use.
    pub model: Option<String>,
    /// Whether it begins a new conversation.
    pub is_new_thread: bool,
}

impl Composer {
    /// Whether there is something to send and all files have arrived.
    pub fn may_send(&self) -> bool {
        let is_filled = !self.text.trim().is_empty() || !self.files.is_empty();
        is_filled && self.files.iter().all(|file| matches!(file.state, FileState::Ready(_)))
    }

    /// The text cut at its tags. A tag whose text was edited away is no longer one.
    fn parts(&self) -> Vec<Part> {
        let mut rest = self.text.trim();
        let mut parts = Vec::new();
        for tag in &self.tags {
            let mention = mention(tag);
            let Some(at) = rest.find(&mention) else { continue };
            if at > 0 {
                parts.push(Part::plain(&rest[..at]));
            }
            parts.push(Part { text: tag.text("text"), tag: Some(tag.clone()) });
            rest = &rest[at + mention.len()..];
        }
        if !rest.is_empty() {
            parts.push(Part::plain(rest));
        }
        parts
    }

    /// The word behind the last `@`, when the text ends in one.
    fn query(&self) -> Option<&str> {
        let at = self.text.rfind('@')?;
        let starts_a_word = self.text[..at].chars().next_back().is_none_or(char::is_whitespace);
        let query = &self.text[at + 1..];
        (starts_a_word && !query.contains(char::is_whitespace) && query.len() <= 64).then_some(query)
    }
}

/// How a tag stands in the field.
fn mention(tag: &Json) -> String {
    let mut mention = "@".to_owned();
    mention.push_str(tag.str("text").unwrap_or_default());
    mention
}

impl State {
    pub(super) fn typed(&mut self, text: String) -> Vec<Effect> {
        self.composer.text = text;
        self.composer.refusal = None;
        self.composer.found.clear();
        match self.composer.query() {
            Some(query) if self.options.has_tag_search => {
                vec![Effect::CallHook(Hook::TagSearch(query.to_owned()))]
            }
            _ => Vec::new(),
        }
    }

    pub(super) fn tags_found(&mut self, query: &str, found: Vec<Json>) -> Vec<Effect> {
        if self.composer.query() == Some(query) {
            self.composer.found =
                found.into_iter().filter(|entity| entity.str("id").is_some()).take(8).collect();
            self.composer.marked = 0;
        }
        Vec::new()
    }

    pub(super) fn pick_tag(&mut self, entity: &Json) -> Vec<Effect> {
        let tag = object([
            ("type", "input_tag".into()),
            ("id", entity.text("id").into()),
            ("text", entity.text("title").into()),
            (
                "data",
                if entity.get("data").is_null() {
                    Json::Object(Vec::new())
                } else {
                    entity.get("data").clone()
                },
            ),
            ("group", entity.filled("group").into()),
            ("interactive", entity.is("interactive").into()),
        ]);
        if let Some(at) = self.composer.query().map(|query| self.composer.text.len() - query.len() - 1) {
            self.composer.text.truncate(at);
        }
        self.composer.text.push_str(&mention(&tag));
        self.composer.text.push(' ');
        self.composer.tags.push(tag);
        self.composer.found.clear();
        vec![Effect::Focus(FocusTarget::Composer)]
    }

    /// Enter: takes the marked mention when the list is open, sends otherwise.
    pub(super) fn submit(&mut self) -> Vec<Effect> {
        if let Some(entity) = self.composer.found.get(self.composer.marked).cloned() {
            return self.pick_tag(&entity);
        }
        if !self.may_send() || !self.composer.may_send() {
            return Vec::new();
        }
        let draft = Draft {
            content: self.composer.parts(),
            quote: self.composer.quote.take(),
            attachments: self
                .composer
                .files
                .drain(..)
                .filter_map(|file| match file.state {
                    FileState::Ready(attachment) => Some(attachment),
                    _ => None,
                })
                .collect(),
            tool: self.composer.tool.clone(),
            model: self.chosen_model().map(|model| model.id.clone()),
            is_new_thread: false,
        };
        self.composer.text.clear();
        self.composer.tags.clear();
        self.composer.menu = None;
        let mut effects = Vec::new();
        let is_persistent = self.chosen_tool().is_some_and(|tool| tool.is_persistent);
        if self.composer.tool.is_some() && !is_persistent {
            effects.extend(self.pick_tool(None));
        }
        effects.extend(self.send(draft));
        effects
    }

    /// The tool that is chosen.
    pub fn chosen_tool(&self) -> Option<&super::option::Tool> {
        let id = self.composer.tool.as_deref()?;
        self.options.composer.tools.iter().find(|tool| tool.id == id)
    }

    /// The model that is chosen, or the default one.
    pub fn chosen_model(&self) -> Option<&super::option::Model> {
        let models = &self.options.composer.models;
        let chosen = self.composer.model.as_deref().and_then(|id| models.iter().find(|model| model.id == id));
        chosen
            .or_else(|| models.iter().find(|model| model.is_default))
            .or_else(|| models.iter().find(|model| !model.is_disabled))
    }

    pub(super) fn pick_tool(&mut self, tool: Option<String>) -> Vec<Effect> {
        self.composer.menu = None;
        if self.composer.tool == tool {
            return Vec::new();
        }
        self.composer.tool = tool;
        let id = self.composer.tool.clone().map_or(Json::Null, Json::Text);
        vec![Effect::Emit("tool.change", Json::Object(vec![("toolId".to_owned(), id)]))]
    }

    pub(super) fn fill_composer(&mut self, patch: ComposerPatch) -> Vec<Effect> {
        if let Some(content) = patch.content {
            self.composer.tags = content.iter().filter_map(|part| part.tag.clone()).collect();
            self.composer.text = content
                .iter()
                .map(|part| part.tag.as_ref().map_or_else(|| part.text.clone(), mention))
                .collect();
            self.composer.found.clear();
        }
        if let Some(quote) = patch.quote {
            self.composer.quote = Some(quote).filter(|quote| !quote.trim().is_empty());
        }
        if let Some(attachments) = patch.attachments {
            self.composer.files.retain(|file| !matches!(file.state, FileState::Ready(_)));
            for attachment in attachments {
                // Files of the reader are counted from below, by whoever holds them.
                let key = u32::MAX - self.next();
                self.composer.files.push(File {
                    key,
                    name: attachment.name.clone(),
                    mime_type: attachment.mime_type.clone(),
                    bytes: 0,
                    state: FileState::Ready(attachment),
                });
            }
        }
        if patch.model.is_some() {
            self.composer.model = patch.model;
        }
        patch.tool.map_or_else(Vec::new, |tool| self.pick_tool(tool))
    }

    pub(super) fn use_prompt(&mut self, index: usize) -> Vec<Effect> {
        let Some(prompt) = self.options.prompts.get(index).filter(|_| self.may_send()) else {
            return Vec::new();
        };
        let draft = Draft {
            content: prompt.content.clone(),
            tool: self.composer.tool.clone(),
            model: self.chosen_model().map(|model| model.id.clone()),
            quote: self.composer.quote.take(),
            ..Draft::default()
        };
        self.send(draft)
    }

    pub(super) fn toggle_menu(&mut self, menu: Menu) -> Vec<Effect> {
        self.composer.menu = if self.composer.menu == Some(menu) { None } else { Some(menu) };
        Vec::new()
    }

    pub(super) fn move_tag(&mut self, is_down: bool) -> Vec<Effect> {
        let count = self.composer.found.len();
        if count > 0 {
            let step = if is_down { 1 } else { count - 1 };
            self.composer.marked = (self.composer.marked + step) % count;
        }
        Vec::new()
    }

    /// Escape in the composer: closes what is open there, else takes the quote out.
    pub(super) fn escape(&mut self) -> Vec<Effect> {
        if !self.composer.found.is_empty() {
            self.composer.found.clear();
        } else if self.composer.menu.take().is_none() {
            self.composer.quote = None;
        }
        Vec::new()
    }

    /// What a press on Escape in the composer means.
    pub fn escape_msg(&self) -> Option<Msg> {
        let is_open =
            !self.composer.found.is_empty() || self.composer.menu.is_some() || self.composer.quote.is_some();
        is_open.then_some(Msg::RemoveQuote)
    }
}
