//! A server for tests, and the few words tests need to talk to it.

use std::time::Duration;

use axum::Router;
use axum::body::{Body, BodyDataStream};
use axum::http::{HeaderMap, Request, StatusCode};
use axum::response::Response;
use docent_server::{
    AuthError, AuthRequest, ChatServer, ChatServerBuilder, CountingGenerator, FixedClock, Identity,
    SqliteStore, Store,
};
use futures_util::StreamExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::script::Script;

/// So long at most an answer is waited for, on whatever machine: shorter than what scripts sleep that never end.
const LONGEST_ANSWER: Duration = Duration::from_secs(40);

/// Larger than any answer that a test asks for.
const LARGEST_ANSWER_BYTES: usize = 64 * 1024 * 1024;

pub(crate) struct Site {
    pub(crate) server: ChatServer,

    router: Router,
}

/// The user is the header `x-user-id`, trusted: these tests are about what a known user may do.
pub(crate) fn trusting(request: &AuthRequest<'_>) -> Result<Identity, AuthError> {
    match request.header("x-user-id") {
        Some("forbidden") => Err(AuthError::Forbidden("Not you.".into())),
        Some("broken") => Err(AuthError::Unavailable("secret detail".into())),
        Some("panicking") => panic!("an authenticator that panics"),
        Some(user) => Ok(Identity::new(user)),
        None => Err(AuthError::Unauthenticated("Who are you?".into())),
    }
}

pub(crate) fn builder(store: impl Store) -> ChatServerBuilder {
    ChatServer::builder().handler(Script).store(store).authenticator(trusting)
}

pub(crate) async fn site() -> Site {
    site_with(|builder| builder).await
}

/// A server whose ids count up and whose clock stands still, for transcripts.
pub(crate) async fn repeatable_site() -> Site {
    site_with(|builder| {
        let noon = "2026-01-01T12:00:00Z".parse().unwrap();
        builder.ids(CountingGenerator::default()).clock(FixedClock(noon))
    })
    .await
}

pub(crate) async fn site_with(configure: impl FnOnce(ChatServerBuilder) -> ChatServerBuilder) -> Site {
    let store = SqliteStore::in_memory().await.unwrap();
    site_of(configure(builder(store)))
}

pub(crate) fn site_of(builder: ChatServerBuilder) -> Site {
    let server = builder.build().unwrap();
    Site { router: server.router(), server }
}

pub(crate) struct Answered {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answered {
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// The answer, which has to be a success.
    #[track_caller]
    pub(crate) fn ok(&self) -> Value {
        assert_eq!(self.status, StatusCode::OK, "{}", self.text);
        self.json()
    }

    /// The events, which have to be whole.
    #[track_caller]
    pub(crate) fn events(&self) -> Vec<Value> {
        assert_eq!(self.status, StatusCode::OK, "{}", self.text);
        assert!(self.text.is_empty() || self.text.ends_with("\n\n"), "a cut stream: {}", self.text);
        events(&self.text)
    }

    /// The code of the error that this answer has to be.
    #[track_caller]
    pub(crate) fn error(&self, status: u16) -> String {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        let body = self.json();
        assert!(body["error"]["message"].as_str().is_some_and(|message| !message.is_empty()), "{body}");
        body["error"]["code"].as_str().unwrap().to_owned()
    }
}

pub(crate) fn events(text: &str) -> Vec<Value> {
    text.split("\n\n")
        .filter(|frame| !frame.is_empty() && !frame.starts_with(':'))
        .map(|frame| serde_json::from_str(frame.strip_prefix("data: ").expect("a data line")).unwrap())
        .collect()
}

/// The events of a stream that numbers them, with their numbers.
pub(crate) fn numbered(text: &str) -> Vec<(u64, Value)> {
    text.split("\n\n")
        .filter(|frame| !frame.is_empty() && !frame.starts_with(':'))
        .map(|frame| {
            let field = |name| frame.lines().find_map(|line| line.strip_prefix(name)).expect(name);
            (field("id: ").parse().unwrap(), serde_json::from_str(field("data: ")).unwrap())
        })
        .collect()
}

pub(crate) fn kinds(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["type"].as_str().unwrap()).collect()
}

pub(crate) fn input(text: &str) -> Value {
    json!({"content": [{"type": "input_text", "text": text}], "attachments": [], "inference_options": {}})
}

