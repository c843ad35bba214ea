//! Docent under test: the public API with its defaults, as a user's own server would be.

use anyhow::Result;
use async_trait::async_trait;
use clap::Args;
use docent_protocol::{AssistantMessageContent, AssistantMessageItem, UserMessageItem};
use docent_server::{
    AuthError, AuthRequest, ChatHandler, ChatServer, IdKind, Identity, PostgresStore, SqliteStore, Turn,
    TurnError,
};
use tokio::net::TcpListener;

/// What to serve, and where.
#[derive(Args)]
pub(crate) struct ServeArguments {
    /// The address to listen on.
    #[arg(long)]
    addr: String,
    /// Where threads are kept: `sqlite://` a file, or `postgres://`.
    #[arg(long)]
    database_url: String,
}

/// `deltas N` streams one message of N deltas, `items N` stores N messages, `idle` says one word and waits.
struct Answering;

#[async_trait]
impl ChatHandler for Answering {
    async fn respond(&self, turn: &mut Turn, message: Option<&UserMessageItem>) -> Result<(), TurnError> {
        let text = message.map(UserMessageItem::plain_text).unwrap_or_default();
        let (verb, number) = text.split_once(' ').unwrap_or((&text, "0"));
        let number: usize = number.parse().map_err(|_| TurnError::internal("a number of what to answer"))?;
        match verb {
            "idle" => {
                turn.progress("waiting", None).await?;
                std::future::pending().await
            }
            "items" => {
                for place in 0..number {
                    turn.add_item(item(turn, place)).await?;
                }
                Ok(())
            }
            _ => {
                let mut answer = turn.assistant_message().await?;
                for place in 0..number {
                    answer.delta(&format!("word{} ", place % 10)).await?;
                }
                answer.finish().await.map(drop)
            }
        }
    }
}

fn item(turn: &Turn, place: usize) -> AssistantMessageItem {
    AssistantMessageItem {
        id: turn.new_id(IdKind::Message),
        thread_id: turn.thread().id.clone(),
        created_at: turn.now(),
        content: vec![AssistantMessageContent::text(format!("Message {place} of a long thread."))],
    }
}

/// The header is believed: the reference's side does no more either.
fn by_header(request: &AuthRequest<'_>) -> Result<Identity, AuthError> {
    match request.header("x-user-id") {
        Some(user) if !user.is_empty() => Ok(Identity::new(user)),
        _ => Err(AuthError::Unauthenticated("Send the header X-User-ID.".into())),
    }
}

/// Serves until the process is ended.
#[tokio::main]
pub(crate) async fn run(arguments: ServeArguments) -> Result<()> {
    let ServeArguments { addr, database_url } = arguments;
    let builder = ChatServer::builder().handler(Answering).authenticator(by_header);
    let server = match database_url.starts_with("postgres") {
        true => builder.store(PostgresStore::connect(&database_url).await?).build()?,
        false => builder.store(SqliteStore::connect(&database_url).await?).build()?,
    };
    server.serve(TcpListener::bind(addr).await?, std::future::pending()).await?;
    Ok(())
}
