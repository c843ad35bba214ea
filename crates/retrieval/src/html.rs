//! Reads built HTML pages: finds the main part and turns it into headings and blocks.

mod main_part;
mod skip;
mod walk;

use scraper::{ElementRef, Html};

use crate::block::Text;
use crate::document::Document;
use crate::outline::Outline;

/// Reads one HTML page. None when it asks not to be used (robots `noindex`, `none` or `noai`), only leads to another
/// page, or is the site's "not found" page.
pub fn read_html(source: &str) -> Option<Document> {
    let html = Html::parse_document(source);
    let head = Head::read(html.root_element());
    if head.is_withheld {
        return None;
    }
    let mut outline = Outline::new();
    walk::walk(main_part::find(html.root_element()), &mut outline);
    let (heading, sections) = outline.finish();
    let (window_title, site_from_title) = split_title(&head.title, heading.as_deref());
    Some(Document {
        title: heading.or(head.og_title).unwrap_or(window_title),
        description: head.description,
        lang: html.root_element().attr("lang").filter(|lang| !lang.is_empty()).map(str::to_owned),
        site_name: head.site_name.or(site_from_title),
        stated_route: head.canonical,
        sections,
    })
}

/// Whether the value of a robots directive closes the page to search or to AI.
pub(crate) fn is_refusal(content: &str) -> bool {
    content
        .split(',')
        .map(str::trim)
        .any(|word| ["noai", "noindex", "none"].iter().any(|refusal| word.eq_ignore_ascii_case(refusal)))
}

/// What the page says about itself.
#[derive(Debug, Default)]
struct Head {
    title: String,
    og_title: Option<String>,
    site_name: Option<String>,
    description: Option<String>,
    canonical: Option<String>,
    is_withheld: bool,
}

impl Head {
    fn read(root: ElementRef<'_>) -> Self {
        let mut head = Self::default();
        for element in root.descendent_elements() {
            match element.value().name() {
                "title" if head.title.is_empty() => {
                    head.title = Text::plain(&element.text().collect::<String>()).plain;
                }
                "meta" => head.meta(element),
                "link" if element.attr("rel") == Some("canonical") => {
                    head.canonical = element.attr("href").map(str::to_owned);
                }
                "body" => {
                    head.is_withheld |= skip::is_withheld(element.value());
                    break;
                }
                "html" => head.is_withheld |= skip::is_withheld(element.value()),
                _ => {}
            }
        }
        head
    }

    fn meta(&mut self, element: ElementRef<'_>) {
        let name = element
            .attr("name")
            .or_else(|| element.attr("property"))
            .unwrap_or_default()
            .to_ascii_lowercase();
        let content = element.attr("content").unwrap_or_default();
        let text = || Some(Text::plain(content).plain).filter(|text| !text.is_empty());
        match name.as_str() {
            "robots" | "docent" => self.is_withheld |= is_refusal(content),
            "description" => self.description = text(),
            "og:title" => self.og_title = text(),
            "og:site_name" => self.site_name = text(),
            _ => {}
        }
        let is_redirect =
            element.attr("http-equiv").is_some_and(|value| value.eq_ignore_ascii_case("refresh"));
        self.is_withheld |= is_redirect;
    }
}

/// Splits `Page | Site` or `Page - Site` into the page and the site.
///
/// A plain hyphen only counts when the page's heading stands before it, as titles often have hyphens of their own.
fn split_title(title: &str, heading: Option<&str>) -> (String, Option<String>) {
    for separator in [" | ", " · ", " — ", " – ", " - "] {
        if let Some((page, site)) = title.rsplit_once(separator)
            && (separator != " - " || heading.is_some_and(|heading| heading == page))
        {
            return (page.to_owned(), Some(site.to_owned()));
        }
    }
    (title.to_owned(), None)
}
