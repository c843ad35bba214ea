//! Questions of the server: choices, free answers, and the way past them.

use crate::json::Json;
use crate::model::{Entry, Msg, Question, Questions, State};
use crate::tree::{Element, Handler, Trigger, div, el};

use super::header::plain;

pub(super) fn view(state: &State, entry: &Entry, questions: &Questions) -> Element {
    let text = state.text;
    let is_pending = questions.status == "pending";
    let fields = questions.inputs.iter().enumerate().map(|(index, question)| {
        if is_pending { field(state, &entry.id, index, question) } else { answered(state, question) }
    });
    let form = el("form")
        .class("turn questions")
        .attr("data-form", "questions")
        .key(entry.id.as_str())
        .children(fields);
    if !is_pending {
        return form;
    }
    let may_send = state.may_send();
    let answer = Msg::AnswerQuestions(entry.id.clone(), Some(Json::Null));
    form.on(Trigger::Submit, Handler::Form(answer)).child(
        div("row")
            .child(
                el("button")
                    .attr("type", "submit")
                    .class("button primary")
                    .flag("disabled", !may_send)
                    .text(text.submit),
            )
            .child(
                plain("button", text.skip, Msg::AnswerQuestions(entry.id.clone(), None))
                    .flag("disabled", !may_send),
            ),
    )
}

fn field(state: &State, item_id: &str, index: usize, question: &Question) -> Element {
    let name = question.id.clone();
    let base = ["q_", item_id, "_", &index.to_string()].concat();
    let hint = question.description.as_deref().map(|hint| el("p").class("detail").text(hint));
    if question.options.is_empty() {
        let box_ =
            el("textarea").attr("rows", "2").attr("id", base.clone()).attr("name", name).attr("dir", "auto");
        return div("question")
            .child(el("label").attr("for", base).text(question.text.as_str()))
            .children(hint)
            .child(box_);
    }
    let kind = if question.is_multiple { "checkbox" } else { "radio" };
    let choices = question.options.iter().map(|option| {
        let input = el("input").attr("type", kind).attr("name", name.clone()).attr("value", option.clone());
        el("label").class("choice").child(input).child(el("span").text(option.as_str()))
    });
    let own = el("input")
        .attr("type", "text")
        .class("own")
        .attr("name", name.clone())
        .attr("placeholder", state.text.own_answer);
    el("fieldset")
        .class("question")
        .child(el("legend").text(question.text.as_str()))
        .children(hint)
        .children(choices)
        .child(own.label([state.text.own_answer, ": ", &question.text].concat()))
}

fn answered(state: &State, question: &Question) -> Element {
    let answer =
        if question.values.is_empty() { state.text.skipped.to_owned() } else { question.values.join(", ") };
    div("question")
        .child(el("strong").text(question.text.as_str()))
        .child(el("p").class("detail").attr("dir", "auto").text(answer))
}
