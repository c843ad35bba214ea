//! `docent search`: shows which passages answer a question, to see what readers will be given.

use std::io::Write;

use docent_retrieval::{Question, Search};

use crate::config::SearchOptions;
use crate::documents;

/// Searches and prints the passages to standard output.
pub fn search(options: &SearchOptions) -> anyhow::Result<()> {
    let index = documents::load(&options.docs)?;
    let question = Question {
        page_path: options.page.clone(),
        selection: options.selection.clone(),
        limit: options.limit,
        ..Question::new(options.question.join(" "))
    };
    let found = index.search(&question);
    let mut out = std::io::stdout().lock();
    for correction in &found.corrections {
        writeln!(out, "No document has \"{}\"; taken for \"{}\".\n", correction.asked, correction.used)?;
    }
    for passage in &found.passages {
        writeln!(out, "{:.2}  {}\n      {}", passage.score, passage.label(), passage.url)?;
        for block in &passage.excerpt {
            writeln!(out, "      | {}", block.plain_text().replace('\n', "\n      | "))?;
        }
        writeln!(out)?;
    }
    if found.passages.is_empty() {
        writeln!(out, "No passage answers this. The nearest pages:")?;
        for page in found.nearest_pages.iter().filter_map(|page| index.pages().get(*page)) {
            writeln!(out, "- {} ({})", page.title, page.url)?;
        }
    }
    Ok(())
}
