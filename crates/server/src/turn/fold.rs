//! What an update means for the item it names: the item after it.

use docent_protocol::{AssistantMessageContent, ThreadItem, ThreadItemUpdate, WidgetRoot};
use serde_json::Value;

/// More parts or tasks than any answer has; an index beyond is a mistake and is not folded.
const MOST_PARTS: usize = 4096;

/// Makes the change in the item. `false`: the update does not fit the item, which is then as it was.
pub(super) fn fold(item: &mut ThreadItem, update: &ThreadItemUpdate) -> bool {
    match (item, update) {
        (
            ThreadItem::AssistantMessage(message),
            ThreadItemUpdate::ContentPartAdded { content_index, content },
        ) => with_part(&mut message.content, *content_index, |part| part.clone_from(content)),
        (ThreadItem::AssistantMessage(message), ThreadItemUpdate::TextDelta { content_index, delta }) => {
            append(&mut message.content, *content_index, delta)
        }
        (
            ThreadItem::AssistantMessage(message),
            ThreadItemUpdate::AnnotationAdded { content_index, annotation, annotation_index: _ },
        ) => {
            with_part(&mut message.content, *content_index, |part| part.annotations.push(annotation.clone()))
        }
        (
            ThreadItem::AssistantMessage(message),
            ThreadItemUpdate::ContentPartDone { content_index, content },
        ) => {
            with_part(&mut message.content, *content_index, |part| {
                part.text.clone_from(&content.text);
                // Some bridges complete a part without repeating its annotations; those already shown stay.
                if !content.annotations.is_empty() {
                    part.annotations.clone_from(&content.annotations);
                }
            })
        }
        (ThreadItem::Workflow(item), ThreadItemUpdate::WorkflowTaskAdded { task_index, task }) => {
            let tasks = &mut item.workflow.tasks;
            let fits = tasks.len() < MOST_PARTS;
            if fits {
                tasks.insert((*task_index).min(tasks.len()), task.clone());
            }
            fits
        }
        (ThreadItem::Workflow(item), ThreadItemUpdate::WorkflowTaskUpdated { task_index, task }) => {
            item.workflow.tasks.get_mut(*task_index).map(|stored| stored.clone_from(task)).is_some()
        }
        (
            ThreadItem::GeneratedImage(item),
            ThreadItemUpdate::GeneratedImageUpdated { image, progress: _ },
        ) => {
            item.image = Some(image.clone());
            true
        }
        (ThreadItem::Widget(item), ThreadItemUpdate::WidgetRootUpdated { widget }) => {
            item.widget.clone_from(widget);
            true
        }
        (
            ThreadItem::Widget(item),
            ThreadItemUpdate::WidgetStreamingTextValueDelta { component_id, delta, done },
        ) => with_component(&mut item.widget, component_id, |component| {
            let text = component.get("value").and_then(Value::as_str).unwrap_or_default();
            component["value"] = format!("{text}{delta}").into();
            if *done {
                component["streaming"] = false.into();
            }
        }),
        (ThreadItem::Widget(item), ThreadItemUpdate::WidgetComponentUpdated { component_id, component }) => {
            with_component(&mut item.widget, component_id, |stored| stored.clone_from(component))
        }
        _ => false,
    }
}

/// Appends text to a message: what a `text_delta` means. `false`: the item is no message, or has no such part.
pub(super) fn append_text(item: &mut ThreadItem, content_index: usize, text: &str) -> bool {
    match item {
        ThreadItem::AssistantMessage(message) => append(&mut message.content, content_index, text),
        _ => false,
    }
}

fn append(parts: &mut Vec<AssistantMessageContent>, index: usize, text: &str) -> bool {
    with_part(parts, index, |part| part.text.push_str(text))
}

/// Changes a part; parts before it that were never announced are there as empty ones.
fn with_part(
    parts: &mut Vec<AssistantMessageContent>,
    index: usize,
    change: impl FnOnce(&mut AssistantMessageContent),
) -> bool {
    if index >= MOST_PARTS {
        return false;
    }
    if parts.len() <= index {
        parts.resize_with(index + 1, AssistantMessageContent::default);
    }
    change(&mut parts[index]);
    true
}

