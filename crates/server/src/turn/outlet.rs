//! The way from a turn to the client that follows it: bounded in bytes, and never in the way of the turn.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use docent_protocol::{ErrorCode, ThreadStreamEvent};
use futures_util::Stream;

use super::frame;
use super::journal::Attendance;

/// How much a client takes at once, unless one event is larger. What a busy turn says before others have their turn are
/// some 24 KB.
const MOST_TAKEN: usize = 32 * 1024;

/// The turn's end. A client that is gone is forgotten; one that does not keep up is waited for a little, then left
/// behind: the turn goes on without it.
#[derive(Debug)]
pub(crate) struct Outlet {
    /// `None` once there is nobody to send to.
    lane: Option<Arc<Lane>>,
    patience: Duration,
}

/// The client's end.
#[derive(Debug)]
pub(crate) struct EventStream {
    lane: Arc<Lane>,
    /// Whoever holds the stream reads along, until it is dropped.
    _attendance: Attendance,
}

/// What is between the two. Its own rather than a channel's, because of a stream that waits it is small, because what is
/// bounded are bytes, and because the hundreds of pieces of an answer take memory together and not one by one.
#[derive(Debug)]
struct Lane {
    state: Mutex<State>,
    buffer_bytes: usize,
}

#[derive(Debug, Default)]
struct State {
    /// Events as they stand on the wire; all but the last are full.
    blocks: VecDeque<String>,
    /// How long they are together.
    bytes: usize,
    /// The client, if it waits for an event.
    reader: Option<Waker>,
    /// The turn, if it waits for room.
    writer: Option<Waker>,
    is_left: bool,
    is_ended: bool,
    is_too_slow: bool,
}

/// Both ends, with room for so many bytes, and how long a full buffer is waited for.
pub(crate) fn outlet(
    buffer_bytes: usize,
    patience: Duration,
    attendance: Attendance,
) -> (Outlet, EventStream) {
    let lane = Arc::new(Lane { state: Mutex::default(), buffer_bytes });
    let stream = EventStream { lane: Arc::clone(&lane), _attendance: attendance };
    (Outlet { lane: Some(lane), patience }, stream)
}

impl Outlet {
    /// Whether the client would be waited for before this event goes out.
    pub(crate) fn would_wait(&self, json: &str) -> bool {
        self.lane.as_ref().is_some_and(|lane| {
            let state = lane.lock();
            !state.is_left && !lane.has_room(&state, json)
        })
    }

    /// Sends an event, as compact JSON, to the client, if it is still there.
    pub(crate) async fn send(&mut self, json: &str) {
        if !self.try_send(json) {
            self.wait(json).await;
            // There is room, or nobody is there any more.
            self.try_send(json);
        }
    }

    /// Sends an event without waiting; `false` if there is no room for it.
    pub(crate) fn try_send(&mut self, json: &str) -> bool {
        let Some(lane) = &self.lane else { return true };
        let mut state = lane.lock();
        if state.is_left {
            drop(state);
            self.lane = None;
            return true;
        }
        if !lane.has_room(&state, json) {
            return false;
        }
        state.push(json);
        let reader = state.reader.take();
        drop(state);
        if let Some(reader) = reader {
            reader.wake();
        }
        true
    }

    /// Waits until there is room for this event, or the client is gone, or patience is at its end.
    async fn wait(&mut self, json: &str) {
        let Some(lane) = &self.lane else { return };
        let room = poll_fn(|context| {
            let mut state = lane.lock();
            if state.is_left || lane.has_room(&state, json) {
                return Poll::Ready(());
            }
            state.writer = Some(context.waker().clone());
            Poll::Pending
        });
        if tokio::time::timeout(self.patience, room).await.is_err() {
            lane.lock().is_too_slow = true;
            self.hang_up();
        }
    }

    /// Ends the stream, whoever still holds a part of the turn.
    pub(crate) fn hang_up(&mut self) {
        let Some(lane) = self.lane.take() else { return };
        let mut state = lane.lock();
        state.is_ended = true;
        let reader = state.reader.take();
        drop(state);
        if let Some(reader) = reader {
            reader.wake();
        }
    }
}

impl Drop for Outlet {
    fn drop(&mut self) {
        self.hang_up();
    }
}

impl State {
    fn push(&mut self, json: &str) {
        let needed = frame::len(json);
        self.bytes += needed;
        match self.blocks.back_mut() {
            Some(block) if block.len() + needed <= MOST_TAKEN => frame::push(block, json),
            _ => self.blocks.push_back(frame::of(json, None)),
        }
    }

    fn take(&mut self) -> Option<String> {
        let block = self.blocks.pop_front()?;
        self.bytes -= block.len();
        if self.blocks.is_empty() {
            self.blocks = VecDeque::new();
        }
        Some(block)
    }
}

