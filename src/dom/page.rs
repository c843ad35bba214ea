//! Reads what a page says about itself: its address, its title, its language and where on it the reader is.

use js_sys::Date;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, Url, Window};

use super::content::{Content, read, top_of};
use super::resolve;
use super::web::Dom;
use crate::address::{Address, QueryRules, is_same_site};
use crate::budget::choose;
use crate::json_writer::JsonWriter;
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

/// The version of the shape; raised when a field changes its meaning.
const SCHEMA: u32 = 1;

/// A page with more headings than this is a list of something.
const MAX_HEADINGS: usize = 100;

/// The main heading of a page whose content has none.
const OTHER_H1: &str = "h1:not([data-private],[data-private] *,.sr-mask,.sr-mask *,\
    [contenteditable]:not([contenteditable=false]),[contenteditable]:not([contenteditable=false]) *)";

/// Longest title, heading or description in characters.
const MAX_LINE_CHARS: usize = 300;

/// The page that `window` shows now, as the JSON of a page context.
///
/// # Errors
/// The browser's own error for a selector in `rules` that is not valid.
pub(crate) fn page_json(window: &Window, document: &Document, rules: &PageRules) -> Result<String, JsValue> {
    let page: &Dom = document.unchecked_ref();
    let mut content = read(page, rules.content.as_deref(), rules.exclude.as_deref())?;
    let section = current_section(window, document, &content);
    let mut redacted = Redacted::default();
    for block in &mut content.blocks {
        block.text = mask(&block.text, &mut redacted).into_owned();
    }
    let mut line = |text: &str| shorten(&mask(&one_line(text), &mut redacted), MAX_LINE_CHARS);
    for heading in &mut content.headings {
        heading.text = line(&heading.text);
    }

    let mut json = JsonWriter::default();
    json.open('{');
    json.count("schema", SCHEMA);

    let h1 = match content.headings.iter().find(|heading| heading.level == 1) {
        Some(heading) => heading.text.clone(),
        None => text_of(page, OTHER_H1, None),
    };
    let site = first_meta(page, "[property='og:site_name']", "[name=application-name]");
    let document_title = document.title();
    let document_title = line(&document_title);
    let (title, found_site) = split_title(&document_title, &h1, &site);
    json.member("title", title);
    json.member_if("siteName", &line(found_site.unwrap_or(&site)));
    json.member_if(
        "description",
        &line(&first_meta(page, "[name=description]", "[property='og:description']")),
    );
    json.member_if("lang", &text_of(page, "html", Some("lang")));
    json.member_if("dir", &text_of(page, "html", Some("dir")));

    let location = window.location();
    if let Ok(url) = Url::new(&location.href()?) {
        let hash = url.hash();
        let names_element = js_sys::decode_uri_component(hash.trim_start_matches('#'))
            .is_ok_and(|id| page.get_element_by_id(&String::from(id)).is_some());
        let hash = if names_element { hash.as_str() } else { "" };
        json.member("url", &cleaned(&url, hash, rules, &mut redacted));
        json.member("path", &mask(&url.pathname(), &mut Redacted::default()));
        let canonical =
            page.query_selector("link[rel~=canonical]").and_then(|link| link.get_attribute("href"));
        if let Some(canonical) = canonical.and_then(|href| resolve(&href))
            && is_same_site(&url.hostname(), &canonical.hostname())
            && canonical.protocol().starts_with("http")
        {
            json.member("canonicalUrl", &cleaned(&canonical, "", rules, &mut Redacted::default()));
        }
    }

    json.key("headings");
    json.open('[');
    for index in 0..content.headings.len().min(MAX_HEADINGS) {
        heading(&mut json, &content.headings, index);
    }
    json.close(']');
    json.count("headingCount", content.headings.len() as u32);
    if let Some(index) = section {
        json.key("section");
        heading(&mut json, &content.headings, index);
    }
    let allows_text = allows_text(page);
    let budget = if allows_text { rules.max_text_chars } else { 0 };
    let choice = choose(&content.blocks, section.map_or(0, |index| index + 1), budget);
    if budget > 0 {
        json.member("text", &choice.text);
    }
    json.key("truncated");
    json.flag(choice.truncated || content.is_cut);
    json.member("timestamp", &String::from(Date::new_0().to_iso_string()));

    let Redacted { query, jwt, api_key, private_key, hex } = redacted;
    json.key("redacted");
    json.open('{');
    let counts =
        [("query", query), ("jwt", jwt), ("apiKey", api_key), ("privateKey", private_key), ("hex", hex)];
    for (key, count) in counts {
        json.count(key, count);
    }
    json.close('}');
    json.close('}');
    Ok(json.finish())
}

fn heading(json: &mut JsonWriter, headings: &[Heading], index: usize) {
    let Heading { level, id, text } = &headings[index];
    json.open('{');
    json.count("level", u32::from(*level));
    json.member("id", id);
    json.member("text", text);
    json.key("path");
    json.open('[');
    for text in path(headings, index) {
        json.text(text);
    }
    json.close(']');
    json.close('}');
}

/// The number of the heading in whose section the reader is. The line is 30 % below the top of the viewport: what is
/// read is rarely at its very edge, and sticky headers cover that.
fn current_section(window: &Window, document: &Document, content: &Content) -> Option<usize> {
    let bottom = window.inner_height().ok()?.as_f64()?;
    let root = document.scrolling_element()?;
    // Heights are whole numbers and the position is not: within two pixels of the end is the end.
    let is_scrolled = root.scroll_top() > 0;
    let is_at_end = is_scrolled && root.scroll_top() + root.client_height() >= root.scroll_height() - 2;
    current(content.elements.iter().map(top_of), bottom * 0.3, bottom, is_at_end)
}

fn cleaned(url: &Url, hash: &str, rules: &PageRules, redacted: &mut Redacted) -> String {
    let address = Address {
        protocol: &url.protocol(),
        host: &url.host(),
        path: &url.pathname(),
        search: &url.search(),
        hash,
    };
    address.cleaned(&rules.query, redacted)
}

/// The text, or an attribute, of the first element that a selector of ours finds, on one line; empty without one.
fn text_of(page: &Dom, selector: &str, attribute: Option<&str>) -> String {
    let text = page.query_selector(selector).and_then(|element| match attribute {
        Some(name) => element.get_attribute(name),
        None => element.text_content(),
    });
    one_line(&text.unwrap_or_default())
}

fn first_meta(page: &Dom, first: &str, second: &str) -> String {
    let meta = |which: &str| text_of(page, &["meta", which].concat(), Some("content"));
    let text = meta(first);
    if text.is_empty() { meta(second) } else { text }
}

/// `noai` in a `robots` meta (a convention of DeviantArt's that others follow) says: not for models. The page's
/// address and title still tell the server what is asked about; its text stays.
fn allows_text(page: &Dom) -> bool {
    let robots = text_of(page, "meta[name=robots]", Some("content"));
    !robots.split([',', ' ']).any(|rule| rule.eq_ignore_ascii_case("noai"))
}
