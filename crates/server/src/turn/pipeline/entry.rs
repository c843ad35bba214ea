//! An event on its way in: written as JSON once, for the journal and for every reader.

use std::sync::Arc;

use docent_protocol::{JsonObject, Page, Thread, ThreadItemUpdate, ThreadStreamEvent};

use super::Pipeline;
use crate::turn::journal::Weight;

/// How much memory a turn keeps for its next event.
const MOST_SCRATCH_BYTES: usize = 4096;

impl Pipeline {
    /// Takes an event into the journal, and gives it as the client gets it.
    pub(super) fn enter(&mut self, event: &ThreadStreamEvent) -> Result<Arc<str>, serde_json::Error> {
        let json = match event {
            ThreadStreamEvent::ThreadCreated { thread } => {
                self.serialise(&ThreadStreamEvent::ThreadCreated { thread: for_client(thread) })?
            }
            ThreadStreamEvent::ThreadUpdated { thread } => {
                self.serialise(&ThreadStreamEvent::ThreadUpdated { thread: for_client(thread) })?
            }
            _ => self.serialise(event)?,
        };
        let weight = match event {
            ThreadStreamEvent::ThreadItemUpdated {
                update: ThreadItemUpdate::TextDelta { delta, .. },
                ..
            } => Weight::Piece(delta.len()),
            ThreadStreamEvent::ThreadItemUpdated { .. } | ThreadStreamEvent::ProgressUpdate { .. } => {
                Weight::Passing
            }
            _ => Weight::Needed,
        };
        self.control.journal().append(&json, weight, self.checkpoint_interval);
        Ok(json)
    }

    /// The event as compact JSON, shared by everybody who gets it.
    fn serialise(&mut self, event: &ThreadStreamEvent) -> Result<Arc<str>, serde_json::Error> {
        self.scratch.clear();
        serde_json::to_writer(&mut self.scratch, event)?;
        self.share_scratch()
    }

    pub(super) fn share_scratch(&mut self) -> Result<Arc<str>, serde_json::Error> {
        let json = std::str::from_utf8(&self.scratch)
            .map(Arc::from)
            .map_err(<serde_json::Error as serde::ser::Error>::custom)?;
        self.scratch.shrink_to(MOST_SCRATCH_BYTES);
        Ok(json)
    }
}

/// The thread as clients see it in an event: without what only the server knows, and without items.
fn for_client(thread: &Thread) -> Thread {
    Thread { metadata: JsonObject::new(), items: Page::default(), ..thread.clone() }
}
