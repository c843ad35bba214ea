//! A turn that needs its reader: a tool that runs in the page, questions with answers, and what is shown meanwhile.
//!
//! `cargo run -p docent-server --example tools` and send it anything. It shows its work as a workflow and asks the page for
//! the time zone (a client tool); with the output it asks the reader two questions (a structured input); with the answers
//! it finishes, and has the page highlight something (a client effect).

use async_trait::async_trait;
use docent_protocol::{
    CustomTask, FreeformInput, JsonObject, MultipleChoiceInput, MultipleChoiceOption, StatusIndicator,
    StructuredInput, StructuredInputItem, Task, ThreadItem, UserMessageItem, WorkflowKind, WorkflowSummary,
};
use docent_server::{ChatHandler, ChatServer, DevelopmentAuthenticator, SqliteStore, Turn, TurnError};
use serde_json::Value;
use tokio::net::TcpListener;

struct Planner;

#[async_trait]
impl ChatHandler for Planner {
    async fn respond(&self, turn: &mut Turn, message: Option<&UserMessageItem>) -> Result<(), TurnError> {
        if message.is_some() {
            return look_around(turn).await;
        }
        match turn.history(1).await?.pop() {
            Some(ThreadItem::ClientToolCall(call)) => ask(turn, call.output.as_ref()).await,
            Some(ThreadItem::StructuredInput(questions)) => conclude(turn, &questions).await,
            _ => Err(TurnError::custom("Say what to plan first.")),
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

async fn conclude(turn: &Turn, questions: &StructuredInputItem) -> Result<(), TurnError> {
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
    answer.finish().await?;
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:9322".into());
    let listener = TcpListener::bind(address).await?;
    let address = listener.local_addr()?;
    let server = ChatServer::builder()
        .handler(Planner)
        .store(SqliteStore::in_memory().await?)
        .authenticator(DevelopmentAuthenticator::new(address))
        .build()?;
    #[expect(clippy::print_stdout, reason = "the address is what this program has to say")]
    {
        println!("http://{address}/chatkit");
    }
    server.serve(listener, async { drop(tokio::signal::ctrl_c().await) }).await?;
    Ok(())
}
