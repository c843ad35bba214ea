//! A turn: sending, stopping, trying again, and what its end means.

use crate::client::request;
use crate::json::{Json, object};

use super::composer::Draft;
use super::effect::{Effect, FocusTarget, Hook};
use super::failure::{Failure, FailureKind};
use super::item::{Entry, Item, UserMessage};
use super::msg::Ticket;
use super::state::{Load, Run, State, Thread, Trouble, Way};

impl State {
    /// Sends a message. The caller has made sure that it can be sent.
    pub(super) fn send(&mut self, draft: Draft) -> Vec<Effect> {
        let mut effects = Vec::new();
        if draft.is_new_thread && (self.thread.id.is_some() || !self.thread.entries.is_empty()) {
            effects.extend(self.leave_thread());
        }
        let body = request::message(self.thread.id.as_deref(), &draft);
        let id = self.local_id();
        self.thread.entries.push(Entry {
            id,
            item: Item::User(UserMessage {
                content: draft.content,
                attachments: draft.attachments,
                quote: draft.quote,
            }),
            revision: 0,
            is_open: false,
            is_local: true,
        });
        effects.extend(self.start(Way::Resend(body), None));
        effects
    }

    /// Starts a turn.
    pub(super) fn start(&mut self, way: Way, ticket: Option<Ticket>) -> Vec<Effect> {
        let turn = self.next();
        let body = match &way {
            Way::Resend(body) => body.clone(),
            Way::After(item_id) => request::retry(self.thread.id.as_deref().unwrap_or_default(), item_id),
        };
        self.trouble = None;
        self.history.is_open = false;
        self.run = Some(Run {
            turn,
            may_stop: true,
            progress: None,
            has_begun: false,
            has_failed: false,
            way,
            tool: None,
            ticket,
        });
        vec![Effect::Stream(turn, body), Effect::Emit("response.start", Json::Null), Effect::ScrollToEnd]
    }

    /// Breaks the turn off, if there is one: what has arrived stays.
    pub(super) fn stop(&mut self) -> Vec<Effect> {
        self.end_run(Effect::Abort)
    }

    /// Looks away from the turn, if there is one. Nobody stopped it: its answer is in the thread when the reader comes
    /// back.
    pub(super) fn leave_run(&mut self) -> Vec<Effect> {
        self.end_run(Effect::Leave)
    }

    fn end_run(&mut self, how: fn(u32) -> Effect) -> Vec<Effect> {
        let Some(run) = self.run.take() else { return Vec::new() };
        self.thread.close_all();
        let mut effects = vec![how(run.turn), Effect::Emit("response.end", Json::Null)];
        effects.extend(run.ticket.map(|ticket| Effect::Settle(ticket, Ok(()))));
        effects
    }

    /// Tries again what failed last.
    pub(super) fn try_again(&mut self) -> Vec<Effect> {
        if !self.may_send() {
            return Vec::new();
        }
        let Some(Trouble { way: Some(way), .. }) = self.trouble.take() else { return Vec::new() };
        if let Way::After(item_id) = &way {
            self.drop_after(&item_id.clone());
        }
        self.start(way, None)
    }

    /// Asks for another answer to a message: what came after it goes.
    pub(super) fn retry_after(&mut self, item_id: String) -> Vec<Effect> {
        if !self.may_send() || self.thread.find(&item_id).is_none() {
            return Vec::new();
        }
        self.drop_after(&item_id);
        self.start(Way::After(item_id), None)
    }

    fn drop_after(&mut self, item_id: &str) {
        if let Some(at) = self.thread.entries.iter().position(|entry| entry.id == item_id) {
            self.thread.entries.truncate(at + 1);
        }
    }

    /// A stream is over: either the page's tool is asked, or the turn is.
    pub(super) fn stream_ended(&mut self, turn: u32) -> Vec<Effect> {
        let Some(run) = self.run.as_mut().filter(|run| run.turn == turn) else { return Vec::new() };
        if let Some(call) = run.tool.take() {
            if self.options.has_client_tools {
                return vec![Effect::CallHook(Hook::ClientTool(turn, call))];
            }
            let name = call.text("name");
            let failure = Failure::new(
                FailureKind::Setup,
                Some(["onClientTool is not set; the server called ", &name].concat()),
            );
            let result = object([("error", "The page has no handler for client tools.".into())]);
            let mut effects = vec![Effect::EmitError(failure)];
            effects.extend(self.tool_answered(turn, result));
            return effects;
        }
        let is_cut = !run.has_begun || self.thread.entries.iter().any(|entry| entry.is_open);
        if is_cut && !self.run.as_ref().is_some_and(|run| run.has_failed) {
            return self.failed(turn, Failure::new(FailureKind::Interrupted, None));
        }
        self.finish(None)
    }

