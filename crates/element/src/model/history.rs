//! The list of threads: opening, paging, renaming, deleting.

use crate::client::request;
use crate::json::Json;

use super::effect::{Call, Effect, FocusTarget};
use super::failure::Failure;
use super::state::{Load, State};

/// The history panel.
#[derive(Debug, Default)]
pub struct History {
    /// Whether it is shown.
    pub is_open: bool,
    /// The threads, newest first.
    pub rows: Vec<Row>,
    /// The cursor of the next page.
    pub after: Option<String>,
    /// How the loading goes.
    pub load: Load,
    /// Whether the list was fetched before the last thread was created.
    pub is_stale: bool,
    /// The thread being renamed and its new title.
    pub editing: Option<(String, String)>,
    /// The thread the reader is asked about.
    pub deleting: Option<String>,
    /// What failed last.
    pub failure: Option<Failure>,
}

/// One thread in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its id.
    pub id: String,
    /// Its title, once it has one.
    pub title: Option<String>,
    /// When it was created, as the server wrote it.
    pub created_at: String,
}

impl Row {
    fn read(value: &Json) -> Self {
        Self { id: value.text("id"), title: value.filled("title"), created_at: value.text("created_at") }
    }
}

impl State {
    pub(super) fn open_history(&mut self) -> Vec<Effect> {
        if std::mem::replace(&mut self.history.is_open, true) {
            return Vec::new();
        }
        let mut effects = vec![Effect::Emit("history.open", Json::Null), Effect::Focus(FocusTarget::History)];
        effects.extend(self.reload_history());
        effects
    }

    /// Fetches the first page; what is there stays until it comes.
    pub(super) fn reload_history(&mut self) -> Vec<Effect> {
        if self.options.api_url.is_none() || self.history.load == Load::Pending {
            return Vec::new();
        }
        self.history.load = Load::Pending;
        self.history.failure = None;
        vec![Effect::Call(Box::new(Call::Threads(false)), request::threads(None))]
    }

    pub(super) fn more_threads(&mut self) -> Vec<Effect> {
        let Some(after) = self.history.after.clone() else { return Vec::new() };
        if self.history.load == Load::Pending {
            return Vec::new();
        }
        self.history.load = Load::Pending;
        vec![Effect::Call(Box::new(Call::Threads(true)), request::threads(Some(&after)))]
    }

    pub(super) fn threads_came(&mut self, is_next_page: bool, result: Result<Json, Failure>) -> Vec<Effect> {
        match result {
            Ok(page) => {
                if !is_next_page {
                    self.history.rows.clear();
                }
                for row in page.list("data").iter().map(Row::read) {
                    if !self.history.rows.iter().any(|known| known.id == row.id) {
                        self.history.rows.push(row);
                    }
                }
                self.history.after = page.is("has_more").then(|| page.filled("after")).flatten();
                self.history.load = Load::Done;
                self.history.is_stale = false;
                Vec::new()
            }
            Err(failure) => {
                self.history.load = Load::Failed(failure.clone());
                vec![Effect::EmitError(failure)]
            }
        }
    }

    pub(super) fn start_rename(&mut self, id: String) -> Vec<Effect> {
        let title = self.history.rows.iter().find(|row| row.id == id).and_then(|row| row.title.clone());
        self.history.deleting = None;
        self.history.editing = Some((id, title.unwrap_or_default()));
        vec![Effect::Focus(FocusTarget::Rename)]
    }

    /// The new title is shown at once; the server's answer corrects it.
    pub(super) fn rename(&mut self) -> Vec<Effect> {
        let Some((id, title)) = self.history.editing.take() else { return Vec::new() };
        let title = title.trim().to_owned();
        let mut effects = vec![Effect::Focus(FocusTarget::History)];
        if title.is_empty() {
            return effects;
        }
        if self.thread.id.as_ref() == Some(&id) {
            self.thread.title = Some(title.clone());
        }
        if let Some(row) = self.history.rows.iter_mut().find(|row| row.id == id) {
            row.title = Some(title.clone());
        }
        let body = request::rename(&id, &title);
        effects.push(Effect::Call(Box::new(Call::Rename(id)), body));
        effects
    }

    pub(super) fn ask_delete(&mut self, id: String) -> Vec<Effect> {
        self.history.editing = None;
        self.history.deleting = Some(id);
        vec![Effect::Focus(FocusTarget::Confirm)]
    }

    /// The row goes once the server has agreed.
    pub(super) fn delete(&mut self, id: String) -> Vec<Effect> {
        self.history.deleting = None;
        self.history.failure = None;
        let body = request::delete(&id);
        vec![Effect::Call(Box::new(Call::Delete(id)), body), Effect::Focus(FocusTarget::History)]
    }

    pub(super) fn deleted(&mut self, id: &str, result: Result<Json, Failure>) -> Vec<Effect> {
        if let Err(failure) = result {
            self.history.failure = Some(failure.clone());
            return vec![Effect::EmitError(failure)];
        }
        self.history.rows.retain(|row| row.id != id);
        let mut effects = vec![Effect::Announce(self.text.deleted.to_owned())];
        if self.thread.id.as_deref() == Some(id) {
            effects.extend(self.leave_thread());
        }
        effects
    }

    pub(super) fn renamed(&mut self, result: Result<Json, Failure>) -> Vec<Effect> {
        match result {
            Ok(thread) => {
                if let Some(row) =
                    self.history.rows.iter_mut().find(|row| Some(row.id.as_str()) == thread.str("id"))
                {
                    row.title = thread.filled("title");
                }
                Vec::new()
            }
            Err(failure) => {
                self.history.failure = Some(failure.clone());
                let mut effects = vec![Effect::EmitError(failure)];
                effects.extend(self.reload_history_after_failure());
                effects
            }
        }
    }

    /// What was shown in advance was wrong: the list is fetched again, the failure stays visible.
    fn reload_history_after_failure(&mut self) -> Vec<Effect> {
        let failure = self.history.failure.take();
        let effects = self.reload_history();
        self.history.failure = failure;
        effects
    }
}
