//! Opening a thread, fetching what is older or newer, and following its links.

use crate::client::request;
use crate::json::{Json, object};

use super::effect::{Call, Effect, FocusTarget};
use super::failure::{Failure, FailureKind};
use super::item::Entry;
use super::msg::Ticket;
use super::state::{Load, State, Thread};

impl State {
    /// Opens a thread; nothing happens when it is the one shown.
    pub(super) fn open_thread(
        &mut self,
        id: String,
        ticket: Option<Ticket>,
        is_new_choice: bool,
    ) -> Vec<Effect> {
        if is_new_choice && self.thread.id.as_deref() == Some(id.as_str()) && self.thread.load == Load::Done {
            return ticket.map(|ticket| Effect::Settle(ticket, Ok(()))).into_iter().collect();
        }
        let mut effects = self.leave_run();
        self.reject_waiting(&mut effects);
        self.trouble = None;
        self.is_away = false;
        self.thread = Thread { id: Some(id.clone()), load: Load::Pending, ..Thread::default() };
        if let Some(row) = self.history.rows.iter().find(|row| row.id == id) {
            self.thread.title = row.title.clone();
        }
        let detail = object([("threadId", id.as_str().into())]);
        if is_new_choice {
            effects.push(Effect::Emit("thread.change", detail.clone()));
        }
        effects.push(Effect::Emit("thread.load.start", detail));
        let body = request::thread(&id);
        effects.push(Effect::Call(Box::new(Call::Thread(id, ticket)), body));
        effects
    }

    /// The element leaves the page: an answer that is being written goes on without it.
    pub(super) fn detached(&mut self) -> Vec<Effect> {
        self.thread.is_behind |= self.is_busy();
        self.leave_run()
    }

    /// The element is on the page. What was written without it is fetched.
    pub(super) fn attached(&mut self) -> Vec<Effect> {
        if self.thread.is_behind { self.reload_thread() } else { Vec::new() }
    }

    /// Tries to load the thread again.
    pub(super) fn reload_thread(&mut self) -> Vec<Effect> {
        match self.thread.id.clone() {
            Some(id) => self.open_thread(id, None, false),
            None => Vec::new(),
        }
    }

    /// A thread with its first items came, or did not.
    pub(super) fn thread_came(
        &mut self,
        id: String,
        ticket: Option<Ticket>,
        result: Result<Json, Failure>,
    ) -> Vec<Effect> {
        let is_shown = self.awaits(&id);
        match result {
            Ok(value) if is_shown => {
                self.thread.know(&value);
                let items = value.get("items");
                if items.is("has_more") {
                    // The first page holds the oldest items; a reader wants the newest.
                    let body = request::items(&id, None);
                    return vec![Effect::Call(Box::new(Call::Newest(id, ticket)), body)];
                }
                self.thread.entries = items.list("data").iter().map(Entry::read).collect();
                self.loaded(id, ticket, Ok(()))
            }
            Ok(_) => self.loaded(id, ticket, Ok(())),
            Err(failure) => self.loaded(id, ticket, Err(failure)),
        }
    }

    /// The newest items of a long thread came, or did not.
    pub(super) fn newest_came(
        &mut self,
        id: String,
        ticket: Option<Ticket>,
        result: Result<Json, Failure>,
    ) -> Vec<Effect> {
        let result = result.map(|page| {
            if self.awaits(&id) {
                self.thread.entries = page.list("data").iter().rev().map(Entry::read).collect();
                self.thread.older = page.is("has_more").then(|| page.filled("after")).flatten();
            }
        });
        self.loaded(id, ticket, result)
    }

    fn loaded(&mut self, id: String, ticket: Option<Ticket>, result: Result<(), Failure>) -> Vec<Effect> {
        let mut effects = Vec::new();
        let is_shown = self.awaits(&id);
        if is_shown {
            self.thread.load = match &result {
                Ok(()) => Load::Done,
                Err(failure) => Load::Failed(failure.clone()),
            };
        }
        effects.push(Effect::Emit("thread.load.end", object([("threadId", id.into())])));
        if let Err(failure) = &result {
            effects.push(Effect::EmitError(failure.clone()));
        }
        let is_done = result.is_ok();
        let waiting = if is_shown { std::mem::take(&mut self.waiting) } else { Vec::new() };
        let failure = result.as_ref().err().cloned();
        effects.extend(ticket.map(|ticket| Effect::Settle(ticket, result)));
        if is_shown && is_done {
            effects.push(Effect::ScrollToEnd);
        }
        for (draft, ticket) in waiting {
            match &failure {
                Some(failure) => effects.push(Effect::Settle(ticket, Err(failure.clone()))),
                None => effects.extend(self.send_for_page(draft, ticket)),
            }
        }
        effects
    }

    /// Whether this is the thread that is being fetched to be shown; it may have been asked for twice.
    fn awaits(&self, id: &str) -> bool {
        self.is_loading() && self.thread.id.as_deref() == Some(id)
    }

