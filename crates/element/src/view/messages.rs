//! The conversation from its first message to its last line.

use std::rc::Rc;

use crate::markdown::Document;
use crate::model::{Entry, Item, Load, Msg, State};
use crate::tree::{Element, Handler, Node, Trigger, div, el};

use super::header::{plain, tool};
use super::icon::{Icon, icon, named};
use super::{Cache, Cached, answer, failure, notice, question, start, user, widget, workflow};

pub(super) fn view(state: &State, cache: &mut Cache) -> Element {
    let text = state.text;
    let mut column = div("column");
    if state.is_new() {
        column = column.child(start::view(state));
    } else if let Load::Failed(failure) = &state.thread.load {
        column = column.child(failure::whole(state, failure));
    } else if state.thread.load == Load::Pending {
        column = column.child(skeleton(text.loading));
    } else {
        column = column.children(list(state, cache));
    }
    let scroller = div("scroller")
        .key("scroller")
        .attr("role", "log")
        // The end of an answer is announced once; announcing every piece of it would drown the reader.
        .attr("aria-live", "off")
        .attr("aria-busy", if state.is_busy() { "true" } else { "false" })
        .attr("tabindex", "0")
        .label(text.messages)
        .child(column);
    let jump = (state.is_away && !state.thread.entries.is_empty())
        .then(|| tool("jump", text.latest, Msg::JumpToEnd).key("jump").child(icon(Icon::ArrowDown)));
    div("middle-part").key("messages").child(scroller).children(jump)
}

fn list(state: &State, cache: &mut Cache) -> Vec<Node> {
    let mut nodes: Vec<Node> = Vec::new();
    if state.thread.older.is_some() {
        let more = plain("quiet earlier", state.text.earlier, Msg::LoadOlder)
            .key("earlier")
            .flag("disabled", state.thread.is_loading_older);
        nodes.push(more.into());
    }
    let entries = &state.thread.entries;
    let mut shown = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        if let Some(element) = cached(state, cache, entry) {
            shown.push(entry.id.clone());
            nodes.push(element.into());
        }
        let is_last = entries[index + 1..].iter().all(|next| !next.item.is_response())
            || ends_turn(&entries[index + 1..]);
        let is_running =
            state.is_busy() && entries[index + 1..].iter().all(|next| !matches!(next.item, Item::User(_)));
        if entry.item.is_response() && is_last && !is_running {
            nodes.extend(actions(state, &entries[..=index]).map(Node::from));
        }
    }
    cache.entries.retain(|known| shown.contains(&known.id));
    nodes.extend(progress(state).map(Node::from));
    if let Some(trouble) = &state.trouble {
        nodes.push(failure::inline(state, trouble).key("trouble").into());
    }
    nodes
}

/// Whether the next thing to see is a message of the reader.
fn ends_turn(rest: &[Entry]) -> bool {
    rest.iter()
        .find(|next| next.item.is_response() || matches!(next.item, Item::User(_)))
        .is_none_or(|next| matches!(next.item, Item::User(_)))
}

fn cached(state: &State, cache: &mut Cache, entry: &Entry) -> Option<Rc<Element>> {
    // Questions depend on whether a message can be sent, so they are built each time.
    if let Item::Questions(questions) = &entry.item {
        return Some(Rc::new(question::view(state, entry, questions)));
    }
    let at = cache.entries.iter().position(|known| known.id == entry.id);
    let mut documents = match at.map(|at| &mut cache.entries[at]) {
        Some(known) if known.revision == entry.revision && known.is_open == entry.is_open => {
            return Some(Rc::clone(&known.element));
        }
        Some(known) => std::mem::take(&mut known.documents),
        None => Vec::new(),
    };
    let element = Rc::new(build(state, cache, entry, &mut documents)?.key(entry.id.as_str()));
    let id = entry.id.clone();
    let known = Cached {
        id,
        revision: entry.revision,
        is_open: entry.is_open,
        element: Rc::clone(&element),
        documents,
    };
    match at {
        Some(at) => cache.entries[at] = known,
        None => cache.entries.push(known),
    }
    Some(element)
}

