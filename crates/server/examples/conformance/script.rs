//! The steps of a script, and what each does.

use std::time::Duration;

use docent_protocol::{JsonObject, ThreadStatus, WidgetRoot};
use docent_server::store::ThreadPatch;
use docent_server::{Turn, TurnError};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

#[derive(Deserialize)]
#[serde(untagged)]
enum Step {
    Event {
        event: Value,
    },
    Sleep {
        sleep_ms: u64,
    },
    Thread {
        thread: Change,
    },
    Widget {
        widget: Vec<WidgetRoot>,
        copy_text: Option<String>,
        #[serde(default)]
        stream: bool,
    },
    Raise {
        raise: Failure,
        #[serde(default)]
        message: String,
        allow_retry: Option<bool>,
    },
}

/// What becomes of the thread; a field that is not named stays as it is, `null` takes it away.
#[derive(Deserialize)]
struct Change {
    #[serde(default, deserialize_with = "named")]
    title: Option<Option<String>>,
    status: Option<ThreadStatus>,
    metadata: Option<JsonObject>,
    #[serde(default, deserialize_with = "named")]
    allowed_image_domains: Option<Option<Vec<String>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Failure {
    Custom,
    Stream,
    Panic,
}

fn named<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// The value with `$thread` in its strings replaced by the thread's id.
pub(crate) fn with_thread(value: &Value, thread_id: &str) -> Value {
    match value {
        Value::String(text) => text.replace("$thread", thread_id).into(),
        Value::Array(list) => list.iter().map(|element| with_thread(element, thread_id)).collect(),
        Value::Object(object) => {
            object.iter().map(|(name, member)| (name.clone(), with_thread(member, thread_id))).collect()
        }
        other => other.clone(),
    }
}

/// Does the steps in order. A step that is none fails when its turn comes.
pub(crate) async fn run(turn: &mut Turn, steps: Value) -> Result<(), TurnError> {
    let Value::Array(steps) = with_thread(&steps, &turn.thread().id) else {
        return Err(TurnError::internal("a script is a list"));
    };
    for step in steps {
        match serde_json::from_value(step)? {
            Step::Event { event } => turn.emit(serde_json::from_value(event)?).await?,
            Step::Sleep { sleep_ms } => tokio::time::sleep(Duration::from_millis(sleep_ms)).await,
            Step::Thread { thread: Change { title, status, metadata, allowed_image_domains } } => {
                turn.change_thread(ThreadPatch { title, status, metadata, allowed_image_domains }).await?;
            }
            Step::Widget { widget, copy_text, stream } => show(turn, widget, copy_text, stream).await?,
            Step::Raise { raise: Failure::Custom, message, allow_retry } => {
                return Err(TurnError::Custom { message, allow_retry: allow_retry.unwrap_or(false) });
            }
            Step::Raise { raise: Failure::Stream, allow_retry, .. } => {
                return Err(TurnError::Stream { allow_retry: allow_retry.unwrap_or(true) });
            }
            #[expect(clippy::panic, reason = "this is what the script asks for")]
            Step::Raise { raise: Failure::Panic, .. } => panic!("a script that panics"),
        }
    }
    Ok(())
}

async fn show(
    turn: &Turn,
    roots: Vec<WidgetRoot>,
    copy_text: Option<String>,
    is_stream: bool,
) -> Result<(), TurnError> {
    let mut roots = roots.into_iter();
    let Some(first) = roots.next() else { return Ok(()) };
    if roots.len() == 0 && !is_stream {
        turn.widget(first, copy_text).await?;
        return Ok(());
    }
    let mut widget = turn.widget_stream(first, copy_text).await?;
    for root in roots {
        widget.update(root).await?;
    }
    widget.finish().await?;
    Ok(())
}
