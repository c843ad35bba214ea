//! Steps and thoughts: folded away once they are over.

use crate::markdown::{Context, render};
use crate::model::{State, Summary, Task, TaskKind, Workflow};
use crate::tree::{Element, Node, div, el};

use super::icon::{Icon, icon, named};

pub(super) fn view(state: &State, workflow: &Workflow, context: &Context) -> Element {
    let text = state.text;
    let kind = if workflow.is_reasoning { text.reasoning } else { text.steps };
    let current =
        workflow.tasks.iter().rev().find(|task| task.is_loading).and_then(|task| task.title.as_deref());
    let is_over = workflow.summary.is_some();
    let heading = match (&workflow.summary, current) {
        (Some(Summary::Title(title)), _) => title.clone(),
        (Some(Summary::Seconds(seconds)), _) => text.thought.replace("{}", &seconds.to_string()),
        (None, Some(title)) => title.to_owned(),
        (None, None) if workflow.is_reasoning => text.thinking.to_owned(),
        (None, None) => kind.to_owned(),
    };
    let heading = el("span").class(if is_over { "" } else { "shimmer" }).text(heading);
    if workflow.tasks.is_empty() {
        return div("turn steps").child(div("steps-head").child(icon(Icon::Sparkle)).child(heading));
    }
    let summary = el("summary")
        .class("steps-head")
        .child(icon(Icon::Sparkle))
        .child(heading)
        .child(icon(Icon::ChevronDown));
    let tasks = workflow.tasks.iter().map(|task| el("li").child(step(task, context)));
    el("details")
        .class("turn steps")
        .flag("open", workflow.is_expanded || !is_over && !workflow.is_reasoning)
        .child(summary)
        .child(el("ol").attr("role", "list").label(kind).children(tasks))
}

/// A step that stands alone.
pub(super) fn single(task: &Task, context: &Context) -> Element {
    div("turn steps").child(step(task, context))
}

fn step(task: &Task, context: &Context) -> Element {
    let shape = match (&task.icon, task.kind) {
        _ if task.is_loading => el("span").class("spinner").attr("aria-hidden", "true"),
        (Some(name), _) => named(name),
        (None, TaskKind::WebSearch) => icon(Icon::Search),
        (None, TaskKind::Thought) => icon(Icon::Thought),
        (None, TaskKind::File) => icon(Icon::Document),
        (None, TaskKind::Image) => icon(Icon::Image),
        (None, TaskKind::Custom) => icon(Icon::Check),
    };
    let title = task.title.as_deref().map(|title| {
        el("span").class(if task.is_loading { "step-title shimmer" } else { "step-title" }).text(title)
    });
    let queries = task.queries.iter().map(|query| el("span").class("query").text(query.as_str()));
    let sources = task.sources.iter().map(|source| {
        let href = source.url.as_deref().and_then(|url| crate::markdown::resolve(url, &context.origin));
        match href {
            Some((href, _)) => el("a")
                .class("query")
                .attr("href", href)
                .attr("target", "_blank")
                .attr("rel", "noopener noreferrer")
                .text(source.title.as_str()),
            None => el("span").class("query").text(source.title.as_str()),
        }
    });
    let details: Vec<Node> = queries.chain(sources).map(Node::from).collect();
    let content = task.content.as_deref().map(|content| {
        div("prose small")
            .attr("dir", "auto")
            .children(render(content, &[], context, true).into_iter().map(|(_, node)| node))
    });
    let body = div("step-body").children(title).children(content);
    let body = if details.is_empty() { body } else { body.child(div("queries").children(details)) };
    div("step").child(shape).child(body)
}
