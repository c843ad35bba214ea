//! A handler that does what a message tells it: a JSON script of steps, or an echo.

use std::time::Duration;

use async_trait::async_trait;
use docent_protocol::{
    Action, Annotation, ThreadItem, ThreadMetadata, ThreadStatus, UserMessageItem, WidgetItem,
};
use docent_server::store::ThreadPatch;
use docent_server::{AudioInput, ChatHandler, RequestContext, Turn, TurnError};
use serde::Deserialize;
use serde_json::{Value, json};

pub(crate) struct Script;

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Step {
    /// Emits the event.
    Event(Value),
    /// Waits.
    SleepMs(u64),
    /// Gives the thread a title.
    Title(String),
    /// Changes the thread's status.
    Status(ThreadStatus),
    /// Writes a message in these pieces; the last word decides whether it is finished.
    Write {
        pieces: Vec<String>,
        #[serde(default)]
        sources: Vec<Annotation>,
        unfinished: Option<bool>,
    },
    /// Emits, as a progress update, what the context and so many items of the history are.
    Tell(usize),
    /// Emits, as a progress update, how many bytes the attachment has.
    Read(String),
    /// Fails: `custom`, `stream`, `internal` or `panic`.
    Raise(String),
}

/// The body of a message that makes [`Script`] do these steps.
pub(crate) fn script(steps: Value) -> String {
    json!({ "script": steps }).to_string()
}

async fn run(turn: &mut Turn, steps: Value) -> Result<(), TurnError> {
    let text = steps.to_string().replace("$thread", &turn.thread().id).replace("$run", turn.id());
    for step in serde_json::from_str::<Vec<Step>>(&text)? {
        match step {
            Step::Event(event) => turn.emit(serde_json::from_value(event)?).await?,
            Step::SleepMs(milliseconds) => tokio::time::sleep(Duration::from_millis(milliseconds)).await,
            Step::Title(title) => turn.set_title(title).await?,
            Step::Status(status) => {
                turn.change_thread(ThreadPatch { status: Some(status), ..Default::default() }).await?
            }
            Step::Write { pieces, sources, unfinished } => {
                let mut message = turn.assistant_message().await?;
                for piece in pieces {
                    message.delta(&piece).await?;
                }
                for source in sources {
                    message.annotate(source).await?;
                }
                if unfinished != Some(true) {
                    message.finish().await?;
                }
            }
            Step::Tell(limit) => {
                let history: Vec<String> =
                    turn.history(limit).await?.iter().map(|item| item.kind().to_owned()).collect();
                let context = turn.context();
                let told = json!({
                    "user": context.user_id, "locale": context.locale, "user_info": context.user_info(),
                    "page_context": context.page_context(), "history": history,
                });
                turn.progress(told.to_string(), None).await?;
            }
            Step::Read(id) => {
                let bytes = turn.attachment_bytes(&id).await?;
                let told = bytes.map_or("nothing".to_owned(), |bytes| format!("{} bytes", bytes.len()));
                turn.progress(told, None).await?;
            }
            Step::Raise(kind) => match kind.as_str() {
                "custom" => return Err(TurnError::custom("Not today.")),
                "stream" => return Err(TurnError::Stream { allow_retry: false }),
                "internal" => return Err(TurnError::internal("secret detail")),
                _ => panic!("a handler that panics"),
            },
        }
    }
    Ok(())
}

#[async_trait]
impl ChatHandler for Script {
    async fn respond(&self, turn: &mut Turn, message: Option<&UserMessageItem>) -> Result<(), TurnError> {
        let Some(message) = message else {
            let newest = turn.history(1).await?.pop();
            return write(turn, &format!("continue: {}", newest.map_or("empty", |item| item.kind()))).await;
        };
        let text = message.plain_text();
        match serde_json::from_str::<Value>(&text) {
            Ok(Value::Object(mut body)) if body.contains_key("script") => {
                run(turn, body["script"].take()).await
            }
            _ => write(turn, &format!("echo: {text}")).await,
        }
    }

    async fn action(
        &self,
        turn: &mut Turn,
        action: &Action,
        _: Option<&WidgetItem>,
    ) -> Result<(), TurnError> {
        match action.payload.get("script") {
            Some(steps) => run(turn, steps.clone()).await,
            None => Ok(()),
        }
    }

    async fn sync_action(
        &self,
        _: &RequestContext,
        _: &ThreadMetadata,
        action: &Action,
        _: Option<&WidgetItem>,
    ) -> Result<Option<ThreadItem>, TurnError> {
        match action.kind.as_str() {
            "panic" => panic!("a hook that panics"),
            _ => Ok(action
                .payload
                .get("updated_item")
                .map(|item| serde_json::from_value(item.clone()))
                .transpose()?),
        }
    }

    async fn transcribe(&self, _: &RequestContext, audio: &AudioInput) -> Result<String, TurnError> {
        Ok(format!("{} {} bytes", audio.media_type(), audio.data.len()))
    }
}

async fn write(turn: &Turn, text: &str) -> Result<(), TurnError> {
    let mut message = turn.assistant_message().await?;
    message.delta(text).await?;
    message.finish().await?;
    Ok(())
}
