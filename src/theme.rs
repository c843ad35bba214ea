//! Whether a page looks dark, from what its styles say.

use crate::text::{part, parted, until};

/// What the site asks for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// Follow the page.
    Auto,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// Reads the option's value.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "auto" => Some(Self::Auto),
            "light" => Some(Self::Light),
            "dark" => Some(Self::Dark),
            _ => None,
        }
    }
}

/// Whether a computed colour is dark; `None` for one that lets what is below it show through, and for notations that
/// do not begin with what they are (`color-mix()` and the like are computed to one that does).
#[must_use]
pub fn is_dark(color: &str) -> Option<bool> {
    let notation = until(color, b"(");
    let number = |part: &str| if part.starts_with('-') { Some(0) } else { thousandths(part) };
    let parts = parted(part(color, notation.len()..color.len()), b"(, /)");
    let mut parts = parts.into_iter().filter_map(number);
    let (first, second, third) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some_and(|alpha| alpha < 900) {
        return None;
    }
    let mixed = (first * 3 + second * 6 + third) / 10;
    // What white is: 255 of each channel, 100 % of lightness, or 1.
    let (brightness, white) = match notation {
        "rgb" | "rgba" => (mixed, 255_000),
        "lab" | "lch" => (first, 100_000),
        "oklab" | "oklch" => (first, 1000),
        _ => (mixed, 1000),
    };
    Some(brightness < white / 2)
}

/// A length or a part of a colour in thousandths, without the formatting machinery: `None` for what begins with no digit.
#[must_use]
pub fn thousandths(text: &str) -> Option<u32> {
    if !text.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    let whole = until(text, b".");
    let rest = part(text, whole.len() + 1..text.len());
    let digits = |text: &str, most: usize| {
        let digits = text.bytes().take(most).take_while(u8::is_ascii_digit);
        digits.fold((0u32, 0), |(number, count), digit| (number * 10 + u32::from(digit - b'0'), count + 1))
    };
    let (fraction, count) = digits(rest, 3);
    let fraction = [0, fraction * 100, fraction * 10, fraction][count];
    Some(digits(whole, 4).0 * 1000 + fraction)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s5_a_colour_is_dark_in_every_notation_that_browsers_compute() {
        for dark in [
            "rgb(27, 27, 29)",
            "rgba(0, 0, 0, 0.95)",
            "rgb(0 0 0)",
            "oklch(0.13 0.028 261.692)",
            "oklab(0.2 0 0)",
            "lab(8.1 0 -1)",
            "color(srgb 0.1 0.1 0.12)",
        ] {
            assert_eq!(is_dark(dark), Some(true), "{dark}");
        }
        for light in [
            "rgb(255, 255, 255)",
            "rgb(250 250 250)",
            "oklch(1 0 0)",
            "lch(96.5 2 300)",
            "color(display-p3 1 0.98 0.98)",
        ] {
            assert_eq!(is_dark(light), Some(false), "{light}");
        }
    }

    #[test]
    fn s5_what_shines_through_decides_nothing() {
        for clear in ["rgba(0, 0, 0, 0)", "rgba(0, 0, 0, 0.2)", "oklch(0.2 0 0 / 0.5)", "transparent", ""] {
            assert_eq!(is_dark(clear), None, "{clear}");
        }
    }

    #[test]
    fn s5_lengths_are_read_to_the_thousandth() {
        assert_eq!(thousandths("44px"), Some(44_000));
        assert_eq!(thousandths("3.5px"), Some(3_500));
        assert_eq!(thousandths("0.0625"), Some(62));
        assert_eq!(thousandths("1e-7"), Some(1000));
        assert_eq!(thousandths("999999999999"), Some(9_999_000));
        assert_eq!(thousandths("auto"), None);
    }
}
