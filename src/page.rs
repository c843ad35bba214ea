//! A page, read: what it is called, what it says about itself, its outline, and its text as far as there is room for it.
//!
//! All of it is a pure function of one text, the markup that a browser writes for a page ([`Markup`]), and of what
//! only the browser knows: what of it is in sight and what its styles hide ([`View`]).

mod code;
mod docs;
mod headings;
pub mod lexicon;
mod main_part;
pub mod markup;
mod reader;
mod structured_data;

use crate::address::{Address, QueryRules, is_same_site, resolve};
use crate::budget::{Budget, Draft, by_distance, cost, siblings};
use crate::json_writer::JsonWriter;
use crate::outline::{Heading, path, split_title};
use crate::redaction::{Redacted, mask, mask_piece};
use crate::text::{one_line, parted, shorten};
use docs::Docs;
use headings::Outline;
use lexicon::Mark;
use markup::Markup;
use reader::Reader;

/// How a page is to be read.
#[derive(Default)]
pub struct Rules {
    /// Which query parameters are kept in addresses.
    pub query: QueryRules,
    /// How many tokens of text and outline are taken at most; 0 for neither.
    pub max_tokens: usize,
}

/// An element: the number of its tree (0 is the document's own), and its number in it.
pub type ElementNumber = (u32, u32);

/// A page at one moment, as far as it is text and numbers.
#[derive(Default)]
pub struct Snapshot<'a> {
    /// Its address, as in `location.href`.
    pub url: &'a str,
    /// What its links are relative to, as in `document.baseURI`.
    pub base: &'a str,
    /// When it was taken, ISO 8601 in UTC.
    pub timestamp: &'a str,
    /// Height of the viewport in pixels.
    pub viewport_height: f64,
    /// Whether the page is scrolled to its end.
    pub is_at_end: bool,
    /// How far it is scrolled, 0 to 100.
    pub scrolled_percent: u32,
    /// Where its content is, if the caller knows.
    pub content: Option<ElementNumber>,
    /// Where the reader's selection begins.
    pub selected: Option<ElementNumber>,
    /// Whether the page was left and its successor has not come yet: only its address is told.
    pub is_stale: bool,
}

/// Where an element is in the viewport, in pixels; all 0 for one that has no box.
#[derive(Clone, Copy, Default)]
pub struct Edges {
    /// Its upper edge.
    pub top: f64,
    /// Its width.
    pub width: f64,
    /// Its height.
    pub height: f64,
}

/// What only a browser knows about the elements of a page.
pub trait View {
    /// Where it is.
    fn edges(&self, scope: u32, element: u32) -> Edges;
    /// Whether styles let it be seen.
    fn is_visible(&self, scope: u32, element: u32) -> bool;
    /// Whether the caller excludes it.
    fn is_excluded(&self, scope: u32, element: u32) -> bool;
    /// Whether the page has an element of this id.
    fn has_id(&self, id: &str) -> bool;
}

/// The version of the shape; raised when a field changes its meaning.
const SCHEMA: u32 = 1;

/// A page with more headings than this is a list of something.
const MAX_HEADINGS: usize = 100;

/// How many sections are told to be missing, by name.
const MAX_OMITTED: usize = 20;

/// What a heading costs besides its texts, in quarters of a token: its keys, its brackets, its level.
const HEADING_COST: usize = 32;

/// Longest title, heading or description in characters.
const MAX_LINE_CHARS: usize = 300;

/// Cleans what a page says of everything that must not travel.
pub(crate) struct Cleaner<'a> {
    base: &'a str,
    rules: &'a QueryRules,
    redacted: Redacted,
}

