//! A widget's action: what a reader pressed, and the data the widget's author put behind it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What `threads.custom_action` and `threads.sync_custom_action` carry. The payload comes from the browser:
/// untrusted, even where the server itself rendered the widget.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Action {
    /// The action's name, chosen by the widget's author.
    #[serde(rename = "type")]
    pub kind: String,
    /// Free JSON; `null` when the request has none.
    #[serde(default)]
    pub payload: Value,
}
