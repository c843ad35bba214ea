//! From the path of a request to a file of the site, never to one outside of it.

use std::path::{Component, Path, PathBuf};

/// What a path of a request stands for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Resolved {
    /// This file.
    File(PathBuf),
    /// A folder asked for without its last slash: relative links in its page would break.
    AddSlash,
    /// Nothing.
    Missing,
}

/// Finds the file for a decoded path: the file itself, the `index.html` of a folder, or `x.html` for `x`.
///
/// `root` is canonical. Hidden files, and links that lead out of the root, are missing.
pub(super) fn resolve(root: &Path, path: &str) -> Resolved {
    let Some(relative) = relative(path) else { return Resolved::Missing };
    let wanted = root.join(&relative);
    let inside = |candidate: &Path| {
        candidate.canonicalize().ok().filter(|real| real.starts_with(root) && real.is_file())
    };
    if wanted.is_dir() {
        return match inside(&wanted.join("index.html")) {
            Some(_) if !path.ends_with('/') => Resolved::AddSlash,
            Some(file) => Resolved::File(file),
            None => Resolved::Missing,
        };
    }
    if path.ends_with('/') {
        return Resolved::Missing;
    }
    let with_html = wanted.file_name().map(|name| {
        let mut name = name.to_owned();
        name.push(".html");
        wanted.with_file_name(name)
    });
    inside(&wanted)
        .or_else(|| with_html.as_deref().and_then(inside))
        .map_or(Resolved::Missing, Resolved::File)
}

/// The path below the root, if it has only plain and visible parts (`.well-known` may be served).
fn relative(path: &str) -> Option<PathBuf> {
    if path.contains(['\0', '\\']) {
        return None;
    }
    let relative = PathBuf::from(path.trim_start_matches('/'));
    let is_plain = relative.components().all(|component| match component {
        Component::Normal(name) => {
            let name = name.to_string_lossy();
            !name.starts_with('.') || name == ".well-known"
        }
        _ => false,
    });
    is_plain.then_some(relative)
}

/// Decodes `%xx`; none when the result is not UTF-8 or an escape is broken.
pub(super) fn decode(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let digits = std::str::from_utf8(rest.get(..2)?).ok()?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        rest = &rest[2..];
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_outside_the_folder_is_ever_found() {
        let outer = tempfile::tempdir().expect("a folder");
        let root = outer.path().canonicalize().expect("a path").join("site");
        std::fs::create_dir_all(root.join("docs/.git")).expect("folders");
        std::fs::write(outer.path().join("secret.html"), "secret").expect("a file");
        std::fs::write(root.join("docs/index.html"), "docs").expect("a file");
        std::fs::write(root.join("docs/a.html"), "a").expect("a file");
        std::fs::write(root.join("docs/.git/config"), "hidden").expect("a file");
        #[cfg(unix)]
        std::os::unix::fs::symlink(outer.path().join("secret.html"), root.join("link.html")).expect("a link");

        for path in [
            "/../secret.html",
            "/docs/../../secret.html",
            "//secret.html/..",
            "/link.html",
            "/link",
            "/docs/.git/config",
            "/.env",
            "/docs\\a.html",
            "/a\0b",
            "/docs/a.html/",
        ] {
            assert_eq!(resolve(&root, path), Resolved::Missing, "{path:?}");
        }
        assert_eq!(resolve(&root, "/docs"), Resolved::AddSlash);
        assert_eq!(resolve(&root, "/docs/"), Resolved::File(root.join("docs/index.html")));
        assert_eq!(resolve(&root, "/docs/a"), Resolved::File(root.join("docs/a.html")));
    }

    #[test]
    fn escapes_are_decoded_once_and_broken_ones_refused() {
        assert_eq!(decode("/a%20b/gr%C3%B6").as_deref(), Some("/a b/grö"));
        assert_eq!(decode("/%252e").as_deref(), Some("/%2e"));
        for broken in ["/%", "/%2", "/%zz", "/%ff", "/%+1"] {
            assert_eq!(decode(broken), None, "{broken}");
        }
    }
}
