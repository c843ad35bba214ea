//! Answers from the site's own documents, with no model: the passages that answer, quoted and cited.

mod compose;
mod documents;
mod markdown;
mod phrases;
mod reader;
mod title;

pub use documents::DocumentsHandler;
pub use reader::Reader;
pub use title::title_of;