impl Site {
    pub(crate) async fn raw(&self, request: Request<Body>) -> Response {
        let answered = tokio::time::timeout(LONGEST_ANSWER, self.router.clone().oneshot(request)).await;
        answered.expect("a request is not answered").unwrap()
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answered {
        let response = self.raw(request).await;
        let (status, headers) = (response.status(), response.headers().clone());
        Answered { status, headers, text: text_of(response).await }
    }

    pub(crate) async fn post(&self, user: &str, kind: &str, params: Value) -> Answered {
        self.send(request(user, &json!({"type": kind, "params": params}))).await
    }

    /// Makes a thread; gives its id and the events.
    pub(crate) async fn create(&self, user: &str, text: &str) -> (String, Vec<Value>) {
        let events = self.post(user, "threads.create", json!({"input": input(text)})).await.events();
        (events[0]["thread"]["id"].as_str().unwrap().to_owned(), events)
    }

    pub(crate) async fn add(&self, user: &str, thread_id: &str, text: &str) -> Vec<Value> {
        self.post(user, "threads.add_user_message", json!({"thread_id": thread_id, "input": input(text)}))
            .await
            .events()
    }

    /// All items a client sees, oldest first.
    pub(crate) async fn items(&self, user: &str, thread_id: &str) -> Vec<Value> {
        let page = self
            .post(user, "items.list", json!({"thread_id": thread_id, "order": "asc", "limit": 100}))
            .await
            .ok();
        page["data"].as_array().unwrap().clone()
    }

    /// What the items say, oldest first.
    pub(crate) async fn texts(&self, user: &str, thread_id: &str) -> Vec<String> {
        let items = self.items(user, thread_id).await;
        items.iter().map(|item| item["content"][0]["text"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// Begins a request whose answer is not read yet; the turn goes on by itself.
    pub(crate) async fn begin(&self, user: &str, kind: &str, params: Value) -> Response {
        let response = self.raw(request(user, &json!({"type": kind, "params": params}))).await;
        assert_eq!(response.status(), StatusCode::OK);
        response
    }

    /// Follows a run from this event on.
    pub(crate) async fn follow(&self, user: &str, run_id: &str, after: &str) -> Response {
        let uri = format!("/chatkit/runs/{run_id}/events{after}");
        self.raw(Request::get(uri).header("x-user-id", user).body(Body::empty()).unwrap()).await
    }

    /// Waits until this holds, and fails if it does not.
    pub(crate) async fn until(&self, what: &str, holds: impl AsyncFn() -> bool) {
        for _ in 0..1000 {
            if holds().await {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("waited in vain: {what}");
    }

    /// Waits until the thread takes a message again.
    pub(crate) async fn until_idle(&self, user: &str, thread_id: &str) {
        for _ in 0..500 {
            let retry = json!({"thread_id": thread_id, "item_id": "none"});
            if self.post(user, "threads.retry_after_item", retry).await.status != StatusCode::CONFLICT {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the thread is still being answered");
    }
}

pub(crate) fn request(user: &str, body: &Value) -> Request<Body> {
    Request::post("/chatkit")
        .header("x-user-id", user)
        .header("content-type", "application/json")
        .body(Body::from(body.to_string()))
        .unwrap()
}

/// Reads a body until this has arrived, and gives what came and the rest.
pub(crate) async fn read_until(response: Response, wanted: &str) -> (String, BodyDataStream) {
    let mut body = response.into_body().into_data_stream();
    let text = text_until(&mut body, |text| text.contains(wanted)).await;
    assert!(text.contains(wanted), "the stream ends without {wanted:?}: {text}");
    (text, body)
}

pub(crate) fn run_id(response: &Response) -> String {
    response.headers()["x-docent-run-id"].to_str().unwrap().to_owned()
}

/// The whole body, which has to come to an end.
pub(crate) async fn text_of(response: Response) -> String {
    text_until(&mut response.into_body().into_data_stream(), |_| false).await
}

/// What comes of a body until this holds or the body ends; one that does neither fails with what came.
async fn text_until(body: &mut BodyDataStream, is_enough: impl Fn(&str) -> bool) -> String {
    let mut bytes = Vec::new();
    let reading = async {
        while !std::str::from_utf8(&bytes).is_ok_and(&is_enough) {
            match body.next().await {
                Some(more) => bytes.extend_from_slice(&more.unwrap()),
                None => break,
            }
            // One that never waits would never let the clock be looked at.
            assert!(bytes.len() < LARGEST_ANSWER_BYTES, "an answer does not end");
        }
    };
    let is_over = tokio::time::timeout(LONGEST_ANSWER, reading).await.is_ok();
    let text = String::from_utf8(bytes).unwrap();
    assert!(is_over, "an answer does not end: {text}");
    text
}