impl Cleaner<'_> {
    /// A text on one line, of bounded length.
    #[inline(never)]
    fn line(&mut self, text: &str) -> String {
        shorten(&mask(&one_line(text), &mut self.redacted), MAX_LINE_CHARS)
    }

    /// The absolute address of a link.
    #[inline(never)]
    fn address(&mut self, href: &str) -> Option<String> {
        let url = resolve(self.base, href).filter(|_| !href.is_empty())?;
        let cleaned = Address::parse(&url)?.cleaned(self.rules, &mut self.redacted);
        (cleaned.len() <= 2_048).then_some(cleaned)
    }
}

/// The context of the page that `markup` is, as JSON.
#[must_use]
pub fn context(markup: &Markup<'_>, snapshot: &Snapshot<'_>, rules: &Rules, view: &dyn View) -> String {
    let mut cleaner = Cleaner { base: snapshot.base, rules: &rules.query, redacted: Redacted::default() };
    let mut json = JsonWriter::default();
    json.open('{');
    json.count("schema", SCHEMA);
    let address = Address::parse(snapshot.url);
    if let Some(address) = &address {
        write_address(&mut json, address, view, &mut cleaner);
    }
    let mut is_truncated = snapshot.is_stale || markup.nodes.len() >= markup::MAX_NODES;
    if !snapshot.is_stale {
        is_truncated |= write_page(&mut json, markup, snapshot, rules, view, &mut cleaner);
    }
    json.key("truncated");
    json.flag(is_truncated);
    json.member("timestamp", snapshot.timestamp);
    let Redacted { query, jwt, api_key, private_key, hex, is_in_key: _ } = cleaner.redacted;
    json.key("redacted");
    json.open('{');
    let counts =
        [("query", query), ("jwt", jwt), ("apiKey", api_key), ("privateKey", private_key), ("hex", hex)];
    for (key, count) in counts {
        json.count(key, count);
    }
    json.close('}');
    json.close('}');
    json.finish()
}

fn write_address(json: &mut JsonWriter, address: &Address<'_>, view: &dyn View, cleaner: &mut Cleaner<'_>) {
    let id = address.hash.strip_prefix("#").unwrap_or_default();
    let names_element = !id.is_empty() && crate::address::unescape(id).is_some_and(|id| view.has_id(&id));
    let told = Address { hash: if names_element { address.hash } else { "" }, ..*address };
    json.member("url", &told.cleaned(cleaner.rules, &mut cleaner.redacted));
    json.member("path", &mask(address.path, &mut Redacted::default()));
}

/// Everything but the address. Gives whether something was left out.
fn write_page(
    json: &mut JsonWriter,
    markup: &Markup<'_>,
    snapshot: &Snapshot<'_>,
    rules: &Rules,
    view: &dyn View,
    cleaner: &mut Cleaner<'_>,
) -> bool {
    let find = |wanted: ElementNumber| {
        (0..markup.nodes.len()).find(|at| {
            let node = markup.node(*at);
            (node.scope, node.element) == wanted
        })
    };
    let root = snapshot.content.and_then(find).unwrap_or_else(|| main_part::find(markup));
    let outline = Outline::read(markup, root, view, cleaner);
    let docs = Docs::read(markup, snapshot.url, root, view, cleaner);
    let is_opted_out = write_identity(json, markup, root, snapshot, &outline, &docs, cleaner);
    docs.write(json);

    let scripts = (0..markup.nodes.len()).filter(|at| {
        markup.node(*at).tag == Mark::Script && markup.word(*at, "type") == "application/ld+json"
    });
    let before = json.len();
    json.key("structuredData");
    json.open('[');
    let open = json.len();
    structured_data::write(scripts.map(|at| markup.source(at)), json, &mut cleaner.redacted);
    if json.len() == open {
        json.take_back(before);
    } else {
        json.close(']');
    }

    let tokens = if is_opted_out { 0 } else { rules.max_tokens };
    let selected = snapshot.selected.and_then(find).filter(|at| markup.below(root).contains(at));
    let section = match selected {
        Some(node) => Some(outline.section_of(node)).filter(|section| *section > 0),
        None => outline
            .in_sight(markup, view, snapshot.viewport_height, snapshot.is_at_end)
            .map(|index| index + 1),
    };
    json.count("scrolledPercent", snapshot.scrolled_percent);
    if let Some(section) = section {
        json.key("section");
        write_heading(json, &outline.headings, section - 1);
    }
    write_content(json, markup, root, &outline, section.unwrap_or(0), selected, tokens, view, cleaner)
}

