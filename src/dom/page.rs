//! Reads what a page says about itself: its address, its title, its language and where on it the reader is.

use js_sys::Date;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, Element, HtmlLinkElement, HtmlMetaElement, Window};

use super::content::{Content, read, top_of};
use crate::address::{Address, QueryRules, is_same_site};
use crate::budget::{Block, choose};
use crate::outline::{Heading, current, path, split_title};
use crate::redaction::{Redacted, mask};
use crate::text::{one_line, shorten};

/// How a page is to be read.
pub(crate) struct PageRules {
    /// Which query parameters are kept in its address.
    pub(crate) query: QueryRules,
    /// Where its content is; looked for if not given or not found.
    pub(crate) content: Option<String>,
    /// What of it is no content.
    pub(crate) exclude: Option<String>,
    /// How many characters of text are taken at most; 0 for none.
    pub(crate) max_text_chars: usize,
}

/// A page at one moment.
pub(crate) struct Page {
    pub(crate) url: String,
    pub(crate) canonical_url: Option<String>,
    pub(crate) path: String,
    pub(crate) title: String,
    pub(crate) site_name: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) lang: Option<String>,
    pub(crate) dir: Option<String>,
    /// The outline, at most [`MAX_HEADINGS`] long.
    pub(crate) headings: Vec<Heading>,
    /// How many headings the content has.
    pub(crate) heading_count: usize,
    /// The heading of the section that the reader is in, with the texts that lead to it.
    pub(crate) section: Option<(Heading, Vec<String>)>,
    pub(crate) text: Option<String>,
    pub(crate) truncated: bool,
    /// ISO 8601 in UTC, with `Z`.
    pub(crate) timestamp: String,
    pub(crate) redacted: Redacted,
}

/// A page with more headings than this is a list of something.
pub(crate) const MAX_HEADINGS: usize = 100;

/// Longest title, heading or description in characters.
const MAX_LINE_CHARS: usize = 300;

impl Page {
    /// Reads the page that `window` shows now.
    ///
    /// # Errors
    /// The browser's own error for a selector in `rules` that is not valid.
    pub(crate) fn read(window: &Window, document: &Document, rules: &PageRules) -> Result<Self, JsValue> {
        let content = read(document, rules.content.as_deref(), rules.exclude.as_deref())?;
        let section = current_section(window, document, &content);
        let mut redacted = Redacted::default();
        let mut line = |text: &str| shorten(&mask(&one_line(text), &mut redacted), MAX_LINE_CHARS);

        let h1 = content.headings.iter().find(|(heading, _)| heading.level == 1);
        let h1 = match h1 {
            Some((heading, _)) => heading.text.clone(),
            None => first_h1(document),
        };
        let site = meta(document, "property", "og:site_name")
            .or_else(|| meta(document, "name", "application-name"))
            .unwrap_or_default();
        let document_title = one_line(&document.title());
        let (title, found_site) = split_title(&document_title, &h1, &site);
        let site_name = found_site.map(str::to_owned).or(Some(site)).filter(|name| !name.is_empty());
        let description =
            meta(document, "name", "description").or_else(|| meta(document, "property", "og:description"));

        let heading_count = content.headings.len();
        let headings: Vec<Heading> = content
            .headings
            .into_iter()
            .map(|(heading, _)| Heading { text: line(&heading.text), ..heading })
            .collect();
        let section_path = section.map(|index| {
            let texts = path(&headings, index).into_iter().map(str::to_owned).collect();
            (headings[index].clone(), texts)
        });
        let title = line(title);
        let site_name = site_name.map(|name| line(&name));
        let description = description.map(|text| line(&text));

        let budget = if allows_text(document) { rules.max_text_chars } else { 0 };
        let passage =
            choose(&masked(content.blocks, &mut redacted), section.map_or(0, |index| index + 1), budget);
        let root = document.document_element();
        let root_attribute = |name| {
            let value = root.as_ref().and_then(|root| root.get_attribute(name));
            value.map(|value| one_line(&value)).filter(|value| !value.is_empty())
        };
        let location = window.location();
        Ok(Self {
            url: address(document, &location, rules, &mut redacted)?,
            canonical_url: canonical(document, &location, rules),
            path: mask(&location.pathname()?, &mut Redacted::default()).into_owned(),
            title,
            site_name,
            description,
            lang: root_attribute("lang"),
            dir: root_attribute("dir"),
            headings: headings.into_iter().take(MAX_HEADINGS).collect(),
            heading_count,
            section: section_path,
            text: (budget > 0).then_some(passage.text),
            truncated: passage.truncated || content.is_cut,
            timestamp: Date::new_0().to_iso_string().into(),
            redacted,
        })
    }
}

