//! What is sent of a selection, taken before anything on the page moves: opening a chat takes the selection away.

use web_sys::{Document, Element, Node, Range, Window};

use super::selected::{Selected, element_of, text_in};
use crate::address::{Address, QueryRules};
use crate::anchor::Rect;
use crate::excerpt::{Excerpt, excerpt, prefix, suffix};
use crate::outline::{self, Heading};
use crate::redaction::Redacted;
use crate::text::one_line;

/// How much is sent.
#[derive(Clone, Copy)]
pub(crate) struct Amounts {
    /// Characters of the passage; a longer one keeps its beginning and its end.
    pub(crate) max_chars: usize,
    /// Characters before and after it.
    pub(crate) context_chars: usize,
}

/// A selection, ready to be sent.
#[derive(Clone)]
pub(crate) struct Snapshot {
    pub(crate) excerpt: Excerpt,
    pub(crate) url: String,
    /// The heading above the passage, and the texts of those above it, outermost first, its own last.
    pub(crate) heading: Option<(Heading, Vec<String>)>,
    pub(crate) prefix: String,
    pub(crate) suffix: String,
    pub(crate) lang: Option<String>,
    pub(crate) dir: Option<String>,
    /// What kind of block it is in.
    pub(crate) block: &'static str,
    pub(crate) code_language: Option<String>,
    pub(crate) rect: Rect,
}

/// Blocks by the selector that finds them, the innermost wins.
const BLOCKS: [(&str, &str); 6] = [
    ("pre", "code"),
    ("td,th,caption", "table"),
    ("blockquote", "quote"),
    ("li,dt,dd", "list"),
    ("h1,h2,h3,h4,h5,h6", "heading"),
    ("p", "paragraph"),
];

/// Where the text before and after a passage is looked for.
const CONTEXT: &str =
    "p,li,td,th,dt,dd,pre,blockquote,figcaption,h1,h2,h3,h4,h5,h6,section,article,main,div,body";

impl Snapshot {
    /// Takes it. `rect` is where the passage is on the screen.
    pub(crate) fn take(
        window: &Window,
        document: &Document,
        selected: &Selected,
        amounts: Amounts,
        rect: Rect,
    ) -> Option<Self> {
        let range = &selected.range;
        let start = range.start_container().ok()?;
        let place = element_of(&range.common_ancestor_container().ok()?)?;
        let (prefix, suffix) = context(window, document, range, amounts.context_chars);
        let attribute = |name: &str| {
            let holder = place.closest(&["[", name, "]"].concat()).ok()??;
            holder.get_attribute(name).filter(|value| !value.is_empty())
        };
        let direction = window.get_computed_style(&place).ok().flatten();
        Some(Self {
            excerpt: excerpt(&selected.text, amounts.max_chars),
            url: address(window, document),
            heading: heading_above(document, &start),
            prefix,
            suffix,
            lang: attribute("lang"),
            dir: direction.and_then(|style| style.get_property_value("direction").ok()),
            block: block_of(&place),
            code_language: code_language(&place),
            rect,
        })
    }
}

fn block_of(place: &Element) -> &'static str {
    let mut current = Some(place.clone());
    while let Some(element) = current {
        for (selector, block) in BLOCKS {
            if element.matches(selector).unwrap_or(false) {
                return block;
            }
        }
        current = element.parent_element();
    }
    "text"
}

/// The language of a block of code, as highlighters write it: `language-rust` on it, in it or around it.
fn code_language(place: &Element) -> Option<String> {
    let block = place.closest("pre").ok()??;
    let marked = "[class*=language-],[class*=lang-],[data-language],[data-lang]";
    let near = block.query_selector(marked).ok()?;
    let element = place.closest(marked).ok()?.or(near)?;
    let named = ["data-language", "data-lang"].iter().find_map(|name| element.get_attribute(name));
    named.or_else(|| {
        let classes = element.get_attribute("class")?;
        let mut classes = classes.split_ascii_whitespace();
        let name =
            classes.find_map(|class| class.strip_prefix("language-").or(class.strip_prefix("lang-")))?;
        Some(name.to_owned())
    })
}

