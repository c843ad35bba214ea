//! A lint is never silenced bare: `#[expect(.., reason = "..")]` says why, and falls away when it is no longer needed.

use super::source::{Finding, Source};

pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources.iter().filter(|source| source.is(&["rs"])) {
        for (number, line) in source.code() {
            let code = line.trim_start();
            if code.starts_with("#[allow(") || code.starts_with("#![allow(") {
                let advice = "write `#[expect(lint, reason = \"…\")]` at the smallest item, or mend the code";
                findings.push(source.finding(number, "silences a lint with `allow`", advice));
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
    fn an_allow_is_found_and_an_expect_is_not() {
        for text in ["#[allow(dead_code)]\n", "    #![allow(clippy::all, reason = \"x\")]\n"] {
            assert_eq!(check(&[source("src/a.rs", text)]).len(), 1, "{text}");
        }
        for text in
            ["#[expect(dead_code, reason = \"x\")]\n", "// never #[allow(x)]\n", "let a = \"#[allow(x)]\";\n"]
        {
            assert!(check(&[source("src/a.rs", text)]).is_empty(), "{text}");
        }
    }
}
