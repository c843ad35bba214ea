//! The program `docent`: a ChatKit server for a site's own documents.
//!
//! This crate joins the others: it reads the configuration, loads documents, picks who answers (the documents alone or
//! a model), and serves the endpoint, and the site itself if asked to. See `docent --help`.

mod answer;
mod config;
mod database;
mod documents;
mod identity;
mod logging;
mod search;
mod serve;
mod site;
mod summary;

pub use answer::{DocumentsHandler, DocumentsKnowledge, Reader, title_of};
pub use config::{Answers, Cli, Command, ConfigError, SearchOptions, ServeOptions};
pub use identity::JwtAuthenticator;
pub use logging::init as init_logging;
pub use search::search;
pub use serve::serve;
pub use site::{SiteError, site};
