//! The client for the streaming form of Chat Completions.

mod chunk;
mod event;
mod request;

use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use reqwest::{Response, StatusCode};
use serde_json::Value;

use crate::error::ModelError;

pub use event::{ModelEvent, ModelStream};
pub use request::{ChatMessage, ModelSettings, Role};

/// A server that asks for a longer pause is not waited for: the reader would be.
const MAX_BACKOFF: Duration = Duration::from_secs(5);
/// Error bodies are only read for their code.
const MAX_ERROR_BYTES: usize = 64 * 1024;

/// A client for one model of one server. Cloning shares its connections.
#[derive(Clone)]
pub struct ModelClient {
    http: reqwest::Client,
    settings: ModelSettings,
    authorization: Option<HeaderValue>,
}

impl ModelClient {
    /// A client with these settings. Needs a default TLS provider to be installed.
    ///
    /// Redirects are not followed: they would carry the key to wherever they lead.
    pub fn new(settings: ModelSettings) -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder()
            .connect_timeout(settings.connect_timeout)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("docent/", env!("CARGO_PKG_VERSION")))
            .build()?;
        let authorization = settings.key.as_deref().and_then(|key| {
            let mut value = HeaderValue::from_str(&format!("Bearer {key}")).ok()?;
            value.set_sensitive(true);
            Some(value)
        });
        Ok(Self { http, settings, authorization })
    }

    /// Asks the model. The stream has begun when this returns, which says nothing about how it ends.
    ///
    /// A failure that may pass (no connection, 429, 5xx) is tried once more after a pause; nothing of the answer has
    /// been seen by then, so nothing is said twice.
    pub async fn ask(&self, messages: &[ChatMessage]) -> Result<ModelStream, ModelError> {
        let body = request::body(&self.settings.model, messages);
        let (error, pause) = match self.try_once(&body).await {
            Ok(stream) => return Ok(stream),
            Err(failure) => failure,
        };
        if !error.is_passing() {
            return Err(error);
        }
        tracing::warn!(%error, "asking the model once more");
        tokio::time::sleep(pause.unwrap_or(self.settings.backoff).min(MAX_BACKOFF)).await;
        self.try_once(&body).await.map_err(|(error, _)| error)
    }

    async fn try_once(&self, body: &Value) -> Result<ModelStream, (ModelError, Option<Duration>)> {
        let url = format!("{}/chat/completions", self.settings.url.trim_end_matches('/'));
        let mut request = self.http.post(url).json(body).header(ACCEPT, "text/event-stream");
        if let Some(authorization) = &self.authorization {
            request = request.header("authorization", authorization.clone());
        }
        let response = match tokio::time::timeout(self.settings.first_byte_timeout, request.send()).await {
            Ok(Ok(response)) => response,
            Ok(Err(_)) => return Err((ModelError::Unreachable, None)),
            Err(_) => return Err((ModelError::Silent, None)),
        };
        if response.status() == StatusCode::OK {
            let is_json =
                response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).is_some_and(
                    |kind| kind.trim_start().to_ascii_lowercase().starts_with("application/json"),
                );
            return Ok(ModelStream::new(response, is_json, self.settings.idle_timeout));
        }
        let status = response.status().as_u16();
        let pause = response
            .headers()
            .get(RETRY_AFTER)
            .and_then(|value| value.to_str().ok()?.trim().parse().ok())
            .map(Duration::from_secs);
        let code = tokio::time::timeout(Duration::from_secs(5), error_code(response)).await.ok().flatten();
        Err((ModelError::Status { status, code }, pause))
    }
}

/// The short code in an error's body, if it has one.
async fn error_code(mut response: Response) -> Option<String> {
    let mut body = Vec::new();
    while let Ok(Some(bytes)) = response.chunk().await {
        body.extend_from_slice(&bytes);
        if body.len() > MAX_ERROR_BYTES {
            return None;
        }
    }
    let body: Value = serde_json::from_slice(&body).ok()?;
    chunk::code_of(body.get("error").unwrap_or(&body))
}