impl Lane {
    /// An event larger than the whole buffer has it to itself, rather than never to go out.
    fn has_room(&self, state: &State, json: &str) -> bool {
        state.bytes == 0 || state.bytes + frame::len(json) <= self.buffer_bytes
    }

    // Whole after every statement that changes it, so a panic elsewhere cannot have torn it.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Stream for EventStream {
    type Item = String;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<String>> {
        let mut state = self.lane.lock();
        let Some(block) = state.take() else {
            if state.is_ended {
                return Poll::Ready(std::mem::take(&mut state.is_too_slow).then(left_behind).flatten());
            }
            state.reader = Some(context.waker().clone());
            return Poll::Pending;
        };
        let writer = state.writer.take();
        drop(state);
        if let Some(writer) = writer {
            writer.wake();
        }
        Poll::Ready(Some(block))
    }
}

impl Drop for EventStream {
    fn drop(&mut self) {
        let mut state = self.lane.lock();
        state.is_left = true;
        state.blocks = VecDeque::new();
        let writer = state.writer.take();
        drop(state);
        if let Some(writer) = writer {
            writer.wake();
        }
    }
}

/// The last event of a client that was left behind: a stream is never just cut.
fn left_behind() -> Option<String> {
    let event = ThreadStreamEvent::Error {
        code: ErrorCode::Custom,
        message: Some(
            "The connection was too slow to follow. The answer goes on and is saved; reload to see it."
                .into(),
        ),
        allow_retry: false,
    };
    Some(frame::of(&serde_json::to_string(&event).ok()?, None))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::turn::journal::Journal;
    use futures_util::StreamExt;

    fn outlet(buffer_bytes: usize, patience: Duration) -> (Outlet, EventStream) {
        super::outlet(buffer_bytes, patience, Journal::new(1000).attend())
    }

    /// An event that takes so many bytes.
    fn event(bytes: usize) -> String {
        format!("\"{}\"", "x".repeat(bytes - frame::len("\"\"")))
    }

    fn jsons(block: String) -> Vec<String> {
        let events = block.strip_suffix("\n\n").expect("whole events").split("\n\n");
        events.map(|event| event.strip_prefix("data: ").expect("an event").to_owned()).collect()
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_does_not_read_is_left_behind_with_a_word() {
        let (mut outlet, stream) = outlet(3 * 12, Duration::from_secs(5));
        for _ in 0..100 {
            outlet.send(&event(12)).await;
        }
        drop(outlet);
        let events = stream.map(jsons).collect::<Vec<_>>().await.concat();
        assert_eq!(events.len(), 4, "three that had room, and the word");
        assert!(events[3].contains("too slow"), "{}", events[3]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_catches_up_in_time_misses_nothing() {
        let (mut outlet, mut stream) = outlet(2 * MOST_TAKEN, Duration::from_secs(5));
        let reader = tokio::spawn(async move {
            let mut seen = Vec::new();
            while let Some(block) = stream.next().await {
                seen.extend(jsons(block).iter().map(|json| frame::len(json)));
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            seen
        });
        let mut sizes: Vec<usize> = (0..20).map(|number| MOST_TAKEN / 2 + 500 * number).collect();
        // Larger than the buffer, sent all the same.
        sizes.extend([10 * MOST_TAKEN, 11, 11]);
        for size in &sizes {
            outlet.send(&event(*size)).await;
        }
        drop(outlet);
        assert_eq!(reader.await.expect("the reader ends"), sizes);
    }

    #[tokio::test]
    async fn what_waits_is_bounded_to_the_byte_and_a_stream_that_waits_holds_nothing() {
        let (mut outlet, mut stream) = outlet(10 * MOST_TAKEN, Duration::from_secs(3600));
        let mut sent = 0;
        while !outlet.would_wait(&event(256)) {
            outlet.send(&event(256)).await;
            sent += 1;
        }
        assert_eq!(sent, 10 * MOST_TAKEN / 256);
        let taken = stream.next().await.map(jsons).expect("a block").len();
        assert_eq!(taken, MOST_TAKEN / 256, "no more at once");
        let would_wait = |bytes| outlet.would_wait(&event(bytes));
        assert!(!would_wait(MOST_TAKEN) && would_wait(MOST_TAKEN + 1), "the room of those");
        let mut rest = sent - taken;
        while rest > 0 {
            rest -= stream.next().await.map(jsons).expect("a block").len();
        }
        assert!(futures_util::poll!(stream.next()).is_pending());
        let state = stream.lane.lock();
        assert_eq!((state.bytes, state.blocks.capacity()), (0, 0));
    }

    #[tokio::test]
    async fn a_client_that_is_gone_costs_nothing() {
        let (mut outlet, stream) = outlet(9, Duration::from_secs(3600));
        outlet.send("one").await;
        drop(stream);
        outlet.send("two").await;
        assert!(outlet.lane.is_none());
    }
}
