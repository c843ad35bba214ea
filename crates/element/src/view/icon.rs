//! Icons: one stroke path each on a grid of 24, drawn for this element.

use crate::tree::{Element, el};

/// An icon's path. A leading `!` means that it is filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape(&'static str);

macro_rules! icons {
    ($($name:ident = $path:literal;)*) => {
        /// The icons the interface itself uses.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Icon { $($name),* }

        impl Icon {
            fn shape(self) -> Shape {
                match self { $(Icon::$name => Shape($path)),* }
            }
        }
    };
}

icons! {
    Compose = "M11 5H7a2 2 0 0 0-2 2v10a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2v-4M17.6 4.2a1.6 1.6 0 0 1 2.2 2.2l-7.2 7.2-2.9.7.7-2.9z";
    History = "M4.2 10A8 8 0 1 1 4 13M4 5.5V10h4.5M12 8v4.3l2.9 1.7";
    Send = "M12 18.5v-13M6.5 11 12 5.5l5.5 5.5";
    Stop = "!M8.5 7h7A1.5 1.5 0 0 1 17 8.5v7a1.5 1.5 0 0 1-1.5 1.5h-7A1.5 1.5 0 0 1 7 15.5v-7A1.5 1.5 0 0 1 8.5 7z";
    Copy = "M10.5 9h7A1.5 1.5 0 0 1 19 10.5v7a1.5 1.5 0 0 1-1.5 1.5h-7A1.5 1.5 0 0 1 9 17.5v-7A1.5 1.5 0 0 1 10.5 9zM15 9V6.5A1.5 1.5 0 0 0 13.5 5h-7A1.5 1.5 0 0 0 5 6.5v7A1.5 1.5 0 0 0 6.5 15H9";
    Check = "M5.5 12.5 10 17l8.5-9.5";
    Close = "M7 7l10 10M17 7 7 17";
    Reload = "M19 12a7 7 0 1 1-2-4.9L19 9M19 4.5V9h-4.5";
    Good = "M8 11v8H6a1 1 0 0 1-1-1v-6a1 1 0 0 1 1-1h2l3.2-6.2A1.9 1.9 0 0 1 14.6 6.6L14 10h3.6a1.7 1.7 0 0 1 1.7 2l-.9 5.4A2 2 0 0 1 16.4 19H8";
    Bad = "M16 13V5h2a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1h-2l-3.2 6.2a1.9 1.9 0 0 1-3.4-1.8L10 14H6.4a1.7 1.7 0 0 1-1.7-2l.9-5.4A2 2 0 0 1 7.6 5H16";
    Quote = "M9.5 6 5 10.5 9.5 15M5 10.5h9a5 5 0 0 1 5 5V18";
    Plus = "M12 5.5v13M5.5 12h13";
    Trash = "M5 7.5h14M10 7.5V5.8A.8.8 0 0 1 10.8 5h2.4a.8.8 0 0 1 .8.8v1.7M7 7.5l.7 10a1.6 1.6 0 0 0 1.6 1.5h5.4a1.6 1.6 0 0 0 1.6-1.5l.7-10M10.5 11v4.5M13.5 11v4.5";
    Pencil = "M15.8 5.2a1.9 1.9 0 0 1 2.7 2.7L9 17.5l-3.8 1.1 1.1-3.8zM14 7l3 3";
    ChevronDown = "M7 10l5 5 5-5";
    ChevronLeft = "M14.5 6.5 9 12l5.5 5.5";
    ChevronRight = "M9.5 6.5 15 12l-5.5 5.5";
    ArrowDown = "M12 5.5v13M6.5 13l5.5 5.5 5.5-5.5";
    Search = "M11 5a6 6 0 1 0 0 12 6 6 0 0 0 0-12zM15.5 15.5 19.5 19.5";
    Globe = "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM4.3 12h15.4M12 4c2.6 2.3 3.7 5 3.7 8s-1.1 5.7-3.7 8c-2.6-2.3-3.7-5-3.7-8S9.4 6.3 12 4z";
    Document = "M8 4.5h5.5L18 9v8.5a2 2 0 0 1-2 2H8a2 2 0 0 1-2-2v-11a2 2 0 0 1 2-2zM13.5 4.5V9H18M9 13h6M9 16h4";
    Image = "M6.5 5h11A1.5 1.5 0 0 1 19 6.5v11a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 5 17.5v-11A1.5 1.5 0 0 1 6.5 5zM5 16l4-4 3.5 3.5L15 13l4 3.5M14.5 9.5h.01";
    Sparkle = "M12 4.5c.8 4.3 2.7 6.3 7 7.5-4.3 1.2-6.2 3.2-7 7.5-.8-4.3-2.7-6.3-7-7.5 4.3-1.2 6.2-3.2 7-7.5z";
    Thought = "M9.5 17.5h5M10.5 20h3M12 4a5.7 5.7 0 0 0-3.3 10.3c.5.4.8 1 .8 1.7h5c0-.7.3-1.3.8-1.7A5.7 5.7 0 0 0 12 4z";
    Info = "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 11v5M12 8h.01";
    Alert = "M12 5 4 18.5h16zM12 10.5v4M12 16.5h.01";
    Dots = "M6 12h.01M12 12h.01M18 12h.01";
    Clip = "M18.5 11.5l-6.3 6.3a3.9 3.9 0 0 1-5.5-5.5l6.6-6.6a2.6 2.6 0 0 1 3.7 3.7l-6.5 6.5a1.3 1.3 0 0 1-1.9-1.9l5.9-5.9";
    Sliders = "M5 8h8M17 8h2M5 16h2M11 16h8M15 6v4M9 14v4";
    External = "M13.5 5H19v5.5M19 5l-8.5 8.5M16.5 13.5v4A1.5 1.5 0 0 1 15 19H6.5A1.5 1.5 0 0 1 5 17.5V9a1.5 1.5 0 0 1 1.5-1.5h4";
    Dot = "M12 12h.01";
}

