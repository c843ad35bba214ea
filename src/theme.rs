//! Whether a page looks dark, from what its styles say.

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

/// Whether the page is dark. `color_scheme` and `backgrounds` are computed values, the latter from the text outwards;
/// `prefers_dark` is what the reader's system asks for.
///
/// A background that is painted decides, because a site may switch by a class and tell the browser nothing. Where
/// nothing is painted the browser's own canvas shows, and that follows `color-scheme`.
#[must_use]
pub fn is_dark(color_scheme: &str, backgrounds: &[String], prefers_dark: bool) -> bool {
    if let Some(brightness) = backgrounds.iter().find_map(|background| brightness(background)) {
        return brightness < 128;
    }
    let names = |name| color_scheme.split_ascii_whitespace().any(|scheme| scheme == name);
    names("dark") && (prefers_dark || !names("light"))
}

/// From 0 to 255, of a computed colour that hides what is below it; `None` for a transparent one and for notations
/// other than `rgb()`, which browsers use for nearly all.
fn brightness(color: &str) -> Option<u32> {
    let parts = color.strip_prefix("rgb(").or_else(|| color.strip_prefix("rgba("))?.strip_suffix(')')?;
    let mut parts = parts.split([',', ' ', '/']).filter(|part| !part.is_empty());
    let mut channel = || parts.next()?.split('.').next()?.parse::<u32>().ok();
    let (red, green, blue) = (channel()?, channel()?, channel()?);
    let is_clear = parts.next().is_some_and(|alpha| alpha.starts_with("0") && !alpha.starts_with("0.9"));
    (!is_clear).then_some((red * 299 + green * 587 + blue * 114) / 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(scheme: &str, backgrounds: &[&str], prefers_dark: bool) -> bool {
        let backgrounds: Vec<String> = backgrounds.iter().map(|it| (*it).to_owned()).collect();
        is_dark(scheme, &backgrounds, prefers_dark)
    }

    #[test]
    fn s5_a_painted_background_decides() {
        assert!(seen("normal", &["rgba(0, 0, 0, 0)", "rgb(27, 27, 29)"], false));
        assert!(!seen("dark", &["rgb(255, 255, 255)"], true));
        assert!(!seen("normal", &["rgba(0, 0, 0, 0.2)", "rgb(250 250 250)"], true));
    }

    #[test]
    fn s5_without_one_the_color_scheme_does() {
        assert!(seen("dark", &["rgba(0, 0, 0, 0)"], false));
        assert!(seen("light dark", &[], true));
        assert!(!seen("light dark", &[], false));
        assert!(!seen("normal", &["oklch(0.2 0 0)"], true), "a page that says nothing is painted white");
    }
}
