//! The raw HTML inside Markdown: keeps out what its author withheld, and gives the text of the rest.

/// Follows raw tags through a Markdown file to know whether the current place lies in a withheld element
/// (`data-no-ask` or `data-private`), or in a script or a style.
#[derive(Debug, Default)]
pub(super) struct Withheld {
    /// The element that is kept out, and how many of its name are open.
    open: Option<(String, usize)>,
}

impl Withheld {
    pub(super) fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// Takes the next piece of raw HTML and gives the text in it that may be read.
    pub(super) fn feed(&mut self, html: &str) -> String {
        let mut text = String::new();
        let mut rest = html;
        while let Some(start) = rest.find('<') {
            self.push(&mut text, &rest[..start]);
            rest = &rest[start..];
            if let Some(comment) = rest.strip_prefix("<!--") {
                rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
                continue;
            }
            let Some(end) = tag_end(rest) else {
                // Not a tag at all: a lone `<`, or one that ends in a later piece.
                if !rest[1..].starts_with(|next: char| next.is_ascii_alphabetic() || next == '/') {
                    self.push(&mut text, rest);
                }
                return text;
            };
            self.tag(&rest[1..end]);
            text.push(' ');
            rest = &rest[end + 1..];
        }
        self.push(&mut text, rest);
        text
    }

    fn push(&self, text: &mut String, piece: &str) {
        if !self.is_open() {
            let piece = piece.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
            text.push_str(&piece.replace("&nbsp;", " ").replace("&#39;", "'").replace("&amp;", "&"));
        }
    }

    /// A tag without its angle brackets.
    fn tag(&mut self, tag: &str) {
        let is_closing = tag.starts_with('/');
        let tag = tag.trim_start_matches('/');
        let name: String = tag
            .chars()
            .take_while(|character| character.is_alphanumeric() || matches!(character, '-' | '_' | '.' | ':'))
            .collect::<String>()
            .to_lowercase();
        let is_empty = tag.trim_end().ends_with('/');
        match &mut self.open {
            Some((open, depth)) if *open == name && !is_empty => {
                if is_closing {
                    *depth -= 1;
                } else {
                    *depth += 1;
                }
                if *depth == 0 {
                    self.open = None;
                }
            }
            Some(_) => {}
            None => {
                let attributes = tag[name.len().min(tag.len())..].to_lowercase();
                let is_withheld = attributes
                    .split(|character: char| character.is_whitespace() || matches!(character, '=' | '/'))
                    .any(|attribute| matches!(attribute, "data-no-ask" | "data-private"));
                let is_program = matches!(name.as_str(), "script" | "style" | "template");
                if !is_closing && !is_empty && (is_withheld || is_program) {
                    self.open = Some((name, 1));
                }
            }
        }
    }
}

/// Index of the `>` that ends the tag at the start of `text`, minding quoted values.
fn tag_end(text: &str) -> Option<usize> {
    let mut quote = None;
    if !text[1..].starts_with(|next: char| next.is_ascii_alphabetic() || next == '/') {
        return None;
    }
    for (position, character) in text.char_indices() {
        match quote {
            Some(open) if open == character => quote = None,
            Some(_) => {}
            None if matches!(character, '"' | '\'') => quote = Some(character),
            None if character == '>' => return Some(position),
            None => {}
        }
    }
    None
}

/// The id an empty anchor gives to the heading after it, as in `<a id="here"></a>`.
pub(super) fn anchor_id(html: &str) -> Option<String> {
    let tag = html.trim().strip_prefix("<a ")?;
    let rest = tag.split_once("id=").or_else(|| tag.split_once("name=")).map(|(_, rest)| rest)?;
    let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    rest[1..].split(quote).next().filter(|id| !id.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn withheld_elements_are_followed_across_pieces() {
        let mut withheld = Withheld::default();
        assert_eq!(withheld.feed("<div data-private>secret<div>").trim(), "");
        assert_eq!(withheld.feed("still</div> secret").trim(), "");
        assert!(withheld.is_open());
        assert_eq!(
            withheld.feed("</div> open &amp; <b title=\"a>b\">bold</b>").split_whitespace().count(),
            3
        );
        assert!(!withheld.is_open());
    }

    #[test]
    fn scripts_comments_and_self_closing_elements_say_nothing() {
        let mut withheld = Withheld::default();
        assert_eq!(
            withheld.feed("<script>let a = '<b>';</script><Card data-private /><!-- x --> ok").trim(),
            "ok"
        );
        assert_eq!(withheld.feed("a < b").trim(), "a < b");
    }

    #[test]
    fn an_empty_anchor_names_the_next_heading() {
        assert_eq!(anchor_id("<a id=\"here\"></a>").as_deref(), Some("here"));
        assert_eq!(anchor_id("<a href='#x'>"), None);
    }
}