/// What a page calls itself. Gives whether it asks models to leave it alone.
fn write_identity(
    json: &mut JsonWriter,
    markup: &Markup<'_>,
    root: usize,
    snapshot: &Snapshot<'_>,
    outline: &Outline,
    docs: &Docs,
    cleaner: &mut Cleaner<'_>,
) -> bool {
    const METAS: [&str; 10] = [
        "robots",
        "docent",
        "og:site_name",
        "application-name",
        "description",
        "og:description",
        "og:type",
        "og:image",
        "article:modified_time",
        "keywords",
    ];
    /// So many of them are rules.
    const RULES: usize = 2;
    let mut metas = [const { String::new() }; METAS.len()];
    let mut document_title = String::new();
    let mut canonical = None;
    let mut is_opted_out = false;
    let is_no = |rule: &&str| rule.eq_ignore_ascii_case("noai");
    for index in 0..markup.nodes.len() {
        let node = markup.node(index);
        match node.tag {
            Mark::Meta => {
                let name = markup.word(index, "name");
                let name = if name.is_empty() { markup.word(index, "property") } else { name };
                // Browsers and robots do not mind the case of these names either.
                let place = METAS.iter().position(|known| known.eq_ignore_ascii_case(name));
                let content = markup.attribute(index, "content");
                match place {
                    // Of several rules all hold, of everything else the first. `noai` is a convention of DeviantArt's that
                    // others follow; the other name is ours.
                    Some(..RULES) => is_opted_out |= parted(&content, b", \n").iter().any(is_no),
                    Some(place) if metas[place].is_empty() => metas[place] = cleaner.line(&content),
                    _ => {}
                }
            }
            Mark::HeadLink if node.class == Mark::Canonical => {
                canonical = Some(markup.attribute(index, "href"))
            }
            Mark::Title if document_title.is_empty() && markup.name(node.parent as usize) == "head" => {
                document_title = cleaner.line(&markup.text(index + 1));
            }
            _ => {}
        }
    }
    let [_, _, site, application, description, og_description, kind, image, modified, keywords] = &metas;
    let site = if site.is_empty() { application } else { site };
    let h1 = outline.headings.iter().find(|heading| heading.level == 1).map(|heading| heading.text.clone());
    let h1 = h1.unwrap_or_else(|| other_h1(markup, cleaner));
    let (title, found_site) = split_title(&document_title, &h1, site);
    json.member("title", title);
    json.member_if("siteName", found_site.unwrap_or(site));
    json.member_if("description", if description.is_empty() { og_description } else { description });
    for name in ["lang", "dir"] {
        let nearest =
            markup.up(root).into_iter().map(|at| markup.word(at, name)).find(|value| !value.is_empty());
        json.member_if(name, &cleaner.line(nearest.unwrap_or_default()));
    }
    let host = Address::parse(snapshot.url).map(|address| address.host_name()).unwrap_or_default();
    let canonical = canonical
        .and_then(|href| cleaner.address(&href))
        .filter(|url| Address::parse(url).is_some_and(|canonical| is_same_site(host, canonical.host_name())));
    json.member_if("canonicalUrl", canonical.as_deref().unwrap_or_default());
    json.member_if("type", kind);
    json.member_if("image", cleaner.address(image).as_deref().unwrap_or_default());
    json.member_if("modified", if modified.is_empty() { &docs.modified } else { modified });
    json.member_if("keywords", keywords);
    if is_opted_out {
        json.key("noai");
        json.flag(true);
    }
    is_opted_out
}

