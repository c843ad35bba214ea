//! The bridge from a turn to a model and back.

use std::sync::Arc;

use async_trait::async_trait;
use docent_protocol::{Annotation, NoticeLevel, Source, UrlSource, UserMessageItem};
use docent_server::{AssistantMessageStream, ChatHandler, Turn, TurnError};

use crate::citation::{CitationFilter, Cited};
use crate::client::{ModelClient, ModelEvent};
use crate::error::ModelError;
use crate::knowledge::{Knowledge, KnownPassage};
use crate::prompt;
use crate::thinking::ThinkingFilter;

/// How many items of a thread are looked at; the prompt's budget decides how many are told.
const HISTORY_ITEMS: usize = 60;

/// Answers with a model that is given the passages of the documents.
pub struct ModelHandler {
    client: ModelClient,
    knowledge: Arc<dyn Knowledge>,
}

impl ModelHandler {
    /// Answers with this model from this knowledge.
    pub fn new(client: ModelClient, knowledge: Arc<dyn Knowledge>) -> Self {
        Self { client, knowledge }
    }
}

#[async_trait]
impl ChatHandler for ModelHandler {
    async fn respond(
        &self,
        turn: &mut Turn,
        user_message: Option<&UserMessageItem>,
    ) -> Result<(), TurnError> {
        let Some(message) = user_message else {
            return Err(TurnError::custom("This server answers questions; it started no tool or form."));
        };
        turn.progress("Searching the documentation…", Some("search")).await?;
        let history = turn.history(HISTORY_ITEMS).await?;
        let briefing = self.knowledge.brief(turn.context(), message, &history).await;
        if turn.thread().title.as_deref().unwrap_or_default().is_empty()
            && let Some(title) = &briefing.title
        {
            turn.set_title(title.clone()).await?;
        }
        turn.progress("Writing the answer…", Some("sparkle")).await?;
        let messages = prompt::messages(turn.context(), message, &history, &briefing);
        let mut answer = Answer {
            turn,
            passages: &briefing.passages,
            citations: CitationFilter::new(briefing.passages.len()),
            thinking: ThinkingFilter::default(),
            message: None,
            was_thinking: false,
        };
        match answer.write(&self.client, &messages).await {
            Ok(()) => answer.finish().await,
            Err(Failure::Turn(error)) => Err(error),
            Err(Failure::Model(error)) => {
                // The causes are codes and statuses; nothing that was asked or said is in them.
                tracing::warn!(%error, "the model failed");
                let has_begun = answer.message.is_some();
                answer.keep().await?;
                Err(error.into_turn_error(has_begun))
            }
        }
    }
}

enum Failure {
    Model(ModelError),
    Turn(TurnError),
}

impl From<ModelError> for Failure {
    fn from(error: ModelError) -> Self {
        Self::Model(error)
    }
}

impl From<TurnError> for Failure {
    fn from(error: TurnError) -> Self {
        Self::Turn(error)
    }
}

/// An answer on its way.
struct Answer<'t> {
    turn: &'t Turn,
    passages: &'t [KnownPassage],
    citations: CitationFilter,
    thinking: ThinkingFilter,
    /// Begun with the first word, so that a failure before it leaves no empty message behind.
    message: Option<AssistantMessageStream>,
    was_thinking: bool,
}

impl Answer<'_> {
    async fn write(&mut self, client: &ModelClient, messages: &[crate::ChatMessage]) -> Result<(), Failure> {
        let mut events = client.ask(messages).await?;
        while let Some(event) = events.next().await {
            match event? {
                ModelEvent::Reasoning => self.note_thinking().await?,
                ModelEvent::Text(text) => {
                    let text = self.thinking.push(&text);
                    if self.thinking.is_thinking() {
                        self.note_thinking().await?;
                    }
                    let pieces = self.citations.push(&text);
                    self.append(pieces).await?;
                }
                ModelEvent::Finished(reason) => {
                    let rest = self.thinking.finish();
                    let mut pieces = self.citations.push(&rest);
                    pieces.extend(self.citations.finish());
                    self.append(pieces).await?;
                    if self.message.is_none() {
                        return Err(ModelError::Empty.into());
                    }
                    if reason.as_deref() == Some("length") {
                        let cut = "The answer was cut off at the model's limit. Ask for the rest to go on.";
                        self.turn.notice(NoticeLevel::Info, cut).await?;
                    }
                }
            }
        }
        Ok(())
    }

    async fn note_thinking(&mut self) -> Result<(), TurnError> {
        if self.was_thinking || self.message.is_some() {
            return Ok(());
        }
        self.was_thinking = true;
        self.turn.progress("Thinking…", Some("sparkle")).await
    }

    async fn append(&mut self, pieces: Vec<Cited>) -> Result<(), TurnError> {
        for piece in pieces {
            match piece {
                // Models often begin with line breaks.
                Cited::Text(text) if self.message.is_none() && text.trim().is_empty() => {}
                Cited::Text(text) => {
                    let text = if self.message.is_none() { text.trim_start() } else { &text };
                    self.message().await?.delta(text).await?;
                }
                Cited::Passage(number) => {
                    let Some(passage) = number.checked_sub(1).and_then(|index| self.passages.get(index))
                    else {
                        continue;
                    };
                    let source = source(passage);
                    let message = self.message().await?;
                    let index = message.text().chars().count() as u64;
                    message.annotate(Annotation::at(index, source)).await?;
                }
            }
        }
        Ok(())
    }

    async fn message(&mut self) -> Result<&mut AssistantMessageStream, TurnError> {
        let message = match self.message.take() {
            Some(message) => message,
            None => self.turn.assistant_message().await?,
        };
        Ok(self.message.insert(message))
    }

    /// Stores what was written of an answer that broke off.
    async fn keep(&mut self) -> Result<(), TurnError> {
        let pieces = self.citations.finish();
        if self.message.is_some() {
            self.append(pieces).await?;
        }
        match self.message.take() {
            Some(message) => message.finish().await.map(drop),
            None => Ok(()),
        }
    }

    async fn finish(mut self) -> Result<(), TurnError> {
        match self.message.take() {
            Some(message) => message.finish().await.map(drop),
            None => Ok(()),
        }
    }
}

fn source(passage: &KnownPassage) -> Source {
    Source::Url(UrlSource {
        title: passage.title.clone(),
        description: passage.description.clone(),
        timestamp: None,
        group: None,
        url: passage.url.clone(),
        attribution: passage.site_name.clone(),
    })
}
