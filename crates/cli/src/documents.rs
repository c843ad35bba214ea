//! Loads documents and reports what was left out.

use anyhow::Context;
use docent_retrieval::{Library, SearchIndex, Source};

/// How many files left out are named one by one; more would bury the rest.
const NAMED_WARNINGS: usize = 10;

/// Reads and indexes the sources.
pub(crate) fn load(sources: &[Source]) -> anyhow::Result<SearchIndex> {
    let library = Library::load(sources)?;
    for warning in library.warnings().iter().take(NAMED_WARNINGS) {
        tracing::warn!("{warning}");
    }
    if let Some(more) = library.warnings().len().checked_sub(NAMED_WARNINGS).filter(|more| *more > 0) {
        tracing::warn!("{more} more files are left out");
    }
    if library.withheld() > 0 {
        tracing::info!(
            pages = library.withheld(),
            "pages are left out that ask for it (noindex, noai, draft) or only redirect"
        );
    }
    SearchIndex::build(library).context("the documents cannot be indexed")
}
