//! What changed from one state of a widget to the next, said as the reference says it.
//!
//! Text that only grew, of a `Markdown` or `Text` component with an id, is a delta. Any other change, also of `streaming`
//! alone, is the whole widget anew. Text that grew where it cannot be addressed (no id, or a `children` that is one
//! component and no list) is heard of with `thread.item.done`.

use docent_protocol::{JsonObject, ThreadItemUpdate, WidgetRoot};
use serde_json::Value;

/// The updates that lead from `before` to `after`, in the order of the tree.
pub(super) fn diff(before: &WidgetRoot, after: &WidgetRoot) -> Vec<ThreadItemUpdate> {
    let (old, new) = (before.as_object(), after.as_object());
    if component_differs(old, new) {
        return vec![ThreadItemUpdate::WidgetRootUpdated { widget: after.clone() }];
    }
    let mut updates = Vec::new();
    add_deltas(old, new, &mut updates);
    updates
}

/// Whether more changed than text that grew. `WidgetRoot` holds no nulls, so a field that only one of them has differs.
fn component_differs(before: &JsonObject, after: &JsonObject) -> bool {
    before.len() != after.len()
        || before.iter().any(|(name, old)| {
            let Some(new) = after.get(name) else { return true };
            match name.as_str() {
                "value" if appended(before, after).is_some() => false,
                "children" => child_differs(old, new),
                _ => old != new,
            }
        })
}

fn child_differs(before: &Value, after: &Value) -> bool {
    match (before, after) {
        (Value::Array(old), Value::Array(new)) => {
            old.len() != new.len() || old.iter().zip(new).any(|(old, new)| child_differs(old, new))
        }
        (Value::Object(old), Value::Object(new)) => component_differs(old, new),
        (old, new) => old != new,
    }
}

/// What was added to the text of a component; `None` if it is no text or did not only grow.
fn appended<'a>(before: &JsonObject, after: &'a JsonObject) -> Option<&'a str> {
    text_of(after)?.strip_prefix(text_of(before)?)
}

fn text_of(component: &JsonObject) -> Option<&str> {
    match component.get("type")?.as_str()? {
        "Markdown" | "Text" => component.get("value")?.as_str(),
        _ => None,
    }
}

fn add_deltas(before: &JsonObject, after: &JsonObject, updates: &mut Vec<ThreadItemUpdate>) {
    let id = after.get("id").and_then(Value::as_str).filter(|id| !id.is_empty());
    if let (Some(id), Some(delta)) = (id, appended(before, after))
        && !delta.is_empty()
    {
        let is_streaming = after.get("streaming").and_then(Value::as_bool).unwrap_or(false);
        updates.push(ThreadItemUpdate::WidgetStreamingTextValueDelta {
            component_id: id.to_owned(),
            delta: delta.to_owned(),
            done: !is_streaming,
        });
    }
    if let (Some(Value::Array(old)), Some(Value::Array(new))) =
        (before.get("children"), after.get("children"))
    {
        for (old, new) in old.iter().zip(new) {
            if let (Value::Object(old), Value::Object(new)) = (old, new) {
                add_deltas(old, new, updates);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn updates(before: Value, after: Value) -> Value {
        let root = |value| WidgetRoot::try_from(value).expect("a widget");
        serde_json::to_value(diff(&root(before), &root(after))).expect("serialisable")
    }

    fn card(children: Value) -> Value {
        json!({"type": "Card", "children": children})
    }

    #[test]
    fn text_that_grew_is_a_delta_for_each_component_with_an_id() {
        let before = card(json!([
            {"type": "Col", "children": [{"type": "Markdown", "id": "a", "value": "He", "streaming": true}]},
            {"type": "Text", "id": "b", "value": ""},
            {"type": "Text", "id": "c", "value": "same"},
        ]));
        let after = card(json!([
            {"type": "Col", "children": [{"type": "Markdown", "id": "a", "value": "Hello", "streaming": true}]},
            {"type": "Text", "id": "b", "value": "all"},
            {"type": "Text", "id": "c", "value": "same"},
        ]));
        assert_eq!(
            updates(before, after),
            json!([
                {"type": "widget.streaming_text.value_delta", "component_id": "a", "delta": "llo", "done": false},
                {"type": "widget.streaming_text.value_delta", "component_id": "b", "delta": "all", "done": true},
            ])
        );
    }

    #[test]
    fn any_other_change_is_the_whole_widget_anew() {
        let text = |fields: Value| {
            let mut text = json!({"type": "Text", "id": "a", "value": "x"});
            for (name, value) in fields.as_object().expect("fields") {
                text[name] = value.clone();
            }
            card(json!([text]))
        };
        let before = text(json!({"streaming": true}));
        for after in [
            text(json!({"streaming": false})),
            text(json!({"streaming": true, "value": "y"})),
            text(json!({"streaming": true, "value": 5})),
            text(json!({"streaming": true, "id": "b"})),
            text(json!({"streaming": true, "key": "k"})),
            text(json!({"streaming": true, "type": "Markdown"})),
            text(json!({"streaming": true, "weight": "bold"})),
            text(json!({})),
            card(json!([])),
            json!({"type": "Basic", "children": []}),
        ] {
            assert_eq!(
                updates(before.clone(), after.clone()),
                json!([{"type": "widget.root.updated", "widget": after}])
            );
        }
    }

    #[test]
    fn text_that_cannot_be_addressed_and_nothing_at_all_give_no_update() {
        let without_id = |value: &str| card(json!([{"type": "Text", "value": value}]));
        assert_eq!(updates(without_id("a"), without_id("ab")), json!([]));
        let one_child = |value: &str| card(json!({"type": "Text", "id": "a", "value": value}));
        assert_eq!(updates(one_child("a"), one_child("ab")), json!([]));
        assert_eq!(updates(one_child("a"), one_child("a")), json!([]));
    }
}
