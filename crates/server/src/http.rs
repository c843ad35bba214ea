//! HTTP, and the only room that knows axum: the routes, the errors' status, the framing of events.

mod attachment;
mod chatkit;
mod connection;
mod cors;
mod error;
mod limit;
mod linger;
mod run;
mod serve;
mod socket;
mod sse;
mod streamed;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{get, post, put};
use serde_json::json;

use crate::auth::Authenticator;
use crate::dispatch::Dispatcher;
use error::ApiError;
pub(crate) use limit::RequestLimits;
pub(crate) use serve::serve;

/// What the routes share.
pub(crate) struct App {
    pub(crate) dispatcher: Arc<Dispatcher>,
    pub(crate) authenticator: Arc<dyn Authenticator>,
    pub(crate) path: String,
    pub(crate) allowed_origins: Vec<String>,
    pub(crate) limits: RequestLimits,
    pub(crate) max_body_bytes: usize,
    pub(crate) heartbeat_interval: Duration,
}

/// What is served, to be joined with other routes.
pub(crate) fn router(app: Arc<App>) -> Router {
    with_state(routes(&app), app)
}

/// The same where there are no other routes: whatever else is asked for is told so.
pub(crate) fn router_alone(app: Arc<App>) -> Router {
    with_state(routes(&app).fallback(unknown_path), app)
}

fn routes(app: &App) -> Router<Arc<App>> {
    let below = app.path.trim_end_matches('/').to_owned();
    Router::new()
        .route(&app.path, post(chatkit::answer).fallback(error::post_only))
        .route(&format!("{below}/runs/{{run_id}}/cancel"), post(run::cancel).fallback(error::post_only))
        .route(&format!("{below}/runs/{{run_id}}/events"), get(run::events).fallback(error::get_only))
        .route(
            &format!("{below}/attachments/{{id}}/{{token}}"),
            put(attachment::upload).get(attachment::download).fallback(error::put_or_get_only),
        )
        .route("/health", get(health).fallback(error::get_only))
}

fn with_state(routes: Router<Arc<App>>, app: Arc<App>) -> Router {
    let cors = cors::layer(&app.allowed_origins);
    let router = routes.with_state(app);
    match cors {
        Some(cors) => router.layer(cors),
        None => router,
    }
}

async fn unknown_path(State(app): State<Arc<App>>) -> ApiError {
    ApiError::UnknownPath(app.path.clone())
}

/// Whether requests are taken.
async fn health(State(app): State<Arc<App>>) -> Response {
    if app.dispatcher.is_stopping() {
        (StatusCode::SERVICE_UNAVAILABLE, Json(json!({"status": "stopping"}))).into_response()
    } else {
        Json(json!({"status": "ok"})).into_response()
    }
}
