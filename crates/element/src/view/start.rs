//! The start screen: a greeting and things to ask.

use crate::model::{Msg, State};
use crate::tree::{Element, button, div, el};

use super::icon::named;

pub(super) fn view(state: &State) -> Element {
    let greeting = state.options.greeting.as_deref().unwrap_or(state.text.greeting);
    let prompts = state.options.prompts.iter().enumerate().map(|(index, prompt)| {
        let row = button("prompt", Msg::UsePrompt(index))
            .flag("disabled", !state.may_send())
            .child(named(prompt.icon.as_deref().unwrap_or("chat-temporary")))
            .child(el("span").text(prompt.label.as_str()));
        el("li").child(row)
    });
    let list = (!state.options.prompts.is_empty()).then(|| {
        el("ul").class("prompts").attr("role", "list").label(state.text.suggestions).children(prompts)
    });
    div("start").key("start").child(el("h3").class("greeting").text(greeting)).children(list)
}
