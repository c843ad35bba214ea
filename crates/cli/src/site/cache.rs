//! How long browsers may keep a file, and how they ask whether it changed.

use std::fs::Metadata;
use std::path::Path;
use std::time::UNIX_EPOCH;

/// For files whose name changes with their content.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// For all others: kept, and asked about each time.
const ASK: &str = "no-cache";

/// The value of `Cache-Control` for a file.
pub(super) fn control(path: &Path) -> &'static str {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let is_page = name.ends_with(".html") || name.ends_with(".htm");
    match !is_page && is_hashed(name) {
        true => FOR_EVER,
        false => ASK,
    }
}

/// Whether the part before the extension is a hash, as in `main.2f1e3c4d.js` and `index-Dx3kPq8Z.css`.
fn is_hashed(name: &str) -> bool {
    let Some((stem, _)) = name.rsplit_once('.') else { return false };
    let Some((_, last)) = stem.rsplit_once(['.', '-', '_']) else { return false };
    let has = |test: fn(&char) -> bool| last.chars().any(|character| test(&character));
    let is_hash_text = last.chars().all(|character| character.is_ascii_alphanumeric());
    let is_mixed = has(char::is_ascii_digit) && has(char::is_ascii_alphabetic);
    // A date or a version has digits only; a word has letters only.
    (8..=64).contains(&last.len()) && is_hash_text && is_mixed
}

/// A weak tag from size and time: enough to know a file from its successor, and not touched by compression.
pub(super) fn tag(metadata: &Metadata) -> Option<String> {
    let modified = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    Some(format!("W/\"{:x}-{:x}\"", metadata.len(), modified.as_nanos()))
}

/// Whether a list of tags from `If-None-Match` has this one; weakly compared, as the rules for GET are.
pub(super) fn matches(list: &str, tag: &str) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    list.trim() == "*" || list.split(',').any(|other| opaque(other) == opaque(tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_with_a_hash_are_kept_for_ever() {
        for name in ["main.2f1e3c4d.js", "index-Dx3kPq8Z.css", "font_0a1b2c3d4e.woff2"] {
            assert_eq!(control(Path::new(name)), FOR_EVER, "{name}");
        }
        for name in [
            "index.html",
            "a.2f1e3c4d.html",
            "docent_core_bg.wasm",
            "logo.svg",
            "report-20240101.pdf",
            "app.js",
        ] {
            assert_eq!(control(Path::new(name)), ASK, "{name}");
        }
    }

    #[test]
    fn tags_are_compared_weakly_and_in_lists() {
        assert!(matches("\"x\", W/\"a-b\"", "W/\"a-b\""));
        assert!(matches("\"a-b\"", "W/\"a-b\""));
        assert!(!matches("\"a\"", "W/\"a-b\""));
    }
}
