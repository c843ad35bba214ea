//! Which other origins may call.

use std::time::Duration;

use axum::http::{HeaderName, HeaderValue, Method, header};
use tower_http::cors::{AllowOrigin, Any, CorsLayer};

use super::chatkit::IDEMPOTENCY_KEY;
use super::run::LAST_EVENT_ID;
use super::sse::RUN_ID;

/// The rules for these origins; none for no origins, so that only pages of the server's own origin can read answers.
/// `*` lets every origin in, then without cookies.
pub(super) fn layer(origins: &[String]) -> Option<CorsLayer> {
    if origins.is_empty() {
        return None;
    }
    let layer = CorsLayer::new()
        .allow_methods([Method::POST, Method::GET, Method::PUT])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::ACCEPT_LANGUAGE,
            HeaderName::from_static("x-user-id"),
            IDEMPOTENCY_KEY,
            LAST_EVENT_ID,
        ])
        .expose_headers([RUN_ID, header::RETRY_AFTER])
        .max_age(Duration::from_secs(3600));
    if origins.iter().any(|origin| origin == "*") {
        return Some(layer.allow_origin(Any));
    }
    let origins: Vec<HeaderValue> = origins.iter().filter_map(|origin| origin.parse().ok()).collect();
    Some(layer.allow_origin(AllowOrigin::list(origins)).allow_credentials(true))
}
