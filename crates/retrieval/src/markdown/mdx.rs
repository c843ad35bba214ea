//! Takes the program parts out of MDX, so that what is left reads as Markdown.

use std::borrow::Cow;

/// Drops `import` and `export` statements that stand outside code blocks, MDX comments and `:::` fence lines.
///
/// The text of an admonition stays: it is part of what the page says.
pub(super) fn without_code(body: &str) -> Cow<'_, str> {
    let needs_work = body.contains(":::")
        || body.contains("{/*")
        || body.lines().any(|line| line.starts_with("import ") || line.starts_with("export "));
    if !needs_work {
        return Cow::Borrowed(body);
    }
    let mut kept = String::with_capacity(body.len());
    let mut fence: Option<&str> = None;
    let mut in_statement = false;
    let mut in_comment = false;
    for line in body.split_inclusive('\n') {
        let bare = line.trim();
        let marker = ["```", "~~~"].into_iter().find(|marker| bare.starts_with(marker));
        match (fence, marker) {
            (None, Some(marker)) => fence = Some(marker),
            (Some(open), Some(marker)) if open == marker => fence = None,
            _ => {}
        }
        if fence.is_some() || marker.is_some() {
            kept.push_str(line);
            continue;
        }
        if in_comment || bare.starts_with("{/*") {
            in_comment = !bare.contains("*/}");
            continue;
        }
        if in_statement {
            in_statement = !bare.is_empty();
            continue;
        }
        if is_statement(line) {
            in_statement = !bare.ends_with(';') && !bare.ends_with(['\'', '"']);
            kept.push('\n');
            continue;
        }
        if let Some(rest) = bare.strip_prefix(":::") {
            kept.push('\n');
            if let Some(title) = admonition_title(rest) {
                kept.push_str(title);
                kept.push_str("\n\n");
            }
            continue;
        }
        kept.push_str(line);
    }
    Cow::Owned(kept)
}

/// `import x from 'y'` or `export const x = ..`, not a sentence that begins with one of these words.
fn is_statement(line: &str) -> bool {
    if let Some(rest) = line.strip_prefix("import ") {
        return rest.contains(" from ") && rest.contains(['\'', '"']) || rest.starts_with(['\'', '"', '{']);
    }
    line.strip_prefix("export ").is_some_and(|rest| {
        ["const ", "let ", "var ", "function ", "default ", "class ", "{", "*"]
            .iter()
            .any(|word| rest.starts_with(word))
    })
}

/// `:::tip Title` and `:::tip[Title]` have a title, `:::tip` and `:::` have none.
fn admonition_title(rest: &str) -> Option<&str> {
    let rest = rest.trim_start_matches(':');
    if let Some((_, title)) = rest.split_once('[') {
        return title.split(']').next().map(str::trim).filter(|title| !title.is_empty());
    }
    rest.trim().split_once(' ').map(|(_, title)| title.trim()).filter(|title| !title.starts_with('{'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_comments_and_fences_go_and_the_text_stays() {
        let body = "import Tabs from '@theme/Tabs';\n\nexport const x = {\n  a: 1,\n}\n\n{/* note */}\nText.\n\n\
                    :::tip[Know this]\nInside.\n:::\n\n```js\nimport a from 'b';\n:::x\n```\n";
        let kept = without_code(body);
        assert!(!kept.contains("Tabs") && !kept.contains("a: 1") && !kept.contains("note"), "{kept}");
        assert!(kept.contains("Text.") && kept.contains("Know this") && kept.contains("Inside."), "{kept}");
        assert!(kept.contains("import a from 'b';\n:::x"), "{kept}");
    }

    #[test]
    fn prose_that_begins_with_import_stays() {
        assert_eq!(
            without_code("import taxes from abroad are high\n"),
            "import taxes from abroad are high\n"
        );
    }
}
