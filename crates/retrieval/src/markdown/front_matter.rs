//! The block between `---` lines (YAML) or `+++` lines (TOML) at the head of a Markdown file.

/// The scalar entries of a front matter block; nested values are of no use here and left out.
#[derive(Debug, Default)]
pub(super) struct FrontMatter<'a> {
    entries: Vec<(&'a str, &'a str)>,
}

impl<'a> FrontMatter<'a> {
    pub(super) fn get(&self, key: &str) -> Option<&'a str> {
        self.entries.iter().find(|(name, value)| *name == key && !value.is_empty()).map(|(_, value)| *value)
    }

    /// Whether the author keeps the page out: a draft, unlisted, or closed to crawlers or to AI.
    pub(super) fn is_withheld(&self) -> bool {
        let is_on = |key: &str| self.get(key).is_some_and(|value| value.eq_ignore_ascii_case("true"));
        ["draft", "unlisted", "noai", "noindex", "private"].into_iter().any(is_on)
            || self.get("robots").is_some_and(crate::html::is_refusal)
    }
}

/// Splits a file into its front matter and its body.
pub(super) fn split(source: &str) -> (FrontMatter<'_>, &str) {
    for (fence, separator) in [("---", ':'), ("+++", '=')] {
        let Some(rest) = source.strip_prefix(fence) else { continue };
        let Some(rest) = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\n')) else { continue };
        let mut position = 0;
        for line in rest.split_inclusive('\n') {
            if line.trim_end() == fence {
                let entries = rest[..position].lines().filter_map(|line| entry(line, separator)).collect();
                return (FrontMatter { entries }, &rest[position + line.len()..]);
            }
            position += line.len();
        }
    }
    (FrontMatter::default(), source)
}

fn entry(line: &str, separator: char) -> Option<(&str, &str)> {
    if line.starts_with([' ', '\t', '#', '-']) {
        return None;
    }
    let (key, value) = line.split_once(separator)?;
    let value = value.trim();
    let quoted = ['"', '\''].into_iter().find_map(|quote| {
        let inner = value.strip_prefix(quote)?;
        inner.find(quote).map(|end| &inner[..end])
    });
    let value = quoted.unwrap_or_else(|| value.split(" #").next().unwrap_or(value).trim());
    Some((key.trim(), value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yaml_and_toml_scalars_are_read_and_nested_values_left_out() {
        let (front, body) = split("---\ntitle: \"A: b\"\nslug: /x # moved\ntags:\n  - a\n---\n# Body\n");
        assert_eq!(
            (front.get("title"), front.get("slug"), front.get("tags")),
            (Some("A: b"), Some("/x"), None)
        );
        assert_eq!(body, "# Body\n");
        let (front, body) = split("+++\r\ntitle = 'T'\r\n+++\r\nBody");
        assert_eq!((front.get("title"), body), (Some("T"), "Body"));
    }

    #[test]
    fn a_rule_is_not_front_matter() {
        assert_eq!(split("---\nno end").1, "---\nno end");
        assert_eq!(split("--- \n# A\n---\n").1, "--- \n# A\n---\n");
    }

    #[test]
    fn drafts_and_pages_closed_to_ai_are_withheld() {
        assert!(split("---\ndraft: true\n---\n").0.is_withheld());
        assert!(split("---\nrobots: noai, follow\n---\n").0.is_withheld());
        assert!(!split("---\ndraft: false\n---\n").0.is_withheld());
    }
}
