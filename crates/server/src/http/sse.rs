//! A stream of server-sent events, and a comment now and then to keep proxies awake.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;
use futures_util::Stream;
use futures_util::stream::{BoxStream, Fuse, StreamExt};
use tokio::time::{Instant, Sleep};

use super::connection::Lasting;

/// Names the turn that a stream belongs to.
pub(super) const RUN_ID: HeaderName = HeaderName::from_static("x-docent-run-id");

/// Events that are ready together go out together, until there are so many bytes of them.
const BLOCK_BYTES: usize = 32 * 1024;

/// A comment, which a reader of events leaves out.
const PULSE: Bytes = Bytes::from_static(b": ping\n\n");

/// A stream that no cache keeps, no proxy gathers up, and no compression delays.
pub(super) fn response(
    turn_id: &str,
    events: BoxStream<'static, String>,
    heartbeat_interval: Duration,
) -> Response {
    let mut response = Response::new(Body::from_stream(Blocks::new(events, heartbeat_interval)));
    response.extensions_mut().insert(Lasting);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache, no-transform"));
    headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    if let Ok(turn_id) = HeaderValue::from_str(turn_id) {
        headers.insert(RUN_ID, turn_id);
    }
    response
}

/// The bytes of a stream: what is ready goes out at once, in one block, and nothing is waited for to make it larger.
struct Blocks {
    events: Fuse<BoxStream<'static, String>>,
    heartbeat_interval: Duration,
    /// Looks whether the stream was silent for long; set anew only then, not with every event.
    alarm: Pin<Box<Sleep>>,
    last_sent: Instant,
}

impl Blocks {
    fn new(events: BoxStream<'static, String>, heartbeat_interval: Duration) -> Self {
        let alarm = Box::pin(tokio::time::sleep(heartbeat_interval));
        Self { events: events.fuse(), heartbeat_interval, alarm, last_sent: Instant::now() }
    }
}

impl Stream for Blocks {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut block = String::new();
        let is_over = loop {
            match self.events.poll_next_unpin(context) {
                // The first one is not copied.
                Poll::Ready(Some(events)) if block.is_empty() => block = events,
                Poll::Ready(Some(events)) => block.push_str(&events),
                Poll::Ready(None) => break true,
                Poll::Pending => break false,
            }
            if block.len() >= BLOCK_BYTES {
                break false;
            }
        };
        if !block.is_empty() {
            self.last_sent = Instant::now();
            return Poll::Ready(Some(Ok(block.into())));
        }
        if is_over {
            return Poll::Ready(None);
        }
        loop {
            ready!(self.alarm.as_mut().poll(context));
            let now = Instant::now();
            // An interval that no clock reaches is no pulse at all.
            let Some(due) = self.last_sent.checked_add(self.heartbeat_interval) else { return Poll::Pending };
            if due <= now {
                self.last_sent = now;
                let next = now + self.heartbeat_interval;
                self.alarm.as_mut().reset(next);
                return Poll::Ready(Some(Ok(PULSE)));
            }
            self.alarm.as_mut().reset(due);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(events: impl Stream<Item = String> + Send + 'static) -> Blocks {
        Blocks::new(events.boxed(), Duration::from_secs(15))
    }

    fn event(seq: u64) -> String {
        format!("data: {{}}\nid: {seq}\n\n")
    }

    #[tokio::test]
    async fn what_is_ready_goes_out_together_and_nothing_is_waited_for() {
        let (sender, receiver) = tokio::sync::mpsc::unbounded_channel();
        let events = futures_util::stream::unfold(receiver, |mut receiver| async {
            receiver.recv().await.map(|event| (event, receiver))
        });
        let mut blocks = blocks(events);
        for seq in [1, 2] {
            sender.send(event(seq)).expect("a reader");
        }
        let first = blocks.next().await.expect("a block").expect("infallible");
        assert_eq!(first, "data: {}\nid: 1\n\ndata: {}\nid: 2\n\n");
        sender.send("data: {}\n\n".into()).expect("a reader");
        drop(sender);
        assert_eq!(blocks.next().await.expect("a block").expect("infallible"), "data: {}\n\n");
        assert!(blocks.next().await.is_none());
    }

    #[tokio::test]
    async fn a_block_is_not_much_larger_than_it_may_be() {
        let events = futures_util::stream::iter(["x".repeat(BLOCK_BYTES / 3), event(2), event(3)]);
        let many = futures_util::stream::iter((0..10_000).map(event));
        let sizes: Vec<usize> =
            blocks(events.chain(many)).map(|block| block.expect("infallible").len()).collect().await;
        assert!(sizes.len() > 5 && sizes.iter().all(|size| *size < BLOCK_BYTES + 64), "{sizes:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn the_pulse_counts_from_what_was_sent_last() {
        let events = futures_util::stream::unfold(0, |seq| async move {
            tokio::time::sleep(Duration::from_secs(if seq == 0 { 10 } else { 3600 })).await;
            Some((event(seq), seq + 1))
        });
        let begun = Instant::now();
        let mut blocks = blocks(events);
        let mut at = Vec::new();
        for _ in 0..3 {
            let block = blocks.next().await.expect("a block").expect("infallible");
            at.push((begun.elapsed().as_secs(), block == PULSE));
        }
        assert_eq!(at, [(10, false), (25, true), (40, true)]);
    }
}
