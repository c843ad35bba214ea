//! Answers from the site's own documents, and what a model is told of them.

mod compose;
mod documents;
mod knowledge;
mod markdown;
mod phrases;
mod reader;
mod teaser;
mod title;

pub use documents::DocumentsHandler;
pub use knowledge::DocumentsKnowledge;
pub use reader::Reader;
pub use title::title_of;