fn build(state: &State, cache: &Cache, entry: &Entry, documents: &mut Vec<Document>) -> Option<Element> {
    let context = &cache.context;
    Some(match &entry.item {
        Item::User(message) => user::view(state, message),
        Item::Assistant(contents) => answer::view(state, entry, contents, context, documents),
        Item::Widget { root, .. } => widget::view(entry, root, context),
        Item::Image { url, percent } => answer::image(state, url.as_deref(), *percent),
        Item::Workflow(workflow) => workflow::view(state, workflow, context),
        Item::Task(task) => workflow::single(task, context),
        Item::Notice { level, title, message } => {
            notice::view(state, &entry.id, level, title.as_deref(), message, context)
        }
        Item::Questions(_) | Item::ClientTool { .. } | Item::EndOfTurn | Item::Other => return None,
    })
}

/// What can be done with a whole answer: copy it, judge it, ask for another.
fn actions(state: &State, until: &[Entry]) -> Option<Element> {
    let text = state.text;
    let turn: Vec<&Entry> =
        until.iter().rev().take_while(|entry| !matches!(entry.item, Item::User(_))).collect();
    let ids: Vec<String> = turn
        .iter()
        .rev()
        .filter(|entry| entry.answer().is_some_and(|answer| !answer.is_empty()))
        .map(|entry| entry.id.clone())
        .collect();
    let first = ids.first()?.clone();
    let judged = state.feedback.iter().find(|(id, _)| *id == first).map(|(_, is_good)| *is_good);
    let mut bar = div("actions").key(["actions_", &first].concat());
    let copy = tool("tool copy", text.copy, Msg::CopyAnswer(ids.clone()))
        .child(icon(Icon::Copy))
        .child(icon(Icon::Check));
    bar = bar.child(copy);
    if state.options.has_feedback {
        for (is_good, label, shape) in [(true, text.good, Icon::Good), (false, text.bad, Icon::Bad)] {
            let pressed = if judged == Some(is_good) { "true" } else { "false" };
            let judge =
                tool("tool", label, Msg::Feedback(ids.clone(), is_good)).attr("aria-pressed", pressed);
            bar = bar.child(judge.child(icon(shape)));
        }
    }
    let asked = until.iter().rev().find(|entry| matches!(entry.item, Item::User(_)) && !entry.is_local);
    if state.options.has_retry
        && let Some(asked) = asked
    {
        let retry = tool("tool", text.regenerate, Msg::RetryAfter(asked.id.clone()))
            .flag("disabled", !state.may_send());
        bar = bar.child(retry.child(icon(Icon::Reload)));
    }
    Some(bar)
}

/// The line that says what happens while there is nothing to read yet.
fn progress(state: &State) -> Option<Element> {
    let run = state.run.as_ref()?;
    let line = |words: &str, icon: Option<&String>| {
        div("progress")
            .key("progress")
            .children(icon.map(|name| named(name)))
            .child(el("span").class("shimmer").text(words))
    };
    match &run.progress {
        Some((words, icon)) => Some(line(words, icon.as_ref())),
        None => {
            let last = state
                .thread
                .entries
                .iter()
                .rev()
                .find(|entry| entry.item.is_response() || matches!(entry.item, Item::User(_)));
            let is_silent = last.is_none_or(|entry| match &entry.item {
                Item::Workflow(workflow) => workflow.tasks.is_empty(),
                Item::Assistant(contents) => {
                    entry.is_open && contents.iter().all(|content| content.text.is_empty())
                }
                item => matches!(item, Item::User(_)),
            });
            is_silent.then(|| {
                let dots = div("dots").attr("aria-hidden", "true").children([el("i"), el("i"), el("i")]);
                div("progress")
                    .key("progress")
                    .child(dots)
                    .child(el("span").class("sr").text(state.text.thinking))
            })
        }
    }
}

fn skeleton(label: &'static str) -> Element {
    let line = |class: &'static str| el("i").class(class);
    div("skeleton").key("skeleton").attr("role", "status").child(el("span").class("sr").text(label)).children(
        [line("mine"), line("long"), line("long"), line("short"), line("mine"), line("long"), line("short")],
    )
}

/// Reads a form's controls when Enter is pressed in one of its fields.
pub(super) fn on_enter(element: Element, msg: Msg) -> Element {
    element.on(Trigger::KeyDown, Handler::Key("Enter", msg))
}
