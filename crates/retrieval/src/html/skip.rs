//! What on a page is not its text: navigation, controls, hidden parts, and what the author withheld.

use scraper::node::Element;

/// Elements that never hold text to read.
const SILENT: [&str; 26] = [
    "script", "style", "template", "noscript", "svg", "math", "iframe", "object", "embed", "video", "audio",
    "canvas", "button", "select", "input", "textarea", "form", "dialog", "nav", "footer", "head", "link",
    "meta", "map", "menu", "datalist",
];

/// Classes that documentation builders give to what stands around the text.
const AROUND: [&str; 22] = [
    "hash-link",
    "header-anchor",
    "headerlink",
    "doc-anchor",
    "anchor-link",
    "sl-anchor-link",
    "toc",
    "toctree-wrapper",
    "table-of-contents",
    "tocCollapsible",
    "breadcrumbs",
    "breadcrumb",
    "pagination",
    "pagination-nav",
    "edit-this-page",
    "theme-edit-this-page",
    "theme-doc-toc-mobile",
    "theme-doc-breadcrumbs",
    "theme-doc-footer",
    "skip-link",
    "sr-only",
    "visually-hidden",
];

/// Whether the author keeps this element from being asked about.
pub(super) fn is_withheld(element: &Element) -> bool {
    element.attr("data-no-ask").is_some()
        || element.attr("data-private").is_some()
        || element.attr("data-robots").is_some_and(super::is_refusal)
}

/// Whether nothing in this element belongs to the page's text.
pub(super) fn is_skipped(element: &Element) -> bool {
    let is_panel = element.attr("role") == Some("tabpanel");
    let is_hidden = element.attr("hidden").is_some() && !is_panel
        || element.attr("aria-hidden") == Some("true")
        || element.attr("style").is_some_and(|style| style.replace(' ', "").contains("display:none"));
    let is_role = element.attr("role").is_some_and(|role| {
        ["navigation", "banner", "contentinfo", "search", "tablist", "dialog", "complementary"]
            .contains(&role)
    });
    SILENT.contains(&element.name())
        || is_hidden
        || is_role
        || is_withheld(element)
        || element.attr("data-pagefind-ignore").is_some()
        || element.classes().any(is_around)
}

/// Docusaurus and others add a hash to a class (`tocCollapsible_x1Y2`): the part before `_` counts.
fn is_around(class: &str) -> bool {
    let stem = class.split('_').next().unwrap_or(class);
    AROUND.contains(&class) || AROUND.contains(&stem)
}
