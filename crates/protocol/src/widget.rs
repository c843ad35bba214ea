//! Widgets: interface trees that a server sends as JSON. Components grow with the element, so only the root is checked.

use crate::JsonObject;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;

/// The types that may stand at the root of a widget.
const ROOT_TYPES: [&str; 3] = ["Card", "ListView", "Basic"];

/// A widget's root: a JSON object whose `type` is `Card`, `ListView` or `Basic`. Nulls are dropped at every depth,
/// inside free objects and lists too, as the protocol's writers do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Value", into = "Value")]
pub struct WidgetRoot(JsonObject);

impl WidgetRoot {
    /// The component tree.
    pub fn as_object(&self) -> &JsonObject {
        &self.0
    }

    /// `Card`, `ListView` or `Basic`.
    pub fn kind(&self) -> &str {
        self.0.get("type").and_then(Value::as_str).unwrap_or_default()
    }
}

impl TryFrom<Value> for WidgetRoot {
    type Error = WidgetError;

    fn try_from(mut value: Value) -> Result<Self, WidgetError> {
        drop_nulls(&mut value);
        let Value::Object(object) = value else { return Err(WidgetError::NotAnObject) };
        match object.get("type").and_then(Value::as_str) {
            Some(kind) if ROOT_TYPES.contains(&kind) => Ok(Self(object)),
            kind => Err(WidgetError::Root(kind.unwrap_or("none").to_owned())),
        }
    }
}

impl From<WidgetRoot> for Value {
    fn from(widget: WidgetRoot) -> Self {
        Self::Object(widget.0)
    }
}

fn drop_nulls(value: &mut Value) {
    match value {
        Value::Object(object) => {
            object.retain(|_, member| !member.is_null());
            object.values_mut().for_each(drop_nulls);
        }
        Value::Array(list) => {
            list.retain(|element| !element.is_null());
            list.iter_mut().for_each(drop_nulls);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Why a JSON value is no widget.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WidgetError {
    /// It is not a JSON object.
    NotAnObject,
    /// Its `type` cannot stand at the root.
    Root(String),
}

impl fmt::Display for WidgetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAnObject => f.write_str("a widget is a JSON object"),
            Self::Root(kind) => write!(f, "a widget's root is a Card, a ListView or a Basic, not {kind:?}"),
        }
    }
}

impl std::error::Error for WidgetError {}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn nulls_are_dropped_at_every_depth() {
        let widget =
            WidgetRoot::try_from(json!({"type": "Card", "children": null, "x": {"a": null, "b": [null, 1]}}));
        assert_eq!(Value::from(widget.unwrap()), json!({"type": "Card", "x": {"b": [1]}}));
    }

    #[test]
    fn unknown_components_pass_and_unknown_roots_do_not() {
        let inner = json!({"type": "Basic", "children": [{"type": "Foo", "baz": 1}]});
        assert_eq!(Value::from(WidgetRoot::try_from(inner.clone()).unwrap()), inner);
        assert_eq!(WidgetRoot::try_from(json!({"type": "Foo"})), Err(WidgetError::Root("Foo".into())));
        assert_eq!(WidgetRoot::try_from(json!([])), Err(WidgetError::NotAnObject));
    }
}
