//! A scripted model's server: it can stall, cut characters and events in two, break off and answer nonsense.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde_json::{Value, json};

/// One thing the server does while it answers.
#[derive(Clone)]
pub(crate) enum Step {
    /// Sends these bytes in one piece.
    Bytes(Vec<u8>),
    /// Sends nothing for this long.
    Wait(Duration),
    /// Breaks the connection.
    Break,
}

/// One answer.
#[derive(Clone)]
pub(crate) struct Script {
    pub(crate) status: u16,
    pub(crate) content_type: &'static str,
    pub(crate) headers: Vec<(&'static str, &'static str)>,
    pub(crate) steps: Vec<Step>,
}

impl Script {
    /// A stream of these pieces.
    pub(crate) fn stream(steps: Vec<Step>) -> Self {
        Self { status: 200, content_type: "text/event-stream", headers: Vec::new(), steps }
    }

    /// An answer that says these texts, each in an event of its own, as it should be.
    pub(crate) fn says(texts: &[&str]) -> Self {
        let mut steps: Vec<Step> = texts.iter().map(|text| Step::Bytes(event(&delta(text)))).collect();
        steps.push(Step::Bytes(event(&json!({"choices": [{"delta": {}, "finish_reason": "stop"}]}))));
        steps.push(Step::Bytes(b"data: [DONE]\n\n".to_vec()));
        Self::stream(steps)
    }

    /// An answer that is no stream.
    pub(crate) fn plain(status: u16, content_type: &'static str, body: &str) -> Self {
        let steps = vec![Step::Bytes(body.as_bytes().to_vec())];
        Self { status, content_type, headers: Vec::new(), steps }
    }
}

pub(crate) fn delta(text: &str) -> Value {
    json!({"id": "x", "choices": [{"index": 0, "delta": {"content": text}, "finish_reason": null}]})
}

pub(crate) fn event(value: &Value) -> Vec<u8> {
    format!("data: {value}\n\n").into_bytes()
}

/// What the server was asked.
#[derive(Clone)]
pub(crate) struct Asked {
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

/// A running server. It gives its scripts one after the other, and the last one for ever.
pub(crate) struct Upstream {
    pub(crate) url: String,
    state: Arc<Mutex<Played>>,
}

#[derive(Default)]
struct Played {
    scripts: VecDeque<Script>,
    asked: Vec<Asked>,
}

impl Upstream {
    pub(crate) async fn start(scripts: Vec<Script>) -> Self {
        let state = Arc::new(Mutex::new(Played { scripts: scripts.into(), asked: Vec::new() }));
        let router = Router::new().fallback(answer).with_state(Arc::clone(&state));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/v1", listener.local_addr().expect("an address"));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, state }
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.state.lock().expect("the lock").asked.clone()
    }
}

async fn answer(State(state): State<Arc<Mutex<Played>>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.expect("a body");
    let script = {
        let mut played = state.lock().expect("the lock");
        let body = serde_json::from_slice(&body).expect("JSON");
        played.asked.push(Asked { path: parts.uri.path().to_owned(), headers: parts.headers, body });
        match played.scripts.len() {
            0 => panic!("no script"),
            1 => played.scripts[0].clone(),
            _ => played.scripts.pop_front().expect("a script"),
        }
    };
    let mut response = Response::builder().status(script.status).header("content-type", script.content_type);
    for (name, value) in &script.headers {
        response = response.header(*name, *value);
    }
    let body = stream::unfold(VecDeque::from(script.steps), |mut steps| async move {
        loop {
            match steps.pop_front()? {
                Step::Bytes(bytes) => {
                    // Without a pause hyper would join the pieces.
                    tokio::time::sleep(Duration::from_millis(5)).await;
                    return Some((Ok::<_, std::io::Error>(bytes), steps));
                }
                Step::Wait(time) => tokio::time::sleep(time).await,
                Step::Break => {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    return Some((Err(std::io::Error::other("broken by the script")), VecDeque::new()));
                }
            }
        }
    });
    response.body(Body::from_stream(body)).unwrap_or_else(|_| StatusCode::IM_A_TEAPOT.into_response())
}

/// A port on which nobody listens.
pub(crate) async fn dead_url() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    drop(listener);
    format!("http://{address}/v1")
}
