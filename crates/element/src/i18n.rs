//! The interface's words, one file per language.
//!
//! A language this file does not have falls back to its base language, then to English, as the official element does.

mod ar;
mod de;
mod en;
mod es;
mod fr;
mod it;
mod ja;
mod nl;
mod pt;
mod zh;

use crate::model::FailureKind;

/// All words of the interface in one language.
#[derive(Debug)]
pub struct Text {
    /// The language's tag.
    pub tag: &'static str,
    /// Whether it is written from right to left.
    pub is_rtl: bool,
    /// The line above an empty conversation.
    pub greeting: &'static str,
    /// The text in an empty composer.
    pub placeholder: &'static str,
    /// The name of the whole.
    pub title: &'static str,
    /// The name of the list of messages.
    pub messages: &'static str,
    /// The name of the list of starter prompts.
    pub suggestions: &'static str,
    /// Starts a new conversation.
    pub new_chat: &'static str,
    /// Opens the history, and its heading.
    pub history: &'static str,
    /// Closes the history.
    pub close_history: &'static str,
    /// The history is empty.
    pub no_threads: &'static str,
    /// A conversation without a title.
    pub untitled: &'static str,
    /// Shows more of a list.
    pub more: &'static str,
    /// Renames a conversation.
    pub rename: &'static str,
    /// The name of the field for a new title.
    pub new_title: &'static str,
    /// Deletes a conversation.
    pub delete: &'static str,
    /// Asks before deleting.
    pub delete_question: &'static str,
    /// A conversation was deleted.
    pub deleted: &'static str,
    /// Does not do it.
    pub cancel: &'static str,
    /// Keeps a new title.
    pub save: &'static str,
    /// The heading of today's conversations.
    pub today: &'static str,
    /// The heading of yesterday's.
    pub yesterday: &'static str,
    /// The heading of the last seven days'.
    pub week: &'static str,
    /// The heading of the rest.
    pub older: &'static str,
    /// Sends the message.
    pub send: &'static str,
    /// Stops the answer.
    pub stop: &'static str,
    /// The answer was stopped.
    pub stopped: &'static str,
    /// Tries again.
    pub retry: &'static str,
    /// Asks for another answer.
    pub regenerate: &'static str,
    /// Copies.
    pub copy: &'static str,
    /// It was copied.
    pub copied: &'static str,
    /// Judges an answer as good.
    pub good: &'static str,
    /// Judges an answer as bad.
    pub bad: &'static str,
    /// Thanks for a judgement.
    pub thanks: &'static str,
    /// The heading of the sources.
    pub sources: &'static str,
    /// A citation; `{}` is its number.
    pub source: &'static str,
    /// What follows the name of a link that opens a new tab.
    pub new_tab: &'static str,
    /// The name of a quoted passage.
    pub quote: &'static str,
    /// Takes the quoted passage out.
    pub remove_quote: &'static str,
    /// Chooses files.
    pub attach: &'static str,
    /// Takes something out; `{}` is its name.
    pub remove: &'static str,
    /// Opens the tools.
    pub tools: &'static str,
    /// Chooses a model.
    pub model: &'static str,
    /// Stands, for a screen reader, before the reader's message.
    pub you: &'static str,
    /// Stands, for a screen reader, before an answer.
    pub assistant: &'static str,
    /// Something is being fetched.
    pub loading: &'static str,
    /// No part of the answer has come yet.
    pub thinking: &'static str,
    /// Fetches older messages.
    pub earlier: &'static str,
    /// Goes to the end of the conversation.
    pub latest: &'static str,
    /// A finished thought; `{}` is its length in seconds.
    pub thought: &'static str,
    /// The heading of thoughts.
    pub reasoning: &'static str,
    /// The heading of steps.
    pub steps: &'static str,
    /// An image that was made.
    pub image: &'static str,
    /// The name of a table's scroll box.
    pub table: &'static str,
    /// Puts a notice away.
    pub dismiss: &'static str,
    /// Nothing can be written here.
    pub closed: &'static str,
    /// Skips questions.
    pub skip: &'static str,
    /// Sends answers to questions.
    pub submit: &'static str,
    /// Questions were skipped.
    pub skipped: &'static str,
    /// The field for an answer that is not among the choices.
    pub own_answer: &'static str,
    /// Files are not taken; `{}` is the file's name.
    pub no_files: &'static str,
    /// One file too many; `{}` is its name.
    pub too_many_files: &'static str,
    /// A file of a kind that is not taken; `{}` is its name.
    pub file_type: &'static str,
    /// A file that is too large; `{}` is its name.
    pub file_size: &'static str,
    /// A file did not arrive; `{}` is its name.
    pub upload_failed: &'static str,
    /// A file is on its way.
    pub pending_upload: &'static str,
    /// What to say of each kind of failure.
    pub(crate) failures: Failures,
}

