//! The way from a turn to the client that follows it: bounded in bytes, and never in the way of the turn.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use docent_protocol::{ErrorCode, ThreadStreamEvent};
use futures_util::Stream;

use super::journal::Attendance;

/// What an event costs at least, so that a flood of tiny events is bounded too.
const LEAST_COST: usize = 256;

/// For how many events a lane keeps its memory when it is empty.
const MOST_KEPT: usize = 32;

/// One event as it goes over the wire.
#[derive(Debug)]
pub(crate) struct EventFrame {
    /// The number of the event in its run, where the client is to hear of it.
    pub(crate) seq: Option<u64>,
    /// The event as compact JSON.
    pub(crate) json: Arc<str>,
}

impl EventFrame {
    /// An event out of a journal.
    pub(crate) fn numbered(seq: u64, json: Arc<str>) -> Self {
        Self { seq: Some(seq), json }
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

/// What is between the two. Its own rather than a channel's, because of a stream that waits it is small, and because
/// what is bounded are bytes.
#[derive(Debug)]
struct Lane {
    state: Mutex<State>,
    buffer_bytes: usize,
}

#[derive(Debug, Default)]
struct State {
    frames: VecDeque<Arc<str>>,
    /// What the frames cost together.
    cost: usize,
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
    let lane = Arc::new(Lane { state: Mutex::default(), buffer_bytes: buffer_bytes.max(LEAST_COST) });
    let stream = EventStream { lane: Arc::clone(&lane), _attendance: attendance };
    (Outlet { lane: Some(lane), patience }, stream)
}

impl Outlet {
    /// Whether the client would be waited for before an event of this size goes out.
    pub(crate) fn would_wait(&self, event_bytes: usize) -> bool {
        self.lane.as_ref().is_some_and(|lane| {
            let state = lane.lock();
            !state.is_left && !lane.has_room(&state, lane.cost(event_bytes))
        })
    }

    /// Sends an event, as compact JSON, to the client, if it is still there.
    pub(crate) async fn send(&mut self, json: Arc<str>) {
        if let Err(json) = self.try_send(json) {
            self.wait(json.len()).await;
            // There is room, or nobody is there any more.
            let _ = self.try_send(json);
        }
    }

    /// Sends an event without waiting, if there is room for it; else it is given back.
    pub(crate) fn try_send(&mut self, json: Arc<str>) -> Result<(), Arc<str>> {
        let Some(lane) = &self.lane else { return Ok(()) };
        let mut state = lane.lock();
        if state.is_left {
            drop(state);
            self.lane = None;
            return Ok(());
        }
        let cost = lane.cost(json.len());
        if !lane.has_room(&state, cost) {
            return Err(json);
        }
        state.cost += cost;
        state.frames.push_back(json);
        let reader = state.reader.take();
        drop(state);
        if let Some(reader) = reader {
            reader.wake();
        }
        Ok(())
    }

    /// Waits until there is room for an event of this size, or the client is gone, or patience is at its end.
    async fn wait(&mut self, event_bytes: usize) {
        let Some(lane) = &self.lane else { return };
        let cost = lane.cost(event_bytes);
        let room = poll_fn(|context| {
            let mut state = lane.lock();
            if state.is_left || lane.has_room(&state, cost) {
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

impl Lane {
    /// An event larger than the whole buffer takes all of it, rather than never to go out.
    fn cost(&self, event_bytes: usize) -> usize {
        event_bytes.clamp(LEAST_COST, self.buffer_bytes)
    }

    fn has_room(&self, state: &State, cost: usize) -> bool {
        state.cost + cost <= self.buffer_bytes
    }

    // Whole after every statement that changes it, so a panic elsewhere cannot have torn it.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Stream for EventStream {
    type Item = EventFrame;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<EventFrame>> {
        let mut state = self.lane.lock();
        let Some(json) = state.frames.pop_front() else {
            if state.is_ended {
                return Poll::Ready(std::mem::take(&mut state.is_too_slow).then(left_behind).flatten());
            }
            if state.frames.capacity() > MOST_KEPT {
                state.frames = VecDeque::new();
            }
            state.reader = Some(context.waker().clone());
            return Poll::Pending;
        };
        state.cost -= self.lane.cost(json.len());
        let writer = state.writer.take();
        drop(state);
        if let Some(writer) = writer {
            writer.wake();
        }
        Poll::Ready(Some(EventFrame { seq: None, json }))
    }
}

impl Drop for EventStream {
    fn drop(&mut self) {
        let mut state = self.lane.lock();
        state.is_left = true;
        state.frames = VecDeque::new();
        let writer = state.writer.take();
        drop(state);
        if let Some(writer) = writer {
            writer.wake();
        }
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
    Some(EventFrame { seq: None, json: serde_json::to_string(&event).ok()?.into() })
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
    async fn what_waits_is_bounded_to_the_byte_and_a_stream_that_waits_holds_little() {
        let (mut outlet, mut stream) = outlet(100 * LEAST_COST, Duration::from_secs(3600));
        let mut sent = 0;
        while !outlet.would_wait(LEAST_COST) {
            outlet.send(progress("x")).await;
            sent += 1;
        }
        assert_eq!(sent, 100);
        assert!(stream.next().await.is_some());
        assert!(!outlet.would_wait(LEAST_COST) && outlet.would_wait(LEAST_COST + 1), "the room of one");
        for _ in 1..sent {
            assert!(stream.next().await.is_some());
        }
        assert!(futures_util::poll!(stream.next()).is_pending());
        let state = stream.lane.lock();
        assert_eq!((state.cost, state.frames.capacity()), (0, 0));
    }

    #[tokio::test]
    async fn a_client_that_is_gone_costs_nothing() {
        let (mut outlet, stream) = outlet(LEAST_COST, Duration::from_secs(3600));
        outlet.send(progress("one")).await;
        drop(stream);
        outlet.send(progress("two")).await;
        assert!(outlet.lane.is_none());
    }
}
