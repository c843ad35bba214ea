//! The program `docent`: a ChatKit server for a site's own documents.
//!
//! This crate joins the others: it reads the configuration, loads documents, picks who answers (the documents alone or
//! a model), and serves the endpoint, and the site itself if asked to. See `docent --help`.

mod answer;
mod config;
mod documents;
mod logging;
mod search;
mod serve;
mod site;
mod summary;

pub use answer::{DocumentsHandler, Reader, title_of};
pub use config::{Answers, Cli, Command, ConfigError, SearchOptions, ServeOptions};
pub use logging::init as init_logging;
pub use search::search;
pub use serve::serve;
pub use site::{SiteError, site};
