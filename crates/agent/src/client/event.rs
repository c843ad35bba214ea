//! The answer of a model as a stream of events, whatever the server's dialect.

use std::collections::VecDeque;
use std::pin::Pin;
use std::time::Duration;

use eventsource_stream::{EventStream, EventStreamError};
use futures_util::stream::{self, BoxStream};
use futures_util::{Stream, StreamExt};
use reqwest::Response;
use serde_json::Value;
use tokio::time::Instant;

use super::chunk::{self, Chunk};
use crate::error::ModelError;

/// No answer is this long; a server that never stops must not fill the memory.
const MAX_BYTES: usize = 16 * 1024 * 1024;
const MAX_ANSWER_TIME: Duration = Duration::from_secs(600);

/// What a model does while it answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ModelEvent {
    /// It writes.
    Text(String),
    /// It thinks, which is not shown.
    Reasoning,
    /// It is done; the reason is the server's, such as `stop` or `length`, if it gave one.
    Finished(Option<String>),
}

type Bytes = Pin<Box<dyn Stream<Item = Result<Vec<u8>, ModelError>> + Send>>;

/// The events of one answer. `Finished` is the last, if it comes.
#[must_use = "a model's answer is lost unless it is read"]
pub struct ModelStream {
    source: Source,
    waiting: VecDeque<ModelEvent>,
    finish_reason: Option<String>,
    /// Whether any object of an answer was understood.
    is_known: bool,
    /// Whether the newest piece was no JSON: noise in the middle, a broken connection at the end.
    is_torn: bool,
    is_over: bool,
}

enum Source {
    Events(BoxStream<'static, Result<String, ModelError>>),
    Whole(Bytes),
}

impl ModelStream {
    pub(super) fn new(response: Response, is_json: bool, idle_timeout: Duration) -> Self {
        let mut length = 0;
        let bytes = response.bytes_stream().map(move |piece| {
            let piece = piece.map_err(|_| ModelError::BrokeOff)?;
            length += piece.len();
            if length > MAX_BYTES { Err(ModelError::Endless) } else { Ok(piece.to_vec()) }
        });
        let bytes = within(Box::pin(bytes), idle_timeout);
        let source = if is_json { Source::Whole(bytes) } else { Source::Events(events(bytes)) };
        Self {
            source,
            waiting: VecDeque::new(),
            finish_reason: None,
            is_known: false,
            is_torn: false,
            is_over: false,
        }
    }

    /// The next event; none after `Finished` or an error.
    pub async fn next(&mut self) -> Option<Result<ModelEvent, ModelError>> {
        loop {
            if let Some(event) = self.waiting.pop_front() {
                return Some(Ok(event));
            }
            if self.is_over {
                return None;
            }
            if let Err(error) = self.read().await {
                self.is_over = true;
                return Some(Err(error));
            }
        }
    }

    /// Takes the next piece from the server and puts what it says into `waiting`.
    async fn read(&mut self) -> Result<(), ModelError> {
        match &mut self.source {
            Source::Whole(bytes) => {
                let mut body = Vec::new();
                while let Some(piece) = bytes.next().await {
                    body.extend(piece?);
                }
                let value: Value = serde_json::from_slice(&body).map_err(|_| ModelError::Incompatible)?;
                self.take(chunk::read(&value))?;
                self.finish()
            }
            Source::Events(events) => {
                match events.next().await {
                    // Some servers close roughly after the last word; what was said is whole all the same.
                    Some(Err(ModelError::BrokeOff)) if self.finish_reason.is_some() => self.finish(),
                    Some(Err(error)) => Err(error),
                    Some(Ok(data)) if data.trim() == "[DONE]" => self.finish(),
                    Some(Ok(data)) if data.trim().is_empty() => Ok(()),
                    Some(Ok(data)) => match serde_json::from_str::<Value>(&data) {
                        Ok(value) => {
                            self.is_torn = false;
                            self.take(chunk::read(&value))
                        }
                        Err(_) => {
                            self.is_torn = true;
                            Ok(())
                        }
                    },
                    None if self.is_torn && self.is_known && self.finish_reason.is_none() => {
                        Err(ModelError::BrokeOff)
                    }
                    None => self.finish(),
                }
            }
        }
    }

    fn take(&mut self, chunk: Chunk) -> Result<(), ModelError> {
        self.is_known |= chunk.is_known;
        if let Some(code) = chunk.error {
            return Err(ModelError::Reported { code });
        }
        if chunk.has_reasoning {
            self.waiting.push_back(ModelEvent::Reasoning);
        }
        if !chunk.text.is_empty() {
            self.waiting.push_back(ModelEvent::Text(chunk.text));
        }
        if let Some(reason) = chunk.finish_reason {
            match reason.as_str() {
                "error" => return Err(ModelError::Reported { code: None }),
                "content_filter" => return Err(ModelError::Withheld),
                _ => self.finish_reason = Some(reason),
            }
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<(), ModelError> {
        if !self.is_known {
            return Err(ModelError::Incompatible);
        }
        self.is_over = true;
        self.waiting.push_back(ModelEvent::Finished(self.finish_reason.take()));
        Ok(())
    }
}

/// The bytes, or an error after a silence of `idle_timeout`. Any byte breaks the silence, also one of a comment, by
/// which servers show that they live; but no answer may take longer than ten minutes.
fn within(bytes: Bytes, idle_timeout: Duration) -> Bytes {
    let end = Instant::now() + MAX_ANSWER_TIME;
    Box::pin(stream::unfold(Some(bytes), move |bytes| async move {
        let mut bytes = bytes?;
        let until = end.min(Instant::now() + idle_timeout);
        match tokio::time::timeout_at(until, bytes.next()).await {
            Ok(piece) => piece.map(|piece| (piece, Some(bytes))),
            Err(_) => Some((Err(ModelError::Silent), None)),
        }
    }))
}

/// The `data` of each server-sent event. An event that the connection cut off is given too, as far as it came.
fn events(bytes: Bytes) -> BoxStream<'static, Result<String, ModelError>> {
    // An empty line ends the last event, which some servers leave open.
    let bytes = bytes.chain(stream::once(async { Ok(b"\n\n".to_vec()) }));
    EventStream::new(bytes)
        .map(|event| match event {
            Ok(event) => Ok(event.data),
            Err(EventStreamError::Transport(error)) => Err(error),
            Err(EventStreamError::Utf8(_) | EventStreamError::Parser(_)) => Err(ModelError::BrokeOff),
        })
        .boxed()
}
