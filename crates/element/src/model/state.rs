//! What the element knows.

use crate::i18n::Text;

use super::composer::Composer;
use super::failure::Failure;
use super::history::History;
use super::item::{Entry, Item};
use super::msg::Ticket;
use super::option::Options;

/// Everything the views show.
#[derive(Debug)]
pub struct State {
    /// The page's options.
    pub options: Options,
    /// Whether there have been any.
    pub is_ready: bool,
    /// The interface's words.
    pub text: &'static Text,
    /// The conversation.
    pub thread: Thread,
    /// The turn under way.
    pub run: Option<Run>,
    /// What failed last, shown at the end of the conversation.
    pub trouble: Option<Trouble>,
    /// The composer.
    pub composer: Composer,
    /// The history.
    pub history: History,
    /// Judgements given here: the first item's id, and whether it was a good answer.
    pub feedback: Vec<(String, bool)>,
    /// Whether the end of the conversation is out of view.
    pub is_away: bool,
    /// Messages of the page that wait for the thread to load, and who waits with them.
    pub(super) waiting: Vec<(super::composer::Draft, Ticket)>,
    pub(super) counter: u32,
}

/// The conversation shown.
#[derive(Debug, Default)]
pub struct Thread {
    /// The server's id, once there is one.
    pub id: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// Why nothing can be written here, when it is locked or closed: the server's words, or none.
    pub closed: Option<Option<String>>,
    /// The hosts images may come from.
    pub image_hosts: Vec<String>,
    /// The items, oldest first.
    pub entries: Vec<Entry>,
    /// How the loading goes.
    pub load: Load,
    /// The cursor of what is older than the first entry.
    pub older: Option<String>,
    /// Whether older items are on their way.
    pub is_loading_older: bool,
    /// Whether an answer went on unread, so that the server knows more than is shown.
    pub is_behind: bool,
}

/// How something that is fetched goes.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Load {
    /// Here, or not asked for.
    #[default]
    Done,
    /// On its way.
    Pending,
    /// It did not come.
    Failed(Failure),
}

/// A turn: from a request until its stream, and the streams that client tools cause, are over.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// Its number.
    pub turn: u32,
    /// Whether the reader may stop it.
    pub may_stop: bool,
    /// The line that says what happens.
    pub progress: Option<(String, Option<String>)>,
    /// Whether the stream has said anything.
    pub has_begun: bool,
    /// Whether the stream has reported an error.
    pub has_failed: bool,
    /// What trying again means.
    pub way: Way,
    /// The tool call to answer when the stream ends.
    pub tool: Option<crate::json::Json>,
    /// The method call that started it.
    pub ticket: Option<Ticket>,
}

/// How something is tried again.
#[derive(Clone, Debug, PartialEq)]
pub enum Way {
    /// The same request once more.
    Resend(String),
    /// `threads.retry_after_item` behind this message.
    After(String),
}

/// A failure in the conversation.
#[derive(Clone, Debug, PartialEq)]
pub struct Trouble {
    /// What failed.
    pub failure: Failure,
    /// What trying again does, when it can help.
    pub way: Option<Way>,
}

impl State {
    /// Nothing yet.
    pub fn new() -> Self {
        Self {
            options: Options::default(),
            is_ready: false,
            text: Text::of("en"),
            thread: Thread::default(),
            run: None,
            trouble: None,
            composer: Composer::default(),
            history: History::default(),
            feedback: Vec::new(),
            is_away: false,
            waiting: Vec::new(),
            counter: 0,
        }
    }

    /// Whether an answer is on its way.
    pub fn is_busy(&self) -> bool {
        self.run.is_some()
    }

    /// Whether the thread is being fetched.
    pub fn is_loading(&self) -> bool {
        self.thread.load == Load::Pending
    }

    /// Whether a message could be sent now.
    pub fn may_send(&self) -> bool {
        self.options.api_url.is_some()
            && !self.is_busy()
            && !self.is_loading()
            && self.thread.closed.is_none()
    }

    /// Whether the conversation is empty, so that the start screen is shown.
    pub fn is_new(&self) -> bool {
        self.thread.entries.is_empty()
            && self.thread.load == Load::Done
            && self.trouble.is_none()
            && self.run.is_none()
    }

    pub(super) fn next(&mut self) -> u32 {
        self.counter += 1;
        self.counter
    }

    pub(super) fn local_id(&mut self) -> String {
        let mut id = "local_".to_owned();
        id.push_str(&self.next().to_string());
        id
    }
}

impl Default for State {
    fn default() -> Self {
        Self::new()
    }
}

impl Thread {
    /// The entry of that id.
    pub fn find(&self, id: &str) -> Option<&Entry> {
        self.entries.iter().rev().find(|entry| entry.id == id)
    }

    pub(super) fn find_mut(&mut self, id: &str) -> Option<&mut Entry> {
        self.entries.iter_mut().rev().find(|entry| entry.id == id)
    }

    /// Puts an entry in the place of the one with its id, or at the end.
    pub(super) fn put(&mut self, mut entry: Entry) {
        match self.find_mut(&entry.id) {
            Some(old) => {
                entry.revision = old.revision + 1;
                *old = entry;
            }
            None => self.entries.push(entry),
        }
    }

    /// The last message of the reader that the server knows.
    pub(super) fn last_question(&self) -> Option<&Entry> {
        self.entries.iter().rev().find(|entry| matches!(entry.item, Item::User(_)) && !entry.is_local)
    }

    /// Nothing is written any more.
    pub(super) fn close_all(&mut self) {
        for entry in self.entries.iter_mut().filter(|entry| entry.is_open) {
            entry.is_open = false;
            entry.touch();
        }
    }
}
