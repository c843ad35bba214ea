//! Every file says first what it is: `//!` in Rust, a comment in TypeScript and JavaScript.

use super::source::{Finding, Source};

/// Headers that were put there to be replaced.
const PLACEHOLDERS: &[&str] = &["to come", "to be written", "placeholder", "stub", "work in progress"];

pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    let rust = sources.iter().filter(|source| source.is(&["rs"])).filter_map(rust);
    let script = sources
        .iter()
        .filter(|source| source.is(&["ts", "tsx", "js", "jsx", "mjs", "cjs"]))
        .filter_map(script);
    rust.chain(script).collect()
}

fn rust(source: &Source) -> Option<Finding> {
    let first = source.text.lines().next().unwrap_or_default();
    let says = first.strip_prefix("//!").is_some_and(is_sentence);
    (!says).then(|| {
        source.finding(
            1,
            "does not start with a `//!` sentence",
            "say in one `//!` line what this file is for",
        )
    })
}

fn script(source: &Source) -> Option<Finding> {
    // What tools want to see in the first line may come before the header.
    let is_for_tools =
        |line: &&str| line.starts_with("#!") || ["// @ts-check", "\"use client\";"].contains(&line.trim());
    let mut lines = source.text.lines().skip_while(is_for_tools);
    let first = lines.next().unwrap_or_default().trim();
    let says = match first {
        "/**" | "/*" => lines.next().is_some_and(|line| is_sentence(line.trim_start_matches([' ', '*']))),
        _ if first.starts_with("//") || first.starts_with("/*") => {
            is_sentence(first.trim_start_matches(['/', '*']).trim_end_matches("*/"))
        }
        _ => false,
    };
    (!says).then(|| {
        source.finding(
            1,
            "does not start with a comment",
            "say in one `/** … */` or `//` sentence what this file is for",
        )
    })
}

/// Whether a header says something: one word can be enough (`//! Arabic.`), a placeholder never is.
fn is_sentence(text: &str) -> bool {
    let text = text.trim().trim_end_matches('.').to_lowercase();
    text.chars().any(char::is_alphanumeric) && !PLACEHOLDERS.contains(&text.as_str())
}

#[cfg(test)]
mod tests {
    use super::super::source::tests::source;
    use super::*;

    #[test]
    fn a_rust_file_without_its_sentence_is_found() {
        for text in
            ["", "use std::fs;\n", "//!\n", "//! To come.\n", "// A plain comment does not document.\n"]
        {
            assert_eq!(check(&[source("src/a.rs", text)]).len(), 1, "{text:?}");
        }
        assert!(check(&[source("src/a.rs", "//! Splices metadata into JSON.\n")]).is_empty());
    }

    #[test]
    fn a_script_without_its_comment_is_found() {
        for text in ["", "export {};\n", "/**\n */\n", "// @ts-check\nexport {};\n"] {
            assert_eq!(check(&[source("js/a.ts", text)]).len(), 1, "{text:?}");
        }
        for text in [
            "/** The default entry point. */\n",
            "/**\n * The default entry point.\n */\n",
            "// The default entry point.\n",
            "\"use client\";\n// The React hook.\n",
            "#!/usr/bin/env node\n// @ts-check\n// Builds the demo site.\n",
        ] {
            assert!(check(&[source("js/a.ts", text)]).is_empty(), "{text:?}");
        }
    }
}
