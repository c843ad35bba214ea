//! The one place where a message meets the state.

use crate::client::request;
use crate::i18n::Text;
use crate::json::{Json, object};

use super::composer::Draft;
use super::effect::{Call, Effect, FocusTarget, Hook};
use super::failure::{Failure, FailureKind};
use super::item::{Entry, Item};
use super::msg::Msg;
use super::option::Options;
use super::state::{Load, State, Thread, Way};

/// Applies a message and answers what to do outside.
pub fn update(state: &mut State, msg: Msg) -> Vec<Effect> {
    match msg {
        Msg::SetOptions(options) => state.set_options(*options),
        Msg::Send(draft, ticket) => state.send_for_page(*draft, ticket),
        Msg::FillComposer(patch) => state.fill_composer(*patch),
        Msg::SetThread(Some(id), ticket) => state.open_thread(id, Some(ticket), true),
        Msg::SetThread(None, ticket) => {
            let mut effects = state.leave_thread();
            effects.push(Effect::Settle(ticket, Ok(())));
            effects
        }
        Msg::FetchUpdates(ticket) => state.fetch_updates(ticket),
        Msg::SendAction(action, item_id, ticket) => state.send_action(&action, item_id, Some(ticket)),
        Msg::Attached => state.attached(),
        Msg::Detached => state.detached(),

        Msg::Input(text) => state.typed(text),
        Msg::Submit => state.submit(),
        Msg::Stop if state.run.as_ref().is_some_and(|run| run.may_stop) => {
            let mut effects = state.stop();
            effects.push(Effect::Announce(state.text.stopped.to_owned()));
            effects.push(Effect::Focus(FocusTarget::Composer));
            effects
        }
        Msg::Stop => Vec::new(),
        Msg::TryAgain => state.try_again(),
        Msg::UsePrompt(index) => state.use_prompt(index),
        Msg::NewThread => state.new_thread(),
        Msg::RemoveQuote => {
            let mut effects = state.escape();
            effects.push(Effect::Focus(FocusTarget::Composer));
            effects
        }
        Msg::RemoveFile(key) => state.remove_file(key),
        Msg::AddFiles(files) => state.add_files(files),
        Msg::Uploaded(key, result) => state.uploaded(key, result),
        Msg::ToggleMenu(menu) => state.toggle_menu(menu),
        Msg::PickTool(tool) => {
            let mut effects = state.pick_tool(tool);
            effects.push(Effect::Focus(FocusTarget::Composer));
            effects
        }
        Msg::PickModel(id) => {
            state.composer.model = Some(id);
            state.composer.menu = None;
            vec![Effect::Focus(FocusTarget::Composer)]
        }
        Msg::TagsFound(query, found) => state.tags_found(&query, found),
        Msg::PickTag(entity) => state.pick_tag(&entity),
        Msg::MoveTag(is_down) => state.move_tag(is_down),

        Msg::OpenHistory if state.options.history.is_enabled => state.open_history(),
        Msg::OpenHistory => Vec::new(),
        Msg::CloseHistory => state.close_history(),
        Msg::OpenThread(id) => {
            let mut effects = state.close_history();
            effects.extend(state.open_thread(id, None, true));
            effects.push(Effect::Focus(FocusTarget::Composer));
            effects
        }
        Msg::MoreThreads => state.more_threads(),
        Msg::ReloadHistory => state.reload_history(),
        Msg::AskDelete(id) => state.ask_delete(id),
        Msg::CancelDelete => {
            state.history.deleting = None;
            vec![Effect::Focus(FocusTarget::History)]
        }
        Msg::Delete(id) => state.delete(id),
        Msg::StartRename(id) => state.start_rename(id),
        Msg::RenameInput(title) => {
            if let Some((_, text)) = &mut state.history.editing {
                *text = title;
            }
            Vec::new()
        }
        Msg::Rename => state.rename(),
        Msg::CancelRename => {
            state.history.editing = None;
            vec![Effect::Focus(FocusTarget::History)]
        }

        Msg::LoadOlder => state.load_older(),
        Msg::ReloadThread => state.reload_thread(),
        Msg::Feedback(item_ids, is_good) => state.judge(item_ids, is_good),
        Msg::RetryAfter(item_id) => state.retry_after(item_id),
        Msg::CopyAnswer(item_ids) => {
            let texts = item_ids.iter().filter_map(|id| state.thread.find(id)?.answer());
            vec![Effect::Copy(texts.collect::<Vec<_>>().join("\n\n"))]
        }
        Msg::FollowDeeplink(detail) => state.follow("deeplink", detail),
        Msg::FollowEntity(entity) => vec![Effect::CallHook(Hook::Entity(entity))],
        Msg::HeaderAction(is_left) => vec![Effect::CallHook(Hook::Header(is_left))],
        Msg::WidgetAction(item_id, action, values) => state.widget_action(item_id, &action, values),
        Msg::AnswerQuestions(item_id, answers) => state.answer_questions(&item_id, answers),
        Msg::DismissNotice(id) => {
            state.thread.entries.retain(|entry| entry.id != id);
            vec![Effect::Focus(FocusTarget::Composer)]
        }
        Msg::ScrolledAway(is_away) => {
            state.is_away = is_away;
            Vec::new()
        }
        Msg::JumpToEnd => vec![Effect::ScrollToEnd, Effect::Focus(FocusTarget::Composer)],

        Msg::Arrived(turn, data) => state.arrived(turn, &data),
        Msg::Ended(turn) => state.stream_ended(turn),
        Msg::Failed(turn, failure) => state.failed(turn, failure),
        Msg::ToolAnswered(turn, result) => state.tool_answered(turn, result),
        Msg::Answered(call, result) => state.answered(*call, result),
    }
}

