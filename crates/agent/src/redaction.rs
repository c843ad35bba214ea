//! Takes secrets out of a text before a model sees it.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::{Captures, Regex};

/// What stands in place of a secret.
const REDACTED: &str = "[redacted]";

/// How much is taken for a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strictness {
    /// Only what has the form of a real secret. For published documents, where `password=...` is an example.
    Published,
    /// Also whatever is assigned to a name such as `password` or `token`. For what readers and pages send.
    Private,
}

/// Secrets that can be known by their form. A group named `keep` stays.
static FORMS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [
        // JSON Web Tokens, and anything of their shape.
        r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?",
        // Keys of well-known services, by their prefixes.
        r"\b(?:sk|rk|pk)[-_](?:live_|test_|proj-|ant-|or-|svcacct-)?[A-Za-z0-9_-]{16,}",
        r"\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_-]{16,}|npm_[A-Za-z0-9]{30,})",
        r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b",
        r"\bAIza[A-Za-z0-9_-]{30,}",
        r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}",
        r"\b(?:hf_|whsec_|SG\.|dop_v1_|shpat_|pypi-)[A-Za-z0-9_.-]{20,}",
        r"(?s)-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\z)",
        r"(?i)(?P<keep>\b(?:bearer|basic)\s+)[A-Za-z0-9._~+/=-]{16,}",
        // The password of an address.
        r"(?P<keep>\b[a-z][a-z0-9+.-]*://[^\s:/@]*:)[^\s/@]{3,}@",
    ]
    .iter()
    .filter_map(|pattern| Regex::new(pattern).ok())
    .collect()
});

/// A name that holds a secret, a sign of assignment, and the value.
static ASSIGNED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"(?ix)(?P<keep>\b[\w.-]*(?:password|passwd|passphrase|secret|api[_-]?key|access[_-]?key|private[_-]?key|
        auth[_-]?token|access[_-]?token|refresh[_-]?token|session[_-]?id|set-cookie|cookie|authorization|\btoken)
        ["']?\s*(?:[:=]|=>)\s*["']?)(?P<value>[^\s"',;&<>]{6,})"#,
    )
    .ok()
});

/// The text without secrets.
pub fn redact(text: &str, strictness: Strictness) -> Cow<'_, str> {
    let mut redacted = Cow::Borrowed(text);
    for form in FORMS.iter() {
        if form.is_match(&redacted) {
            redacted = Cow::Owned(form.replace_all(&redacted, replace).into_owned());
        }
    }
    if let Some(assigned) = ASSIGNED.as_ref().filter(|_| strictness == Strictness::Private)
        && assigned.is_match(&redacted)
    {
        redacted = Cow::Owned(assigned.replace_all(&redacted, replace_assigned).into_owned());
    }
    redacted
}

/// The head of a text without secrets, of at most so many characters. It ends between two words, so that no secret is
/// cut in two and missed.
pub(crate) fn redact_head(text: &str, most: usize, strictness: Strictness) -> Cow<'_, str> {
    let Some((end, _)) = text.char_indices().nth(most) else { return redact(text, strictness) };
    let head = &text[..end];
    redact(&head[..head.rfind(char::is_whitespace).unwrap_or(end)], strictness)
}

/// Whether the name of a field says that its value is a secret.
pub(crate) fn is_secret_name(name: &str) -> bool {
    let name: String =
        name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    [
        "password",
        "passwd",
        "passphrase",
        "secret",
        "apikey",
        "accesskey",
        "privatekey",
        "authorization",
        "cookie",
        "sessionid",
        "credential",
        "token",
        "jwt",
    ]
    .iter()
    .any(|word| name.contains(word))
}

fn replace(captures: &Captures<'_>) -> String {
    let keep = captures.name("keep").map_or("", |keep| keep.as_str());
    let at = if captures[0].ends_with('@') { "@" } else { "" };
    format!("{keep}{REDACTED}{at}")
}

/// Placeholders and references are what a question is about, not secrets.
fn replace_assigned(captures: &Captures<'_>) -> String {
    let value = captures.name("value").map_or("", |value| value.as_str());
    let lower = value.to_ascii_lowercase();
    let is_placeholder = value.starts_with(['$', '<', '{', '%', '[', '('])
        || [
            "process.env",
            "env.",
            "your",
            "...",
            "xxx",
            "***",
            "example",
            "string",
            "null",
            "undefined",
            "required",
            "bearer",
            "basic",
        ]
        .iter()
        .any(|word| lower.starts_with(word));
    match is_placeholder {
        true => captures[0].to_owned(),
        false => format!("{}{REDACTED}", captures.name("keep").map_or("", |keep| keep.as_str())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn private(text: &str) -> String {
        redact(text, Strictness::Private).into_owned()
    }

    #[test]
    fn every_pattern_is_a_valid_one() {
        assert_eq!(FORMS.len(), 10);
        assert!(ASSIGNED.is_some());
    }

    #[test]
    fn secrets_are_known_by_their_form() {
        for secret in [
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abcDEF123_-x",
            "sk-proj-abcdefghijklmnop1234",
            "ghp_abcdefghijklmnopqrstuvwxyz012345",
            "AKIAIOSFODNN7EXAMPLE",
            "xoxb-123456789012-abcdef",
        ] {
            for strictness in [Strictness::Published, Strictness::Private] {
                let redacted = redact(&format!("my key is {secret}, ok"), strictness).into_owned();
                assert_eq!(redacted, "my key is [redacted], ok", "{secret}");
            }
        }
        let key = "-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----";
        assert_eq!(private(&format!("a {key} b")), "a [redacted] b");
        assert_eq!(private("Authorization: Bearer abcdefghijklmnop1234"), "Authorization: Bearer [redacted]");
        assert_eq!(private("postgres://u:hunter2@h/db"), "postgres://u:[redacted]@h/db");
    }

    #[test]
    fn what_is_assigned_to_a_secrets_name_is_taken_out_and_placeholders_stay() {
        assert_eq!(private("password=hunter22 next"), "password=[redacted] next");
        assert_eq!(private(r#"{"api_key": "abcdef123"}"#), r#"{"api_key": "[redacted]"}"#);
        for text in
            ["token: process.env.TOKEN", "api_key=<your key>", "password: $PASSWORD", "a token is a word"]
        {
            assert_eq!(private(text), text);
        }
        assert_eq!(redact("password=hunter22", Strictness::Published), "password=hunter22");
    }

    #[test]
    fn a_head_ends_before_a_secret_that_does_not_fit() {
        let head = |text, most| redact_head(text, most, Strictness::Private).into_owned();
        let text = "größe ghp_abcdefghijklmnopqrstuvwxyz012345 end";
        assert_eq!(head(text, 15), "größe");
        assert_eq!(head(text, 44), "größe [redacted]");
        assert_eq!(head(text, 1_000), "größe [redacted] end");
        assert_eq!(head("ααααα", 3), "ααα");
    }

    #[test]
    fn names_of_secrets_are_known_in_any_spelling() {
        for name in ["accessToken", "API_KEY", "set-cookie", "clientSecret"] {
            assert!(is_secret_name(name), "{name}");
        }
        for name in ["name", "plan", "keyboard"] {
            assert!(!is_secret_name(name), "{name}");
        }
    }
}
