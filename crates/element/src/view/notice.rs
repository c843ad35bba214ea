//! A notice: something the server wants to say that is not part of the thread.

use crate::markdown::{Context, render};
use crate::model::{Msg, State};
use crate::tree::{Element, div, el};

use super::header::tool;
use super::icon::{Icon, icon};

pub(super) fn view(
    state: &State,
    id: &str,
    level: &str,
    title: Option<&str>,
    message: &str,
    context: &Context,
) -> Element {
    let (class, shape) = match level {
        "danger" => ("notice danger", Icon::Alert),
        "warning" => ("notice warning", Icon::Alert),
        _ => ("notice", Icon::Info),
    };
    let words = div("notice-words").children(title.map(|title| el("strong").text(title))).child(
        div("prose small").children(render(message, &[], context, true).into_iter().map(|(_, node)| node)),
    );
    div(class)
        .attr("role", if level == "danger" { "alert" } else { "status" })
        .child(icon(shape))
        .child(words)
        .child(
            tool("tool small", state.text.dismiss, Msg::DismissNotice(id.to_owned()))
                .child(icon(Icon::Close)),
        )
}
