//! The one endpoint of the protocol.

use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use docent_protocol::ChatKitRequest;
use futures_util::{FutureExt, StreamExt};
use tokio::time::Instant;

use super::App;
use super::error::ApiError;
use super::sse;
use crate::attachment::essence;
use crate::auth::AuthRequest;
use crate::dispatch::Answer;
use crate::turn::{RequestContext, first_language};

/// Names a request, so that sending it again does nothing again.
pub(super) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Where a request comes from, as browsers say and no page can change.
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
/// The longest name a request may have.
const MOST_KEY_CHARS: usize = 255;
/// How long a body may take to arrive, and longer by what has arrived of it.
const BODY_PATIENCE: Duration = Duration::from_secs(30);
/// How much of a body has to arrive in a second for each of those that it takes longer.
const SLOWEST_BYTES_A_SECOND: usize = 16 * 1024;
/// For how much of a body room is made because it was announced.
const MOST_EXPECTED: usize = 64 * 1024;

/// Identifies, counts, reads, dispatches, answers: in this order, so that a stranger cannot make the server read, nor
/// whoever asked too often.
pub(super) async fn answer(State(app): State<Arc<App>>, request: Request) -> Result<Response, ApiError> {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0);
    let (parts, body) = request.into_parts();
    check_kind(&parts.headers)?;
    let mut context = identify(&app, &parts.headers, peer).await?;
    app.limits.requests.take(&context.user_id).map_err(ApiError::RateLimited)?;
    let idempotency_key = idempotency_key(&parts.headers)?;
    let body = read_body(Request::from_parts(parts, body), app.max_body_bytes).await?;
    let request = ChatKitRequest::from_slice(&body)?;
    drop(body);
    context.metadata.clone_from(&request.metadata);

    let answer =
        app.dispatcher.spawn(request, context, idempotency_key).await.map_err(|_| ApiError::Panicked)??;
    Ok(respond(answer, app.heartbeat_interval))
}

pub(super) fn respond(answer: Answer, heartbeat_interval: Duration) -> Response {
    match answer {
        Answer::NoContent => (StatusCode::NO_CONTENT, [(header::CACHE_CONTROL, "no-store")]).into_response(),
        Answer::Json(json) => {
            let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
            (headers, json).into_response()
        }
        Answer::Stream { turn_id, events } => sse::response(&turn_id, events, heartbeat_interval),
    }
}

pub(super) async fn identify(
    app: &App,
    headers: &HeaderMap,
    peer: Option<SocketAddr>,
) -> Result<RequestContext, ApiError> {
    // The authenticator is the user's code: if it panics, that is an answer too.
    let asked = AuthRequest { headers, peer };
    let identity = AssertUnwindSafe(app.authenticator.authenticate(&asked))
        .catch_unwind()
        .await
        .map_err(|_| ApiError::Panicked)??;
    if !identity.is_valid() {
        return Err(ApiError::InvalidIdentity);
    }
    let mut context = RequestContext::new(identity.user_id);
    context.claims = identity.claims;
    context.locale = locale(headers);
    Ok(context)
}

/// Any page can make a browser send a body with its user's cookies, unless the body is called JSON: for that the browser
/// asks first, and only the origins that may call are let through. So where there are cookies, JSON has to be called so,
/// or the browser has to say that the page is our own.
fn check_kind(headers: &HeaderMap) -> Result<(), ApiError> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_json = essence(text(header::CONTENT_TYPE)) == "application/json";
    let is_own = text(SEC_FETCH_SITE) == "same-origin";
    match headers.contains_key(header::COOKIE) && !is_json && !is_own {
        true => Err(ApiError::NotCalledJson),
        false => Ok(()),
    }
}

fn locale(headers: &HeaderMap) -> Option<String> {
    first_language(headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?)
}

/// The name that the sender gave its request, so that sending it again does nothing again.
fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, ApiError> {
    let Some(key) = headers.get(IDEMPOTENCY_KEY) else { return Ok(None) };
    match key.to_str() {
        Ok(key) if (1..=MOST_KEY_CHARS).contains(&key.len()) => Ok(Some(key.to_owned())),
        _ => Err(ApiError::IdempotencyKey),
    }
}

/// Reads a body. It may come slowly, as from a phone, but may not stop: what is read so far says until when more has to
/// have come.
pub(super) async fn read_body(request: Request, max_bytes: usize) -> Result<Bytes, ApiError> {
    let too_large = || ApiError::TooLarge { max_bytes };
    let announced =
        request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    let announced = announced.unwrap_or(0_usize);
    if announced > max_bytes {
        return Err(too_large());
    }
    let mut pieces = request.into_body().into_data_stream();
    let begun = Instant::now();
    // In one place: of a body that comes in many small pieces these would take more memory than what is in them.
    let mut body = Vec::with_capacity(announced.min(MOST_EXPECTED));
    loop {
        let more = Duration::from_secs((body.len() / SLOWEST_BYTES_A_SECOND) as u64);
        let next = tokio::time::timeout_at(begun + BODY_PATIENCE + more, pieces.next()).await;
        match next.map_err(|_| ApiError::TooSlow)? {
            None => return Ok(body.into()),
            Some(Err(_)) => return Err(ApiError::BrokenBody),
            Some(Ok(piece)) if piece.len() > max_bytes - body.len() => return Err(too_large()),
            Some(Ok(piece)) => body.extend_from_slice(&piece),
        }
    }
}
