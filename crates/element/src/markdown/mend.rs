//! Closing what a half-arrived text leaves open, so that `**bo` is shown bold and not with its asterisks.
//!
//! Only the last line is looked at, and only for what is common in answers: bold, code and links. The guess is thrown away
//! with the next piece of text.

use std::borrow::Cow;

/// The text as it would most likely read once its last construct is closed.
pub(super) fn mend(text: &str) -> Cow<'_, str> {
    if is_in_fence(text) {
        return text.into();
    }
    let line_at = text.rfind('\n').map_or(0, |at| at + 1);
    let line = &text[line_at..];
    if line.matches('`').count() % 2 == 1 {
        return if line.ends_with('`') {
            text[..text.len() - 1].into()
        } else {
            Cow::Owned(format_pair(text, "`"))
        };
    }
    // A link whose address has not arrived shows its words.
    if let Some(open) = line.rfind('[')
        && !line[..open].ends_with('!')
    {
        let rest = &line[open..];
        let is_open = match rest.find(']') {
            None => true,
            Some(close) => rest[close + 1..].starts_with('(') && !rest[close..].contains(')'),
        };
        if is_open {
            let words = rest[1..].split(']').next().unwrap_or_default();
            let mut mended = text[..line_at + open].to_owned();
            mended.push_str(words);
            return Cow::Owned(mend_bold(&mended, line_at).into_owned());
        }
    }
    mend_bold(text, line_at)
}

fn mend_bold(text: &str, line_at: usize) -> Cow<'_, str> {
    let line = &text[line_at..];
    if line.matches("**").count().is_multiple_of(2) {
        return text.into();
    }
    // Nothing stands behind the opening mark yet.
    if let Some(bare) = text.strip_suffix("**") {
        return bare.into();
    }
    // `**bold*` has the first half of its closing mark.
    Cow::Owned(format_pair(text.trim_end().trim_end_matches('*'), "**"))
}

fn format_pair(text: &str, mark: &str) -> String {
    let mut out = text.to_owned();
    out.push_str(mark);
    out
}

fn is_in_fence(text: &str) -> bool {
    let is_fence = |line: &&str| line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~");
    text.lines().filter(is_fence).count() % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::mend;

    #[test]
    fn open_marks_are_closed() {
        assert_eq!(mend("a **bo"), "a **bo**");
        assert_eq!(mend("a **bold*"), "a **bold**");
        assert_eq!(mend("a **"), "a ");
        assert_eq!(mend("a `co"), "a `co`");
        assert_eq!(mend("a `"), "a ");
        assert_eq!(mend("see [the do"), "see the do");
        assert_eq!(mend("see [the docs](https://exa"), "see the docs");
        assert_eq!(mend("**see [the docs](https"), "**see the docs**");
    }

    #[test]
    fn what_is_closed_stays_as_it_is() {
        for text in
            ["", "a **b** c", "a `b`", "[a](b) c", "```\nlet x = a ** b", "x [1] y", "line **\n\nnext"]
        {
            assert_eq!(mend(text), text);
        }
    }
}