    /// The page's tool has answered: the turn goes on with a new stream under the same number.
    pub(super) fn tool_answered(&mut self, turn: u32, result: Json) -> Vec<Effect> {
        let Some(run) = self.run.as_mut().filter(|run| run.turn == turn) else { return Vec::new() };
        let Some(thread_id) = self.thread.id.as_deref() else { return Vec::new() };
        let body = request::tool_output(thread_id, result);
        run.has_begun = false;
        run.way = Way::Resend(body.clone());
        vec![Effect::Stream(turn, body)]
    }

    /// A stream failed.
    pub(super) fn failed(&mut self, turn: u32, failure: Failure) -> Vec<Effect> {
        let Some(run) = self.run.as_ref().filter(|run| run.turn == turn) else { return Vec::new() };
        let way = self.way_back(run, &failure);
        self.trouble = Some(Trouble { way, failure: failure.clone() });
        let mut effects = vec![Effect::EmitError(failure.clone())];
        effects.extend(self.finish(Some(failure)));
        effects
    }

    /// What trying again means: once the server has the message, asking for it again must not send it twice.
    fn way_back(&self, run: &Run, failure: &Failure) -> Option<Way> {
        if !failure.may_retry {
            return None;
        }
        if let Way::Resend(body) = &run.way {
            let is_unknown = self.thread.entries.last().is_some_and(|entry| entry.is_local);
            if !run.has_begun || is_unknown {
                return Some(Way::Resend(body.clone()));
            }
        }
        match self.thread.last_question() {
            Some(entry) if self.thread.id.is_some() => Some(Way::After(entry.id.clone())),
            _ => Some(run.way.clone()),
        }
    }

    /// An `error` event: shown now, the stream may still bring more.
    pub(super) fn reported(&mut self, failure: Failure) -> Vec<Effect> {
        let Some(run) = self.run.as_mut() else { return Vec::new() };
        run.has_failed = true;
        run.has_begun = true;
        let way = self.run.as_ref().and_then(|run| self.way_back(run, &failure));
        self.trouble = Some(Trouble { way, failure: failure.clone() });
        vec![Effect::EmitError(failure)]
    }

    fn finish(&mut self, failure: Option<Failure>) -> Vec<Effect> {
        let Some(run) = self.run.take() else { return Vec::new() };
        self.thread.close_all();
        let mut effects = vec![Effect::Emit("response.end", Json::Null)];
        let failure = failure.or_else(|| self.trouble.as_ref().map(|trouble| trouble.failure.clone()));
        let said = match &failure {
            Some(failure) => self.text.failure(failure.kind).to_owned(),
            None => self.last_answer(),
        };
        if !said.is_empty() {
            effects.push(Effect::Announce(said));
        }
        if let Some(ticket) = run.ticket {
            effects.push(Effect::Settle(ticket, failure.map_or(Ok(()), Err)));
        }
        effects
    }

    /// The answer's words without their Markdown marks, for a screen reader.
    fn last_answer(&self) -> String {
        let newest =
            self.thread.entries.iter().rev().take_while(|entry| !matches!(entry.item, Item::User(_)));
        let answer = newest.filter_map(Entry::answer).next().unwrap_or_default();
        let context = crate::markdown::Context::default();
        let blocks = crate::markdown::render(&answer, &[], &context, true);
        blocks.iter().map(|(_, node)| node.plain()).collect::<Vec<_>>().join("\n")
    }

    /// Leaves the conversation for an empty one.
    pub(super) fn leave_thread(&mut self) -> Vec<Effect> {
        let mut effects = self.leave_run();
        self.reject_waiting(&mut effects);
        let had_id = self.thread.id.is_some();
        self.thread = Thread { load: Load::Done, ..Thread::default() };
        self.trouble = None;
        self.is_away = false;
        if had_id {
            effects
                .push(Effect::Emit("thread.change", Json::Object(vec![("threadId".to_owned(), Json::Null)])));
        }
        effects
    }

    /// The reader presses "new conversation".
    pub(super) fn new_thread(&mut self) -> Vec<Effect> {
        let mut effects = self.leave_thread();
        effects.extend(self.close_history());
        effects.push(Effect::Focus(FocusTarget::Composer));
        effects
    }
}
