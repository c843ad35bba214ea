//! The way from a turn to the client that follows it: bounded in bytes, and never in the way of the turn.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use docent_protocol::{ErrorCode, ThreadStreamEvent};
use futures_util::Stream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use super::journal::Attendance;

/// What an event costs at least, so that a flood of tiny events is bounded too.
const LEAST_COST: usize = 256;

/// One event as it goes over the wire.
#[derive(Debug)]
pub(crate) struct EventFrame {
    /// The number of the event in its run, where the client is to hear of it.
    pub(crate) seq: Option<u64>,
    /// The event as compact JSON.
    pub(crate) json: Arc<str>,
    /// Gives the room in the buffer back when the frame was written.
    _room: Option<OwnedSemaphorePermit>,
}

impl EventFrame {
    /// An event out of a journal.
    pub(crate) fn numbered(seq: u64, json: Arc<str>) -> Self {
        Self { seq: Some(seq), json, _room: None }
    }

    /// The event for a client that knows no numbers.
    pub(crate) fn without_number(self) -> Self {
        Self { seq: None, ..self }
    }
}

/// The turn's end. A client that is gone is forgotten; one that does not keep up is waited for a little, then left
/// behind: the turn goes on without it.
#[derive(Debug)]
pub(crate) struct Outlet {
    client: Option<mpsc::UnboundedSender<EventFrame>>,
    room: Arc<Semaphore>,
    buffer_bytes: usize,
    patience: Duration,
    was_too_slow: Arc<AtomicBool>,
}

/// The client's end.
#[derive(Debug)]
pub(crate) struct EventStream {
    frames: mpsc::UnboundedReceiver<EventFrame>,
    /// Whoever holds the stream reads along, until it is dropped.
    _attendance: Attendance,
    was_too_slow: Arc<AtomicBool>,
}

/// Both ends, with room for so many bytes, and how long a full buffer is waited for.
pub(crate) fn outlet(
    buffer_bytes: usize,
    patience: Duration,
    attendance: Attendance,
) -> (Outlet, EventStream) {
    let buffer_bytes = buffer_bytes.clamp(LEAST_COST, Semaphore::MAX_PERMITS.min(u32::MAX as usize));
    let (sender, frames) = mpsc::unbounded_channel();
    let was_too_slow = Arc::new(AtomicBool::new(false));
    let outlet = Outlet {
        client: Some(sender),
        room: Arc::new(Semaphore::new(buffer_bytes)),
        buffer_bytes,
        patience,
        was_too_slow: Arc::clone(&was_too_slow),
    };
    (outlet, EventStream { frames, _attendance: attendance, was_too_slow })
}

impl Outlet {
    /// Whether the client would be waited for before an event of this size goes out.
    pub(crate) fn would_wait(&self, event_bytes: usize) -> bool {
        self.client.is_some() && self.room.available_permits() < self.cost(event_bytes)
    }

    /// An event larger than the whole buffer takes all of it, rather than never to go out.
    fn cost(&self, event_bytes: usize) -> usize {
        event_bytes.clamp(LEAST_COST, self.buffer_bytes)
    }

    /// Sends an event, as compact JSON, to the client, if it is still there.
    pub(crate) async fn send(&mut self, json: Arc<str>) {
        let Some(client) = &self.client else { return };
        let cost = u32::try_from(self.cost(json.len())).unwrap_or(u32::MAX);
        let room = match Arc::clone(&self.room).try_acquire_many_owned(cost) {
            Ok(room) => Some(room),
            Err(_) => tokio::select! {
                biased;
                room = Arc::clone(&self.room).acquire_many_owned(cost) => room.ok(),
                () = client.closed() => None,
                () = tokio::time::sleep(self.patience) => {
                    self.was_too_slow.store(true, Ordering::Release);
                    None
                }
            },
        };
        let is_sent = room.is_some() && client.send(EventFrame { seq: None, json, _room: room }).is_ok();
        if !is_sent {
            self.client = None;
        }
    }

    /// Ends the stream, whoever still holds a part of the turn.
    pub(crate) fn hang_up(&mut self) {
        self.client = None;
    }
}

impl Stream for EventStream {
    type Item = EventFrame;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<EventFrame>> {
        self.frames.poll_recv(context).map(|frame| {
            frame.or_else(|| self.was_too_slow.swap(false, Ordering::AcqRel).then(left_behind).flatten())
        })
    }
}

/// The last event of a client that was left behind: a stream is never just cut.
fn left_behind() -> Option<EventFrame> {
    let event = ThreadStreamEvent::Error {
        code: ErrorCode::Custom,
        message: Some(
            "The connection was too slow to follow. The answer goes on and is saved; reload to see it."
                .into(),
        ),
        allow_retry: false,
    };
    Some(EventFrame { seq: None, json: serde_json::to_string(&event).ok()?.into(), _room: None })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::turn::journal::Journal;
    use futures_util::StreamExt;

    fn outlet(buffer_bytes: usize, patience: Duration) -> (Outlet, EventStream) {
        super::outlet(buffer_bytes, patience, Journal::new(1000).attend())
    }

    fn progress(text: &str) -> Arc<str> {
        let event = ThreadStreamEvent::ProgressUpdate { text: text.into(), icon: None };
        serde_json::to_string(&event).expect("serialisable").into()
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_does_not_read_is_left_behind_with_a_word() {
        let (mut outlet, stream) = outlet(3 * LEAST_COST, Duration::from_secs(5));
        for number in 0..100 {
            outlet.send(progress(&number.to_string())).await;
        }
        drop(outlet);
        let frames: Vec<Arc<str>> = stream.map(|frame| frame.json).collect().await;
        assert_eq!(frames.len(), 4, "three that had room, and the word");
        assert!(frames[3].contains("too slow"), "{}", frames[3]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_catches_up_in_time_misses_nothing() {
        let (mut outlet, mut stream) = outlet(2 * LEAST_COST, Duration::from_secs(5));
        let reader = tokio::spawn(async move {
            let mut seen = 0;
            while stream.next().await.is_some() {
                seen += 1;
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            seen
        });
        for number in 0..20 {
            outlet.send(progress(&number.to_string())).await;
        }
        // Larger than the buffer, sent all the same.
        outlet.send(progress(&"x".repeat(10 * LEAST_COST))).await;
        drop(outlet);
        assert_eq!(reader.await.expect("the reader ends"), 21);
    }

    #[tokio::test]
    async fn a_client_that_is_gone_costs_nothing() {
        let (mut outlet, stream) = outlet(LEAST_COST, Duration::from_secs(3600));
        outlet.send(progress("one")).await;
        drop(stream);
        outlet.send(progress("two")).await;
        assert!(outlet.client.is_none());
    }
}