    /// What was meant for one conversation goes into no other.
    pub(super) fn reject_waiting(&mut self, effects: &mut Vec<Effect>) {
        for (_, ticket) in std::mem::take(&mut self.waiting) {
            let why = "Another conversation was opened before this message was sent.".to_owned();
            let failure = Failure {
                code: Some("thread_changed".to_owned()),
                ..Failure::new(FailureKind::Host, Some(why))
            };
            effects.push(Effect::Settle(ticket, Err(failure)));
        }
    }

    /// Asks for items older than the ones shown.
    pub(super) fn load_older(&mut self) -> Vec<Effect> {
        let (Some(id), Some(after)) = (self.thread.id.clone(), self.thread.older.clone()) else {
            return Vec::new();
        };
        if std::mem::replace(&mut self.thread.is_loading_older, true) {
            return Vec::new();
        }
        let body = request::items(&id, Some(&after));
        vec![Effect::Call(Box::new(Call::Older(id)), body)]
    }

    /// Older items came, or did not. A page may be empty and yet have more behind it.
    pub(super) fn older_came(&mut self, id: &str, result: Result<Json, Failure>) -> Vec<Effect> {
        if self.thread.id.as_deref() != Some(id) {
            return Vec::new();
        }
        self.thread.is_loading_older = false;
        match result {
            Ok(page) => {
                let known = std::mem::take(&mut self.thread.entries);
                let is_new = |entry: &Entry| !known.iter().any(|other| other.id == entry.id);
                let older: Vec<Entry> =
                    page.list("data").iter().rev().map(Entry::read).filter(is_new).collect();
                self.thread.entries = older;
                self.thread.entries.extend(known);
                self.thread.older = page.is("has_more").then(|| page.filled("after")).flatten();
                Vec::new()
            }
            Err(failure) => vec![Effect::EmitError(failure)],
        }
    }

    /// Asks the server what the thread is now.
    pub(super) fn fetch_updates(&mut self, ticket: Ticket) -> Vec<Effect> {
        let Some(id) = self.thread.id.clone().filter(|_| !self.is_busy() && !self.is_loading()) else {
            return vec![Effect::Settle(ticket, Ok(()))];
        };
        let body = request::items(&id, None);
        vec![Effect::Call(Box::new(Call::Refresh(id, ticket)), body)]
    }

    /// What the thread is now: items we know are replaced, new ones follow, gone ones go.
    pub(super) fn refreshed(
        &mut self,
        id: &str,
        ticket: Ticket,
        result: Result<Json, Failure>,
    ) -> Vec<Effect> {
        match result {
            Ok(page) => {
                if self.thread.id.as_deref() == Some(id) && !self.is_busy() {
                    let fresh: Vec<Entry> = page.list("data").iter().rev().map(Entry::read).collect();
                    let first = fresh.first().map(|entry| entry.id.clone());
                    // What is older than the page is not touched by it.
                    let kept = first
                        .and_then(|first| self.thread.entries.iter().position(|entry| entry.id == first));
                    let revision = self.next();
                    self.thread.entries.truncate(kept.unwrap_or(0));
                    self.thread.entries.extend(fresh.into_iter().map(|entry| Entry { revision, ..entry }));
                    if kept.is_none() {
                        self.thread.older = page.is("has_more").then(|| page.filled("after")).flatten();
                    }
                }
                vec![Effect::Settle(ticket, Ok(()))]
            }
            Err(failure) => vec![Effect::EmitError(failure.clone()), Effect::Settle(ticket, Err(failure))],
        }
    }

    /// Sends a widget's action, or the page's, to the server.
    pub(super) fn send_action(
        &mut self,
        action: &Json,
        item_id: Option<String>,
        ticket: Option<Ticket>,
    ) -> Vec<Effect> {
        let refuse = |failure: Failure| match ticket {
            Some(ticket) => vec![Effect::Settle(ticket, Err(failure))],
            None => vec![Effect::EmitError(failure)],
        };
        if self.is_busy() || self.is_loading() {
            return match ticket {
                Some(ticket) => vec![Effect::RejectBusy(ticket)],
                None => Vec::new(),
            };
        }
        let Some(thread_id) = self.thread.id.clone() else {
            let why = "An action needs a thread: send a message or open a thread first.".to_owned();
            return refuse(Failure::new(FailureKind::Setup, Some(why)));
        };
        if action.bool("streaming") == Some(false) {
            let body = request::action(&thread_id, item_id.as_deref(), action, true);
            return vec![Effect::Call(Box::new(Call::SyncAction(ticket)), body)];
        }
        let body = request::action(&thread_id, item_id.as_deref(), action, false);
        self.start(super::state::Way::Resend(body), ticket)
    }

    /// A link into the page's app was pressed.
    pub(super) fn follow(&self, name: &'static str, detail: Json) -> Vec<Effect> {
        vec![Effect::Emit(name, detail)]
    }

    /// Closes the history and puts the focus back.
    pub(super) fn close_history(&mut self) -> Vec<Effect> {
        if !std::mem::replace(&mut self.history.is_open, false) {
            return Vec::new();
        }
        self.history.editing = None;
        self.history.deleting = None;
        vec![Effect::Emit("history.close", Json::Null), Effect::Focus(FocusTarget::HistoryButton)]
    }
}