/// The main heading of a page whose content has none.
fn other_h1(markup: &Markup<'_>, cleaner: &mut Cleaner<'_>) -> String {
    let found = (0..markup.nodes.len()).find(|at| {
        let node = markup.node(*at);
        node.tag == Mark::Heading(1) && !node.is_private && !node.is_left_out
    });
    found.map(|at| cleaner.line(&markup.line(at))).unwrap_or_default()
}

#[expect(clippy::too_many_arguments, reason = "one page, one place in it, and what may be told of it")]
fn write_content(
    json: &mut JsonWriter,
    markup: &Markup<'_>,
    root: usize,
    outline: &Outline,
    section: usize,
    selected: Option<usize>,
    tokens: usize,
    view: &dyn View,
    cleaner: &mut Cleaner<'_>,
) -> bool {
    let headings = &outline.headings;
    let count = headings.len() + 1;
    let rules = cleaner.rules;
    let base = cleaner.base;
    let address_of = |href: &str| Cleaner { base, rules, redacted: Redacted::default() }.address(href);
    let mut reader = Reader::new(markup, view, &address_of, root);
    let mut draft = Draft::new(count);
    let mut budget = Budget::new(tokens);
    let mut add = |section: usize, draft: &mut Draft, budget: &mut Budget, redacted: &mut Redacted| {
        let mut blocks = reader.read(outline.range(section, markup, root));
        redacted.is_in_key = false;
        for block in &mut blocks {
            block.text = mask_piece(&block.text, redacted).into_owned();
        }
        draft.add(section, blocks, selected, budget)
    };
    if tokens > 0 {
        let near = siblings(headings, section);
        for section in [Some(section), near[0], near[1]].into_iter().flatten() {
            add(section, &mut draft, &mut budget, &mut cleaner.redacted);
        }
    }
    json.key("headings");
    json.open('[');
    for (index, heading) in headings.iter().enumerate().take(MAX_HEADINGS) {
        let above: usize = path(headings, index).iter().map(|text| cost(text)).sum();
        if !budget.take(&heading.text, above + cost(&heading.id) + HEADING_COST) {
            break;
        }
        write_heading(json, headings, index);
    }
    json.close(']');
    json.count("headingCount", headings.len() as u32);
    let mut refusals = 0;
    for section in by_distance(count, section) {
        // A page of thousands of sections is not read to its end to find a short one.
        if budget.is_spent() || refusals > 8 {
            break;
        }
        if !draft.has(section) {
            let has_room = add(section, &mut draft, &mut budget, &mut cleaner.redacted);
            refusals += usize::from(!has_room);
        }
    }
    // Before the first heading there may be nothing at all: that is no gap.
    let is_blank = |at: usize| markup.text(at).trim().is_empty();
    if tokens > 0 && !draft.has(0) && outline.range(0, markup, root).all(is_blank) {
        draft.add(0, Vec::new(), None, &mut budget);
    }
    let (text, gaps) = draft.finish();
    if tokens > 0 {
        json.member("text", &text);
    }
    let omitted = || gaps.iter().enumerate().skip(1).filter(|(_, is_cut)| **is_cut && tokens > 0);
    if omitted().next().is_some() {
        json.key("omitted");
        json.texts(
            omitted()
                .take(MAX_OMITTED)
                .filter_map(|(section, _)| Some(headings.get(section - 1)?.text.as_str())),
        );
    }
    tokens == 0 || gaps.contains(&true)
}

fn write_heading(json: &mut JsonWriter, headings: &[Heading], index: usize) {
    let Some(Heading { level, id, text }) = headings.get(index) else { return };
    json.open('{');
    json.count("level", u32::from(*level));
    json.member("id", id);
    json.member("text", text);
    json.key("path");
    json.texts(path(headings, index).into_iter());
    json.close('}');
}

#[cfg(test)]
mod tests;
