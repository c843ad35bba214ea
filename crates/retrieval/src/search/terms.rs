//! From a question to weighted terms of the vocabulary, with what was corrected on the way.

use std::collections::HashMap;

use super::vocabulary::Vocabulary;
use super::{Correction, Question};
use crate::analysis::{Origin, tokens, words};

/// A question this short leans on the one before it.
pub(super) const SHORT_SUBJECT: usize = 2;
/// How many terms of the selected passage steer a search.
const SELECTION_TERMS: usize = 6;

/// One thing asked for, in all the forms that stand for it.
#[derive(Debug)]
pub(super) struct Term {
    /// Numbers of the vocabulary, each with how well it stands for the word asked for (1 is the word itself).
    pub(super) forms: Vec<(u32, f32)>,
    /// How much the term tells.
    pub(super) weight: f32,
}

/// What to search for.
#[derive(Debug, Default)]
pub(super) struct Terms {
    /// What the question is about. A passage must hold enough of it.
    pub(super) subject: Vec<Term>,
    /// What lies around the question: it only steers.
    pub(super) context: Vec<Term>,
    pub(super) corrections: Vec<Correction>,
}

impl Terms {
    pub(super) fn of(question: &Question, subject: &[String], vocabulary: &Vocabulary) -> Self {
        let mut terms = Self::default();
        terms.add_subject(&question.text, subject, vocabulary);
        let selection = question.selection.as_deref().unwrap_or_default();
        terms.add_context(salient(selection, vocabulary), 0.3, vocabulary);
        if let Some(previous) = question.previous.as_deref().filter(|_| subject.len() <= SHORT_SUBJECT) {
            let numbers = super::intent::subject(previous);
            let numbers = numbers.iter().filter_map(|stem| vocabulary.number(stem)).collect();
            terms.add_context(numbers, 0.4, vocabulary);
        }
        terms
    }

    /// Terms that stand for the selected passage itself, for a question that only points at it.
    pub(super) fn of_selection(selection: &str, vocabulary: &Vocabulary) -> Self {
        let mut terms = Self::default();
        for number in salient(selection, vocabulary) {
            terms.subject.push(Term { forms: vec![(number, 1.0)], weight: vocabulary.weight(Some(number)) });
        }
        terms
    }

    fn add_subject(&mut self, text: &str, subject: &[String], vocabulary: &Vocabulary) {
        let tokens = tokens(text);
        let mut seen: Vec<&str> = Vec::new();
        let mut joins: HashMap<usize, Vec<u32>> = HashMap::new();
        for token in tokens.iter().filter(|token| token.origin == Origin::Joined) {
            if let Some(number) = vocabulary.number(&token.stem) {
                for word in tokens.iter().filter(|word| {
                    word.origin == Origin::Word
                        && token.range.start <= word.range.start
                        && word.range.end <= token.range.end
                }) {
                    joins.entry(word.range.start).or_default().push(number);
                }
            }
        }
        let asked: Vec<_> = tokens.iter().filter(|token| token.origin == Origin::Word).collect();
        for pair in asked.windows(2) {
            // "side bar" also means `sidebar`.
            let joined = format!("{}{}", &text[pair[0].range.clone()], &text[pair[1].range.clone()]);
            if let Some(number) = words(&joined).next().and_then(|stem| vocabulary.number(&stem)) {
                joins.entry(pair[0].range.start).or_default().push(number);
                joins.entry(pair[1].range.start).or_default().push(number);
            }
        }
        for token in asked {
            if !subject.contains(&token.stem) || seen.contains(&token.stem.as_str()) {
                continue;
            }
            seen.push(&token.stem);
            let mut forms: Vec<(u32, f32)> = joins
                .remove(&token.range.start)
                .unwrap_or_default()
                .into_iter()
                .map(|number| (number, 1.0))
                .collect();
            if let Some(number) = vocabulary.number(&token.stem) {
                forms.insert(0, (number, 1.0));
                forms.extend(related(&token.stem, vocabulary));
                self.subject.push(Term { forms, weight: vocabulary.weight(Some(number)) });
                continue;
            }
            forms.extend(related(&token.stem, vocabulary));
            let parts: Vec<_> = tokens
                .iter()
                .filter(|part| part.origin == Origin::Part)
                .filter(|part| token.range.start <= part.range.start && part.range.end <= token.range.end)
                .filter_map(|part| vocabulary.number(&part.stem))
                .collect();
            if forms.is_empty() && !parts.is_empty() {
                for number in parts {
                    let weight = vocabulary.weight(Some(number));
                    self.subject.push(Term { forms: vec![(number, 1.0)], weight });
                }
                continue;
            }
            if forms.is_empty() {
                forms = vocabulary.near(&text[token.range.clone()], &token.stem);
                self.note_correction(&text[token.range.clone()], &token.stem, &forms, vocabulary);
            }
            self.subject.push(Term { forms, weight: vocabulary.weight(None) });
        }
    }

