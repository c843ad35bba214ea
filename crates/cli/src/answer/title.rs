//! The title of a conversation, from its first question.

const MAX_CHARS: usize = 60;

/// A title of at most 60 characters: the question itself, cut at a word; or the selected passage, where the question
/// only points at it, since "What does this mean?" would tell one conversation from no other.
pub fn title_of(question: &str, selection: Option<&str>) -> Option<String> {
    let question = words(question);
    let selection = selection.map(words).filter(|selection| !selection.is_empty());
    match selection {
        Some(selection) if docent_retrieval::only_points(&question) => Some(cut(&format!("“{selection}”"))),
        _ => Some(cut(&question)).filter(|title| !title.is_empty()),
    }
}

fn words(text: &str) -> String {
    let visible: String =
        text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn cut(text: &str) -> String {
    if text.chars().count() <= MAX_CHARS {
        return text.to_owned();
    }
    let head: String = text.chars().take(MAX_CHARS - 1).collect();
    // A cut inside the first word, or in a script without spaces, is better than a very short title.
    let end = head.rfind(' ').filter(|end| *end > head.len() / 2).unwrap_or(head.len());
    format!("{}…", head[..end].trim_end_matches([',', ';', ':', '-', ' ']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_short_and_ends_at_a_word() {
        assert_eq!(title_of("  How do\nI deploy? ", None).as_deref(), Some("How do I deploy?"));
        let long = "How do I deploy my documentation site to GitHub Pages from a private repository?";
        assert_eq!(
            title_of(long, None).as_deref(),
            Some("How do I deploy my documentation site to GitHub Pages from…")
        );
        assert!(title_of(&"字".repeat(100), None).is_some_and(|title| title.chars().count() == 60));
        assert_eq!(title_of("What does this mean?", Some("WAL mode")).as_deref(), Some("“WAL mode”"));
        assert_eq!(title_of("Is WAL mode fast?", Some("WAL mode")).as_deref(), Some("Is WAL mode fast?"));
        assert_eq!(title_of("", Some("WAL mode")).as_deref(), Some("“WAL mode”"));
        assert_eq!(title_of(" ", None), None);
    }
}
