//! Updates to an item while it grows: the `update` of `thread.item.updated`, ten kinds.

use crate::{Annotation, AssistantMessageContent, GeneratedImage, Task, WidgetRoot};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A change to an item that is not done. Indices count from 0.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum ThreadItemUpdate {
    /// A part begins.
    #[serde(rename = "assistant_message.content_part.added")]
    ContentPartAdded {
        /// Which part.
        content_index: usize,
        /// The part as it begins.
        content: AssistantMessageContent,
    },
    /// Text to append to a part.
    #[serde(rename = "assistant_message.content_part.text_delta")]
    TextDelta {
        /// Which part.
        content_index: usize,
        /// The text.
        delta: String,
    },
    /// A source for a part.
    #[serde(rename = "assistant_message.content_part.annotation_added")]
    AnnotationAdded {
        /// Which part.
        content_index: usize,
        /// Its place in the part's list.
        annotation_index: usize,
        /// The annotation.
        annotation: Annotation,
    },
    /// A part is complete.
    #[serde(rename = "assistant_message.content_part.done")]
    ContentPartDone {
        /// Which part.
        content_index: usize,
        /// The part as it ends.
        content: AssistantMessageContent,
    },
    /// Text to append to a text component of a widget.
    #[serde(rename = "widget.streaming_text.value_delta")]
    WidgetStreamingTextValueDelta {
        /// The component's id.
        component_id: String,
        /// The text.
        delta: String,
        /// Whether the text is complete.
        done: bool,
    },
    /// A component of a widget changed.
    #[serde(rename = "widget.component.updated")]
    WidgetComponentUpdated {
        /// The component's id.
        component_id: String,
        /// The component as it is now.
        component: Value,
    },
    /// A widget changed as a whole.
    #[serde(rename = "widget.root.updated")]
    WidgetRootUpdated {
        /// The widget as it is now.
        widget: WidgetRoot,
    },
    /// A workflow got a task.
    #[serde(rename = "workflow.task.added")]
    WorkflowTaskAdded {
        /// Its place.
        task_index: usize,
        /// The task.
        task: Task,
    },
    /// A task of a workflow changed.
    #[serde(rename = "workflow.task.updated")]
    WorkflowTaskUpdated {
        /// Its place.
        task_index: usize,
        /// The task as it is now.
        task: Task,
    },
    /// An image got clearer.
    #[serde(rename = "generated_image.updated")]
    GeneratedImageUpdated {
        /// The image as it is now.
        image: GeneratedImage,
        /// 0 to 1.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        progress: Option<f64>,
    },
}
