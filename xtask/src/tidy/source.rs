//! What the rules look at and what they answer: a file with its lines, a finding with its place.

use crate::failure::Outcome;
use crate::process;
use crate::project::Project;

/// A text file of the project.
pub(super) struct Source {
    /// Path below the root, with `/`.
    pub(super) path: String,
    /// Its contents.
    pub(super) text: String,
}

impl Source {
    /// Whether the name ends in one of these extensions (given without the dot).
    pub(super) fn is(&self, extensions: &[&str]) -> bool {
        self.path.rsplit_once('.').is_some_and(|(_, extension)| extensions.contains(&extension))
    }

    /// Numbered lines, from 1.
    pub(super) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }

    /// Numbered lines without their comments, for rules about code: Rust, TypeScript and JavaScript.
    pub(super) fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.lines().map(|(number, line)| (number, without_comment(line)))
    }

    /// A failure at a line.
    pub(super) fn finding(&self, line: usize, what: impl Into<String>, advice: impl Into<String>) -> Finding {
        let (path, what, advice) = (self.path.clone(), what.into(), advice.into());
        Finding { path, line, what, advice, weight: Weight::Failure }
    }
}

/// Whether a finding fails the task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    /// It does.
    Failure,
    /// It is only said.
    Warning,
}

/// A broken rule, with its place and the way out.
#[derive(Debug)]
pub(super) struct Finding {
    pub(super) path: String,
    pub(super) line: usize,
    pub(super) what: String,
    pub(super) advice: String,
    pub(super) weight: Weight,
}

/// Every text file git tracks or would take up; ignored files and files that are not text are left out.
pub(super) fn all(project: &Project) -> Outcome<Vec<Source>> {
    let mut git = process::command(project, "git");
    git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    let listed = process::capture(git)?;
    let mut paths: Vec<&str> = listed.split('\0').filter(|path| !path.is_empty()).collect();
    paths.sort_unstable();
    paths.dedup();
    Ok(paths
        .into_iter()
        .filter_map(|path| {
            // A file deleted but still tracked has no text; neither has an image.
            let text = std::fs::read_to_string(project.path(path)).ok()?;
            Some(Source { path: path.to_owned(), text })
        })
        .collect())
}

/// Whether a word occurs in a line as a whole identifier.
pub(super) fn has_word(line: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    line.match_indices(word)
        .any(|(at, _)| !line[..at].ends_with(is_part) && !line[at + word.len()..].starts_with(is_part))
}

/// A line up to a `//` that is not inside a string. Good enough for rules that look for names in code.
fn without_comment(line: &str) -> &str {
    let trimmed = line.trim_start();
    if trimmed.starts_with("* ") || trimmed.starts_with("/*") || trimmed == "*" || trimmed == "*/" {
        return "";
    }
    let mut is_quoted = false;
    let mut previous = ' ';
    for (at, c) in line.char_indices() {
        match c {
            '"' if previous != '\\' && previous != '\'' => is_quoted = !is_quoted,
            '/' if !is_quoted && previous == '/' => return &line[..at - 1],
            _ => {}
        }
        previous = c;
    }
    line
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A file for a rule's test.
    pub(in crate::tidy) fn source(path: &str, text: &str) -> Source {
        Source { path: path.to_owned(), text: text.to_owned() }
    }

    #[test]
    fn a_comment_is_not_code_and_a_url_in_a_string_is() {
        assert_eq!(without_comment("let a = 1; // axum"), "let a = 1; ");
        assert_eq!(without_comment("/// uses axum"), "");
        assert_eq!(without_comment("let u = \"http://x\";"), "let u = \"http://x\";");
        assert_eq!(without_comment(" * axum in a block comment"), "");
    }

    #[test]
    fn a_word_is_found_only_whole() {
        assert!(has_word("use axum::Router;", "axum"));
        assert!(!has_word("use axum_extra::x;", "axum"));
        assert!(!has_word("let taxum = 1;", "axum"));
    }
}
