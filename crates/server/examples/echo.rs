//! The least a ChatKit server needs: a handler, a store, and users. It answers every message with its own words.
//!
//! `cargo run -p docent-server --example echo` and then, in another terminal,
//! `curl -N -H 'X-User-ID: ada' localhost:9320/chatkit -d '{"type": "threads.create", "params": {"input":
//! {"content": [{"type": "input_text", "text": "hello"}], "attachments": [], "inference_options": {}}}}'`.

use async_trait::async_trait;
use docent_protocol::UserMessageItem;
use docent_server::{ChatHandler, ChatServer, DevelopmentAuthenticator, SqliteStore, Turn, TurnError};
use tokio::net::TcpListener;

struct Echo;

#[async_trait]
impl ChatHandler for Echo {
    async fn respond(&self, turn: &mut Turn, message: Option<&UserMessageItem>) -> Result<(), TurnError> {
        let text = message.map(UserMessageItem::plain_text).unwrap_or_default();
        if turn.thread().title.is_none() {
            turn.set_title(text.chars().take(40).collect::<String>()).await?;
        }
        let mut answer = turn.assistant_message().await?;
        for word in text.split_inclusive(' ') {
            answer.delta(word).await?;
        }
        answer.finish().await?;
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:9320".into());
    let listener = TcpListener::bind(address).await?;
    let address = listener.local_addr()?;
    let server = ChatServer::builder()
        .handler(Echo)
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
