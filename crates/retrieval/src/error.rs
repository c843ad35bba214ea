//! The errors that keep documents from being searched at all; smaller mishaps are `Warning`s.

use std::path::PathBuf;

/// Why the documents cannot be used. Every message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum RetrievalError {
    /// The path given does not exist or cannot be opened.
    #[error("the documents at {} cannot be read ({cause}): check the path and its permissions", path.display())]
    UnreadablePath {
        /// The path as it was given.
        path: PathBuf,
        /// What the operating system said.
        cause: std::io::Error,
    },
    /// A file was given whose kind is not known.
    #[error("{} is not a document: give a folder, or a .md, .mdx, .markdown, .html or .htm file", path.display())]
    UnknownKind {
        /// The path as it was given.
        path: PathBuf,
    },
    /// The base URL cannot be the start of a link.
    #[error(
        "the base URL `{base_url}` cannot be used: write an absolute URL such as https://example.com/docs, \
         or a path such as /docs"
    )]
    BadBaseUrl {
        /// The base URL as it was given.
        base_url: String,
    },
    /// Nothing to search was found below any of the paths.
    #[error(
        "no documents found in {paths}: expected .md, .mdx, .markdown, .html or .htm files with text in them"
    )]
    NoDocuments {
        /// The paths that were looked through, joined by commas.
        paths: String,
    },
    /// The search library failed.
    #[error("the documents could not be indexed: {0}")]
    Index(#[from] tantivy::TantivyError),
}
