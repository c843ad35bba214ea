//! The events of a stream, applied to the conversation one by one.
//!
//! An event this version does not know changes nothing: the protocol may grow.

use crate::json::{self, Json, object};

use super::effect::Effect;
use super::failure::Failure;
use super::item::{Annotation, Content, Entry, Item};
use super::state::{State, Thread};
use super::task::{Task, Workflow};

impl State {
    /// Applies one event, as it stood in the stream.
    pub(super) fn arrived(&mut self, turn: u32, data: &str) -> Vec<Effect> {
        if self.run.as_ref().is_none_or(|run| run.turn != turn) {
            return Vec::new();
        }
        let Some(event) = json::parse(data) else {
            let detail = object([
                ("name", "stream.unreadable_event".into()),
                ("data", object([("length", data.len().into())])),
            ]);
            return vec![Effect::Emit("log", detail)];
        };
        let is_first = self.run.as_mut().is_some_and(|run| !std::mem::replace(&mut run.has_begun, true));
        let mut effects = self.apply(&event);
        if is_first && let Some(ticket) = self.run.as_mut().and_then(|run| run.ticket.take()) {
            effects.push(Effect::Settle(ticket, Ok(())));
        }
        effects
    }

    fn apply(&mut self, event: &Json) -> Vec<Effect> {
        match event.str("type").unwrap_or_default() {
            "thread.created" | "thread.updated" => return self.know_thread(event.get("thread")),
            "thread.item.added" => self.item(event.get("item"), true),
            "thread.item.done" | "thread.item.replaced" => self.item(event.get("item"), false),
            "thread.item.removed" => {
                let id = event.str("item_id").unwrap_or_default();
                self.thread.entries.retain(|entry| entry.id != id);
            }
            "thread.item.updated" => {
                self.still();
                if let Some(entry) = self.thread.find_mut(event.str("item_id").unwrap_or_default()) {
                    entry.item.update(event.get("update"));
                    entry.touch();
                }
            }
            "stream_options" => {
                let may_stop = event.get("stream_options").bool("allow_cancel").unwrap_or(true);
                if let Some(run) = &mut self.run {
                    run.may_stop = may_stop;
                }
            }
            "progress_update" => {
                if let Some(run) = &mut self.run {
                    run.progress = event.filled("text").map(|text| (text, event.filled("icon")));
                }
            }
            "client_effect" => {
                let detail =
                    object([("name", event.get("name").clone()), ("data", event.get("data").clone())]);
                return vec![Effect::Emit("effect", detail)];
            }
            "notice" => {
                let id = self.local_id();
                let item = Item::Notice {
                    level: event.filled("level").unwrap_or_else(|| "info".to_owned()),
                    title: event.filled("title"),
                    message: event.text("message"),
                };
                self.thread.entries.push(Entry { id, item, revision: 0, is_open: false, is_local: false });
            }
            "error" => return self.reported(Failure::from_event(event)),
            _ => {}
        }
        Vec::new()
    }

    /// The progress line has been overtaken by something to see.
    fn still(&mut self) {
        if let Some(run) = &mut self.run {
            run.progress = None;
        }
    }

    fn item(&mut self, value: &Json, is_open: bool) {
        let mut entry = Entry::read(value);
        match &entry.item {
            Item::Other => return,
            Item::User(_) => {
                // Our own message comes back with the server's id.
                if let Some(at) = self.thread.entries.iter().position(|entry| entry.is_local) {
                    self.thread.entries.remove(at);
                    entry.revision = 1;
                    self.thread.entries.insert(at, entry);
                    return;
                }
            }
            Item::ClientTool { name, arguments, is_pending: true } if !is_open => {
                let call = object([("name", name.as_str().into()), ("params", arguments.clone())]);
                if let Some(run) = &mut self.run {
                    run.tool = Some(call);
                }
            }
            Item::EndOfTurn => {}
            _ => self.still(),
        }
        // A question to the reader is open to them, not to the stream.
        entry.is_open =
            is_open && !matches!(entry.item, Item::Questions(_) | Item::Task(_) | Item::Workflow(_));
        self.thread.put(entry);
    }

    /// Takes over what the server says of the thread.
    pub(super) fn know_thread(&mut self, value: &Json) -> Vec<Effect> {
        let id = value.filled("id");
        let is_change = id.is_some() && self.thread.id != id;
        self.thread.know(value);
        if let Some(row) = self.history.rows.iter_mut().find(|row| Some(&row.id) == id.as_ref()) {
            row.title = value.filled("title");
        }
        if !is_change {
            return Vec::new();
        }
        self.thread.id = id;
        self.history.is_stale = true;
        vec![Effect::Emit("thread.change", object([("threadId", self.thread.id.clone().into())]))]
    }
}

