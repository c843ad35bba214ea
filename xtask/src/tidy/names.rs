//! No file or folder that could hold anything: its name says what it holds.

use super::source::{Finding, Source};

/// Names that say nothing, as a file's stem or a folder.
const FORBIDDEN: &[&str] = &["util", "utils", "common", "helper", "helpers", "misc"];

pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    sources
        .iter()
        .filter(|source| {
            source.path.split('/').any(|part| FORBIDDEN.contains(&part.split('.').next().unwrap_or(part)))
        })
        .map(|source| {
            source.finding(
                1,
                "has a name that could hold anything",
                "name the noun or verb the file is about",
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::source::tests::source;
    use super::*;

    #[test]
    fn a_name_that_says_nothing_is_found_as_file_and_as_folder() {
        for path in ["src/util.rs", "js/helpers.ts", "crates/server/src/common/mod.rs", "demo/misc.test.mjs"]
        {
            assert_eq!(check(&[source(path, "")]).len(), 1, "{path}");
        }
        for path in ["src/utility_bill.rs", "docs/commons.md", "src/splice.rs"] {
            assert!(check(&[source(path, "")]).is_empty(), "{path}");
        }
    }
}