    fn note_correction(&mut self, asked: &str, stem: &str, forms: &[(u32, f32)], vocabulary: &Vocabulary) {
        let Some((number, _)) = forms.first() else { return };
        let entry = vocabulary.entry(*number);
        // The beginning of a word is an abbreviation, not a slip.
        if !entry.stem.starts_with(stem) {
            self.corrections.push(Correction { asked: asked.to_owned(), used: entry.surface.clone() });
        }
    }

    fn add_context(&mut self, numbers: Vec<u32>, share: f32, vocabulary: &Vocabulary) {
        for number in numbers {
            let is_known = self
                .subject
                .iter()
                .chain(&self.context)
                .any(|term| term.forms.iter().any(|(known, _)| *known == number));
            if !is_known {
                let weight = share * vocabulary.weight(Some(number));
                self.context.push(Term { forms: vec![(number, 1.0)], weight });
            }
        }
    }
}

/// The terms of a passage that tell most, most telling first.
fn salient(passage: &str, vocabulary: &Vocabulary) -> Vec<u32> {
    let mut counts: Vec<(u32, f32)> = Vec::new();
    for stem in super::intent::subject(passage) {
        if let Some(number) = vocabulary.number(&stem) {
            counts.push((number, vocabulary.weight(Some(number))));
        }
    }
    counts.sort_by(|(left, left_weight), (right, right_weight)| {
        right_weight.total_cmp(left_weight).then(left.cmp(right))
    });
    counts.truncate(SELECTION_TERMS);
    counts.into_iter().map(|(number, _)| number).collect()
}

/// Words that readers and writers of documentation use for the same thing; each line is one thing.
const SAME_THING: &[&[&str]] = &[
    &["config", "configuration", "configure", "setting", "option"],
    &["auth", "authentication", "authenticate", "login", "signin", "identity"],
    &["authorization", "permission", "authorize"],
    &["docs", "documentation", "document"],
    &["env", "environment"],
    &["db", "database"],
    &["repo", "repository"],
    &["app", "application"],
    &["dir", "directory", "folder"],
    &["delete", "remove", "erase"],
    &["install", "setup", "installation"],
    &["start", "begin", "launch", "run"],
    &["price", "pricing", "cost"],
    &["error", "failure", "problem", "fail"],
    &["param", "parameter", "argument", "arg"],
    &["colour", "color", "theme"],
    &["upgrade", "update", "migrate", "migration"],
    &["host", "deploy", "deployment", "publish"],
    &["picture", "image", "photo"],
    &["shortcut", "hotkey", "keybinding"],
    &["default", "preset"],
    &["privacy", "private"],
    &["language", "locale", "translation", "i18n", "translate"],
];

/// Other words for the same thing that the documents use.
fn related(stem: &str, vocabulary: &Vocabulary) -> Vec<(u32, f32)> {
    static GROUPS: std::sync::LazyLock<Vec<Vec<String>>> = std::sync::LazyLock::new(|| {
        SAME_THING.iter().map(|group| group.iter().flat_map(|word| words(word)).collect()).collect()
    });
    let groups = GROUPS.iter().filter(|group| group.iter().any(|word| word == stem));
    let mut related = Vec::new();
    for other in groups.flatten().filter(|other| *other != stem) {
        if let Some(number) = vocabulary.number(other)
            && !related.iter().any(|(known, _)| *known == number)
        {
            related.push((number, 0.6));
        }
    }
    related
}