impl Thread {
    /// Title, status and image hosts.
    pub(super) fn know(&mut self, value: &Json) {
        self.title = value.filled("title");
        let status = value.get("status");
        self.closed = match status.str("type") {
            Some("locked" | "closed") => Some(status.filled("reason")),
            _ => None,
        };
        let hosts: Vec<String> =
            value.list("allowed_image_domains").iter().filter_map(Json::as_str).map(str::to_owned).collect();
        if hosts != self.image_hosts {
            self.image_hosts = hosts;
            self.entries.iter_mut().for_each(Entry::touch);
        }
    }
}

impl Item {
    fn update(&mut self, update: &Json) {
        let kind = update.str("type").unwrap_or_default();
        match self {
            Item::Assistant(contents) => update_answer(contents, kind, update),
            Item::Workflow(workflow) => update_workflow(workflow, kind, update),
            Item::Image { url, percent } if kind == "generated_image.updated" => {
                *url = update.get("image").filled("url").or(url.take());
                *percent = update.get("progress").as_percent();
            }
            Item::Widget { root, .. } => match kind {
                "widget.root.updated" => *root = update.get("widget").clone(),
                "widget.component.updated" => {
                    if let Some(component) =
                        find_component(root, update.str("component_id").unwrap_or_default())
                    {
                        *component = update.get("component").clone();
                    }
                }
                "widget.streaming_text.value_delta" => {
                    if let Some(component) =
                        find_component(root, update.str("component_id").unwrap_or_default())
                    {
                        append_value(component, update.str("delta").unwrap_or_default(), update.is("done"));
                    }
                }
                _ => {}
            },
            _ => {}
        }
    }
}

fn update_answer(contents: &mut Vec<Content>, kind: &str, update: &Json) {
    let index = update.get("content_index").as_index().unwrap_or(0);
    // A server's counter must not make us allocate whatever it says.
    if index > 64 {
        return;
    }
    while contents.len() <= index {
        contents.push(Content::default());
    }
    let content = &mut contents[index];
    match kind {
        "assistant_message.content_part.added" | "assistant_message.content_part.done" => {
            let new = Content::read(update.get("content"));
            // The reference's "done" part carries no annotations; those that came one by one stay.
            let annotations = if new.annotations.is_empty() {
                std::mem::take(&mut content.annotations)
            } else {
                new.annotations
            };
            *content = Content { text: new.text, annotations };
        }
        "assistant_message.content_part.text_delta" => {
            content.text.push_str(update.str("delta").unwrap_or_default());
        }
        "assistant_message.content_part.annotation_added" => {
            let annotation = Annotation::read(update.get("annotation"));
            match update.get("annotation_index").as_index() {
                Some(at) if at < content.annotations.len() => content.annotations[at] = annotation,
                _ => content.annotations.push(annotation),
            }
        }
        _ => {}
    }
}

fn update_workflow(workflow: &mut Workflow, kind: &str, update: &Json) {
    let task = Task::read(update.get("task"));
    match (kind, update.get("task_index").as_index()) {
        ("workflow.task.updated", Some(at)) if at < workflow.tasks.len() => workflow.tasks[at] = task,
        ("workflow.task.added" | "workflow.task.updated", _) => workflow.tasks.push(task),
        _ => {}
    }
}

fn find_component<'a>(component: &'a mut Json, id: &str) -> Option<&'a mut Json> {
    if component.str("id") == Some(id) {
        return Some(component);
    }
    match component {
        Json::Object(members) => members
            .iter_mut()
            .filter(|(key, _)| key == "children")
            .find_map(|(_, value)| find_component(value, id)),
        Json::List(items) => items.iter_mut().find_map(|item| find_component(item, id)),
        _ => None,
    }
}

fn append_value(component: &mut Json, delta: &str, is_done: bool) {
    let Json::Object(members) = component else { return };
    match members.iter_mut().find(|(key, _)| key == "value") {
        Some((_, Json::Text(value))) => value.push_str(delta),
        Some((_, value)) => *value = delta.into(),
        None => members.push(("value".to_owned(), delta.into())),
    }
    members.retain(|(key, _)| key != "streaming");
    members.push(("streaming".to_owned(), (!is_done).into()));
}
