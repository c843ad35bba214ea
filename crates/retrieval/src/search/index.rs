//! The index of a library: tantivy for the scores, the chunks' terms beside it for judging what it finds.

use tantivy::collector::TopDocs;
use tantivy::directory::RamDirectory;
use tantivy::query::{BooleanQuery, BoostQuery, DisjunctionMaxQuery, Occur, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{PreTokenizedString, Token as IndexToken};
use tantivy::{Index, IndexReader, ReloadPolicy, TantivyDocument, Term as IndexTerm};

use super::rank::Ranking;
use super::terms::{Term, Terms};
use super::vocabulary::Vocabulary;
use super::{Found, Question, Search};
use crate::analysis::{Origin, Token, tokens, words};
use crate::error::RetrievalError;
use crate::library::{Library, Page};

/// Memory for building; more than any documentation needs, as the single segment lives in memory anyway.
const BUILD_BYTES: usize = 64 * 1024 * 1024;
/// How many chunks are judged for a question.
const CANDIDATES: usize = 80;

/// The terms of one chunk, as numbers of the vocabulary.
#[derive(Debug)]
pub(super) struct ChunkTerms {
    /// The words of the text in their order.
    pub(super) sequence: Vec<u32>,
    /// The words of the nearest heading (the title, for a page's lead), in their order.
    pub(super) heading: Vec<u32>,
    /// Every term of the title, the headings and the text, ascending.
    pub(super) all: Vec<u32>,
}

/// An index that lives in memory and never changes.
pub struct SearchIndex {
    pub(super) library: Library,
    pub(super) vocabulary: Vocabulary,
    pub(super) chunks: Vec<ChunkTerms>,
    /// The words of each page's title.
    pub(super) titles: Vec<Vec<u32>>,
    /// Whether each page is a changelog.
    pub(super) is_chronicle: Vec<bool>,
    reader: IndexReader,
    title: Field,
    headings: Field,
    text: Field,
}

impl SearchIndex {
    /// Indexes a library.
    pub fn build(library: Library) -> Result<Self, RetrievalError> {
        let mut schema = Schema::builder();
        let indexing = TextFieldIndexing::default().set_index_option(IndexRecordOption::WithFreqs);
        let options = TextOptions::default().set_indexing_options(indexing);
        let title = schema.add_text_field("title", options.clone());
        let headings = schema.add_text_field("headings", options.clone());
        let text = schema.add_text_field("text", options);
        let mut writer = Index::builder()
            .schema(schema.build())
            .single_segment_index_writer(RamDirectory::create(), BUILD_BYTES)?;
        let mut vocabulary = Vocabulary::default();
        let mut chunks = Vec::with_capacity(library.chunks.len());
        // One segment, filled in order: the number of a document in the index is that of its chunk.
        for chunk in &library.chunks {
            let page = &library.pages[chunk.page];
            let title_tokens = tokens(&page.title);
            let path = chunk.headings.join("\n");
            let path_tokens = tokens(&path);
            let text_tokens = tokens(&chunk.text);
            let mut document = TantivyDocument::new();
            document.add_pre_tokenized_text(title, pre_tokenized(&title_tokens));
            document.add_pre_tokenized_text(headings, pre_tokenized(&path_tokens));
            document.add_pre_tokenized_text(text, pre_tokenized(&text_tokens));
            writer.add_document(document)?;

            let mut intern = |tokens: &[Token], source: &str, only_words: bool| -> Vec<u32> {
                let tokens = tokens.iter().filter(|token| !only_words || token.origin == Origin::Word);
                tokens.map(|token| vocabulary.intern(&token.stem, &source[token.range.clone()])).collect()
            };
            let mut all = intern(&title_tokens, &page.title, false);
            all.extend(intern(&path_tokens, &path, false));
            all.extend(intern(&text_tokens, &chunk.text, false));
            let sequence = intern(&text_tokens, &chunk.text, true);
            let nearest = chunk.headings.last().unwrap_or(&page.title);
            let heading = intern(&tokens(nearest), nearest, true);
            all.sort_unstable();
            all.dedup();
            vocabulary.count_chunk(&all);
            chunks.push(ChunkTerms { sequence, heading, all });
        }
        let titles = library
            .pages
            .iter()
            .map(|page| words(&page.title).filter_map(|stem| vocabulary.number(&stem)).collect());
        let titles = titles.collect();
        let is_chronicle = library.pages.iter().map(|page| super::chronicle::is_title(&page.title)).collect();
        let index = writer.finalize()?;
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(Self { library, vocabulary, chunks, titles, is_chronicle, reader, title, headings, text })
    }

    /// The library that was indexed.
    pub fn library(&self) -> &Library {
        &self.library
    }

    /// The best chunks by BM25, with their scores.
    pub(super) fn candidates(&self, terms: &Terms) -> Vec<(usize, f32)> {
        let subject = terms.subject.iter().filter_map(|term| self.term_query(term, 1.0));
        let context = terms.context.iter().filter_map(|term| {
            let full = self.vocabulary.weight(term.forms.first().map(|(number, _)| *number));
            self.term_query(term, if full > 0.0 { term.weight / full } else { 0.3 })
        });
        let clauses: Vec<_> = subject.chain(context).map(|query| (Occur::Should, query)).collect();
        if clauses.is_empty() {
            return Vec::new();
        }
        let collector = TopDocs::with_limit(CANDIDATES).order_by_score();
        match self.reader.searcher().search(&BooleanQuery::new(clauses), &collector) {
            Ok(top) => top.into_iter().map(|(score, address)| (address.doc_id as usize, score)).collect(),
            Err(error) => {
                // The index is in memory and complete, so this cannot come from the question or the disk.
                tracing::error!(%error, "the search index failed");
                Vec::new()
            }
        }
    }

    /// A term counts once, by the field and the form that tell most.
    fn term_query(&self, term: &Term, share: f32) -> Option<Box<dyn Query>> {
        let mut fields: Vec<Box<dyn Query>> = Vec::new();
        for (number, fit) in &term.forms {
            let stem = &self.vocabulary.entry(*number).stem;
            for (field, boost) in [(self.title, 1.1), (self.headings, 1.4), (self.text, 1.0)] {
                let query =
                    TermQuery::new(IndexTerm::from_field_text(field, stem), IndexRecordOption::WithFreqs);
                fields.push(Box::new(BoostQuery::new(Box::new(query), boost * fit * share)));
            }
        }
        (!fields.is_empty())
            .then(|| Box::new(DisjunctionMaxQuery::with_tie_breaker(fields, 0.25)) as Box<dyn Query>)
    }
}

impl Search for SearchIndex {
    fn search(&self, question: &Question) -> Found {
        Ranking::of(self, question).found()
    }

    fn pages(&self) -> &[Page] {
        self.library.pages()
    }

    fn passage_count(&self) -> usize {
        self.library.chunks().len()
    }
}

fn pre_tokenized(tokens: &[Token]) -> PreTokenizedString {
    let tokens = tokens
        .iter()
        .enumerate()
        .map(|(position, token)| IndexToken {
            offset_from: token.range.start,
            offset_to: token.range.end,
            position,
            text: token.stem.clone(),
            position_length: 1,
        })
        .collect();
    PreTokenizedString { text: String::new(), tokens }
}
