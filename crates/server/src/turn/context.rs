//! What is known about a request besides its parameters: who asks, in which language, from which page.

use std::fmt;

use docent_protocol::JsonObject;
use serde_json::Value;

use crate::store::Idempotency;

/// Who asks, and what the page sent along.
///
/// `user_id` and `claims` come from the authenticator and can be relied on. `metadata` comes from the browser: it is
/// data, to be shown to a model as such, never a permission.
#[derive(Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct RequestContext {
    /// The user the request belongs to.
    pub user_id: String,
    /// What the authenticator knows of the user, such as the claims of a verified token.
    pub claims: JsonObject,
    /// The first language of `Accept-Language`, such as `de-CH`.
    pub locale: Option<String>,
    /// The body's `metadata`, over `params.input.metadata`: where both have a key the top level wins.
    pub metadata: JsonObject,
    /// What a repetition of the request is recognised by, if its sender named it.
    pub(crate) idempotency: Option<Idempotency>,
}

impl RequestContext {
    /// A context of this user and nothing else.
    #[must_use]
    pub fn new(user_id: impl Into<String>) -> Self {
        Self { user_id: user_id.into(), ..Self::default() }
    }

    /// What the page says of its user: `metadata.userInfo`, unless absent or `null`.
    #[must_use]
    pub fn user_info(&self) -> Option<&Value> {
        self.metadata.get("userInfo").filter(|value| !value.is_null())
    }

    /// What the page says of itself: `metadata.pageContext`, unless absent or `null`.
    #[must_use]
    pub fn page_context(&self) -> Option<&Value> {
        self.metadata.get("pageContext").filter(|value| !value.is_null())
    }

    /// Lays the metadata of a message under what is there: keys already present win.
    pub(crate) fn add_metadata(&mut self, metadata: JsonObject) {
        for (key, value) in metadata {
            self.metadata.entry(key).or_insert(value);
        }
    }
}

// By hand, so that a context in a log line never writes out what a page or a token said.
impl fmt::Debug for RequestContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestContext")
            .field("locale", &self.locale)
            .field("metadata_keys", &self.metadata.len())
            .finish_non_exhaustive()
    }
}

/// The first language of an `Accept-Language` header, if it looks like one.
pub(crate) fn first_language(header: &str) -> Option<String> {
    let tag = header.split(',').next()?.split(';').next()?.trim();
    let is_tag = (2..=35).contains(&tag.len())
        && tag.chars().all(|character| character.is_ascii_alphanumeric() || character == '-');
    is_tag.then(|| tag.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_first_language_is_taken_and_nonsense_is_not() {
        assert_eq!(first_language("de-CH, de;q=0.9, en;q=0.5").as_deref(), Some("de-CH"));
        assert_eq!(first_language("fr;q=0.9").as_deref(), Some("fr"));
        for bad in ["", "*", "x", "<script>", "a b"] {
            assert_eq!(first_language(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn the_top_level_metadata_wins_over_the_messages() {
        let mut context = RequestContext::new("ada");
        context.metadata.insert("userInfo".into(), json!({"name": "top"}));
        let Value::Object(below) = json!({"userInfo": {"name": "below"}, "pageContext": {"title": "T"}})
        else {
            unreachable!("an object literal")
        };
        context.add_metadata(below);
        assert_eq!(context.user_info(), Some(&json!({"name": "top"})));
        assert_eq!(context.page_context(), Some(&json!({"title": "T"})));
    }

    #[test]
    fn a_context_in_a_log_line_shows_neither_user_nor_page() {
        let mut context = RequestContext::new("zoe@example.org");
        context.metadata.insert("pageContext".into(), json!("secret page"));
        let shown = format!("{context:?}");
        assert!(!shown.contains("zoe") && !shown.contains("secret"), "{shown}");
    }
}
