//! The look as the page asks for it.

use crate::json::Json;

use super::read::Notes;

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColorScheme {
    /// Light: the official default.
    #[default]
    Light,
    /// Dark.
    Dark,
    /// As the reader's system says. Ours: the official element has no such value.
    Auto,
}

/// The look.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Theme {
    /// Light or dark.
    pub scheme: ColorScheme,
    /// `pill`, `round`, `soft` or `sharp`.
    pub radius: Option<String>,
    /// `compact`, `normal` or `spacious`.
    pub density: Option<String>,
    /// The text size in pixels, 14 to 18.
    pub base_size: Option<usize>,
    /// The text's fonts.
    pub font: Option<String>,
    /// The code's fonts.
    pub mono_font: Option<String>,
    /// Font files to load.
    pub fonts: Vec<Font>,
    /// The accent color, and how much of it is used, 0 to 3.
    pub accent: Option<(String, usize)>,
    /// The surface's background and foreground.
    pub surface: Option<(String, String)>,
    /// The tint of the grays.
    pub grayscale: Option<Grayscale>,
}

/// A font file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Font {
    /// The family it belongs to.
    pub family: String,
    /// Its address.
    pub src: String,
    /// `FontFace` descriptors: name and value.
    pub descriptors: Vec<(&'static str, String)>,
}

/// The tint of the grays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grayscale {
    /// The hue in degrees.
    pub hue: usize,
    /// How much of it, 0 to 9.
    pub tint: usize,
    /// Lighter (below 0) or darker (above 0), -4 to 4.
    pub shade: i32,
}

pub(super) fn read(value: &Json, notes: &mut Notes) -> Theme {
    let scheme = |value: &Json, notes: &mut Notes| match value.as_str() {
        Some("dark") => ColorScheme::Dark,
        Some("auto") => ColorScheme::Auto,
        Some("light") => ColorScheme::Light,
        None if value.is_null() => ColorScheme::Light,
        _ => {
            notes.add("theme.colorScheme", "is not 'light', 'dark' or 'auto'; light is used");
            ColorScheme::Light
        }
    };
    if value.is_null() || value.as_str().is_some() {
        return Theme { scheme: scheme(value, notes), ..Theme::default() };
    }
    notes.keys("theme", value, &["colorScheme", "typography", "radius", "density", "color"]);
    let typography = value.get("typography");
    notes.keys("theme.typography", typography, &["baseSize", "fontSources", "fontFamily", "fontFamilyMono"]);
    let color = value.get("color");
    notes.keys("theme.color", color, &["grayscale", "accent", "surface"]);
    let accent = color.get("accent");
    let surface = color.get("surface");
    let grayscale = color.get("grayscale");
    Theme {
        scheme: scheme(value.get("colorScheme"), notes),
        radius: notes.choice("theme.radius", value.get("radius"), &["pill", "round", "soft", "sharp"]),
        density: notes.choice("theme.density", value.get("density"), &["compact", "normal", "spacious"]),
        base_size: typography.get("baseSize").as_index().map(|size| size.clamp(12, 24)),
        font: typography.filled("fontFamily"),
        mono_font: typography.filled("fontFamilyMono"),
        fonts: typography.list("fontSources").iter().filter_map(font).collect(),
        accent: accent
            .filled("primary")
            .map(|color| (color, accent.get("level").as_index().unwrap_or(1).min(3))),
        surface: surface.filled("background").zip(surface.filled("foreground")),
        grayscale: grayscale.get("hue").as_index().map(|hue| Grayscale {
            hue: hue % 360,
            tint: grayscale.get("tint").as_index().unwrap_or(0).min(9),
            shade: shade(grayscale.get("shade")),
        }),
    }
}

fn shade(value: &Json) -> i32 {
    match value {
        Json::Number(text) => text.parse::<i32>().unwrap_or(0).clamp(-4, 4),
        _ => 0,
    }
}

fn font(value: &Json) -> Option<Font> {
    let descriptors =
        [("weight", "weight"), ("style", "style"), ("display", "display"), ("unicodeRange", "unicodeRange")];
    Some(Font {
        family: value.filled("family")?,
        src: value.filled("src")?,
        descriptors: descriptors
            .into_iter()
            .filter_map(|(key, descriptor)| match value.get(key) {
                Json::Text(text) | Json::Number(text) => Some((descriptor, text.clone())),
                _ => None,
            })
            .collect(),
    })
}
