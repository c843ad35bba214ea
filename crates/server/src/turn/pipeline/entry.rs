//! An event on its way in: written as JSON once, for the journal and for every reader.

use docent_protocol::{JsonObject, Page, Thread, ThreadItemUpdate, ThreadStreamEvent};

use super::Pipeline;
use crate::turn::journal::Weight;

impl Pipeline {
    /// Takes an event into the journal, and gives it as the client gets it.
    pub(super) fn enter(&mut self, event: &ThreadStreamEvent) -> Result<String, serde_json::Error> {
        let json = match event {
            ThreadStreamEvent::ThreadCreated { thread } => {
                serde_json::to_string(&ThreadStreamEvent::ThreadCreated { thread: for_client(thread) })?
            }
            ThreadStreamEvent::ThreadUpdated { thread } => {
                serde_json::to_string(&ThreadStreamEvent::ThreadUpdated { thread: for_client(thread) })?
            }
            _ => serde_json::to_string(event)?,
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
}

/// The thread as clients see it in an event: without what only the server knows, and without items.
fn for_client(thread: &Thread) -> Thread {
    Thread { metadata: JsonObject::new(), items: Page::default(), ..thread.clone() }
}
