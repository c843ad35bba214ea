//! Judges what the index finds: how much of the question a chunk holds, where the reader is, and what is good enough.

use std::collections::HashSet;

use super::excerpt::{Wanted, excerpt};
use super::index::SearchIndex;
use super::intent::{Intent, intent, subject};
use super::place::{page_at, selection_numbers, share_of_selection};
use super::terms::{SHORT_SUBJECT, Terms};
use super::{Found, Passage, Question};
use crate::route::encode;

/// A passage must hold this share of what the question is about, weighted by how much each word tells. A question of two
/// words is not answered by one of them; a long one tells a story around its subject.
fn floor(subject_len: usize) -> f32 {
    match subject_len {
        0..=2 => 0.5,
        3 => 0.4,
        4..=5 => 0.34,
        _ => 0.25,
    }
}

/// Passages below this share of the best one's score only distract.
const NEAR_BEST: f32 = 0.45;
/// A selection counts as held from this share of its runs of words.
const HELD: f32 = 0.5;
/// What headings, titles and neighbouring words add to the score of BM25, at most.
const HEADING: f32 = 0.6;
const TITLE: f32 = 0.4;
const NEARNESS: f32 = 0.5;
/// A changelog speaks of everything and explains nothing.
const CHRONICLE: f32 = 0.6;
/// One page gives at most this many passages.
const PER_PAGE: usize = 3;

struct Judged {
    chunk: usize,
    score: f32,
    coverage: f32,
    held: f32,
}

/// One search at work.
pub(super) struct Ranking<'i> {
    index: &'i SearchIndex,
    question: &'i Question,
    intent: Intent,
    terms: Terms,
    current_page: Option<usize>,
    selection: Vec<u32>,
    is_multilingual: bool,
    /// Whether the question has so little subject that it may lean on the one before.
    is_short: bool,
}

impl<'i> Ranking<'i> {
    pub(super) fn of(index: &'i SearchIndex, question: &'i Question) -> Self {
        let vocabulary = &index.vocabulary;
        let subject = subject(&question.text);
        let current_page =
            question.page_path.as_deref().and_then(|path| page_at(path, index.library.pages()));
        let mut intent = intent(question);
        if intent == Intent::Overview && current_page.is_none() {
            intent = Intent::Lookup;
        }
        let selected = question.selection.as_deref().unwrap_or_default();
        let terms = match intent {
            Intent::Explain => Terms::of_selection(selected, vocabulary),
            _ => Terms::of(question, &subject, vocabulary),
        };
        let selection = selection_numbers(selected, vocabulary);
        let mut languages = index.library.pages().iter().filter_map(|page| page.lang.as_deref()).map(primary);
        let first = languages.next();
        let is_multilingual = first.is_some_and(|first| languages.any(|other| other != first));
        let is_short = !subject.is_empty() && subject.len() <= SHORT_SUBJECT;
        Self { index, question, intent, terms, current_page, selection, is_multilingual, is_short }
    }

    pub(super) fn found(self) -> Found {
        let found = self.search();
        match &self.question.previous {
            // "And how long?" has no subject of its own to be found by: it is about what was asked before.
            Some(previous) if found.passages.is_empty() && self.is_short => {
                let text = format!("{previous} {}", self.question.text);
                let question = Question { text, previous: None, ..self.question.clone() };
                Ranking::of(self.index, &question).search()
            }
            _ => found,
        }
    }

    fn search(&self) -> Found {
        let mut intent = self.intent;
        let mut judged = match self.intent {
            Intent::Overview => self.overview(),
            _ => self.lookup(),
        };
        // Words that the documents do not have, about a passage they do: the passage is the best there is.
        if judged.is_empty() && self.intent == Intent::Lookup && !self.selection.is_empty() {
            let holders = self.holders();
            if !holders.is_empty() && self.terms.subject.iter().all(|term| term.forms.is_empty()) {
                intent = Intent::Explain;
                judged = holders;
            }
        }
        let nearest_pages = if judged.is_empty() { self.nearest_pages() } else { Vec::new() };
        let best = judged.first().map_or(1.0, |judged| judged.score).max(f32::MIN_POSITIVE);
        let passages = judged.iter().map(|judged| self.passage(judged, best)).collect();
        let corrections = self.terms.corrections.clone();
        Found { intent, passages, corrections, nearest_pages, current_page: self.current_page }
    }