/// What is said of each kind of failure: what happened, and what can be done.
#[derive(Debug)]
pub(crate) struct Failures {
    pub(crate) offline: &'static str,
    pub(crate) unreachable: &'static str,
    pub(crate) unauthorized: &'static str,
    pub(crate) forbidden: &'static str,
    pub(crate) not_found: &'static str,
    pub(crate) conflict: &'static str,
    pub(crate) too_large: &'static str,
    pub(crate) rate_limited: &'static str,
    pub(crate) server: &'static str,
    pub(crate) refused: &'static str,
    pub(crate) not_chatkit: &'static str,
    pub(crate) interrupted: &'static str,
    pub(crate) answer: &'static str,
    pub(crate) setup: &'static str,
    pub(crate) host: &'static str,
    pub(crate) upload: &'static str,
}

static ALL: [&Text; 10] = [
    &en::TEXT,
    &ar::TEXT,
    &de::TEXT,
    &es::TEXT,
    &fr::TEXT,
    &it::TEXT,
    &ja::TEXT,
    &nl::TEXT,
    &pt::TEXT,
    &zh::TEXT,
];

impl Text {
    /// The words for a language tag such as `de-AT`.
    pub fn of(tag: &str) -> &'static Text {
        let base = tag.split(['-', '_']).next().unwrap_or_default();
        ALL.iter().find(|text| text.tag.eq_ignore_ascii_case(base)).unwrap_or(&ALL[0])
    }

    /// What to say of a failure.
    pub fn failure(&self, kind: FailureKind) -> &'static str {
        let failures = &self.failures;
        match kind {
            FailureKind::Offline => failures.offline,
            FailureKind::Unreachable => failures.unreachable,
            FailureKind::Unauthorized => failures.unauthorized,
            FailureKind::Forbidden => failures.forbidden,
            FailureKind::NotFound => failures.not_found,
            FailureKind::Conflict => failures.conflict,
            FailureKind::TooLarge => failures.too_large,
            FailureKind::RateLimited => failures.rate_limited,
            FailureKind::Server => failures.server,
            FailureKind::Refused => failures.refused,
            FailureKind::NotChatKit => failures.not_chatkit,
            FailureKind::Interrupted => failures.interrupted,
            FailureKind::Answer => failures.answer,
            FailureKind::Setup => failures.setup,
            FailureKind::Host => failures.host,
            FailureKind::Upload => failures.upload,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_falls_back_to_its_language_and_an_unknown_language_to_english() {
        assert_eq!(Text::of("de-AT").tag, "de");
        assert_eq!(Text::of("zh-Hant").tag, "zh");
        assert_eq!(Text::of("PT_br").tag, "pt");
        assert_eq!(Text::of("xx").tag, "en");
        assert_eq!(Text::of("").tag, "en");
    }

    #[test]
    fn every_language_keeps_the_places_for_names_and_numbers() {
        for text in ALL {
            for words in [
                text.source,
                text.remove,
                text.thought,
                text.too_many_files,
                text.file_type,
                text.file_size,
                text.upload_failed,
                text.no_files,
            ] {
                assert_eq!(words.matches("{}").count(), 1, "{}: {words}", text.tag);
            }
        }
    }
}
