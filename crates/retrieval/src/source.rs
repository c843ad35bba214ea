//! Where documents come from: a file or a folder, and the address its pages have on the site.

use std::path::PathBuf;
use std::str::FromStr;

use crate::error::RetrievalError;

/// A file or folder of documents and the URL its root is served at. Written `PATH` or `PATH=BASE_URL`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The file or folder.
    pub path: PathBuf,
    /// Absolute URL or absolute path of the root, without a trailing slash; empty for the site's own root.
    pub base_url: String,
}

impl Source {
    /// A source whose pages are served below `base_url` (absolute URL or absolute path; none means `/`).
    pub fn new(path: impl Into<PathBuf>, base_url: Option<&str>) -> Result<Self, RetrievalError> {
        let base_url = base_url.unwrap_or("/").trim();
        let is_url = ["http://", "https://"].iter().any(|scheme| {
            base_url.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
        });
        let is_path = base_url.starts_with('/') && !base_url.starts_with("//");
        let is_clean = !base_url.contains(['#', '?', '"', '<', '>', '\\'])
            && !base_url.chars().any(|character| character.is_whitespace() || character.is_control());
        if !(is_url || is_path) || !is_clean {
            return Err(RetrievalError::BadBaseUrl { base_url: base_url.to_owned() });
        }
        Ok(Self { path: path.into(), base_url: base_url.trim_end_matches('/').to_owned() })
    }
}

impl FromStr for Source {
    type Err = RetrievalError;

    /// Splits at the last `=` that starts an address, so that a path may hold an equals sign.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.rsplit_once('=') {
            Some((path, base)) if base.starts_with('/') || base.contains("://") => {
                Self::new(path, Some(base))
            }
            Some((path, "")) => Self::new(path, None),
            Some((_, base)) if base.starts_with("www.") => {
                Err(RetrievalError::BadBaseUrl { base_url: base.to_owned() })
            }
            _ => Self::new(text, None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_may_carry_a_base_url_and_an_equals_sign() {
        let source: Source = "build=https://example.com/docs/".parse().expect("a source");
        assert_eq!(
            (source.path.to_str(), source.base_url.as_str()),
            (Some("build"), "https://example.com/docs")
        );
        let source: Source = "a=b/docs=/v2".parse().expect("a source");
        assert_eq!((source.path.to_str(), source.base_url.as_str()), (Some("a=b/docs"), "/v2"));
        let source: Source = "a=b".parse().expect("a source");
        assert_eq!((source.path.to_str(), source.base_url.as_str()), (Some("a=b"), ""));
    }

    #[test]
    fn a_base_url_that_cannot_start_a_link_is_refused() {
        for base in ["javascript:alert(1)", "//evil.example", "https://", "/a b", "/a#b", "https:///x"] {
            assert!(Source::new("docs", Some(base)).is_err(), "{base}");
        }
    }
}
