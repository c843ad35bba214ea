//! The reader of a page as the page describes them: where they are, in which language, what they selected.

use docent_protocol::{ThreadItem, UserMessageItem};
use docent_retrieval::Question;
use docent_server::RequestContext;
use serde_json::Value;

/// Longer questions and selections are cut: what tells their subject stands at their beginning.
const MAX_QUESTION_CHARS: usize = 2_000;
const MAX_SELECTION_CHARS: usize = 4_000;

/// What the browser says of the reader's place. Everything here is untrusted: it steers a search and becomes no
/// permission, and its address is only used to complete the links of the site's own documents.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reader {
    /// The path or URL of the page.
    pub page_path: Option<String>,
    /// Scheme and host of the page, such as `https://example.com`.
    pub origin: Option<String>,
    /// The language of the page, else of the browser.
    pub lang: Option<String>,
}

impl Reader {
    /// Reads `pageContext` as the page side sends it: `path`, `url`, `canonicalUrl`, `lang`.
    pub fn of(context: &RequestContext) -> Self {
        let page = context.page_context();
        let text = |key: &str| {
            let text = page.and_then(|page| page.get(key)).and_then(Value::as_str).map(str::trim);
            text.filter(|text| !text.is_empty() && text.len() <= 2_048).map(str::to_owned)
        };
        let url = text("url");
        Self {
            page_path: text("path").or_else(|| url.clone()),
            origin: url.as_deref().and_then(origin).map(str::to_owned),
            lang: text("lang").or_else(|| context.locale.clone()),
        }
    }

    /// The question in a message, with what it leans on: the reader's place, the selection, the question before.
    pub fn question(&self, message: &UserMessageItem, history: &[ThreadItem]) -> Question {
        let earlier = history.iter().rev().filter_map(|item| match item {
            ThreadItem::UserMessage(earlier) if earlier.id != message.id => Some(earlier.plain_text()),
            _ => None,
        });
        let selection = message.quoted_text.as_deref().filter(|selection| !selection.trim().is_empty());
        Question {
            page_path: self.page_path.clone(),
            selection: selection.map(|selection| clip(selection, MAX_SELECTION_CHARS)),
            lang: self.lang.clone(),
            previous: earlier.map(|text| clip(&text, MAX_QUESTION_CHARS)).next(),
            ..Question::new(clip(message.plain_text().trim(), MAX_QUESTION_CHARS))
        }
    }

    /// A link that works wherever it is opened: a path of the site on the host of the reader's page.
    pub fn absolute(&self, url: &str) -> String {
        match &self.origin {
            Some(origin) if url.starts_with('/') => format!("{origin}{url}"),
            _ => url.to_owned(),
        }
    }
}

/// Scheme and host of a web address. User names and anything a link could be broken with are refused.
fn origin(url: &str) -> Option<&str> {
    let scheme = ["https://", "http://"].into_iter().find(|scheme| url.starts_with(scheme))?;
    let rest = &url[scheme.len()..];
    let host = &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())];
    let is_host = !host.is_empty()
        && host.len() <= 255
        && host.chars().all(|character| character.is_ascii_alphanumeric() || ".-:[]".contains(character));
    is_host.then(|| &url[..scheme.len() + host.len()])
}

fn clip(text: &str, characters: usize) -> String {
    text.chars().take(characters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_plain_web_host_completes_links() {
        assert_eq!(origin("https://example.com/a?b"), Some("https://example.com"));
        assert_eq!(origin("http://127.0.0.1:8080"), Some("http://127.0.0.1:8080"));
        for url in
            ["javascript:alert(1)", "https://", "https://user@evil.example/", "https://a)b.example/", "/x"]
        {
            assert_eq!(origin(url), None, "{url}");
        }
    }

    #[test]
    fn paths_of_the_site_are_completed_and_addresses_stay() {
        let reader = Reader { origin: Some("https://example.com".into()), ..Reader::default() };
        assert_eq!(reader.absolute("/docs/#a"), "https://example.com/docs/#a");
        assert_eq!(reader.absolute("https://other.example/x"), "https://other.example/x");
        assert_eq!(Reader::default().absolute("/docs/"), "/docs/");
    }
}