/// Changes the component of this id, wherever it stands in the tree. The change is undone if the root were no longer
/// one.
fn with_component(widget: &mut WidgetRoot, id: &str, change: impl FnOnce(&mut Value)) -> bool {
    let mut tree = Value::from(widget.clone());
    let Some(component) = find(&mut tree, id) else { return false };
    change(component);
    WidgetRoot::try_from(tree).map(|changed| *widget = changed).is_ok()
}

fn find<'a>(value: &'a mut Value, id: &str) -> Option<&'a mut Value> {
    if value.get("id").and_then(Value::as_str) == Some(id) {
        return Some(value);
    }
    match value.get_mut("children")? {
        Value::Array(children) => children.iter_mut().find_map(|child| find(child, id)),
        child => find(child, id),
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

    fn folded(start: Value, updates: &[Value]) -> Value {
        let mut item = item(start);
        for update in updates {
            let update = serde_json::from_value(update.clone()).expect("an update");
            assert!(fold(&mut item, &update), "{update:?}");
        }
        serde_json::to_value(item).expect("serialisable")
    }

    #[test]
    fn text_grows_by_deltas_and_keeps_annotations_through_a_bare_done() {
        let annotation = json!({"type": "annotation", "source": {"type": "url", "title": "T", "url": "https://a.example/"}, "index": 2});
        let after = folded(
            json!({"type": "assistant_message", "content": []}),
            &[
                json!({"type": "assistant_message.content_part.added", "content_index": 0, "content": {"type": "output_text", "text": ""}}),
                json!({"type": "assistant_message.content_part.text_delta", "content_index": 0, "delta": "Hé"}),
                json!({"type": "assistant_message.content_part.annotation_added", "content_index": 0, "annotation_index": 0, "annotation": annotation}),
                json!({"type": "assistant_message.content_part.done", "content_index": 0, "content": {"type": "output_text", "text": "Hé!"}}),
            ],
        );
        assert_eq!(
            after["content"],
            json!([{"type": "output_text", "text": "Hé!", "annotations": [annotation]}])
        );
    }

    #[test]
    fn a_widget_takes_new_roots_components_and_text() {
        let after = folded(
            json!({"type": "widget", "widget": {"type": "Card"}}),
            &[
                json!({"type": "widget.root.updated", "widget": {"type": "Card", "children": [{"type": "Row", "children": {"type": "Text", "id": "t", "value": "a", "streaming": true}}]}}),
                json!({"type": "widget.streaming_text.value_delta", "component_id": "t", "delta": "b", "done": true}),
            ],
        );
        assert_eq!(
            after["widget"]["children"][0]["children"],
            json!({"type": "Text", "id": "t", "value": "ab", "streaming": false})
        );
        let after = folded(
            after,
            &[
                json!({"type": "widget.component.updated", "component_id": "t", "component": {"type": "Badge", "id": "t"}}),
            ],
        );
        assert_eq!(after["widget"]["children"][0]["children"], json!({"type": "Badge", "id": "t"}));
    }

    #[test]
    fn a_workflow_takes_tasks_and_an_image_its_address() {
        let after = folded(
            json!({"type": "workflow", "workflow": {"type": "custom", "tasks": []}}),
            &[
                json!({"type": "workflow.task.added", "task_index": 0, "task": {"type": "custom", "title": "a"}}),
                json!({"type": "workflow.task.updated", "task_index": 0, "task": {"type": "custom", "title": "b"}}),
            ],
        );
        assert_eq!(after["workflow"]["tasks"][0]["title"], "b");
        let after = folded(
            json!({"type": "generated_image"}),
            &[
                json!({"type": "generated_image.updated", "image": {"id": "i", "url": "https://a.example/"}, "progress": 0.5}),
            ],
        );
        assert_eq!(after["image"]["id"], "i");
    }

    #[test]
    fn what_does_not_fit_leaves_the_item_alone() {
        let mut message = item(json!({"type": "assistant_message", "content": []}));
        let before = message.clone();
        for update in [
            json!({"type": "assistant_message.content_part.text_delta", "content_index": 4_000_000_000_u32, "delta": "x"}),
            json!({"type": "workflow.task.added", "task_index": 0, "task": {"type": "custom"}}),
            json!({"type": "widget.root.updated", "widget": {"type": "Card"}}),
        ] {
            let update = serde_json::from_value(update).expect("an update");
            assert!(!fold(&mut message, &update));
            assert_eq!(message, before);
        }
    }
}
