//! The header: title, history, new conversation, and the page's own buttons.

use crate::model::{Msg, State};
use crate::tree::{Element, Handler, Node, Trigger, button, div, el};

use super::icon::{Icon, icon, named};

pub(super) fn view(state: &State) -> Option<Node> {
    let options = &state.options;
    if !options.header.is_enabled {
        return None;
    }
    let text = state.text;
    let custom = |is_left: bool| {
        let icon = options.header.icon(is_left)?;
        let label = icon.replace('-', " ");
        Some(tool("tool", label, Msg::HeaderAction(is_left)).child(named(icon)))
    };
    let title = options.header.title.as_deref().or(state.thread.title.as_deref()).unwrap_or_default();
    let history = options.history.is_enabled.then(|| {
        tool("tool history-button", text.history, Msg::OpenHistory).key("history").child(icon(Icon::History))
    });
    let compose = tool("tool", text.new_chat, Msg::NewThread)
        .key("new")
        .flag("disabled", state.is_new())
        .child(icon(Icon::Compose));
    // A heading without words is one that a screen reader stops at for nothing.
    let heading = (options.header.has_title && !title.is_empty())
        .then(|| el("h2").class("title").attr("title", title.to_owned()).attr("dir", "auto").text(title));
    Some(
        el("header")
            .class("header")
            .child(div("side").children(custom(true)).children(history))
            .child(div("middle").children(heading))
            .child(div("side end").child(compose).children(custom(false)))
            .into(),
    )
}

/// A square button that shows only an icon.
pub(super) fn tool(
    class: &'static str,
    label: impl Into<std::borrow::Cow<'static, str>>,
    msg: Msg,
) -> Element {
    let label = label.into();
    el("button")
        .attr("type", "button")
        .class(class)
        .attr("title", label.clone())
        .label(label)
        .on(Trigger::Click, Handler::Send(msg))
}

/// A button with words.
pub(super) fn plain(class: &'static str, label: &str, msg: Msg) -> Element {
    button(class, msg).text(label)
}
