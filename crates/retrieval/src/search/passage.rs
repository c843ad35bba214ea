//! What a search gives back.

use super::Intent;
use crate::block::Block;

/// One passage of the documents that answers a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Passage {
    /// The title of the page it stands on.
    pub page_title: String,
    /// The page's address.
    pub page_url: String,
    /// The address of the exact heading.
    pub url: String,
    /// The headings above it, without the page's title.
    pub headings: Vec<String>,
    /// The site's name, when it is known.
    pub site_name: Option<String>,
    /// The page's own one-sentence summary, when it has one.
    pub description: Option<String>,
    /// All of the passage.
    pub blocks: Vec<Block>,
    /// The part of the passage that answers best, in its order.
    pub excerpt: Vec<Block>,
    /// The passage as plain text.
    pub text: String,
    /// How good it is; only comparable within one search. The best has about 1.
    pub score: f32,
    /// How much of the question's subject it holds, weighted by how much each word tells: 0 to 1.
    pub coverage: f32,
    /// Whether it stands on the page the reader is on.
    pub is_on_current_page: bool,
    /// Whether it holds the passage that the reader selected.
    pub holds_selection: bool,
}

impl Passage {
    /// What to call the passage: the page, and the heading that is nearest to it.
    pub fn label(&self) -> String {
        match self.headings.last() {
            Some(heading) if heading.to_lowercase() != self.page_title.to_lowercase() => {
                format!("{} › {heading}", self.page_title)
            }
            _ => self.page_title.clone(),
        }
    }

    /// The nearest heading, or the page's title above all headings.
    pub fn heading(&self) -> &str {
        self.headings.last().unwrap_or(&self.page_title)
    }
}

/// A word of the question that no document has, and the word that was looked for in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// The word as it was asked.
    pub asked: String,
    /// The word that was used.
    pub used: String,
}

/// The outcome of a search.
#[derive(Debug, Clone)]
pub struct Found {
    /// What the question asks for.
    pub intent: Intent,
    /// The passages, best first; empty when nothing is relevant.
    pub passages: Vec<Passage>,
    /// Words that were taken for others.
    pub corrections: Vec<Correction>,
    /// Indices (in `Search::pages`) of the pages nearest to the question, for a reader whose question found nothing.
    pub nearest_pages: Vec<usize>,
    /// Index of the page the reader is on, when it is one of the documents.
    pub current_page: Option<usize>,
}
