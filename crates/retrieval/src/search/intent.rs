//! What a question asks for: something to look up, the selected passage explained, or the page at hand.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::analysis::words;

use super::Question;

/// What a question asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Intent {
    /// Something in the documents.
    Lookup,
    /// The meaning of the passage the reader selected.
    Explain,
    /// What the page says that the reader is on.
    Overview,
}

/// Words that frame a question and tell nothing about its subject.
const FRAME: &str = "a about again all also am an and any are as at be been but by can cannot could did do does doing dont for \
    from get gets getting give go got had has have having he help her here hi hello hey his how i if in into is isnt it \
    its just know let like me more most much my need needs no not now of on one only or our out over own please possible \
    really show should so some tell than thank thanks that the their them then there these they thing things this \
    those to too try trying up us use used using very want wants was way ways we were what whats when where which who \
    whom why will with without would yes you your";

/// Words that point at the text itself.
const POINTING: &str = "this that these those it here above below page section passage paragraph sentence text article \
    selection quote word term part chapter document doc docs explain explanation mean means meaning meant summarize \
    summarise summary summarization tldr tl dr simple simpler simply simplify plain words detail details detailed \
    example examples clarify clarification understand elaborate further short shorter brief briefly overview gist say \
    says said eli5 english rephrase \
    was bedeutet das dies diese dieser dieses heißt hier erklär erkläre erklären bitte zusammenfassung seite zusammenfassen \
    que qu est ce signifie cela veut dire ceci cette expliquer explique expliquez résumé résumer page \
    qué significa esto este esta explica explicar explicame resumen página \
    cosa vuol questo questa spiega riassunto pagina o isso isto explique resuma wat betekent dit leg uit";

/// The words of a question that tell its subject, as stems in order, each once.
pub(super) fn subject(text: &str) -> Vec<String> {
    static STEMS: LazyLock<HashSet<String>> = LazyLock::new(|| words(FRAME).collect());
    let mut subject: Vec<String> = Vec::new();
    for word in words(text) {
        if !STEMS.contains(&word) && !subject.contains(&word) {
            subject.push(word);
        }
    }
    subject
}

/// Words that point, as stems.
static POINTING_STEMS: LazyLock<HashSet<String>> = LazyLock::new(|| words(POINTING).collect());

/// Whether a text has no subject but what it points at: "What does this mean?", and no words at all.
pub(super) fn only_points(text: &str) -> bool {
    subject(text).iter().all(|word| POINTING_STEMS.contains(word))
}

/// What the question asks for, given where the reader is.
pub(super) fn intent(question: &Question) -> Intent {
    let has_selection = question.selection.as_deref().is_some_and(|selection| !selection.trim().is_empty());
    // A greeting has no subject either, and asks for no page.
    let points_somewhere = words(&question.text).any(|word| POINTING_STEMS.contains(&word));
    let has_page = question.page_path.is_some() && points_somewhere;
    match (only_points(&question.text), has_selection, has_page) {
        (true, true, _) => Intent::Explain,
        (true, false, true) => Intent::Overview,
        _ => Intent::Lookup,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn intent_of(text: &str, selection: Option<&str>) -> Intent {
        let question = Question {
            selection: selection.map(str::to_owned),
            page_path: Some("/x".into()),
            ..Question::new(text)
        };
        intent(&question)
    }

    #[test]
    fn a_question_that_only_points_is_about_what_it_points_at() {
        assert_eq!(intent_of("What does this mean?", Some("WAL mode")), Intent::Explain);
        assert_eq!(intent_of("Explain this in simple words, please", Some("WAL mode")), Intent::Explain);
        assert_eq!(intent_of("Was bedeutet das?", Some("WAL mode")), Intent::Explain);
        assert_eq!(intent_of("", Some("WAL mode")), Intent::Explain);
        assert_eq!(intent_of("Can you summarise this page?", None), Intent::Overview);
        assert_eq!(intent_of("Hello, thank you!", None), Intent::Lookup);
        assert_eq!(intent_of("How do I deploy this?", Some("WAL mode")), Intent::Lookup);
    }

    #[test]
    fn the_subject_is_what_is_left_without_the_frame() {
        assert_eq!(subject("How do I deploy to GitHub Pages?"), ["deploy", "github", "page"]);
    }
}