/// The text around a passage within its block.
fn context(window: &Window, document: &Document, range: &Range, limit: usize) -> (String, String) {
    let side = |is_before: bool| {
        let node = if is_before { range.start_container() } else { range.end_container() };
        let block = element_of(&node.ok()?)?.closest(CONTEXT).ok()??;
        let around = document.create_range().ok()?;
        around.select_node_contents(&block).ok()?;
        if is_before {
            around.set_end(&range.start_container().ok()?, range.start_offset().ok()?).ok()?;
            return Some(prefix(&text_in(window, &around, usize::MAX), limit));
        }
        around.set_start(&range.end_container().ok()?, range.end_offset().ok()?).ok()?;
        // Enough for the limit, whatever the script, and no walk through a whole page.
        Some(suffix(&text_in(window, &around, limit.saturating_mul(8)), limit))
    };
    (side(true).unwrap_or_default(), side(false).unwrap_or_default())
}

/// The nearest heading before `node`, or around it.
fn heading_above(document: &Document, node: &Node) -> Option<(Heading, Vec<String>)> {
    let found = document.query_selector_all("h1,h2,h3,h4,h5,h6").ok()?;
    let is_above = |index: u32| {
        let relation = found.item(index).map_or(0, |heading| node.compare_document_position(&heading));
        relation & (Node::DOCUMENT_POSITION_PRECEDING | Node::DOCUMENT_POSITION_CONTAINS) != 0
    };
    // They are in document order, so the ones above are the first ones.
    let (mut above, mut below) = (0, found.length());
    while above < below {
        let middle = above + (below - above) / 2;
        if is_above(middle) {
            above = middle + 1;
        } else {
            below = middle;
        }
    }
    let elements = (0..above).filter_map(|index| found.item(index)).filter_map(|node| element_of(&node));
    let mut headings: Vec<(Heading, Element)> = Vec::new();
    for element in elements {
        let level = element.tag_name().as_bytes().get(1).map_or(6, |digit| digit - b'0');
        // One of the same level or above ends the sections of those below it: they are on nobody's path any more.
        headings.retain(|(earlier, _)| earlier.level < level);
        headings.push((Heading { level, id: String::new(), text: String::new() }, element));
    }
    let headings: Vec<Heading> = headings
        .into_iter()
        .map(|(heading, element)| Heading { id: id_of(&element), text: heading_text(&element), ..heading })
        .collect();
    let last = headings.len().checked_sub(1)?;
    let path = outline::path(&headings, last).into_iter().map(str::to_owned).collect();
    headings.last().cloned().map(|heading| (heading, path))
}

/// The id a link to the heading uses: its own, that of an anchor in it, or that of the section it opens.
fn id_of(heading: &Element) -> String {
    let inner = || heading.query_selector("[id]").ok().flatten();
    let section = || heading.parent_element().filter(|parent| parent.tag_name() == "SECTION");
    let holder = Some(heading.clone()).filter(|own| !own.id().is_empty()).or_else(inner).or_else(section);
    holder.map(|element| element.id()).unwrap_or_default()
}

/// Its text without the link to itself that documentation generators put into it.
fn heading_text(heading: &Element) -> String {
    let mut text = String::new();
    gather_heading(heading, &mut text);
    one_line(&text)
}

fn gather_heading(node: &Node, text: &mut String) {
    let mut child = node.first_child();
    while let Some(current) = child {
        match element_of(&current).filter(|element| element.is_same_node(Some(&current))) {
            Some(element) => {
                let skipped = "a.hash-link,a.headerlink,a.header-anchor,[aria-hidden=true],button";
                if !element.matches(skipped).unwrap_or(false) {
                    gather_heading(&element, text);
                }
            }
            None if current.node_type() == Node::TEXT_NODE => {
                text.push_str(&current.text_content().unwrap_or_default());
            }
            None => {}
        }
        child = current.next_sibling();
    }
}

/// The page's address without secrets; its hash only where it names an element.
fn address(window: &Window, document: &Document) -> String {
    let location = window.location();
    let hash = location.hash().unwrap_or_default();
    let names_element = hash.strip_prefix('#').is_some_and(|id| document.get_element_by_id(id).is_some());
    let address = Address {
        protocol: &location.protocol().unwrap_or_default(),
        host: &location.host().unwrap_or_default(),
        path: &location.pathname().unwrap_or_default(),
        search: &location.search().unwrap_or_default(),
        hash: if names_element { &hash } else { "" },
    };
    address.cleaned(&QueryRules::default(), &mut Redacted::default())
}
