//! Events as server-sent events: `data: <JSON>` and an empty line, and a comment now and then to keep proxies awake.

use std::convert::Infallible;
use std::time::Duration;

use axum::http::{HeaderName, HeaderValue, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use futures_util::stream::BoxStream;

use crate::turn::EventFrame;

/// Names the turn that a stream belongs to.
pub(super) const RUN_ID: HeaderName = HeaderName::from_static("x-docent-run-id");

/// A stream that no cache keeps, no proxy gathers up, and no compression delays.
pub(super) fn response(
    turn_id: &str,
    events: BoxStream<'static, EventFrame>,
    heartbeat_interval: Duration,
) -> Response {
    let events = events.map(|frame| Ok::<_, Infallible>(event(&frame)));
    let heartbeat = KeepAlive::new().interval(heartbeat_interval).text("ping");
    let mut response = Sse::new(events).keep_alive(heartbeat).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache, no-transform"));
    headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    if let Ok(turn_id) = HeaderValue::from_str(turn_id) {
        headers.insert(RUN_ID, turn_id);
    }
    response
}

fn event(frame: &EventFrame) -> Event {
    // Compact JSON holds no raw line break, so an event is always one line.
    let event = Event::default().data(&frame.json);
    match frame.seq {
        Some(seq) => event.id(seq.to_string()),
        None => event,
    }
}
