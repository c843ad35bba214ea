//! Errors before a stream: one enum, its statuses and its codes. Causes are logged here and never sent.

use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Json, Response};
use docent_protocol::RequestError;
use serde_json::json;

use crate::auth::AuthError;
use crate::dispatch::DispatchError;
use crate::error::chain;

/// How many seconds to wait for a turn to end, or for a server to be there again.
const GUESSED_SECONDS: u64 = 5;

/// A request that gets `{"error": {"code", "message"}}` instead of its answer.
#[derive(Debug)]
pub(super) enum ApiError {
    /// 401, 403 or 500: the authenticator did not let it in.
    Auth(AuthError),
    /// 500: the authenticator let in somebody whose name cannot be a key.
    InvalidIdentity,
    /// 400: the body is no request of the protocol.
    Request(RequestError),
    /// 413: the body is larger than allowed.
    TooLarge {
        /// What is allowed.
        max_bytes: usize,
    },
    /// 408: the body did not arrive in time.
    TooSlow,
    /// 400: the body could not be read to its end.
    BrokenBody,
    /// The status of each kind is in [`ApiError::status_and_code`].
    Dispatch(DispatchError),
    /// 500: a bug, here or in the handler.
    Panicked,
    /// 400: the header `Idempotency-Key` is empty, too long, or no text.
    IdempotencyKey,
    /// 415: a request with cookies, whose body is not called JSON.
    NotCalledJson,
    /// 400: what is to be the number of an event is none.
    EventNumber,
    /// 429: the user sent too many requests, and may send the next after this time.
    RateLimited(Duration),
    /// 405: the path takes this method only.
    Method(&'static str),
    /// 404: there is nothing at this path; what there is, is at this one.
    UnknownPath(String),
}

impl ApiError {
    fn status_and_code(&self) -> (StatusCode, &'static str) {
        match self {
            Self::Auth(AuthError::Unauthenticated(_)) => (StatusCode::UNAUTHORIZED, "unauthenticated"),
            Self::Auth(AuthError::Forbidden(_)) => (StatusCode::FORBIDDEN, "forbidden"),
            Self::Request(RequestError::NotJson(_)) => (StatusCode::BAD_REQUEST, "invalid_json"),
            Self::Request(RequestError::UnknownType(_)) => (StatusCode::BAD_REQUEST, "unknown_operation"),
            Self::Request(RequestError::Envelope(_) | RequestError::Params { .. })
            | Self::BrokenBody
            | Self::IdempotencyKey
            | Self::EventNumber => (StatusCode::BAD_REQUEST, "invalid_request"),
            Self::TooLarge { .. } => (StatusCode::PAYLOAD_TOO_LARGE, "too_large"),
            Self::TooSlow => (StatusCode::REQUEST_TIMEOUT, "timeout"),
            Self::NotCalledJson => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type"),
            Self::RateLimited(_) => (StatusCode::TOO_MANY_REQUESTS, "rate_limited"),
            Self::Method(_) => (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed"),
            Self::UnknownPath(_) => (StatusCode::NOT_FOUND, "not_found"),
            Self::Dispatch(error) => match error {
                DispatchError::NotFound | DispatchError::NoSuchRun => (StatusCode::NOT_FOUND, "not_found"),
                DispatchError::Invalid(_) => (StatusCode::BAD_REQUEST, "invalid_request"),
                DispatchError::UnknownCursor => (StatusCode::BAD_REQUEST, "unknown_cursor"),
                DispatchError::TooLarge(_) => (StatusCode::PAYLOAD_TOO_LARGE, "too_large"),
                DispatchError::TooManyUnsent => (StatusCode::TOO_MANY_REQUESTS, "too_many_attachments"),
                DispatchError::TooManyRuns => (StatusCode::TOO_MANY_REQUESTS, "too_many_runs"),
                DispatchError::NotUploaded => (StatusCode::CONFLICT, "not_uploaded"),
                DispatchError::AlreadyUploaded => (StatusCode::CONFLICT, "already_uploaded"),
                DispatchError::AttachedElsewhere => (StatusCode::CONFLICT, "attached_elsewhere"),
                DispatchError::Busy => (StatusCode::CONFLICT, "turn_active"),
                DispatchError::KeyReused => (StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused"),
                DispatchError::NotPending(_) => (StatusCode::CONFLICT, "not_pending"),
                DispatchError::Locked(_) => (StatusCode::FORBIDDEN, "thread_locked"),
                DispatchError::Closed(_) => (StatusCode::FORBIDDEN, "thread_closed"),
                DispatchError::Unsupported(_) => (StatusCode::NOT_IMPLEMENTED, "unsupported_operation"),
                DispatchError::Stopping => (StatusCode::SERVICE_UNAVAILABLE, "stopping"),
                DispatchError::Refused(_) => (StatusCode::BAD_REQUEST, "refused"),
                DispatchError::Internal(_) => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
            },
            Self::Auth(AuthError::Unavailable(_)) | Self::InvalidIdentity | Self::Panicked => {
                (StatusCode::INTERNAL_SERVER_ERROR, "internal")
            }
        }
    }

    fn message(&self) -> String {
        match self {
            Self::Auth(error @ (AuthError::Unauthenticated(_) | AuthError::Forbidden(_))) => {
                error.to_string()
            }
            Self::Request(error) => error.to_string(),
            Self::TooLarge { max_bytes } => format!("The request is larger than {max_bytes} bytes."),
            Self::TooSlow => "The request did not arrive in time.".into(),
            Self::BrokenBody => "The request could not be read to its end.".into(),
            Self::IdempotencyKey => "`Idempotency-Key` has 1 to 255 ASCII characters.".into(),
            Self::NotCalledJson => "With cookies, send `Content-Type: application/json`.".into(),
            Self::EventNumber => "`after` and `Last-Event-ID` are the number of an event, from 0 on.".into(),
            Self::RateLimited(wait) => {
                format!("Too many requests. Send the next in {}.", seconds_in_words(seconds(*wait)))
            }
            Self::Method("POST") => "Send requests of the ChatKit protocol with POST.".into(),
            Self::Method(method) => format!("This path takes {method} only."),
            Self::UnknownPath(path) => {
                format!("There is nothing at this path. Send requests of the ChatKit protocol to {path}.")
            }
            Self::Dispatch(error) => error.to_string(),
            Self::Auth(AuthError::Unavailable(_)) | Self::InvalidIdentity | Self::Panicked => {
                "The server failed. Try again.".into()
            }
        }
    }

    /// After how many seconds the same request may be answered, where that is known or can be guessed.
    fn retry_after(&self) -> Option<u64> {
        match self {
            Self::RateLimited(wait) => Some(seconds(*wait)),
            Self::Dispatch(DispatchError::Stopping | DispatchError::TooManyRuns) => Some(GUESSED_SECONDS),
            _ => None,
        }
    }

    /// What is wrong on our side goes to the log; what is wrong with a request is told to its sender.
    fn log(&self, code: &'static str) {
        match self {
            Self::Dispatch(DispatchError::Internal(cause)) | Self::Auth(AuthError::Unavailable(cause)) => {
                tracing::error!(code, error = %chain(cause.as_ref()), "request failed");
            }
            Self::Panicked => tracing::error!(code, "request failed: a handler or the server panicked"),
            Self::InvalidIdentity => {
                tracing::error!(code, "request failed: the authenticator gave a name that is no key")
            }
            _ => tracing::debug!(code, "request refused"),
        }
    }
}

/// How long to wait, in whole seconds, of which there is at least one.
fn seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0 || wait.is_zero())
}

fn seconds_in_words(seconds: u64) -> String {
    if seconds == 1 { "1 second".to_owned() } else { format!("{seconds} seconds") }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (status, code) = self.status_and_code();
        let retry_after = self.retry_after();
        let allowed = if let Self::Method(method) = self { method } else { "POST" };
        self.log(code);
        let body = Json(json!({"error": {"code": code, "message": self.message()}}));
        let mut response = (status, [(header::CACHE_CONTROL, "no-store")], body).into_response();
        let headers = response.headers_mut();
        match status {
            StatusCode::UNAUTHORIZED => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            StatusCode::METHOD_NOT_ALLOWED => {
                headers.insert(header::ALLOW, HeaderValue::from_static(allowed));
            }
            _ => {}
        }
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<AuthError> for ApiError {
    fn from(error: AuthError) -> Self {
        Self::Auth(error)
    }
}

impl From<RequestError> for ApiError {
    fn from(error: RequestError) -> Self {
        Self::Request(error)
    }
}

impl From<DispatchError> for ApiError {
    fn from(error: DispatchError) -> Self {
        Self::Dispatch(error)
    }
}

/// Any method but POST where only that is taken.
pub(super) async fn post_only() -> ApiError {
    ApiError::Method("POST")
}

/// Any method but PUT and GET where only those are taken.
pub(super) async fn put_or_get_only() -> ApiError {
    ApiError::Method("PUT, GET")
}

/// Any method but GET where only that is taken.
pub(super) async fn get_only() -> ApiError {
    ApiError::Method("GET")
}
