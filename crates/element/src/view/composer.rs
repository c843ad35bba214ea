//! The composer: what is quoted, what is attached, the field, and the button that sends or stops.

use crate::markdown::render;
use crate::model::{Msg, State};
use crate::tree::{Element, Handler, Trigger, div, el};

use super::header::tool;
use super::icon::{Icon, icon};
use super::{Cache, attachment, menu};

pub(super) fn view(state: &State, cache: &Cache) -> Element {
    let text = state.text;
    let form = el("form").class("composer").key("composer").on(Trigger::Submit, Handler::Send(Msg::Submit));
    if let Some(reason) = &state.thread.closed {
        let words = reason.as_deref().unwrap_or(text.closed);
        return form
            .child(div("closed").attr("role", "status").text(words))
            .children(disclaimer(state, cache));
    }
    let composer = &state.composer;
    let quote = composer.quote.as_deref().map(|quote| {
        div("quoted")
            .key("quote")
            .attr("role", "group")
            .label(text.quote)
            .child(icon(Icon::Quote))
            .child(el("blockquote").attr("dir", "auto").text(quote.trim()))
            .child(tool("tool small", text.remove_quote, Msg::RemoveQuote).child(icon(Icon::Close)))
    });
    let files = (!composer.files.is_empty()).then(|| {
        div("files").key("files").children(composer.files.iter().map(|file| attachment::pending(state, file)))
    });
    let refusal = composer
        .refusal
        .as_deref()
        .map(|words| div("refusal").key("refusal").attr("role", "alert").text(words));

    let left: Vec<Element> = menu::tools(state).into_iter().chain(menu::chosen(state)).collect();
    let right: Vec<Element> = menu::models(state).into_iter().collect();
    let is_plain = left.is_empty() && right.is_empty();
    let bar = div("bar")
        .key("bar")
        .child(div("side").children(left))
        .child(div("side end").children(right).child(send(state)));
    let box_ = div(if is_plain { "box is-plain" } else { "box" })
        .key("box")
        .children(quote)
        .children(files)
        .child(field(state))
        .child(bar);
    form.children(menu::mentions(state)).children(refusal).child(box_).children(disclaimer(state, cache))
}

fn field(state: &State) -> Element {
    let options = &state.options.composer;
    let placeholder = state
        .chosen_tool()
        .and_then(|tool| tool.placeholder.as_deref())
        .or(options.placeholder.as_deref())
        .unwrap_or(state.text.placeholder);
    let has_list = !state.composer.found.is_empty();
    let mut field = el("textarea")
        .key("field")
        .class("field")
        .attr("rows", "1")
        .attr("dir", "auto")
        .attr("enterkeyhint", "send")
        .attr("placeholder", placeholder.to_owned())
        .label(placeholder.to_owned())
        .flag("disabled", state.options.api_url.is_none())
        .on(Trigger::Input, Handler::Value(Msg::Input))
        .on(Trigger::KeyDown, Handler::Key("Enter", Msg::Submit));
    if state.options.has_tag_search {
        field = field
            .attr("role", "combobox")
            .attr("aria-expanded", if has_list { "true" } else { "false" })
            .attr("aria-controls", "tags")
            .attr("aria-autocomplete", "list");
    }
    if has_list {
        field = field
            .attr("aria-activedescendant", ["tag_", &state.composer.marked.to_string()].concat())
            .on(Trigger::KeyDown, Handler::Key("ArrowDown", Msg::MoveTag(true)))
            .on(Trigger::KeyDown, Handler::Key("ArrowUp", Msg::MoveTag(false)));
    }
    if let Some(msg) = state.escape_msg() {
        field = field.on(Trigger::KeyDown, Handler::Key("Escape", msg));
    }
    field.attr("value", state.composer.text.clone())
}

fn send(state: &State) -> Element {
    let text = state.text;
    if state.run.as_ref().is_some_and(|run| run.may_stop) {
        return tool("send is-stop", text.stop, Msg::Stop).key("stop").child(icon(Icon::Stop));
    }
    el("button")
        .key("send")
        .attr("type", "submit")
        .class("send")
        .attr("title", text.send)
        .label(text.send)
        .flag("disabled", !state.may_send() || !state.composer.may_send())
        .child(icon(Icon::Send))
}

fn disclaimer(state: &State, cache: &Cache) -> Option<Element> {
    let (words, is_strong) = state.options.disclaimer.as_ref()?;
    let nodes = render(words, &[], &cache.context, true).into_iter().map(|(_, node)| node);
    Some(
        div(if *is_strong { "disclaimer is-strong" } else { "disclaimer" })
            .key("disclaimer")
            .attr("dir", "auto")
            .children(nodes),
    )
}
