//! A widget that grows while it is written, and buttons that are answered: by events, or at once.
//!
//! `cargo run -p docent-server --example widgets` and send it the name of a dish. It writes a recipe card; `save` is
//! answered by events (`threads.custom_action`), `like` at once (`threads.sync_custom_action`, for buttons whose action
//! has `"streaming": false`). Both changes are stored and survive a reload.

use async_trait::async_trait;
use docent_protocol::{
    Action, ThreadItem, ThreadItemUpdate, ThreadMetadata, ThreadStreamEvent, UserMessageItem, WidgetItem,
    WidgetRoot,
};
use docent_server::{
    ChatHandler, ChatServer, DevelopmentAuthenticator, RequestContext, SqliteStore, Turn, TurnError,
};
use serde_json::{Value, json};
use tokio::net::TcpListener;

struct Cook;

/// The card in one of its states. The text that streams has an id, the same in every state.
fn card(dish: &str, steps: &str, is_streaming: bool) -> Result<WidgetRoot, TurnError> {
    let button =
        |label: &str, action: Value| json!({"type": "Button", "label": label, "onClickAction": action});
    let tree = json!({"type": "Card", "children": [
        {"type": "Title", "value": dish},
        {"type": "Markdown", "id": "steps", "value": steps, "streaming": is_streaming},
        {"type": "Row", "children": [
            button("Save", json!({"type": "save"})),
            button("Like", json!({"type": "like", "streaming": false})),
        ]},
    ]});
    WidgetRoot::try_from(tree).map_err(TurnError::internal)
}

/// The same widget with this line at its top.
fn with_status(widget: &WidgetRoot, text: &str) -> Result<WidgetRoot, TurnError> {
    let mut tree = Value::from(widget.clone());
    tree["status"] = json!({"text": text});
    WidgetRoot::try_from(tree).map_err(TurnError::internal)
}

#[async_trait]
impl ChatHandler for Cook {
    async fn respond(&self, turn: &mut Turn, message: Option<&UserMessageItem>) -> Result<(), TurnError> {
        let dish = message.map(UserMessageItem::plain_text).unwrap_or_default();
        let mut steps = String::new();
        let mut widget = turn.widget_stream(card(&dish, &steps, true)?, None).await?;
        for piece in ["1. Chop the onions.\n", "2. Fry them gently.\n", "3. Serve."] {
            steps.push_str(piece);
            widget.update(card(&dish, &steps, true)?).await?;
        }
        widget.update(card(&dish, &steps, false)?).await?;
        widget.finish().await?;
        Ok(())
    }

    async fn action(
        &self,
        turn: &mut Turn,
        action: &Action,
        sender: Option<&WidgetItem>,
    ) -> Result<(), TurnError> {
        // The action comes from the browser: it is looked up, never believed.
        let (Some(sender), "save") = (sender, action.kind.as_str()) else {
            return Err(TurnError::custom("This card has no such button."));
        };
        let widget = with_status(&sender.widget, "Saved")?;
        let update = ThreadItemUpdate::WidgetRootUpdated { widget };
        turn.emit(ThreadStreamEvent::ThreadItemUpdated { item_id: sender.id.clone(), update }).await
    }

    async fn sync_action(
        &self,
        _: &RequestContext,
        _: &ThreadMetadata,
        action: &Action,
        sender: Option<&WidgetItem>,
    ) -> Result<Option<ThreadItem>, TurnError> {
        let (Some(sender), "like") = (sender, action.kind.as_str()) else {
            return Err(TurnError::custom("This card has no such button."));
        };
        let widget = with_status(&sender.widget, "You like this")?;
        Ok(Some(WidgetItem { widget, ..sender.clone() }.into()))
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:9321".into());
    let listener = TcpListener::bind(address).await?;
    let address = listener.local_addr()?;
    let server = ChatServer::builder()
        .handler(Cook)
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
