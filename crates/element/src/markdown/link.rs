//! Which addresses a text written by a model may link to, and how they open.

/// Where an address leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Into the page's own origin: the same tab.
    Same,
    /// Elsewhere: a new tab, without a way back to this one.
    New,
}

/// The address as it may be put into `href`, and how it opens; `None` when its scheme is not http, https or mailto.
///
/// Browsers drop tabs and line ends inside a scheme and spaces before it, so these are dropped before the scheme is read.
pub fn resolve(address: &str, origin: &str) -> Option<(String, Target)> {
    let clean: String = address.trim().chars().filter(|letter| !letter.is_control()).collect();
    let scheme_end = clean.find([':', '/', '?', '#']).filter(|&at| clean.as_bytes()[at] == b':');
    let target = match scheme_end.map(|at| clean[..at].to_ascii_lowercase()) {
        Some(scheme) if scheme == "http" || scheme == "https" => {
            if is_within(&clean, origin) {
                Target::Same
            } else {
                Target::New
            }
        }
        Some(scheme) if scheme == "mailto" => Target::New,
        Some(_) => return None,
        // `//host` and `\\host` leave the origin without naming a scheme.
        None if clean.starts_with("//") || clean.contains('\\') => return None,
        None if clean.is_empty() => return None,
        None => Target::Same,
    };
    Some((clean, target))
}

fn is_within(address: &str, origin: &str) -> bool {
    !origin.is_empty()
        && address.get(..origin.len()).is_some_and(|start| start.eq_ignore_ascii_case(origin))
        && matches!(address.as_bytes().get(origin.len()), None | Some(b'/' | b'?' | b'#'))
}

/// The name and the query pairs of a `chatkit-link://name?key=value` address.
pub fn deeplink(address: &str) -> Option<(String, Vec<(String, String)>)> {
    let rest = address.trim().strip_prefix("chatkit-link://")?;
    let (name, query) = rest.split_once('?').unwrap_or((rest, ""));
    let pairs = query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decode(key), decode(value))
    });
    let name = decode(name.trim_end_matches('/'));
    (!name.is_empty()).then(|| (name, pairs.collect()))
}

fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut ahead = rest.clone();
                match (ahead.next().and_then(hex), ahead.next().and_then(hex)) {
                    (Some(high), Some(low)) => {
                        rest = ahead;
                        high << 4 | low
                    }
                    _ => b'%',
                }
            }
            other => other,
        });
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// The first bare `http(s)://` address in the text: where it starts and ends. Punctuation that closes a sentence and a
/// bracket that was opened before the address are not part of it.
pub(super) fn find_bare(text: &str) -> Option<(usize, usize)> {
    let mut from = 0;
    while let Some(found) = text[from..].find("http") {
        let start = from + found;
        let rest = &text[start..];
        from = start + 4;
        let after = rest.strip_prefix("https://").or_else(|| rest.strip_prefix("http://"));
        let is_word_start = !text[..start].ends_with(|letter: char| letter.is_ascii_alphanumeric());
        let (Some(after), true) = (after, is_word_start) else { continue };
        let scheme = rest.len() - after.len();
        let mut end = after
            .find(|letter: char| letter.is_whitespace() || "<>\"`|".contains(letter))
            .unwrap_or(after.len());
        loop {
            let address = &after[..end];
            let Some(last) = address.chars().next_back() else { break };
            let unopened = |open: char, close: char| {
                last == close && address.matches(close).count() > address.matches(open).count()
            };
            if ".,;:!?'*_".contains(last) || unopened('(', ')') || unopened('[', ']') {
                end -= last.len_utf8();
            } else {
                return Some((start, start + scheme + end));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_listed_schemes_are_kept() {
        for bad in [
            "javascript:alert(1)",
            " javascript:alert(1)",
            "java\nscript:alert(1)",
            "JAVASCRIPT:x",
            "\u{1}javascript:x",
            "data:text/html,x",
            "vbscript:x",
            "file:///etc/passwd",
            "blob:https://x/1",
            "//evil.example",
            "\\\\evil",
            "/\\evil",
            "",
        ] {
            assert_eq!(resolve(bad, "https://a.example"), None, "{bad:?}");
        }
    }

    #[test]
    fn the_own_origin_opens_in_the_same_tab() {
        let at = |address| resolve(address, "https://a.example").map(|(_, target)| target);
        assert_eq!(at("https://a.example/docs#x"), Some(Target::Same));
        assert_eq!(at("https://a.example"), Some(Target::Same));
        assert_eq!(at("/docs"), Some(Target::Same));
        assert_eq!(at("#part"), Some(Target::Same));
        assert_eq!(at("docs/a:b"), Some(Target::Same));
        assert_eq!(at("https://a.example.evil.test/"), Some(Target::New));
        assert_eq!(at("https://a.example@evil.test/"), Some(Target::New));
        assert_eq!(at("https://b.example/"), Some(Target::New));
        assert_eq!(at("mailto:a@b.example"), Some(Target::New));
    }

    #[test]
    fn a_deeplink_has_a_name_and_decoded_pairs() {
        let (name, data) = deeplink("chatkit-link://open-page?id=42&title=a%20b+c%zz").unwrap();
        assert_eq!(name, "open-page");
        assert_eq!(data, [("id".into(), "42".into()), ("title".into(), "a b c%zz".into())]);
        assert_eq!(deeplink("https://x"), None);
        assert_eq!(deeplink("chatkit-link://"), None);
    }

    #[test]
    fn bare_addresses_end_where_a_reader_would_end_them() {
        let found = |text: &'static str| find_bare(text).map(|(start, end)| &text[start..end]);
        assert_eq!(found("see https://a.example/x_(y). Then"), Some("https://a.example/x_(y)"));
        assert_eq!(found("(https://a.example/x)"), Some("https://a.example/x"));
        assert_eq!(found("xhttp://a"), None);
        assert_eq!(found("https://"), None);
        assert_eq!(found("httpé http://é.example!"), Some("http://é.example"));
    }
}