/// One of the interface's own icons, hidden from assistive technology.
pub(crate) fn icon(icon: Icon) -> Element {
    draw(icon.shape())
}

fn draw(Shape(path): Shape) -> Element {
    let (class, path) = match path.strip_prefix('!') {
        Some(path) => ("icon filled", path),
        None => ("icon", path),
    };
    el("svg")
        .class(class)
        .attr("viewBox", "0 0 24 24")
        .attr("aria-hidden", "true")
        .child(el("path").attr("d", path))
}

/// The icon of a protocol name (`book-open`, `lucide:book-open`); a name without a drawing gets one that says nothing wrong.
pub(crate) fn named(name: &str) -> Element {
    let name = name.strip_prefix("lucide:").unwrap_or(name);
    let own = match name {
        "check" => Icon::Check,
        "chevron-left" | "back-small" | "back-large" | "double-chevron-left" => Icon::ChevronLeft,
        "chevron-right" | "double-chevron-right" => Icon::ChevronRight,
        "circle-question" | "circle-help" | "help-circle" => {
            return draw(Shape(
                "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM9.6 9.7a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.2.9-1.2 1.9M12 16.5h.01",
            ));
        }
        "close" | "x" => Icon::Close,
        "compose" | "write" | "write-alt" | "write-alt2" | "notebook-pencil" | "square-pen" => Icon::Compose,
        "document" | "page-blank" | "file" | "file-text" | "square-text" | "notebook" => Icon::Document,
        "dots-horizontal" | "dots-horizontal-circle" | "ellipsis" => Icon::Dots,
        "external-link" | "share" => Icon::External,
        "globe" | "maps" => Icon::Globe,
        "history" | "book-clock" => Icon::History,
        "image" | "images" | "square-image" => Icon::Image,
        "info" => Icon::Info,
        "lightbulb" => Icon::Thought,
        "pencil" | "name" => Icon::Pencil,
        "plus" => Icon::Plus,
        "reload" | "refresh-cw" => Icon::Reload,
        "search" => Icon::Search,
        "settings-slider" | "settings-cog" | "settings" | "sliders" => Icon::Sliders,
        "sparkle" | "sparkle-double" | "sparkles" | "agent" | "wreath" | "confetti" => Icon::Sparkle,
        "dot" | "empty-circle" => Icon::Dot,
        _ => return draw(Shape(more(name))),
    };
    icon(own)
}