fn masked(blocks: Vec<Block>, redacted: &mut Redacted) -> Vec<Block> {
    let mask_block = |block: Block| {
        let text = mask(&block.text, redacted).into_owned();
        Block { text, ..block }
    };
    blocks.into_iter().map(mask_block).collect()
}

/// The number of the heading in whose section the reader is. The line is 30 % below the top of the viewport: what is
/// read is rarely at its very edge, and sticky headers cover that.
fn current_section(window: &Window, document: &Document, content: &Content) -> Option<usize> {
    let bottom = window.inner_height().ok()?.as_f64()?;
    let root = document.scrolling_element()?;
    // Heights are whole numbers and the position is not: within two pixels of the end is the end.
    let is_scrolled = root.scroll_top() > 0;
    let is_at_end = is_scrolled && root.scroll_top() + root.client_height() >= root.scroll_height() - 2;
    let tops = content.headings.iter().map(|(_, element)| top_of(element));
    current(tops, bottom * 0.3, bottom, is_at_end)
}

fn address(
    document: &Document,
    location: &web_sys::Location,
    rules: &PageRules,
    redacted: &mut Redacted,
) -> Result<String, JsValue> {
    let hash = location.hash()?;
    let names_element = js_sys::decode_uri_component(hash.trim_start_matches('#'))
        .is_ok_and(|id| document.get_element_by_id(&String::from(id)).is_some());
    let address = Address {
        protocol: &location.protocol()?,
        host: &location.host()?,
        path: &location.pathname()?,
        search: &location.search()?,
        hash: if names_element { &hash } else { "" },
    };
    Ok(address.cleaned(&rules.query, redacted))
}

fn canonical(document: &Document, location: &web_sys::Location, rules: &PageRules) -> Option<String> {
    let link = document.query_selector("link[rel~=canonical]").ok()??;
    let url = web_sys::Url::new(&link.dyn_ref::<HtmlLinkElement>()?.href()).ok()?;
    let is_web = matches!(url.protocol().as_str(), "https:" | "http:");
    if !is_web || !is_same_site(&location.hostname().ok()?, &url.hostname()) {
        return None;
    }
    let parts = Address {
        protocol: &url.protocol(),
        host: &url.host(),
        path: &url.pathname(),
        search: &url.search(),
        hash: "",
    };
    Some(parts.cleaned(&rules.query, &mut Redacted::default()))
}

fn meta(document: &Document, attribute: &str, name: &str) -> Option<String> {
    let selector = ["meta[", attribute, "='", name, "' i]"].concat();
    let element = document.query_selector(&selector).ok()??;
    let content = one_line(&element.dyn_ref::<HtmlMetaElement>()?.content());
    (!content.is_empty()).then_some(content)
}

/// `noai` in a `robots` meta (a convention of DeviantArt's that others follow) says: not for models. The page's
/// address and title still tell the server what is asked about; its text stays.
fn allows_text(document: &Document) -> bool {
    let robots = meta(document, "name", "robots").unwrap_or_default();
    !robots.split([',', ' ']).any(|rule| rule.eq_ignore_ascii_case("noai"))
}

/// The main heading of a page whose content has none.
fn first_h1(document: &Document) -> String {
    let h1: Option<Element> = document.query_selector("h1").ok().flatten();
    h1.and_then(|h1| h1.text_content()).map(|text| one_line(&text)).unwrap_or_default()
}
