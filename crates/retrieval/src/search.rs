//! Search: a question in, the passages that answer it out, or nothing when nothing does.

mod chronicle;
mod excerpt;
mod index;
mod intent;
mod passage;
mod place;
mod rank;
mod terms;
mod vocabulary;

pub use index::SearchIndex;
pub use intent::Intent;
pub use passage::{Correction, Found, Passage};

use crate::library::Page;

/// Whether a text names anything to search for, or only greets, thanks and frames.
pub fn has_subject(text: &str) -> bool {
    !intent::subject(text).is_empty()
}

/// Whether a text has no subject but what it points at, such as "What does this mean?".
pub fn only_points(text: &str) -> bool {
    intent::only_points(text)
}

/// Anything that finds passages for a question.
pub trait Search: Send + Sync + 'static {
    /// The passages that answer, best first; none when none is relevant.
    fn search(&self, question: &Question) -> Found;

    /// All pages that can be found.
    fn pages(&self) -> &[Page];

    /// The number of passages the pages were cut into.
    fn passage_count(&self) -> usize;
}

/// What is asked, and what is known of the reader's place.
#[derive(Debug, Clone, Default)]
pub struct Question {
    /// The reader's words.
    pub text: String,
    /// The path or URL of the page the reader is on.
    pub page_path: Option<String>,
    /// The passage the reader selected.
    pub selection: Option<String>,
    /// BCP 47 language of the reader.
    pub lang: Option<String>,
    /// The question before this one, which a short follow-up leans on.
    pub previous: Option<String>,
    /// How many passages to give at most.
    pub limit: usize,
}

impl Question {
    /// A question from nowhere in particular, for up to five passages.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), limit: 5, ..Self::default() }
    }
}
