//! A turn that needs its reader: a tool that runs in the page, questions with answers, and what is shown meanwhile.
//!
//! `cargo run -p docent-server --example tools` and send it anything. It shows its work as a workflow and asks the page for
//! the time zone (a client tool); with the output it asks the reader two questions (a structured input); with the answers
//! it finishes, and has the page highlight something (a client effect). It also hears: what is dictated is transcribed, and
//! what readers think of a plan is told with the next. With `--repeatable` ids count up and the clock stands still, so
//! that the same requests have the same answers.

use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use docent_protocol::{
    CustomTask, FeedbackKind, FreeformInput, JsonObject, MultipleChoiceInput, MultipleChoiceOption,
    StatusIndicator, StructuredInput, StructuredInputItem, Task, ThreadItem, UserMessageItem, WorkflowKind,
    WorkflowSummary,
};
use docent_server::{
    AudioInput, ChatHandler, ChatServer, CountingGenerator, DevelopmentAuthenticator, Feedback, FixedClock,
    RequestContext, SqliteStore, Turn, TurnError,
};
use serde_json::Value;
use tokio::net::TcpListener;

#[derive(Default)]
struct Planner {
    /// How many thumbs went up.
    liked: AtomicUsize,
}

#[async_trait]
impl ChatHandler for Planner {
    async fn respond(&self, turn: &mut Turn, message: Option<&UserMessageItem>) -> Result<(), TurnError> {
        if message.is_some() {
            return look_around(turn).await;
        }
        match turn.history(1).await?.pop() {
            Some(ThreadItem::ClientToolCall(call)) => ask(turn, call.output.as_ref()).await,
            Some(ThreadItem::StructuredInput(questions)) => {
                conclude(turn, &questions, self.liked.load(Ordering::Relaxed)).await
            }
            _ => Err(TurnError::custom("Say what to plan first.")),
        }
    }

    /// The items were checked to be this user's, and the opinion is stored.
    async fn add_feedback(&self, _: &RequestContext, feedback: &Feedback) -> Result<(), TurnError> {
        if feedback.kind == FeedbackKind::Positive {
            self.liked.fetch_add(feedback.item_ids.len(), Ordering::Relaxed);
        }
        Ok(())
    }

    /// A real one hands the bytes to a model that understands speech.
    async fn transcribe(&self, _: &RequestContext, audio: &AudioInput) -> Result<String, TurnError> {
        match audio.data.len() {
            0 => Err(TurnError::custom("There is nothing to hear.")),
            bytes => Ok(format!("{bytes} bytes of {}", audio.media_type())),
        }
    }
}

/// Shows two steps of work, then calls the tool in the page. The turn ends there; the output begins the next.
async fn look_around(turn: &Turn) -> Result<(), TurnError> {
    turn.progress("Planning", Some("calendar")).await?;
    let summary = WorkflowSummary::Custom { title: "Planning".into(), icon: Some("calendar".into()) };
    let mut work = turn.workflow(WorkflowKind::Custom, Some(summary)).await?;
    let step = |title: &str, status_indicator| {
        Task::Custom(CustomTask { title: Some(title.into()), status_indicator, ..CustomTask::default() })
    };
    let reading = work.add_task(step("Read the calendar", StatusIndicator::Loading)).await?;
    work.update_task(reading, step("Read the calendar", StatusIndicator::Complete)).await?;
    work.add_task(step("Find out the time zone", StatusIndicator::Complete)).await?;
    work.finish(None).await?;
    turn.call_client_tool("time_zone", JsonObject::new()).await?;
    Ok(())
}

/// The output comes from the browser: data, to be checked.
async fn ask(turn: &Turn, output: Option<&Value>) -> Result<(), TurnError> {
    let zone = output.and_then(Value::as_str).filter(|zone| zone.len() <= 64).unwrap_or("UTC");
    let options = ["Morning", "Evening"].map(|value| MultipleChoiceOption { value: value.into() }).to_vec();
    turn.ask(vec![
        StructuredInput::MultipleChoice(MultipleChoiceInput {
            id: "when".into(),
            question: format!("When, in {zone}?"),
            answer: None,
            options,
            multiple: false,
        }),
        StructuredInput::Freeform(FreeformInput {
            id: "note".into(),
            question: "Anything to keep in mind?".into(),
            answer: None,
            description: None,
        }),
    ])
    .await?;
    Ok(())
}

async fn conclude(turn: &Turn, questions: &StructuredInputItem, liked: usize) -> Result<(), TurnError> {
    let chosen = questions.inputs.iter().find_map(|input| match input {
        StructuredInput::MultipleChoice(choice) => choice.answer.as_ref()?.values.first().cloned(),
        StructuredInput::Freeform(_) => None,
    });
    let mut answer = turn.assistant_message().await?;
    match chosen {
        Some(when) => {
            let data = JsonObject::from_iter([("slot".to_owned(), Value::from(when.clone()))]);
            turn.client_effect("highlight", data).await?;
            answer.delta(&format!("Planned: {when}.")).await?;
        }
        None => answer.delta("Nothing was planned.").await?,
    }
    if liked > 0 {
        answer.delta(&format!(" Plans were liked {liked} times.")).await?;
    }
    answer.finish().await?;
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:9322".into());
    let listener = TcpListener::bind(address).await?;
    let address = listener.local_addr()?;
    let mut builder = ChatServer::builder()
        .handler(Planner::default())
        .store(SqliteStore::in_memory().await?)
        .authenticator(DevelopmentAuthenticator::new(address));
    if std::env::args().any(|argument| argument == "--repeatable") {
        builder =
            builder.ids(CountingGenerator::default()).clock(FixedClock("2026-01-01T12:00:00Z".parse()?));
    }
    let server = builder.build()?;
    #[expect(clippy::print_stdout, reason = "the address is what this program has to say")]
    {
        println!("http://{address}/chatkit");
    }
    server.serve(listener, async { drop(tokio::signal::ctrl_c().await) }).await?;
    Ok(())
}
