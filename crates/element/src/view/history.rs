//! The history panel.

use crate::model::{Load, Msg, Row, State};
use crate::tree::{Element, Handler, Trigger, button, div, el};

use super::header::{plain, tool};
use super::icon::{Icon, icon};
use super::messages::on_enter;
use super::{Env, failure};

pub(super) fn view(state: &State, env: &Env) -> Element {
    let text = state.text;
    let head = el("header")
        .class("header")
        .child(div("side").child(
            tool("tool close-history", text.close_history, Msg::CloseHistory).child(icon(Icon::Close)),
        ))
        .child(div("middle").child(el("h2").class("title").text(text.history)))
        .child(div("side end").child(tool("tool", text.new_chat, Msg::NewThread).child(icon(Icon::Compose))));
    let mut body = div("column");
    let trouble = state.history.failure.as_ref().or(match &state.history.load {
        Load::Failed(failure) => Some(failure),
        _ => None,
    });
    if let Some(trouble) = trouble {
        let retry = plain("button", text.retry, Msg::ReloadHistory);
        let row = div("failure")
            .attr("role", "alert")
            .child(icon(Icon::Alert))
            .child(failure::words(state, trouble))
            .child(retry);
        body = body.child(row);
    }
    body = body.children(groups(state, env));
    if state.history.rows.is_empty() {
        match &state.history.load {
            Load::Pending => body = body.child(waiting(text.loading)),
            Load::Done => {
                body =
                    body.child(div("empty").child(icon(Icon::History)).child(el("p").text(text.no_threads)))
            }
            Load::Failed(_) => {}
        }
    }
    if state.history.after.is_some() {
        body = body.child(
            plain("quiet", text.more, Msg::MoreThreads).flag("disabled", state.history.load == Load::Pending),
        );
    }
    div("history")
        .key("panel")
        .attr("role", "dialog")
        .attr("aria-modal", "true")
        .label(text.history)
        .on(Trigger::KeyDown, Handler::Key("Escape", Msg::CloseHistory))
        .child(head)
        .child(div("scroller").child(body))
}

fn groups(state: &State, env: &Env) -> Vec<Element> {
    let text = state.text;
    let mut groups: Vec<(&str, Vec<Element>)> = Vec::new();
    for row in &state.history.rows {
        let name = match (env.age_days)(&row.created_at) {
            Some(..=0) => text.today,
            Some(1) => text.yesterday,
            Some(2..=7) => text.week,
            _ => text.older,
        };
        let line = line(state, row);
        match groups.last_mut().filter(|(last, _)| *last == name) {
            Some((_, lines)) => lines.push(line),
            None => groups.push((name, vec![line])),
        }
    }
    groups
        .into_iter()
        .enumerate()
        .flat_map(|(index, (name, lines))| {
            let index = index.to_string();
            let id = ["group_", &index].concat();
            let list = el("ul")
                .key(["list_", &index].concat())
                .class("threads")
                .attr("role", "list")
                .attr("aria-labelledby", id.clone());
            [el("h3").key(id.clone()).class("group").attr("id", id).text(name), list.children(lines)]
        })
        .collect()
}

fn line(state: &State, row: &Row) -> Element {
    let text = state.text;
    let options = &state.options.history;
    let title = row.title.as_deref().unwrap_or(text.untitled);
    let item = el("li").key(row.id.as_str());
    if let Some((_, typed)) = state.history.editing.as_ref().filter(|(id, _)| *id == row.id) {
        let field = el("input")
            .class("rename")
            .attr("type", "text")
            .attr("maxlength", "200")
            .attr("value", typed.clone())
            .label(text.new_title)
            .on(Trigger::Input, Handler::Value(Msg::RenameInput))
            .on(Trigger::KeyDown, Handler::Key("Escape", Msg::CancelRename));
        return item
            .class("thread is-editing")
            .child(on_enter(field, Msg::Rename))
            .child(tool("tool", text.save, Msg::Rename).child(icon(Icon::Check)))
            .child(tool("tool", text.cancel, Msg::CancelRename).child(icon(Icon::Close)));
    }
    if state.history.deleting.as_ref() == Some(&row.id) {
        return item
            .class("thread is-asking")
            .on(Trigger::KeyDown, Handler::Key("Escape", Msg::CancelDelete))
            .child(el("span").class("name").text(text.delete_question))
            .child(plain("button danger confirm", text.delete, Msg::Delete(row.id.clone())))
            .child(plain("button", text.cancel, Msg::CancelDelete));
    }
    let is_current = state.thread.id.as_ref() == Some(&row.id);
    let open = button("open", Msg::OpenThread(row.id.clone()))
        .maybe("aria-current", is_current.then_some("true"))
        .child(el("span").class("name").attr("dir", "auto").text(title));
    let named = |label: &str| [label, ": ", title].concat();
    let rename = options.can_rename.then(|| {
        tool("tool small", named(text.rename), Msg::StartRename(row.id.clone())).child(icon(Icon::Pencil))
    });
    let delete = options.can_delete.then(|| {
        tool("tool small", named(text.delete), Msg::AskDelete(row.id.clone())).child(icon(Icon::Trash))
    });
    item.class("thread").child(open).children(rename).children(delete)
}

fn waiting(label: &'static str) -> Element {
    let line = |class: &'static str| el("i").class(class);
    div("skeleton").attr("role", "status").child(el("span").class("sr").text(label)).children([
        line("long"),
        line("short"),
        line("long"),
        line("short"),
    ])
}