    fn lookup(&self) -> Vec<Judged> {
        let holders = self.holders();
        let mut candidates = self.index.candidates(&self.terms);
        for holder in &holders {
            if !candidates.iter().any(|(chunk, _)| *chunk == holder.chunk) {
                candidates.push((holder.chunk, 0.0));
            }
        }
        let top = candidates.iter().map(|(_, score)| *score).fold(f32::MIN_POSITIVE, f32::max);
        let floor = floor(self.terms.subject.len());
        let is_explain = self.intent == Intent::Explain;
        let mut judged: Vec<Judged> = candidates
            .into_iter()
            .map(|(chunk, score)| {
                let held =
                    holders.iter().find(|holder| holder.chunk == chunk).map_or(0.0, |holder| holder.held);
                self.judge(chunk, score / top, held)
            })
            .filter(|judged| {
                let floor = if judged.held > 0.0 { 0.5 * floor } else { floor };
                judged.coverage >= floor || is_explain && judged.held > 0.0
            })
            .collect();
        judged.sort_by(|left, right| right.score.total_cmp(&left.score).then(left.chunk.cmp(&right.chunk)));
        if let Some(best) = judged.first().map(|judged| judged.score) {
            judged.retain(|judged| judged.score >= NEAR_BEST * best || is_explain && judged.held > 0.0);
        }
        self.without_repeats(judged)
    }

    fn judge(&self, chunk: usize, score: f32, held: f32) -> Judged {
        let terms = &self.index.chunks[chunk];
        let holds = |number: u32| terms.all.binary_search(&number).is_ok();
        let mut total = 0.0;
        let mut matched = 0.0;
        for term in &self.terms.subject {
            let fit =
                term.forms.iter().filter(|(form, _)| holds(*form)).map(|(_, fit)| *fit).fold(0.0, f32::max);
            total += term.weight;
            matched += term.weight * fit;
        }
        let coverage = if total > 0.0 { matched / total } else { 0.0 };
        let page = self.index.library.chunks[chunk].page;
        let title = self.fit(&self.index.titles[page]);
        let heading = self.fit(&terms.heading);
        let signs = 1.0 + HEADING * heading + TITLE * title + NEARNESS * self.nearness(chunk);
        let mut factor = (0.3 + 0.7 * coverage) * signs;
        if self.current_page == Some(page) {
            factor *= 1.2;
        }
        factor *= self.language_factor(page);
        if self.index.is_chronicle[page] && !self.asks_for_history() {
            factor *= CHRONICLE;
        }
        let mut score = score * factor;
        if held > 0.0 {
            score = match self.intent {
                // What the question points at comes first, whatever else speaks of the same things.
                Intent::Explain => score + 10.0 * held,
                _ => score * (1.0 + 0.4 * held),
            };
        }
        Judged { chunk, score, coverage, held }
    }

