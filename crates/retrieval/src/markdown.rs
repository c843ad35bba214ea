//! Reads Markdown, also with front matter and the parts of MDX that documentation sites use.

mod front_matter;
mod mdx;
mod raw_html;
mod slug;
mod walk;

use crate::document::Document;
use crate::outline::Outline;

/// Reads one Markdown file. None when the page asks not to be used (`draft`, `noai`, `noindex` in its front matter).
pub fn read_markdown(source: &str) -> Option<Document> {
    let source = source.strip_prefix('\u{feff}').unwrap_or(source);
    let (front, body) = front_matter::split(source);
    if front.is_withheld() {
        return None;
    }
    let body = mdx::without_code(body);
    let mut outline = Outline::new();
    walk::walk(&body, &mut outline);
    let (heading, sections) = outline.finish();
    Some(Document {
        title: front.get("title").map(str::to_owned).or(heading).unwrap_or_default(),
        description: front.get("description").map(str::to_owned),
        lang: front.get("lang").or(front.get("language")).map(str::to_owned),
        site_name: None,
        stated_route: front.get("slug").or(front.get("permalink")).map(str::to_owned),
        sections,
    })
}
