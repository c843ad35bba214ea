//! Following a run from any of its events on: what the store holds, then what comes.

use std::collections::VecDeque;
use std::sync::Arc;

use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};

use super::journal::Follower;
use super::outlet::EventFrame;
use crate::error::chain;
use crate::store::{Run, RunEvent, Store};

/// The events of a run after this number. With a follower they go on until the run ends; without one, the run being
/// over, until there are no more.
pub(crate) fn follow(
    store: Arc<dyn Store>,
    run: Run,
    follower: Option<Follower>,
    after: u64,
) -> BoxStream<'static, EventFrame> {
    let reading = Reading { store, run, follower, after, read: VecDeque::new() };
    stream::unfold(reading, |mut reading| async {
        let RunEvent { seq, json } = reading.next().await?;
        Some((EventFrame::numbered(seq, json), reading))
    })
    .boxed()
}

struct Reading {
    store: Arc<dyn Store>,
    run: Run,
    follower: Option<Follower>,
    /// The number of the last event given.
    after: u64,
    /// Events read and not given yet.
    read: VecDeque<RunEvent>,
}

impl Reading {
    async fn next(&mut self) -> Option<RunEvent> {
        loop {
            if let Some(event) = self.read.pop_front() {
                self.after = event.seq;
                return Some(event);
            }
            let Some(follower) = &mut self.follower else {
                self.read_store().await;
                if self.read.is_empty() {
                    return None;
                }
                continue;
            };
            let tail = follower.tail(self.after);
            if self.after < tail.written_through {
                self.read_store().await;
                if self.read.is_empty() {
                    // What is missing was left out, or cannot be read: the rest is still worth having.
                    self.after = tail.written_through;
                }
            } else if !tail.events.is_empty() {
                self.read.extend(tail.events);
            } else if tail.is_closed {
                return None;
            } else {
                follower.changed().await;
            }
        }
    }

    async fn read_store(&mut self) {
        match self.store.load_run_events(&self.run.key.user_id, &self.run.id, self.after).await {
            Ok(events) => self.read.extend(events),
            Err(error) => {
                tracing::warn!(run_id = %self.run.id, error = %chain(&error), "events could not be read back");
            }
        }
    }
}