impl State {
    fn set_options(&mut self, options: Options) -> Vec<Effect> {
        let is_first = !std::mem::replace(&mut self.is_ready, true);
        let is_elsewhere = !is_first && self.options.api_url != options.api_url;
        let text = Text::of(options.locale.as_deref().unwrap_or("en"));
        self.text = text;
        self.options = options;
        let mut effects = Vec::new();
        if is_elsewhere {
            // Another server knows nothing of this conversation.
            effects.extend(self.leave_run());
            self.reject_waiting(&mut effects);
            self.thread = Thread::default();
            self.history = super::history::History::default();
            self.trouble = None;
        }
        if is_first {
            effects.push(Effect::Emit("ready", Json::Null));
        }
        if (is_first || is_elsewhere)
            && self.options.api_url.is_some()
            && let Some(id) = self.options.initial_thread.clone()
        {
            effects.extend(self.open_thread(id, None, false));
        }
        effects
    }

    pub(super) fn send_for_page(&mut self, draft: Draft, ticket: u32) -> Vec<Effect> {
        if self.is_loading() {
            self.waiting.push((draft, ticket));
            return Vec::new();
        }
        if self.is_busy() {
            return vec![Effect::RejectBusy(ticket)];
        }
        if !self.may_send() && !draft.is_new_thread {
            let failure = match self.thread.closed {
                Some(_) => Failure::new(FailureKind::Forbidden, Some(self.text.closed.to_owned())),
                None => Failure::new(FailureKind::Setup, None),
            };
            return vec![Effect::Settle(ticket, Err(failure))];
        }
        let mut effects = self.send(draft);
        effects.push(Effect::Settle(ticket, Ok(())));
        effects
    }

    fn judge(&mut self, item_ids: Vec<String>, is_good: bool) -> Vec<Effect> {
        let (Some(thread_id), Some(first)) = (self.thread.id.as_deref(), item_ids.first()) else {
            return Vec::new();
        };
        self.feedback.retain(|(id, _)| id != first);
        self.feedback.push((first.clone(), is_good));
        let body = request::feedback(thread_id, &item_ids, is_good);
        vec![Effect::Call(Box::new(Call::Feedback), body), Effect::Announce(self.text.thanks.to_owned())]
    }

    fn widget_action(&mut self, item_id: String, action: &Json, values: Json) -> Vec<Effect> {
        let mut payload = match action.get("payload") {
            Json::Object(members) => members.clone(),
            _ => Vec::new(),
        };
        for (name, value) in values.members() {
            payload.retain(|(key, _)| key != name);
            payload.push((name.clone(), value.clone()));
        }
        let payload = if payload.is_empty() { action.get("payload").clone() } else { Json::Object(payload) };
        let sent = object([
            ("type", action.get("type").clone()),
            ("payload", payload),
            ("streaming", action.get("streaming").clone()),
        ]);
        if action.str("handler") == Some("client") {
            let Some(Item::Widget { root, .. }) = self.thread.find(&item_id).map(|entry| &entry.item) else {
                return Vec::new();
            };
            let item = object([("id", item_id.as_str().into()), ("widget", root.clone())]);
            let sent = object([("type", sent.get("type").clone()), ("payload", sent.get("payload").clone())]);
            return vec![Effect::CallHook(Hook::Widget(sent, item))];
        }
        self.send_action(&sent, Some(item_id), None)
    }

    fn answer_questions(&mut self, item_id: &str, answers: Option<Json>) -> Vec<Effect> {
        let Some(thread_id) = self.thread.id.clone().filter(|_| self.may_send()) else { return Vec::new() };
        let answers = answers.map(|given| {
            let of = |values: &Json| object([("values", values.clone()), ("skipped", false.into())]);
            Json::Object(given.members().iter().map(|(id, values)| (id.clone(), of(values))).collect())
        });
        let body = request::structured_input(&thread_id, item_id, answers);
        self.start(Way::Resend(body), None)
    }

    fn answered(&mut self, call: Call, result: Result<Json, Failure>) -> Vec<Effect> {
        match call {
            Call::Thread(id, ticket) => self.thread_came(id, ticket, result),
            Call::Newest(id, ticket) => self.newest_came(id, ticket, result),
            Call::Older(id) => self.older_came(&id, result),
            Call::Refresh(id, ticket) => self.refreshed(&id, ticket, result),
            Call::Threads(is_next_page) => self.threads_came(is_next_page, result),
            Call::Rename(_) => self.renamed(result),
            Call::Delete(id) => self.deleted(&id, result),
            Call::SyncAction(ticket) => {
                let outcome = result.map(|answer| {
                    let item = answer.get("updated_item");
                    if !item.is_null() {
                        self.thread.put(Entry::read(item));
                    }
                });
                let mut effects: Vec<_> =
                    outcome.as_ref().err().cloned().map(Effect::EmitError).into_iter().collect();
                effects.extend(ticket.map(|ticket| Effect::Settle(ticket, outcome)));
                effects
            }
            Call::Feedback | Call::DeleteFile => result.err().map(Effect::EmitError).into_iter().collect(),
        }
    }
}

impl State {
    /// Whether the conversation could not be opened.
    pub fn load_failure(&self) -> Option<&Failure> {
        match &self.thread.load {
            Load::Failed(failure) => Some(failure),
            _ => None,
        }
    }
}
