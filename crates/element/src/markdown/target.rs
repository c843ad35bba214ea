//! Addresses and labels of links.

use super::entity;

/// The `(address "title")` a text begins with, and how long it is.
pub(super) fn inline(text: &str) -> Option<(String, usize)> {
    let rest = text.strip_prefix('(')?;
    let start = rest.len() - rest.trim_start().len();
    let (address, length) = address(&rest[start..])?;
    let mut at = start + length;
    let space = rest[at..].len() - rest[at..].trim_start().len();
    at += space;
    if space > 0
        && let Some(length) = title(&rest[at..])
    {
        at += length;
        at += rest[at..].len() - rest[at..].trim_start().len();
    }
    rest[at..].starts_with(')').then(|| (address, at + 2))
}

/// The `[label]: address "title"` a line is.
pub(super) fn definition(line: &str) -> Option<(String, String)> {
    let rest = line.strip_prefix('[')?;
    let end = rest.find(['[', ']']).filter(|&at| rest.as_bytes()[at] == b']')?;
    let label = label(&rest[..end])?;
    let rest = rest[end + 1..].strip_prefix(':')?.trim_start();
    let (address, length) = address(rest).filter(|(_, length)| *length > 0)?;
    let tail = &rest[length..];
    let after = tail.trim_start();
    let is_over = after.is_empty()
        || (after.len() < tail.len() && title(after).is_some_and(|length| after[length..].trim().is_empty()));
    is_over.then_some((label, address))
}

/// A label as labels are compared: without regard to case and spacing. An empty one is none.
pub(super) fn label(text: &str) -> Option<String> {
    let label = text.split_whitespace().collect::<Vec<_>>().join(" ").to_ascii_lowercase();
    (!label.is_empty()).then_some(label)
}

/// Whether a text begins like an address: letters, digits and `+.-`, then a colon.
pub(super) fn has_scheme(text: &str) -> bool {
    text.split_once(':').is_some_and(|(scheme, _)| {
        (2..=32).contains(&scheme.len())
            && scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+.-".contains(&byte))
    })
}

fn address(text: &str) -> Option<(String, usize)> {
    if let Some(rest) = text.strip_prefix('<') {
        let end = rest.find(['<', '>', '\n']).filter(|&at| rest.as_bytes()[at] == b'>')?;
        return Some((unescape(&rest[..end]), end + 2));
    }
    let mut depth = 0_u32;
    let mut is_escaped = false;
    let mut end = text.len();
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if is_escaped => {}
            b'(' => depth += 1,
            b')' if depth == 0 => {
                end = at;
                break;
            }
            b')' => depth -= 1,
            0..=b' ' => {
                end = at;
                break;
            }
            _ => {}
        }
        is_escaped = byte == b'\\' && !is_escaped;
    }
    (depth == 0).then(|| (unescape(&text[..end]), end))
}

/// How long the title a text begins with is.
fn title(text: &str) -> Option<usize> {
    let close = match text.bytes().next()? {
        b'"' => b'"',
        b'\'' => b'\'',
        b'(' => b')',
        _ => return None,
    };
    let mut is_escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        if byte == close && !is_escaped {
            return Some(at + 1);
        }
        is_escaped = byte == b'\\' && !is_escaped;
    }
    None
}

/// An address without its backslashes and entities.
fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['\\', '&']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some((letter, length)) = entity::read(rest) {
            out.push(letter);
            rest = &rest[length..];
            continue;
        }
        let is_escape =
            rest.starts_with('\\') && rest.as_bytes().get(1).is_some_and(u8::is_ascii_punctuation);
        let keep = usize::from(is_escape);
        out.push_str(&rest[keep..=keep]);
        rest = &rest[keep + 1..];
    }
    out.push_str(rest);
    out
}
