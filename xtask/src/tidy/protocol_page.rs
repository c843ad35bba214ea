//! docs/PROTOCOL.md and the protocol's source name the same operations, events and updates: neither can drift alone.

use super::source::{Finding, Source, Weight};

const PAGE: &str = "docs/PROTOCOL.md";

/// The files that declare the names that go over the wire.
const DECLARED_IN: &[&str] =
    &["crates/protocol/src/request.rs", "crates/protocol/src/event.rs", "crates/protocol/src/update.rs"];

/// A name on the page that begins so is meant as the protocol's; other dotted words (`input.metadata`) are fields.
const FAMILIES: &[&str] =
    &["threads.", "thread.item.", "items.", "attachments.", "workflow.task.", "assistant_message."];

pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    let declarations = sources.iter().filter(|source| DECLARED_IN.contains(&source.path.as_str()));
    let declared: Vec<(&Source, usize, &str)> = declarations
        .flat_map(|source| names(source).into_iter().map(move |(line, name)| (source, line, name)))
        .collect();
    let Some(page) = sources.iter().find(|source| source.path == PAGE) else {
        return vec![Finding {
            path: PAGE.to_owned(),
            line: 1,
            what: "does not exist".to_owned(),
            advice:
                "write it: every operation, event and update of crates/protocol, and where Docent deviates"
                    .to_owned(),
            weight: Weight::Failure,
        }];
    };
    let mut findings = Vec::new();
    for (source, line, name) in &declared {
        if !page.text.contains(&format!("`{name}`")) {
            let advice = format!("say there what Docent does with it, as `{name}`");
            findings.push(source.finding(
                *line,
                format!("declares `{name}`, which {PAGE} does not mention"),
                advice,
            ));
        }
    }
    for (number, line) in page.lines() {
        for name in line.split('`').skip(1).step_by(2) {
            let is_ours = FAMILIES.iter().any(|family| name.starts_with(family)) && is_wire_name(name);
            if is_ours && !declared.iter().any(|(_, _, declared)| *declared == name) {
                let advice = "take it from the page, or declare it in crates/protocol";
                findings.push(page.finding(
                    number,
                    format!("mentions `{name}`, which crates/protocol does not declare"),
                    advice,
                ));
            }
        }
    }
    findings
}

/// The wire names a file declares before its tests: dotted literals, and what serde renames a variant to.
fn names(source: &Source) -> Vec<(usize, &str)> {
    let mut found: Vec<(usize, &str)> = Vec::new();
    for (number, line) in source.code().take_while(|(_, line)| line.trim() != "#[cfg(test)]") {
        for name in line.split('"').skip(1).step_by(2) {
            let is_renamed = line.contains("rename = ") && name.contains('_');
            let is_new = !found.iter().any(|(_, known)| *known == name);
            if is_wire_name(name) && (name.contains('.') || is_renamed) && is_new {
                found.push((number, name));
            }
        }
    }
    found
}

/// Lower-case words joined by dots and underscores, as every name of the protocol is.
fn is_wire_name(text: &str) -> bool {
    !text.is_empty()
        && text
            .split('.')
            .all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
}

#[cfg(test)]
mod tests {
    use super::super::source::tests::source;
    use super::*;

    const DECLARES: &str = "//! Events.\n    #[serde(rename = \"thread.item.added\")]\n    #[serde(rename = \"progress_update\")]\n    #[serde(rename = \"type\")]\n";

    fn check_page(page: &str) -> Vec<String> {
        let sources = [source("crates/protocol/src/event.rs", DECLARES), source(PAGE, page)];
        check(&sources).into_iter().map(|finding| format!("{}: {}", finding.path, finding.what)).collect()
    }

    #[test]
    fn a_page_that_names_what_the_source_declares_is_fine() {
        assert!(check_page("`thread.item.added` and `progress_update`, with `input.metadata`").is_empty());
    }

    #[test]
    fn a_name_the_page_leaves_out_is_found_at_its_declaration() {
        let found = check_page("`thread.item.added`");
        assert_eq!(found.len(), 1);
        assert!(
            found[0].starts_with("crates/protocol/src/event.rs: declares `progress_update`"),
            "{found:?}"
        );
    }

    #[test]
    fn a_name_only_the_page_has_is_found_on_the_page() {
        let found = check_page("`thread.item.added`, `progress_update`, `threads.run`");
        assert_eq!(
            found,
            [format!("{PAGE}: mentions `threads.run`, which crates/protocol does not declare")]
        );
    }

    #[test]
    fn a_missing_page_is_found() {
        assert_eq!(check(&[]).len(), 1);
    }
}
