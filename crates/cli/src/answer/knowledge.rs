//! The documents as what a model knows.

use std::sync::Arc;

use async_trait::async_trait;
use docent_agent::{Briefing, Knowledge, KnownPassage};
use docent_protocol::{ThreadItem, UserMessageItem};
use docent_retrieval::{Intent, Passage, Question, Search};
use docent_server::RequestContext;

use super::markdown::blocks;
use super::reader::Reader;
use super::teaser::plain_teaser;
use super::title::title_of;

/// A model reads more than a person wants to.
const PASSAGES: usize = 7;
const PASSAGES_OF_A_PAGE: usize = 12;

/// Finds passages for a model; knows nothing where there are no documents.
pub struct DocumentsKnowledge {
    search: Option<Arc<dyn Search>>,
}

impl DocumentsKnowledge {
    /// Knows what this search finds.
    pub fn new(search: Option<Arc<dyn Search>>) -> Self {
        Self { search }
    }
}

#[async_trait]
impl Knowledge for DocumentsKnowledge {
    async fn brief(
        &self,
        context: &RequestContext,
        message: &UserMessageItem,
        history: &[ThreadItem],
    ) -> Briefing {
        let title = title_of(&message.plain_text(), message.quoted_text.as_deref());
        let Some(search) = self.search.clone() else { return Briefing { title, passages: Vec::new() } };
        let reader = Reader::of(context);
        let question = Question { limit: PASSAGES, ..reader.question(message, history) };
        let found = tokio::task::spawn_blocking(move || {
            let found = search.search(&question);
            match found.intent {
                Intent::Overview => search.search(&Question { limit: PASSAGES_OF_A_PAGE, ..question }),
                _ => found,
            }
        });
        let passages = match found.await {
            Ok(found) => found.passages.iter().map(|passage| known(passage, &reader)).collect(),
            Err(error) => {
                tracing::error!(%error, "the search failed");
                Vec::new()
            }
        };
        Briefing { title, passages }
    }
}

fn known(passage: &Passage, reader: &Reader) -> KnownPassage {
    KnownPassage {
        title: passage.label(),
        url: reader.absolute(&passage.url),
        text: blocks(&passage.blocks),
        description: plain_teaser(&passage.excerpt),
        site_name: passage.site_name.clone(),
        is_on_current_page: passage.is_on_current_page,
    }
}
