//! The handler that answers from the documents alone.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use docent_protocol::UserMessageItem;
use docent_retrieval::{Intent, Search};
use docent_server::{ChatHandler, Turn, TurnError};

use super::compose::{Piece, annotation, compose};
use super::phrases::phrases;
use super::reader::Reader;
use super::title::title_of;

/// How far back to look for the question that a follow-up leans on.
const HISTORY: usize = 12;
/// About this many characters are sent at once, always to the end of a word.
const DELTA_CHARS: usize = 24;

/// Answers by quoting and citing the passages that a search finds.
pub struct DocumentsHandler {
    search: Arc<dyn Search>,
    pace: Duration,
}

impl DocumentsHandler {
    /// Answers from what this search finds, one piece of text every 10 ms: fast to read along, and seen to be written.
    pub fn new(search: Arc<dyn Search>) -> Self {
        Self { search, pace: Duration::from_millis(10) }
    }

    /// Another time between two pieces of text; zero for none.
    #[must_use]
    pub fn with_pace(self, pace: Duration) -> Self {
        Self { pace, ..self }
    }
}

#[async_trait]
impl ChatHandler for DocumentsHandler {
    async fn respond(
        &self,
        turn: &mut Turn,
        user_message: Option<&UserMessageItem>,
    ) -> Result<(), TurnError> {
        let Some(message) = user_message else {
            return Err(TurnError::custom(
                "This server answers questions from documents; it started no tool or form.",
            ));
        };
        if turn.thread().title.as_deref().unwrap_or_default().is_empty()
            && let Some(title) = title_of(&message.plain_text(), message.quoted_text.as_deref())
        {
            turn.set_title(title).await?;
        }
        let reader = Reader::of(turn.context());
        let searching = phrases(reader.lang.as_deref()).searching;
        turn.progress(format!("{searching}…"), Some("search")).await?;

        let mut question = reader.question(message, &turn.history(HISTORY).await?);
        let search = Arc::clone(&self.search);
        let asked = question.clone();
        let mut found =
            tokio::task::spawn_blocking(move || search.search(&asked)).await.map_err(TurnError::internal)?;
        if found.intent == Intent::Overview && found.passages.len() == question.limit {
            // A page is shown with all its parts.
            question.limit = 12;
            found = self.search.search(&question);
        }
        let mut answer = turn.assistant_message().await?;
        for piece in compose(&question, &found, self.search.pages(), &reader) {
            match piece {
                Piece::Text(text) => {
                    for delta in deltas(&text) {
                        answer.delta(delta).await?;
                        if !self.pace.is_zero() {
                            tokio::time::sleep(self.pace).await;
                        }
                    }
                }
                Piece::Cite(source) => {
                    let annotation = annotation(&source, answer.text());
                    answer.annotate(annotation).await?;
                }
            }
        }
        answer.finish().await?;
        Ok(())
    }
}

/// Cuts a text after words, so that pieces come at a reader's pace; words of any length stay whole up to a point.
fn deltas(text: &str) -> Vec<&str> {
    let mut deltas = Vec::new();
    let mut start = 0;
    let mut length = 0;
    for (position, character) in text.char_indices() {
        length += 1;
        let is_border = character.is_whitespace() || length >= 3 * DELTA_CHARS;
        if length >= DELTA_CHARS && is_border {
            let end = position + character.len_utf8();
            deltas.push(&text[start..end]);
            (start, length) = (end, 0);
        }
    }
    if start < text.len() {
        deltas.push(&text[start..]);
    }
    deltas
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_together_are_the_text() {
        for text in ["", "short", "Größe und Länge sind nicht dasselbe, aber verwandt.", &"字".repeat(200)]
        {
            let pieces = deltas(text);
            assert_eq!(pieces.concat(), text);
            assert!(pieces.iter().all(|piece| piece.chars().count() <= 3 * DELTA_CHARS));
        }
    }
}
