//! The look: style sheets, and the custom properties a theme sets.

mod theme;

pub use theme::properties;

/// The element's style sheet.
pub const SHEET: &str = concat!(
    include_str!("style/base.css"),
    include_str!("style/chat.css"),
    include_str!("style/prose.css"),
    include_str!("style/composer.css"),
    include_str!("style/history.css"),
    include_str!("style/item.css"),
    include_str!("style/widget.css"),
);
