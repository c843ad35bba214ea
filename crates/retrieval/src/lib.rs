//! A site's own documents as an answer: files are read into documents, documents cut into chunks, chunks searched.
//!
//! ```no_run
//! use docent_retrieval::{Library, Question, Search, SearchIndex, Source};
//!
//! let sources = vec![Source::new("docs", Some("https://example.com/docs"))?];
//! let library = Library::load(&sources)?;
//! let index = SearchIndex::build(library)?;
//! let found = index.search(&Question::new("How do I deploy?"));
//! for passage in &found.passages {
//!     println!("{} ({})", passage.label(), passage.url);
//! }
//! # Ok::<(), docent_retrieval::RetrievalError>(())
//! ```
//!
//! Everything is deterministic: the same files and the same question give the same passages in the same order.
//! What a document says is the words of its author and never an instruction to the program.

mod analysis;
mod block;
mod chunk;
mod document;
mod error;
mod html;
mod library;
mod markdown;
mod outline;
mod route;
mod search;
mod sentence;
mod source;
mod walk;

pub use block::{Block, Text};
pub use chunk::Chunk;
pub use document::{Document, Section};
pub use error::RetrievalError;
pub use html::read_html;
pub use library::{Library, Page, Warning, WarningReason};
pub use markdown::read_markdown;
pub use search::{
    Correction, Found, Intent, Passage, Question, Search, SearchIndex, has_subject, only_points,
};
pub use sentence::sentences;
pub use source::Source;
