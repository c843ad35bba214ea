//! Searches documents from the command line: `cargo run -p docent-retrieval --example search -- PATH[=BASE_URL] QUESTION..`

use docent_retrieval::{Block, Library, Question, Search, SearchIndex, Source};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let source: Source = arguments.next().ok_or("give a path, then questions")?.parse()?;
    let library = Library::load(&[source])?;
    for warning in library.warnings() {
        eprintln!("warning: {warning}");
    }
    eprintln!(
        "{} pages, {} passages, {:?}",
        library.pages().len(),
        library.chunks().len(),
        library.elapsed()
    );
    let start = std::time::Instant::now();
    let index = SearchIndex::build(library)?;
    eprintln!("indexed in {:?}", start.elapsed());
    for text in arguments {
        let start = std::time::Instant::now();
        let found = index.search(&Question::new(text.as_str()));
        let mut report = format!("\n? {text}  [{:?}, {:?}]\n", found.intent, start.elapsed());
        for correction in &found.corrections {
            report.push_str(&format!("  {} -> {}\n", correction.asked, correction.used));
        }
        for passage in &found.passages {
            let label = passage.label();
            report.push_str(&format!(
                "  {:.2} {:.2} {label} <{}>\n",
                passage.score, passage.coverage, passage.url
            ));
        }
        for page in &found.nearest_pages {
            report.push_str(&format!("  nearest: {}\n", index.pages()[*page].title));
        }
        if let Some(best) = found.passages.first() {
            for block in &best.excerpt {
                let kind = match block {
                    Block::Paragraph(_) => "",
                    Block::Item { .. } => "- ",
                    Block::Row { .. } => "| ",
                    Block::Code { .. } => "``` ",
                };
                report.push_str(&format!("    {kind}{}\n", block.plain_text().replace('\n', "\n    ")));
            }
        }
        eprint!("{report}");
    }
    Ok(())
}
