//! A whole ChatKit server around a model's handler, asked over its router.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use docent_agent::{Briefing, Knowledge, KnownPassage, ModelClient, ModelHandler, ModelSettings};
use docent_protocol::{ThreadItem, UserMessageItem};
use docent_server::{AuthRequest, ChatServer, Identity, RequestContext, SqliteStore};
use serde_json::{Value, json};
use tower::ServiceExt;

pub(crate) const KEY: &str = "sk-test-0123456789abcdefghij";

struct TwoPassages;

#[async_trait]
impl Knowledge for TwoPassages {
    async fn brief(&self, _: &RequestContext, message: &UserMessageItem, _: &[ThreadItem]) -> Briefing {
        let passage = |name: &str| KnownPassage {
            title: format!("Page › {name}"),
            url: format!("https://docs.example/page#{name}"),
            text: format!("About {name}."),
            site_name: Some("Docs".into()),
            ..KnownPassage::default()
        };
        Briefing { title: Some(message.plain_text()), passages: vec![passage("one"), passage("two")] }
    }
}

/// A ChatKit server whose model is at `url`.
pub(crate) struct Chat {
    router: Router,
}

impl Chat {
    pub(crate) async fn with(url: &str) -> Self {
        // The first test installs the provider; the others find it there.
        drop(rustls::crypto::ring::default_provider().install_default());
        let settings = ModelSettings {
            idle_timeout: Duration::from_millis(400),
            first_byte_timeout: Duration::from_millis(600),
            backoff: Duration::from_millis(20),
            ..ModelSettings::new(url, "test-model", Some(KEY.to_owned()))
        };
        let client = ModelClient::new(settings).expect("a client");
        let server = ChatServer::builder()
            .handler(ModelHandler::new(client, Arc::new(TwoPassages)))
            .store(SqliteStore::in_memory().await.expect("a store"))
            .authenticator(|_: &AuthRequest<'_>| Ok(Identity::new("ada")))
            .build()
            .expect("a server");
        Self { router: server.router() }
    }

    /// Sends one request and gives the whole answer as text.
    async fn post(&self, body: &Value) -> String {
        let request = Request::post("/chatkit").header("content-type", "application/json");
        let request = request.body(Body::from(body.to_string())).expect("a request");
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.expect("a body");
        String::from_utf8(bytes.to_vec()).expect("UTF-8")
    }

    /// Asks in a new thread.
    pub(crate) async fn ask(&self, question: &str) -> Answer {
        let input = json!({
            "content": [{"type": "input_text", "text": question}], "attachments": [], "inference_options": {}
        });
        let stream = self.post(&json!({"type": "threads.create", "params": {"input": input}})).await;
        let events: Vec<Value> = stream
            .lines()
            .filter_map(|line| line.strip_prefix("data: "))
            .map(|data| serde_json::from_str(data).expect("JSON"))
            .collect();
        let thread_id = events[0]["thread"]["id"].as_str().expect("a thread").to_owned();
        let stored =
            self.post(&json!({"type": "threads.get_by_id", "params": {"thread_id": thread_id}})).await;
        Answer { stream, events, stored: serde_json::from_str(&stored).expect("JSON") }
    }
}

/// What came back.
pub(crate) struct Answer {
    /// The stream as it was sent.
    pub(crate) stream: String,
    pub(crate) events: Vec<Value>,
    /// The thread as it is stored.
    pub(crate) stored: Value,
}

impl Answer {
    fn updates(&self, kind: &str) -> Vec<&Value> {
        let is_kind =
            |event: &&Value| event["update"]["type"] == format!("assistant_message.content_part.{kind}");
        self.events.iter().filter(is_kind).map(|event| &event["update"]).collect()
    }

    /// The text that was streamed.
    pub(crate) fn text(&self) -> String {
        self.updates("text_delta").iter().filter_map(|update| update["delta"].as_str()).collect()
    }

    /// The annotations that were streamed: place and address.
    pub(crate) fn citations(&self) -> Vec<(u64, String)> {
        let place = |update: &&Value| {
            let annotation = &update["annotation"];
            let url = annotation["source"]["url"].as_str().unwrap_or_default().to_owned();
            (annotation["index"].as_u64().unwrap_or_default(), url)
        };
        self.updates("annotation_added").iter().map(place).collect()
    }

    /// The text of the stored answer, if there is one.
    pub(crate) fn stored_text(&self) -> Option<String> {
        let items = self.stored["items"]["data"].as_array()?;
        let answer = items.iter().find(|item| item["type"] == "assistant_message")?;
        answer["content"][0]["text"].as_str().map(str::to_owned)
    }

    /// Message and retry of the only error event.
    pub(crate) fn error(&self) -> Option<(String, bool)> {
        let errors: Vec<_> = self.events.iter().filter(|event| event["type"] == "error").collect();
        assert!(errors.len() <= 1, "{errors:?}");
        let error = errors.first()?;
        assert_eq!(error["code"], "custom");
        Some((error["message"].as_str()?.to_owned(), error["allow_retry"].as_bool()?))
    }
}
