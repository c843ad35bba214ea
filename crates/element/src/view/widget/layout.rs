//! Sizes, gaps and colors of components, set through the CSSOM so that a strict Content Security Policy holds.

use crate::json::Json;
use crate::tree::Element;

/// The protocol's spacing unit in pixels.
const UNIT_PX: &str = "calc(4px * ";

/// A length: a number counts spacing units where `is_space`, pixels elsewhere; a text is taken as CSS.
fn length(value: &Json, is_space: bool) -> Option<String> {
    match value {
        Json::Number(number) if is_space => Some([UNIT_PX, number, ")"].concat()),
        Json::Number(number) => Some([number.as_str(), "px"].concat()),
        Json::Text(text) if is_plain(text) => Some(text.clone()),
        _ => None,
    }
}

/// A color: a token of ours, a pair for light and dark, or CSS. `url(` would fetch.
fn color(value: &Json) -> Option<String> {
    let text = match value {
        Json::Text(text) => text.as_str(),
        Json::Object(_) => {
            let (light, dark) = (value.str("light")?, value.str("dark")?);
            if is_plain(light) && is_plain(dark) {
                return Some(["light-dark(", light, ", ", dark, ")"].concat());
            }
            return None;
        }
        _ => return None,
    };
    Some(match text {
        "primary" | "prose" | "emphasis" => "var(--fg)".to_owned(),
        "secondary" => "var(--muted)".to_owned(),
        "tertiary" => "var(--faint)".to_owned(),
        "success" => "var(--success)".to_owned(),
        "warning" | "caution" => "var(--warning)".to_owned(),
        "danger" => "var(--danger)".to_owned(),
        "info" | "discovery" => "var(--accent-text)".to_owned(),
        "surface" | "surface-secondary" | "surface-tertiary" => "var(--soft)".to_owned(),
        css if is_plain(css) => css.to_owned(),
        _ => return None,
    })
}

/// Whether a text is a value and nothing else: nothing that fetches, nothing that ends a declaration.
fn is_plain(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    text.len() < 80
        && text.chars().all(|letter| letter.is_ascii_alphanumeric() || " .,%#()+-*/_".contains(letter))
        && !["url(", "image(", "image-set(", "attr("].iter().any(|name| lower.contains(name))
}

/// Alignment, gap, padding, size and background of a box.
pub(super) fn boxed(element: Element, value: &Json) -> Element {
    let flexed = |text: Option<&str>| match text {
        Some("start") => Some("flex-start"),
        Some("end") => Some("flex-end"),
        Some("between") => Some("space-between"),
        Some("around") => Some("space-around"),
        Some("evenly") => Some("space-evenly"),
        Some("center") => Some("center"),
        Some("stretch") => Some("stretch"),
        Some("baseline") => Some("baseline"),
        _ => None,
    };
    let flex = match value.get("flex") {
        Json::Text(text) | Json::Number(text) if is_plain(text) => Some(text.clone()),
        _ => None,
    };
    let element = element
        .maybe("style:align-items", flexed(value.str("align")))
        .maybe("style:justify-content", flexed(value.str("justify")))
        .maybe("style:flex-wrap", value.filled("wrap").filter(|wrap| is_plain(wrap)))
        .maybe("style:flex", flex)
        .maybe("style:gap", length(value.get("gap"), true))
        .maybe("style:background", color(value.get("background")))
        .maybe("style:border-radius", radius(value.str("radius")));
    let element = match value.get("border") {
        Json::Number(size) => element.attr("style:border", [size.as_str(), "px solid var(--line)"].concat()),
        border if border.get("size").as_index().is_some() => {
            let size = length(border.get("size"), false).unwrap_or_default();
            let color = color(border.get("color")).unwrap_or_else(|| "var(--line)".to_owned());
            element.attr("style:border", [size.as_str(), " solid ", &color].concat())
        }
        _ => element,
    };
    sized(padded(element, value), value)
}

/// Padding: one length, or one for each side.
pub(super) fn padded(element: Element, value: &Json) -> Element {
    let padding = value.get("padding");
    if let Some(all) = length(padding, true) {
        return element.attr("style:padding", all);
    }
    let side =
        |name: &str, axis: &str| length(padding.get(name), true).or_else(|| length(padding.get(axis), true));
    element
        .maybe("style:padding-top", side("top", "y"))
        .maybe("style:padding-bottom", side("bottom", "y"))
        .maybe("style:padding-left", side("left", "x"))
        .maybe("style:padding-right", side("right", "x"))
}

/// Width and height, their limits, and the aspect ratio.
pub(super) fn sized(element: Element, value: &Json) -> Element {
    let of =
        |name: &str, both: &str| length(value.get(name), false).or_else(|| length(value.get(both), false));
    let ratio = match value.get("aspectRatio") {
        Json::Text(text) | Json::Number(text) if is_plain(text) => Some(text.clone()),
        _ => None,
    };
    element
        .maybe("style:width", of("width", "size"))
        .maybe("style:height", of("height", "size"))
        .maybe("style:min-width", of("minWidth", "minSize"))
        .maybe("style:min-height", of("minHeight", "minSize"))
        .maybe("style:max-width", of("maxWidth", "maxSize"))
        .maybe("style:max-height", of("maxHeight", "maxSize"))
        .maybe("style:aspect-ratio", ratio)
}

/// Color, weight, alignment, size and length of a text.
pub(super) fn text(element: Element, value: &Json) -> Element {
    let weight = match value.str("weight") {
        Some("normal") => Some("400"),
        Some("medium") => Some("500"),
        Some("semibold") => Some("600"),
        Some("bold") => Some("700"),
        _ => None,
    };
    let lines = value.get("maxLines").as_index().or_else(|| value.is("truncate").then_some(1));
    element
        .maybe("style:color", color(value.get("color")))
        .maybe("style:font-weight", weight)
        .maybe("style:text-align", side(value.str("textAlign")))
        .maybe("style:--lines", lines.map(|lines| lines.to_string()))
        .flag("data-clamped", lines.is_some())
        .maybe("data-size", value.filled("size"))
}

/// A card in colors of its own.
pub(super) fn themed(element: Element, value: &Json) -> Element {
    element
        .maybe("data-scheme", value.filled("theme").filter(|theme| theme == "light" || theme == "dark"))
        .maybe("style:background", color(value.get("background")))
}

/// A side of a line.
pub(super) fn side(value: Option<&str>) -> Option<&'static str> {
    match value {
        Some("center") => Some("center"),
        Some("end" | "right") => Some("end"),
        Some("start" | "left") => Some("start"),
        _ => None,
    }
}

fn radius(value: Option<&str>) -> Option<&'static str> {
    Some(match value? {
        "none" => "0",
        "2xs" | "xs" => "4px",
        "sm" => "6px",
        "md" => "8px",
        "lg" => "10px",
        "xl" => "12px",
        "2xl" => "16px",
        "3xl" | "4xl" => "24px",
        "full" | "100%" => "999px",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_style_that_fetches_or_ends_its_declaration_is_dropped() {
        let text = |text: &str| Json::Text(text.to_owned());
        for bad in [
            "url(https://evil.test)",
            "URL(x)",
            "red;background:url(x)",
            "red}",
            "image-set('x' 1x)",
            "\\75rl(x)",
        ] {
            assert_eq!(color(&text(bad)), None, "{bad}");
            assert_eq!(length(&text(bad), false), None, "{bad}");
        }
        assert_eq!(color(&text("#fff")).as_deref(), Some("#fff"));
        assert_eq!(length(&Json::Number("3".into()), true).as_deref(), Some("calc(4px * 3)"));
    }
}
