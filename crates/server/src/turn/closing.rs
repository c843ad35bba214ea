//! What becomes of an item that nobody writes any more: what was seen stays, and nothing is left to wait for.

use docent_protocol::{StatusIndicator, Task, ThreadItem, WidgetRoot};
use serde_json::Value;

/// Whether a reader saw something of an unfinished item and would miss it. Of a tool call or of questions that were
/// only announced there is nothing to keep: they could never be answered.
pub(super) fn is_worth_keeping(item: &ThreadItem) -> bool {
    match item {
        ThreadItem::AssistantMessage(message) => {
            message.content.iter().any(|content| !content.text.trim().is_empty())
        }
        ThreadItem::Workflow(item) => !item.workflow.tasks.is_empty() || item.workflow.summary.is_some(),
        ThreadItem::GeneratedImage(item) => item.image.is_some(),
        ThreadItem::Widget(_) | ThreadItem::Task(_) => true,
        ThreadItem::UserMessage(_)
        | ThreadItem::ClientToolCall(_)
        | ThreadItem::StructuredInput(_)
        | ThreadItem::EndOfTurn(_)
        | ThreadItem::HiddenContextItem(_)
        | ThreadItem::SdkHiddenContext(_) => false,
    }
}

/// The item as it stays: tasks do not load any more, and a widget's text does not stream any more.
pub(super) fn closed(mut item: ThreadItem) -> ThreadItem {
    match &mut item {
        ThreadItem::Workflow(item) => item.workflow.tasks.iter_mut().for_each(close_task),
        ThreadItem::Task(item) => close_task(&mut item.task),
        ThreadItem::Widget(item) => {
            let mut tree = Value::from(item.widget.clone());
            stop_streaming(&mut tree);
            if let Ok(widget) = WidgetRoot::try_from(tree) {
                item.widget = widget;
            }
        }
        _ => {}
    }
    item
}

fn close_task(task: &mut Task) {
    let status = match task {
        Task::Custom(task) => &mut task.status_indicator,
        Task::WebSearch(task) => &mut task.status_indicator,
        Task::Thought(task) => &mut task.status_indicator,
        Task::File(task) => &mut task.status_indicator,
        Task::Image(task) => &mut task.status_indicator,
    };
    // Not "complete": nobody knows whether it would have been.
    if *status == StatusIndicator::Loading {
        *status = StatusIndicator::None;
    }
}

fn stop_streaming(component: &mut Value) {
    if component.get("streaming") == Some(&Value::Bool(true)) {
        component["streaming"] = false.into();
    }
    match component.get_mut("children") {
        Some(Value::Array(children)) => children.iter_mut().for_each(stop_streaming),
        Some(child) => stop_streaming(child),
        None => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn item(mut fields: Value) -> ThreadItem {
        fields["id"] = "msg_1".into();
        fields["thread_id"] = "thr_1".into();
        fields["created_at"] = "2026-01-01T00:00:00Z".into();
        serde_json::from_value(fields).expect("an item")
    }

    fn after(fields: Value) -> Value {
        serde_json::to_value(closed(item(fields))).expect("serialisable")
    }

    #[test]
    fn no_task_loads_for_ever_and_a_complete_one_stays_complete() {
        let workflow = after(json!({"type": "workflow", "workflow": {"type": "custom", "tasks": [
            {"type": "custom", "title": "a", "status_indicator": "complete"},
            {"type": "web_search", "status_indicator": "loading"},
            {"type": "thought", "content": "t", "status_indicator": "loading"},
            {"type": "file", "status_indicator": "loading"},
            {"type": "image", "status_indicator": "loading"},
        ]}}));
        let states: Vec<&Value> = workflow["workflow"]["tasks"]
            .as_array()
            .expect("tasks")
            .iter()
            .map(|task| &task["status_indicator"])
            .collect();
        assert_eq!(states, ["complete", "none", "none", "none", "none"]);
        let task = after(json!({"type": "task", "task": {"type": "custom", "status_indicator": "loading"}}));
        assert_eq!(task["task"]["status_indicator"], "none");
    }

    #[test]
    fn no_text_of_a_widget_streams_for_ever() {
        let widget = after(json!({"type": "widget", "widget": {"type": "Card", "children": [
            {"type": "Row", "children": {"type": "Markdown", "id": "m", "value": "half", "streaming": true}},
        ]}}));
        assert_eq!(
            widget["widget"]["children"][0]["children"],
            json!({"type": "Markdown", "id": "m", "value": "half", "streaming": false})
        );
    }

    #[test]
    fn what_a_reader_saw_is_kept_and_what_waits_for_an_answer_is_not() {
        for (kept, fields) in [
            (true, json!({"type": "assistant_message", "content": [{"type": "output_text", "text": "a"}]})),
            (
                false,
                json!({"type": "assistant_message", "content": [{"type": "output_text", "text": " \n"}]}),
            ),
            (false, json!({"type": "workflow", "workflow": {"type": "custom", "tasks": []}})),
            (
                true,
                json!({"type": "workflow", "workflow": {"type": "custom", "tasks": [{"type": "custom"}]}}),
            ),
            (false, json!({"type": "generated_image"})),
            (true, json!({"type": "generated_image", "image": {"id": "i", "url": "https://a.example/"}})),
            (true, json!({"type": "widget", "widget": {"type": "Card", "children": []}})),
            (false, json!({"type": "client_tool_call", "call_id": "c", "name": "n"})),
            (false, json!({"type": "structured_input", "inputs": []})),
        ] {
            assert_eq!(is_worth_keeping(&item(fields.clone())), kept, "{fields}");
        }
    }
}
