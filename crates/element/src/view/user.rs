//! A message of the reader.

use crate::json::Json;
use crate::model::{Msg, State, UserMessage};
use crate::tree::{Element, Node, button, div, el};

use super::attachment;
use super::icon::{Icon, icon};

pub(super) fn view(state: &State, message: &UserMessage) -> Element {
    let text = state.text;
    let quote = message.quote.as_deref().map(|quote| {
        div("quoted")
            .child(icon(Icon::Quote))
            .child(el("span").class("sr").text(text.quote))
            // A passage from a page is shown as it is, never as Markdown.
            .child(el("blockquote").attr("dir", "auto").text(quote.trim()))
    });
    let files = (!message.attachments.is_empty())
        .then(|| div("files").children(message.attachments.iter().map(attachment::sent)));
    let words = message.content.iter().map(|part| match &part.tag {
        None => Node::Text(part.text.clone()),
        Some(tag) if state.options.has_entity_clicks && tag.is("interactive") => {
            button("tag", Msg::FollowEntity(entity(tag))).text(part.text.as_str()).into()
        }
        Some(_) => el("span").class("tag").text(part.text.as_str()).into(),
    });
    let is_empty = message.plain().trim().is_empty();
    let bubble = (!is_empty).then(|| div("bubble").attr("dir", "auto").children(words));
    el("article")
        .class("turn mine")
        .child(el("span").class("sr").text(text.you))
        .children(files)
        .children(quote)
        .children(bubble)
}

/// A tag as the page's functions know it.
fn entity(tag: &Json) -> Json {
    crate::json::object([
        ("id", tag.get("id").clone()),
        ("title", tag.get("text").clone()),
        ("group", tag.get("group").clone()),
        ("interactive", tag.get("interactive").clone()),
        ("data", tag.get("data").clone()),
    ])
}
