//! Following a run from any of its events on: what the store holds, then what comes.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};

use super::frame;
use super::journal::Follower;
use crate::error::chain;
use crate::store::{Run, RunEvent, RunState, Store};

/// How often the store is asked for news of a run that goes on in another process.
const NEWS_INTERVAL: Duration = Duration::from_millis(250);

/// Whether a client hears the numbers of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Numbering {
    /// As the `id` of each, so that it can go on from there.
    Shown,
    /// Not: as the turn's own stream.
    Hidden,
}

/// The events of a run after this number, as they stand on the wire, until it ends: with a follower as they come, without
/// one as they are written down, by another process if the run is not over.
pub(crate) fn follow(
    store: Arc<dyn Store>,
    run: Run,
    follower: Option<Follower>,
    after: u64,
    numbering: Numbering,
) -> BoxStream<'static, String> {
    let reading = Reading { store, run, follower, after, read: VecDeque::new() };
    stream::unfold(reading, move |mut reading| async move {
        let RunEvent { seq, json } = reading.next().await?;
        let seq = (numbering == Numbering::Shown).then_some(seq);
        Some((frame::of(&json, seq), reading))
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
                if self.read.is_empty() && !self.goes_on_elsewhere().await {
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

    /// Whether it is worth asking again after a while: the run was not over yet, so that its last events may come still.
    async fn goes_on_elsewhere(&mut self) -> bool {
        if self.run.state != RunState::Running || self.store.watch_interval().is_none() {
            return false;
        }
        tokio::time::sleep(NEWS_INTERVAL).await;
        match self.store.load_run(&self.run.key.user_id, &self.run.id).await {
            Ok(run) => {
                self.run = run;
                true
            }
            Err(error) => {
                tracing::warn!(run_id = %self.run.id, error = %chain(&error), "a run could not be followed");
                false
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
