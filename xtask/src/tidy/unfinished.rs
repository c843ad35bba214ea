//! What is committed is finished: no notes to oneself, no holes.

use super::source::{Finding, Source, has_word};

/// This file names what it forbids.
const EXCEPTION: &str = "xtask/src/tidy/unfinished.rs";

pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let files =
        sources.iter().filter(|source| source.path != EXCEPTION && !source.path.starts_with("LICENSE"));
    for source in files {
        for (number, line) in source.lines() {
            if let Some(note) = ["TODO", "FIXME", "XXX"].iter().find(|note| has_word(line, note)) {
                findings.push(source.finding(
                    number,
                    format!("leaves a note ({note})"),
                    "do it now, or write down why not",
                ));
            }
        }
        if source.is(&["rs"]) {
            for (number, line) in source.code() {
                if let Some(hole) = ["unimplemented!", "todo!"].iter().find(|hole| line.contains(**hole)) {
                    let advice = "write the code, or take the way to it out";
                    findings.push(source.finding(number, format!("has a hole (`{hole}`)"), advice));
                }
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::source::tests::source;
    use super::*;

    #[test]
    fn notes_to_oneself_are_found_in_any_file() {
        for (path, text) in [("src/a.rs", "// TODO: later"), ("docs/a.md", "FIXME"), ("js/a.ts", "/* XXX */")]
        {
            assert_eq!(check(&[source(path, text)]).len(), 1, "{text}");
        }
        assert!(check(&[source("src/a.rs", "const TODOS: u8 = 1;")]).is_empty());
    }

    #[test]
    fn holes_are_found_in_code_and_not_in_prose() {
        assert_eq!(check(&[source("src/a.rs", "    unimplemented!()")]).len(), 1);
        assert_eq!(check(&[source("src/a.rs", "    todo!(\"x\")")]).len(), 1);
        assert!(check(&[source("src/a.rs", "// never unimplemented!")]).is_empty());
    }
}
