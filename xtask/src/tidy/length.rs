//! No great files: a warning from 400 lines, a failure from 600, and exceptions only by name and with a reason.

use super::source::{Finding, Source, Weight};

const WARNING_LINES: usize = 400;
const FAILURE_LINES: usize = 600;

/// Files that may be longer, each with its reason.
const EXCEPTIONS: &[(&str, &str)] = &[];

pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    check_with(sources, EXCEPTIONS)
}

fn check_with(sources: &[Source], exceptions: &[(&str, &str)]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources.iter().filter(|source| source.is(&["rs", "ts", "tsx", "js", "jsx", "mjs", "css"])) {
        let lines = source.text.lines().count();
        let is_exception = exceptions.iter().any(|(path, _)| *path == source.path);
        if lines > WARNING_LINES && !is_exception {
            let weight = if lines > FAILURE_LINES { Weight::Failure } else { Weight::Warning };
            let advice = "split it by noun or verb, one per file, as its siblings are";
            let what =
                format!("{lines} lines (warning above {WARNING_LINES}, failure above {FAILURE_LINES})");
            findings.push(Finding { weight, ..source.finding(lines, what, advice) });
        } else if lines <= WARNING_LINES && is_exception {
            let advice = "take it off the list in xtask/src/tidy/length.rs";
            findings.push(source.finding(1, "is listed as an exception and needs none", advice));
        }
    }
    for (path, _) in exceptions.iter().filter(|(path, _)| !sources.iter().any(|source| source.path == *path))
    {
        findings.push(Finding {
            path: (*path).to_owned(),
            line: 1,
            what: "is listed as an exception and does not exist".to_owned(),
            advice: "take it off the list in xtask/src/tidy/length.rs".to_owned(),
            weight: Weight::Failure,
        });
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::source::tests::source;
    use super::*;

    fn file(lines: usize) -> Source {
        source("src/a.rs", &"x\n".repeat(lines))
    }

    #[test]
    fn a_long_file_is_warned_of_and_a_great_one_fails() {
        assert!(check_with(&[file(400)], &[]).is_empty());
        assert_eq!(check_with(&[file(401)], &[])[0].weight, Weight::Warning);
        assert_eq!(check_with(&[file(601)], &[])[0].weight, Weight::Failure);
    }

    #[test]
    fn an_exception_holds_while_it_is_needed_and_no_longer() {
        let exceptions = [("src/a.rs", "a table that reads as one")];
        assert!(check_with(&[file(700)], &exceptions).is_empty());
        assert_eq!(check_with(&[file(100)], &exceptions).len(), 1);
        assert_eq!(check_with(&[], &exceptions).len(), 1);
    }
}
