//! A ChatKit server that is driven from outside: messages carry a script of what to do, so that any event of the protocol
//! can be had, and this server be compared with others. A URL such as `postgres://localhost/conformance` keeps threads in Postgres.
//!
//! `cargo run -p docent-server --example conformance -- --addr 127.0.0.1:9102 --database-url sqlite://c.db` prints its
//! address once it is ready and stops on SIGTERM. The user is the header `X-User-ID`, trusted as it is: never run it
//! where strangers can reach it.

mod script;

use async_trait::async_trait;
use docent_protocol::{Action, ThreadItem, ThreadMetadata, UserMessageContent, UserMessageItem, WidgetItem};
use docent_server::store::AttachmentStore;
use docent_server::{
    Attachments, AudioInput, AuthError, AuthRequest, BuildError, ChatHandler, ChatServer, Identity,
    RequestContext, SqliteStore, Store, Turn, TurnError,
};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

struct Conformance;

#[async_trait]
impl ChatHandler for Conformance {
    async fn respond(&self, turn: &mut Turn, message: Option<&UserMessageItem>) -> Result<(), TurnError> {
        let Some(message) = message else {
            let newest = turn.history(1).await?.pop();
            return say(turn, &format!("continue: {}", newest.map_or("empty", |item| item.kind()))).await;
        };
        let text = first_text(message);
        match serde_json::from_str::<Value>(text).ok().as_mut().and_then(|body| body.get_mut("script")) {
            Some(steps) if steps.is_array() => script::run(turn, steps.take()).await,
            _ => say(turn, &format!("echo: {text}")).await,
        }
    }

    async fn action(
        &self,
        turn: &mut Turn,
        action: &Action,
        _: Option<&WidgetItem>,
    ) -> Result<(), TurnError> {
        match action.payload.get("script") {
            Some(steps) => script::run(turn, steps.clone()).await,
            None => Ok(()),
        }
    }

    async fn sync_action(
        &self,
        _: &RequestContext,
        thread: &ThreadMetadata,
        action: &Action,
        _: Option<&WidgetItem>,
    ) -> Result<Option<ThreadItem>, TurnError> {
        let item = action.payload.get("updated_item").filter(|item| !item.is_null());
        let item = item.map(|item| serde_json::from_value(script::with_thread(item, &thread.id)));
        Ok(item.transpose()?)
    }

    async fn transcribe(&self, _: &RequestContext, audio: &AudioInput) -> Result<String, TurnError> {
        Ok(format!("{} {} bytes", audio.media_type(), audio.data.len()))
    }
}

fn first_text(message: &UserMessageItem) -> &str {
    let texts = message.content.iter().filter_map(|part| match part {
        UserMessageContent::InputText { text } => Some(text.as_str()),
        UserMessageContent::InputTag(_) => None,
    });
    texts.into_iter().next().unwrap_or_default()
}

async fn say(turn: &Turn, text: &str) -> Result<(), TurnError> {
    let message = docent_protocol::AssistantMessageItem {
        id: turn.new_id(docent_server::IdKind::Message),
        thread_id: turn.thread().id.clone(),
        created_at: turn.now(),
        content: vec![docent_protocol::AssistantMessageContent::text(text)],
    };
    turn.add_item(message).await
}

fn by_header(request: &AuthRequest<'_>) -> Result<Identity, AuthError> {
    match request.header("x-user-id") {
        Some(user) if !user.is_empty() => Ok(Identity::new(user)),
        _ => Err(AuthError::Unauthenticated("Send the header X-User-ID.".into())),
    }
}

/// The value behind a flag of the command line.
fn flag(name: &str, default: &str) -> String {
    let mut arguments = std::env::args().skip_while(|argument| argument != name).skip(1);
    arguments.next().unwrap_or_else(|| default.to_owned())
}

fn server<S: Store + AttachmentStore + Clone>(
    store: S,
    address_url: String,
) -> Result<ChatServer, BuildError> {
    let attachments = Attachments::new(store.clone(), address_url).accept(["*/*"]);
    ChatServer::builder()
        .handler(Conformance)
        .store(store)
        .authenticator(by_header)
        .attachments(attachments)
        .build()
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listener = TcpListener::bind(flag("--addr", "127.0.0.1:9102")).await?;
    let address = listener.local_addr()?;
    let url = flag("--database-url", "sqlite::memory:");
    let address_url = format!("http://{address}");
    #[cfg(feature = "postgres")]
    let server = match url.starts_with("postgres") {
        true => server(docent_server::PostgresStore::connect(&url).await?, address_url)?,
        false => server(SqliteStore::connect(&url).await?, address_url)?,
    };
    #[cfg(not(feature = "postgres"))]
    let server = server(SqliteStore::connect(&url).await?, address_url)?;
    let mut stop = signal(SignalKind::terminate())?;
    #[expect(clippy::print_stdout, reason = "the address is what this program has to say")]
    {
        println!("http://{address}/chatkit");
    }
    let stopped = async move {
        stop.recv().await;
    };
    server.serve(listener, stopped).await?;
    Ok(())
}