fn more(name: &str) -> &'static str {
    match name {
        "analytics" | "chart" => "M5 19V5M5 19h14M9 16v-4M13 16V8M17 16v-6",
        "atom" => {
            "M12 12h.01M12 8.5c5 0 8.5 1.5 8.5 3.5s-3.5 3.5-8.5 3.5S3.5 14 3.5 12 7 8.5 12 8.5zM12 3.5c2 0 3.5 3.5 3.5 8.5s-1.5 8.5-3.5 8.5-3.5-3.5-3.5-8.5S10 3.5 12 3.5z"
        }
        "batch" | "grid" => "M5.5 5.5h5v5h-5zM13.5 5.5h5v5h-5zM5.5 13.5h5v5h-5zM13.5 13.5h5v5h-5z",
        "bolt" | "zap" => "M13 4 6 13.5h5L10 20l8-10h-5.5z",
        "book-open" => "M12 7c-1.7-1.3-4-2-7-2v12c3 0 5.3.7 7 2 1.7-1.3 4-2 7-2V5c-3 0-5.3.7-7 2zM12 7v12",
        "book-closed" | "book" => {
            "M7 4.5h11v15H7.5A1.5 1.5 0 0 1 6 18V5.5a1 1 0 0 1 1-1zM6 17.5A1.5 1.5 0 0 1 7.5 16H18"
        }
        "bug" => {
            "M9 8.5a3 3 0 0 1 6 0M8 9h8v5a4 4 0 0 1-8 0zM12 9v9M8 12H4.5M19.5 12H16M8 9.5 5.5 7M16 9.5 18.5 7M8.5 16 6 18.5M15.5 16l2.5 2.5"
        }
        "calendar" => {
            "M6 6.5h12a1 1 0 0 1 1 1V18a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1V7.5a1 1 0 0 1 1-1zM5 10.5h14M9 4.5v4M15 4.5v4"
        }
        "check-circle" | "check-circle-filled" => {
            "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM8.5 12.3l2.4 2.4 4.6-5"
        }
        "clock" => "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 7.5V12l3 2",
        "compass" => "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM15.5 8.5l-2 5-5 2 2-5z",
        "cube" => "M12 4l7 4v8l-7 4-7-4V8zM5 8l7 4 7-4M12 12v8",
        "desktop" => "M5 5.5h14v10H5zM9 19h6M12 15.5V19",
        "dots-vertical" | "dots-vertical-circle" => "M12 6h.01M12 12h.01M12 18h.01",
        "home" | "home-alt" => "M5 11l7-6 7 6v7.5a.5.5 0 0 1-.5.5H14v-5h-4v5H5.5a.5.5 0 0 1-.5-.5z",
        "keys" | "key" => "M9 10.5a4 4 0 1 0 0 3h4.5l1.5 1.5 1.5-1.5L18 15l2-2-2-2.5z",
        "lab" => "M10 4.5h4M10.5 4.5v5L6 17.5A1 1 0 0 0 7 19h10a1 1 0 0 0 1-1.5l-4.5-8v-5M8.5 14h7",
        "lifesaver" => {
            "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM6.3 6.3l3.6 3.6M14.1 14.1l3.6 3.6M17.7 6.3l-3.6 3.6M9.9 14.1l-3.6 3.6"
        }
        "mail" => "M5 6.5h14v11H5zM5 7.5l7 5.5 7-5.5",
        "map-pin" => "M12 20c4-4 6-7 6-10a6 6 0 1 0-12 0c0 3 2 6 6 10zM12 8a2 2 0 1 0 0 4 2 2 0 0 0 0-4z",
        "menu" | "menu-inverted" | "hamburger" => "M5 7.5h14M5 12h14M5 16.5h14",
        "mobile" => "M8 4h8a1 1 0 0 1 1 1v14a1 1 0 0 1-1 1H8a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1zM11 17h2",
        "phone" => {
            "M7 4.5h2.5l1.5 4-2 1.5a11 11 0 0 0 5 5l1.5-2 4 1.5V17a2.5 2.5 0 0 1-2.5 2.5C10.5 19.5 4.5 13.5 4.5 7A2.5 2.5 0 0 1 7 4.5z"
        }
        "play" => "M8 5.5l10 6.5-10 6.5z",
        "profile" | "user" => {
            "M12 5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM5.5 19.5c.7-3 3.2-4.5 6.5-4.5s5.8 1.5 6.5 4.5"
        }
        "profile-card" => {
            "M5 6h14v12H5zM9 9.5a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3zM7 15.5h4M14 10.5h3M14 13.5h3"
        }
        "square-code" | "code" => "M9 8l-4 4 4 4M15 8l4 4-4 4",
        "star" => "M12 4.5l2.3 4.8 5.2.7-3.8 3.7.9 5.2L12 16.4l-4.6 2.5.9-5.2L4.5 10l5.2-.7z",
        "star-filled" => "!M12 4.5l2.3 4.8 5.2.7-3.8 3.7.9 5.2L12 16.4l-4.6 2.5.9-5.2L4.5 10l5.2-.7z",
        "suitcase" => "M5 8.5h14V18H5zM9 8.5V6a.5.5 0 0 1 .5-.5h5a.5.5 0 0 1 .5.5v2.5M5 12.5h14",
        "light-mode" | "sun" => {
            "M12 8.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM12 3.5v1.5M12 19v1.5M3.5 12H5M19 12h1.5M6 6l1 1M17 17l1 1M18 6l-1 1M7 17l-1 1"
        }
        "dark-mode" | "moon" => "M19 14.5A7.5 7.5 0 0 1 9.5 5a7.5 7.5 0 1 0 9.5 9.5z",
        "expand-large" | "expand-small" => "M14 5h5v5M10 19H5v-5M19 5l-6 6M5 19l6-6",
        "collapse-large" | "collapse-small" => "M19 10h-5V5M5 14h5v5M14 10l5.5-5.5M10 14l-5.5 5.5",
        "chat-temporary" => {
            "M12 5c4.2 0 7.5 2.8 7.5 6.5S16.2 18 12 18c-1 0-2-.2-2.9-.5L5 19l1.2-3.4a6 6 0 0 1-1.7-4.1C4.5 7.8 7.8 5 12 5z"
        }
        "sidebar-right"
        | "sidebar-open-right"
        | "sidebar-open-right-alt"
        | "sidebar-floating-right"
        | "sidebar-floating-open-right"
        | "sidebar-collapse-right"
        | "collapse-right"
        | "open-right" => "M5.5 5.5h13v13h-13zM14.5 5.5v13",
        "sidebar-left"
        | "sidebar-open-left"
        | "sidebar-open-left-alt"
        | "sidebar-floating-left"
        | "sidebar-floating-open-left"
        | "sidebar-collapse-left"
        | "collapse-left"
        | "open-left" => "M5.5 5.5h13v13h-13zM9.5 5.5v13",
        _ => "M12 4.5c.8 4.3 2.7 6.3 7 7.5-4.3 1.2-6.2 3.2-7 7.5-.8-4.3-2.7-6.3-7-7.5 4.3-1.2 6.2-3.2 7-7.5z",
    }
}
