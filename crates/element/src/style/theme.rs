//! From the page's theme to custom properties of the root.

use crate::model::Theme;

/// The root's attributes for a theme (see `Element::attr`); what is not in the list keeps the style sheet's value.
pub fn properties(theme: &Theme) -> Vec<(&'static str, String)> {
    let mut properties = Vec::new();
    if let Some(size) = theme.base_size {
        properties.push(("style:--size", [&size.to_string(), "px"].concat()));
    }
    if let Some(font) = &theme.font {
        properties.push(("style:--font", font.clone()));
    }
    if let Some(font) = &theme.mono_font {
        properties.push(("style:--mono", font.clone()));
    }
    if let Some((color, level)) = &theme.accent {
        properties.push(("style:--accent", color.clone()));
        properties.push(("style:--accent-share", [&(level * 5).to_string(), "%"].concat()));
    }
    if let Some((background, foreground)) = &theme.surface {
        properties.push(("style:--bg", background.clone()));
        properties.push(("style:--fg", foreground.clone()));
    }
    if let Some(gray) = &theme.grayscale {
        properties.push(("style:--hue", gray.hue.to_string()));
        // 0 to 9 in steps of a chroma that stays gray.
        properties.push(("style:--tint", ["calc(", &gray.tint.to_string(), " * 0.0025)"].concat()));
        properties.push(("style:--shade", ["calc(", &gray.shade.to_string(), " * -0.012)"].concat()));
    }
    properties
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Grayscale, Theme};

    #[test]
    fn a_theme_sets_what_it_names_and_nothing_else() {
        let theme = Theme {
            base_size: Some(17),
            accent: Some(("#08f".into(), 3)),
            grayscale: Some(Grayscale { hue: 220, tint: 9, shade: -4 }),
            ..Theme::default()
        };
        let set = properties(&theme);
        let value = |name: &str| set.iter().find(|(set, _)| *set == name).map(|(_, value)| value.as_str());
        assert_eq!(value("style:--size"), Some("17px"));
        assert_eq!(value("style:--accent"), Some("#08f"));
        assert_eq!(value("style:--accent-share"), Some("15%"));
        assert_eq!(value("style:--hue"), Some("220"));
        assert_eq!(value("style:--bg"), None);
        assert!(properties(&Theme::default()).is_empty());
    }
}