    /// How well a heading and the subject agree: 1 when they are the same words.
    fn fit(&self, heading: &[u32]) -> f32 {
        if heading.is_empty() || self.terms.subject.is_empty() {
            return 0.0;
        }
        let is_asked = |number: &&u32| {
            self.terms.subject.iter().any(|term| term.forms.iter().any(|(form, _)| form == *number))
        };
        let weight = |number: &u32| self.index.vocabulary.weight(Some(*number));
        let all: f32 = heading.iter().map(weight).sum();
        let asked: f32 = heading.iter().filter(is_asked).map(weight).sum();
        let total: f32 = self.terms.subject.iter().map(|term| term.weight).sum();
        let precision = asked / all.max(f32::MIN_POSITIVE);
        let recall = (asked / total.max(f32::MIN_POSITIVE)).min(1.0);
        if precision + recall > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 }
    }

    /// The share of the subject's neighbours that are also near each other in the chunk.
    fn nearness(&self, chunk: usize) -> f32 {
        let pairs = self.terms.subject.windows(2);
        if pairs.len() == 0 {
            return 0.0;
        }
        let terms = &self.index.chunks[chunk];
        let count = pairs.len() as f32;
        let near = pairs.filter(|pair| {
            let is = |number: &u32, side: usize| pair[side].forms.iter().any(|(form, _)| form == number);
            [&terms.sequence, &terms.heading].into_iter().any(|words| {
                words.iter().enumerate().filter(|(_, word)| is(word, 0)).any(|(position, _)| {
                    let window = &words[position.saturating_sub(2)..words.len().min(position + 4)];
                    window.iter().any(|word| is(word, 1))
                })
            })
        });
        near.count() as f32 / count
    }

    fn asks_for_history(&self) -> bool {
        super::chronicle::asks_for_it(&self.question.text)
    }

    fn language_factor(&self, page: usize) -> f32 {
        let page = self.index.library.pages()[page].lang.as_deref();
        match (self.is_multilingual, page, self.question.lang.as_deref()) {
            (true, Some(page), Some(reader)) if primary(page) == primary(reader) => 1.2,
            (true, Some(_), Some(_)) => 0.7,
            _ => 1.0,
        }
    }

    /// The chunks that hold the selection: of the reader's page, or of any page when there is none there.
    fn holders(&self) -> Vec<Judged> {
        if self.selection.is_empty() {
            return Vec::new();
        }
        let chunks = self.index.library.chunks().iter().enumerate();
        let held: Vec<_> = chunks
            .map(|(chunk, of)| {
                (chunk, of.page, share_of_selection(&self.selection, &self.index.chunks[chunk].sequence))
            })
            .filter(|(_, _, share)| *share >= HELD)
            .collect();
        let is_here = |page: usize| Some(page) == self.current_page;
        let is_any_here = held.iter().any(|(_, page, _)| is_here(*page));
        let mut holders: Vec<Judged> = held
            .into_iter()
            .filter(|(_, page, _)| !is_any_here || is_here(*page))
            .map(|(chunk, _, held)| Judged { chunk, score: held, coverage: 1.0, held })
            .collect();
        holders.sort_by(|left, right| right.held.total_cmp(&left.held).then(left.chunk.cmp(&right.chunk)));
        // A single word stands in many places; that it was selected on this page says nothing about the others.
        holders.truncate(if is_any_here { 2 } else { 1 });
        holders
    }

    /// The first passages of the reader's page.
    fn overview(&self) -> Vec<Judged> {
        let chunks = self.index.library.chunks().iter().enumerate();
        let of_page =
            chunks.filter(|(_, chunk)| Some(chunk.page) == self.current_page).map(|(chunk, _)| chunk);
        of_page
            .take(self.question.limit)
            .enumerate()
            .map(|(rank, chunk)| Judged { chunk, score: 1.0 / (1.0 + rank as f32), coverage: 1.0, held: 0.0 })
            .collect()
    }

    /// One passage for a heading, one for equal texts, one of several versions of a page, and not all from one page.
    fn without_repeats(&self, judged: Vec<Judged>) -> Vec<Judged> {
        let chunks = self.index.library.chunks();
        let mut kept: Vec<Judged> = Vec::new();
        let mut headings = HashSet::new();
        let mut texts = HashSet::new();
        for candidate in judged {
            let chunk = &chunks[candidate.chunk];
            let page = &self.index.library.pages()[chunk.page];
            let name = page.bare_path.rsplit('/').next();
            let of_page = kept.iter().filter(|kept| chunks[kept.chunk].page == chunk.page).count();
            if kept.len() < self.question.limit
                && of_page < PER_PAGE
                && headings.insert((name, page.title.as_str(), chunk.headings.as_slice()))
                && texts.insert(chunk.text.as_str())
            {
                kept.push(candidate);
            }
        }
        kept
    }

    /// Pages to offer when nothing was found: those that share any word, then the page at hand, then the first ones.
    fn nearest_pages(&self) -> Vec<usize> {
        let chunks = self.index.library.chunks();
        let by_words = self.index.candidates(&self.terms).into_iter().map(|(chunk, _)| chunks[chunk].page);
        let mut pages: Vec<usize> = Vec::new();
        for page in by_words.chain(self.current_page).chain(0..self.index.library.pages().len()) {
            if !pages.contains(&page) {
                pages.push(page);
            }
            if pages.len() == 3 {
                break;
            }
        }
        pages
    }

    fn passage(&self, judged: &Judged, best: f32) -> Passage {
        let chunk = &self.index.library.chunks()[judged.chunk];
        let page = &self.index.library.pages()[chunk.page];
        let url = match &chunk.anchor {
            Some(anchor) => format!("{}#{}", page.url, encode(anchor)),
            None => page.url.clone(),
        };
        let wanted = Wanted::new(self.index, &self.terms, self.intent);
        Passage {
            page_title: page.title.clone(),
            page_url: page.url.clone(),
            url,
            headings: chunk.headings.clone(),
            site_name: page.site_name.clone(),
            description: page.description.clone(),
            excerpt: excerpt(&chunk.blocks, &wanted),
            blocks: chunk.blocks.clone(),
            text: chunk.text.clone(),
            score: judged.score / best,
            coverage: judged.coverage,
            is_on_current_page: Some(chunk.page) == self.current_page,
            holds_selection: judged.held > 0.0,
        }
    }
}

/// `en` of `en-GB`.
fn primary(lang: &str) -> &str {
    lang.split(['-', '_']).next().unwrap_or(lang)
}
