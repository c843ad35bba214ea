//! What a string literal of JSON says.

use std::borrow::Cow;
use std::str::Chars;

use crate::text::until;

/// Whether a string literal, quotes included and as found by this module, spells `plain`: letters, `_` and `.`, each as
/// it is or as `\u` and its number.
pub(crate) fn spells(literal: &[u8], plain: &str) -> bool {
    let mut rest = literal.iter().copied().skip(1);
    let mut next = || match rest.next()? {
        b'\\' if rest.next() == Some(b'u') => (0..4).try_fold(0, |unit, _| {
            let digit = char::from(rest.next()?).to_digit(16)?;
            Some(unit * 16 + digit)
        }),
        // Any other escape stands for something that is in no name, as this control character is.
        b'\\' => Some(0),
        byte => Some(byte.into()),
    };
    plain.bytes().all(|byte| next() == Some(byte.into())) && next() == Some(b'"'.into())
}

/// The characters of a string literal, quotes included, as found by this module. Halves of surrogate pairs without
/// their other half become U+FFFD.
pub(crate) fn unquote(literal: &str) -> Option<Cow<'_, str>> {
    let inner = literal.strip_prefix('"')?.strip_suffix('"')?;
    if until(inner, b"\\") == inner {
        return Some(Cow::Borrowed(inner));
    }
    let mut plain = String::with_capacity(inner.len());
    let mut rest = inner.chars();
    while let Some(character) = rest.next() {
        let meant = match character {
            '\\' => match rest.next()? {
                'b' => '\u{8}',
                'f' => '\u{c}',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'u' => code_point(&mut rest)?,
                other => other,
            },
            other => other,
        };
        plain.push(meant);
    }
    Some(Cow::Owned(plain))
}

/// The character of an escape, behind its `\u`; with its other half if it is one of a pair.
fn code_point(rest: &mut Chars<'_>) -> Option<char> {
    let unit = hex_unit(rest)?;
    if (0xD800..0xDC00).contains(&unit) {
        let mut ahead = rest.clone();
        let is_escape = ahead.next() == Some('\\') && ahead.next() == Some('u');
        let low = if is_escape { hex_unit(&mut ahead) } else { None };
        if let Some(low) = low.filter(|low| (0xDC00..0xE000).contains(low)) {
            *rest = ahead;
            return char::from_u32(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00));
        }
    }
    Some(char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER))
}

fn hex_unit(rest: &mut Chars<'_>) -> Option<u32> {
    let mut unit = 0;
    for _ in 0..4 {
        unit = unit * 16 + rest.next()?.to_digit(16)?;
    }
    Some(unit)
}
