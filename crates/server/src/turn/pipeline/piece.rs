//! Pieces of text, of which an answer has hundreds: each is an event of its own, but none is built and taken apart for it.

use docent_protocol::{ThreadItemUpdate, ThreadStreamEvent};
use serde::ser::Error;
use tokio::sync::Mutex;

use super::Pipeline;
use crate::turn::TurnError;
use crate::turn::fold::append_text;
use crate::turn::journal::Weight;

/// How much memory a turn keeps for its next piece.
const MOST_SCRATCH_BYTES: usize = 4096;

/// What stands around each piece of one text, ready to be written.
#[derive(Debug)]
pub(in crate::turn) struct Envelope {
    item_id: String,
    content_index: usize,
    before: String,
    after: String,
}

impl Envelope {
    /// For pieces of this part of this message.
    pub(in crate::turn) fn new(item_id: &str, content_index: usize) -> Result<Self, serde_json::Error> {
        let json = serde_json::to_string(&event(item_id, content_index, ""))?;
        // The text is the last member, so that nothing an id holds can be taken for it.
        let (before, after) =
            json.rsplit_once("\"\"").ok_or_else(|| serde_json::Error::custom("a piece without its text"))?;
        Ok(Self { item_id: item_id.to_owned(), content_index, before: before.into(), after: after.into() })
    }

    fn write(&self, text: &str, into: &mut Vec<u8>) -> Result<(), serde_json::Error> {
        into.extend_from_slice(self.before.as_bytes());
        serde_json::to_writer(&mut *into, text)?;
        into.extend_from_slice(self.after.as_bytes());
        Ok(())
    }
}

fn event(item_id: &str, content_index: usize, text: &str) -> ThreadStreamEvent {
    let update = ThreadItemUpdate::TextDelta { content_index, delta: text.to_owned() };
    ThreadStreamEvent::ThreadItemUpdated { item_id: item_id.to_owned(), update }
}

/// What is left to do for a piece once it was taken in.
enum Rest {
    /// Nothing.
    Nothing,
    /// To send it, which has to wait for the store or the client.
    Deliver(String),
    /// To tell of the thread.
    Announce,
    /// All of it: its message is no unfinished one of this turn.
    Emit,
}

/// Appends text to a message and sends the piece: the same as emitting its event.
pub(in crate::turn) async fn emit_piece(
    pipeline: &Mutex<Pipeline>,
    envelope: &Envelope,
    text: &str,
) -> Result<(), TurnError> {
    let mut pipeline = pipeline.lock().await;
    let rest = pipeline.take_in(envelope, text)?;
    if let Rest::Nothing = rest {
        return Ok(());
    }
    // Rare, and large: in a box, so that whoever writes an answer does not hold its memory all along.
    Box::pin(async move {
        match rest {
            Rest::Nothing | Rest::Announce => {}
            Rest::Deliver(json) => pipeline.deliver(&json).await,
            Rest::Emit => {
                let event = event(&envelope.item_id, envelope.content_index, text);
                return pipeline.emit(&event).await;
            }
        }
        pipeline.announce_thread().await
    })
    .await
}

impl Pipeline {
    /// Takes a piece in, and sends it if nothing has to be waited for.
    fn take_in(&mut self, envelope: &Envelope, text: &str) -> Result<Rest, TurnError> {
        self.check_open()?;
        let Some(pending) = self.pending.get_mut(envelope.item_id.as_str()) else { return Ok(Rest::Emit) };
        pending.is_changed |= append_text(&mut pending.item, envelope.content_index, text);
        if !pending.item.is_hidden() {
            let mut json = std::mem::take(&mut self.scratch);
            json.clear();
            envelope.write(text, &mut json)?;
            let json = String::from_utf8(json).map_err(serde_json::Error::custom)?;
            let interval = self.checkpoint_interval;
            let is_due = self.control.journal().append(&json, Weight::Piece(text.len()), interval);
            if is_due || !self.outlet.try_send(&json) {
                return Ok(Rest::Deliver(json));
            }
            if json.capacity() <= MOST_SCRATCH_BYTES {
                self.scratch = json.into_bytes();
            }
        }
        Ok(if self.unannounced.is_some() { Rest::Announce } else { Rest::Nothing })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_in_its_envelope_is_the_event_as_it_is_always_written() {
        for id in ["msg_1", "", "\"\"", "a\\\"b", "é\u{2028}"] {
            for text in ["", "word ", "\"quoted\" \\ \n\u{0}", "\"\"", "日本語 \u{1F600}\u{2029}"] {
                for index in [0, 1, 4095] {
                    let mut written = Vec::new();
                    let envelope = Envelope::new(id, index).expect("an envelope");
                    envelope.write(text, &mut written).expect("written");
                    let event = serde_json::to_vec(&event(id, index, text)).expect("written");
                    assert_eq!(written, event, "{id:?} {text:?}");
                }
            }
        }
    }
}
