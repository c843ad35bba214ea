//! Runs: our own addition to the protocol, for readers who come back, and for those who press stop.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Extension;
use axum::extract::rejection::PathRejection;
use axum::extract::{ConnectInfo, Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderName};
use axum::response::Response;

use super::App;
use super::chatkit::{identify, respond};
use super::error::ApiError;
use crate::dispatch::DispatchError;
use crate::turn::Numbering;

/// The number of the last event a client has, as browsers send it when they connect again.
pub(super) const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

type Peer = Option<Extension<ConnectInfo<SocketAddr>>>;
/// A path that is no text names no run.
type RunId = Result<Path<String>, PathRejection>;

/// Follows a run: `GET <path>/runs/<run id>/events?after=<number>`. Events carry their number as SSE `id`, so that a
/// browser's `EventSource` goes on where it was; for a run that is over and known to its end there is 204, at which it
/// gives up.
pub(super) async fn events(
    State(app): State<Arc<App>>,
    run_id: RunId,
    RawQuery(query): RawQuery,
    peer: Peer,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let context = identify(&app, &headers, peer.map(|Extension(info)| info.0)).await?;
    app.limits.requests.take(&context.user_id).map_err(ApiError::RateLimited)?;
    let Path(run_id) = run_id.map_err(|_| DispatchError::NoSuchRun)?;
    let after = after(query.as_deref(), &headers)?;
    let answer = app.dispatcher.follow_run(&context, &run_id, after, Numbering::Shown).await?;
    Ok(respond(answer, app.heartbeat_interval))
}

/// Ends a run: `POST <path>/runs/<run id>/cancel`, for a reader who pressed stop. Doing it again is no error.
pub(super) async fn cancel(
    State(app): State<Arc<App>>,
    run_id: RunId,
    peer: Peer,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let context = identify(&app, &headers, peer.map(|Extension(info)| info.0)).await?;
    app.limits.stops.take(&context.user_id).map_err(ApiError::RateLimited)?;
    let Path(run_id) = run_id.map_err(|_| DispatchError::NoSuchRun)?;
    let answer = app.dispatcher.cancel_run(&context, &run_id).await?;
    Ok(respond(answer, app.heartbeat_interval))
}

/// Where to go on: the greater of the query's `after` and the header, which a browser that connects again adds to the
/// query it began with.
fn after(query: Option<&str>, headers: &HeaderMap) -> Result<u64, ApiError> {
    let in_query =
        query.into_iter().flat_map(|query| query.split('&')).find_map(|pair| pair.strip_prefix("after="));
    let in_header = headers.get(LAST_EVENT_ID).map(|value| value.to_str().unwrap_or_default());
    let mut after = 0;
    for number in [in_query, in_header].into_iter().flatten() {
        after = after.max(number.parse().map_err(|_| ApiError::EventNumber)?);
    }
    Ok(after)
}
