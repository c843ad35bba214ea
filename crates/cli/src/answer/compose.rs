//! Composes an answer from what was found: brief, exact, every statement quoted and cited.

use docent_protocol::{Annotation, Source, UrlSource};
use docent_retrieval::{Correction, Found, Intent, Page, Passage, Question};

use super::markdown::{blocks, escape, link};
use super::phrases::{Phrases, fill, phrases};
use super::reader::Reader;
use super::teaser::{plain_teaser, shorten, teaser};

/// Passages that are quoted in full length; the others are one line each.
const MAX_QUOTED: usize = 2;
const MAX_MORE: usize = 3;
/// A second passage is quoted only if it is nearly as good as the first.
const SECOND_SCORE: f32 = 0.8;
const MAX_SECTIONS: usize = 8;

/// A piece of an answer, in the order in which it is written.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Piece {
    /// Markdown to append.
    Text(String),
    /// A source of what was just written.
    Cite(UrlSource),
}

/// The annotation of a source after the text so far.
pub(super) fn annotation(source: &UrlSource, text: &str) -> Annotation {
    Annotation::at(text.chars().count() as u64, Source::Url(source.clone()))
}

/// The answer to a question.
pub(super) fn compose(question: &Question, found: &Found, pages: &[Page], reader: &Reader) -> Vec<Piece> {
    let mut composer =
        Composer { pieces: Vec::new(), phrases: phrases(question.lang.as_deref()), reader, pages };
    if found.passages.is_empty() {
        composer.nothing(question, found);
        return composer.pieces;
    }
    composer.corrections(&found.corrections);
    match found.intent {
        Intent::Overview => composer.overview(found),
        Intent::Explain | Intent::Lookup => composer.quotes(found),
    }
    composer.pieces
}

struct Composer<'a> {
    pieces: Vec<Piece>,
    phrases: &'static Phrases,
    reader: &'a Reader,
    pages: &'a [Page],
}

impl Composer<'_> {
    fn text(&mut self, text: impl Into<String>) {
        self.pieces.push(Piece::Text(text.into()));
    }

    fn corrections(&mut self, corrections: &[Correction]) {
        if let Some(correction) = corrections.first() {
            let asked = format!("“{}”", escape(&correction.asked));
            let used = format!("“{}”", escape(&correction.used));
            let sentence = fill(self.phrases.corrected, &[&asked, &used]);
            self.text(format!("*{sentence}*\n\n"));
        }
    }

    fn quotes(&mut self, found: &Found) {
        let is_quoted = |(rank, passage): &(usize, &Passage)| {
            *rank == 0 || *rank < MAX_QUOTED && passage.score >= SECOND_SCORE && !passage.excerpt.is_empty()
        };
        let quoted = found.passages.iter().enumerate().filter(is_quoted).count();
        for (rank, passage) in found.passages.iter().take(quoted).enumerate() {
            if rank > 0 {
                self.text("\n\n");
            }
            let label = if passage.is_on_current_page && !passage.headings.is_empty() {
                passage.heading().to_owned()
            } else {
                passage.label()
            };
            let link = format!("**{}**", link(&label, &self.reader.absolute(&passage.url)));
            let phrase = match () {
                () if passage.holds_selection && found.intent == Intent::Explain => {
                    self.phrases.around_selection
                }
                () if passage.is_on_current_page && !passage.headings.is_empty() => {
                    self.phrases.from_this_page
                }
                () => self.phrases.from,
            };
            self.text(format!("{}\n\n{}", fill(phrase, &[&link]), blocks(&passage.excerpt)));
            self.cite(passage);
        }
        self.more(&found.passages[quoted..]);
    }

    fn more(&mut self, passages: &[Passage]) {
        if passages.is_empty() {
            return;
        }
        self.text(format!("\n\n**{}**\n", self.phrases.more));
        for passage in passages.iter().take(MAX_MORE) {
            let mut item = format!("\n- {}", link(&passage.label(), &self.reader.absolute(&passage.url)));
            if let Some(teaser) = teaser(&passage.excerpt) {
                item.push_str(&format!(" — {teaser}"));
            }
            self.text(item);
            self.cite(passage);
        }
    }

    fn overview(&mut self, found: &Found) {
        let Some(first) = found.passages.first() else { return };
        let title = format!("**{}**", link(&first.page_title, &self.reader.absolute(&first.page_url)));
        let lead = found.passages.iter().find(|passage| passage.headings.is_empty());
        if let Some(description) = &first.description {
            self.text(format!("{title}: {}", escape(description)));
            self.cite(lead.unwrap_or(first));
        } else if let Some(lead) = lead {
            self.text(format!("{title}\n\n{}", blocks(&lead.excerpt)));
            self.cite(lead);
        }
        let sections: Vec<_> = found.passages.iter().filter(|passage| !passage.headings.is_empty()).collect();
        if sections.is_empty() {
            return;
        }
        if !self.pieces.is_empty() {
            self.text("\n\n");
        }
        // The title was named above, unless the page has nothing before its first heading.
        let named = if lead.is_some() { format!("**{}**", escape(&first.page_title)) } else { title };
        self.text(format!("{}\n", fill(self.phrases.about_page, &[&named])));
        for passage in sections.iter().take(MAX_SECTIONS) {
            let mut item = format!("\n- {}", link(passage.heading(), &self.reader.absolute(&passage.url)));
            if let Some(teaser) = teaser(&passage.excerpt) {
                item.push_str(&format!(" — {teaser}"));
            }
            self.text(item);
            self.cite(passage);
        }
    }

    fn nothing(&mut self, question: &Question, found: &Found) {
        let is_greeting = found.passages.is_empty() && !docent_retrieval::has_subject(&question.text);
        if is_greeting && question.selection.is_none() {
            self.text(self.phrases.hello);
        } else {
            let (nothing, try_this, nearest) =
                (self.phrases.nothing, self.phrases.try_this, self.phrases.nearest);
            self.text(format!("{nothing} {try_this}\n\n{nearest}"));
        }
        self.text("\n");
        for page in found.nearest_pages.iter().filter_map(|page| self.pages.get(*page)) {
            let mut item = format!("\n- {}", link(&page.title, &self.reader.absolute(&page.url)));
            if let Some(description) = &page.description {
                item.push_str(&format!(" — {}", escape(&shorten(description))));
            }
            self.text(item);
        }
    }

    fn cite(&mut self, passage: &Passage) {
        self.pieces.push(Piece::Cite(UrlSource {
            title: passage.label(),
            description: plain_teaser(&passage.excerpt),
            timestamp: None,
            group: None,
            url: self.reader.absolute(&passage.url),
            attribution: passage.site_name.clone(),
        }));
    }
}
