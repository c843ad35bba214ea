//! A failure: what happened, what the server said of it, and a way on.

use crate::model::{Failure, FailureKind, Msg, State, Trouble};
use crate::tree::{Element, div, el};

use super::header::plain;
use super::icon::{Icon, icon};

/// At the end of the conversation.
pub(super) fn inline(state: &State, trouble: &Trouble) -> Element {
    let retry = trouble
        .way
        .is_some()
        .then(|| plain("button", state.text.retry, Msg::TryAgain).flag("disabled", !state.may_send()));
    div("failure")
        .attr("role", "alert")
        .child(icon(Icon::Alert))
        .child(words(state, &trouble.failure))
        .children(retry)
}

/// In place of a conversation that could not be opened.
pub(super) fn whole(state: &State, failure: &Failure) -> Element {
    let text = state.text;
    let is_gone = matches!(failure.kind, FailureKind::NotFound | FailureKind::Forbidden);
    let retry = (!is_gone).then(|| plain("button", text.retry, Msg::ReloadThread));
    div("empty")
        .attr("role", "alert")
        .child(icon(Icon::Alert))
        .child(words(state, failure))
        .child(div("row").children(retry).child(plain("button", text.new_chat, Msg::NewThread)))
}

/// What happened, in our words, and in the server's when it has some.
pub(super) fn words(state: &State, failure: &Failure) -> Element {
    let ours = state.text.failure(failure.kind);
    match &failure.message {
        // An error event's own words say it best.
        Some(theirs) if failure.kind == FailureKind::Answer => {
            div("failure-words").child(el("p").text(theirs.as_str()))
        }
        Some(theirs) => div("failure-words")
            .child(el("p").text(ours))
            .child(el("p").class("detail").text(theirs.as_str())),
        None => div("failure-words").child(el("p").text(ours)),
    }
}
