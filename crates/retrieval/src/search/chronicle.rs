//! Pages that tell what changed when: they name every subject of the documents and explain none.

use crate::analysis::words;

/// Titles of such pages begin with these words.
const TITLES: [&str; 6] =
    ["changelog", "change log", "release notes", "what\u{2019}s new", "what's new", "releases"];
/// Stems in a question that asks for history.
const ASKING: [&str; 7] = ["changelog", "chang", "releas", "new", "version", "histori", "fix"];

pub(super) fn is_title(title: &str) -> bool {
    let title = title.to_lowercase();
    TITLES.iter().any(|start| title.starts_with(start))
}

pub(super) fn asks_for_it(question: &str) -> bool {
    words(question).any(|stem| ASKING.contains(&stem.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changelog_is_known_by_its_title_and_wanted_by_its_words() {
        assert!(is_title("Changelog") && is_title("Release notes 2.0") && !is_title("Releasing a crate"));
        assert!(asks_for_it("What changed in the last release?") && !asks_for_it("How do I deploy?"));
    }
}
