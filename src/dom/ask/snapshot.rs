//! What is sent of a selection, taken before anything on the page moves: opening a chat takes the selection away.

use web_sys::Url;

use super::selected::{Selected, nodes, rect, text_in};
use crate::address::{Address, QueryRules};
use crate::anchor::Rect;
use crate::dom::web::{Dom, Span, computed_style};
use crate::excerpt::{Excerpt, clean, excerpt, fragment_ends, prefix, suffix};
use crate::outline::Heading;
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
pub(crate) struct Snapshot {
    pub(crate) excerpt: Excerpt,
    pub(crate) url: String,
    /// The headings that lead to the passage, outermost first, the nearest one last.
    pub(crate) headings: Vec<Heading>,
    pub(crate) prefix: String,
    pub(crate) suffix: String,
    /// Empty where the page does not say.
    pub(crate) lang: String,
    pub(crate) dir: String,
    /// What kind of block it is in.
    pub(crate) block: &'static str,
    /// Empty where it is not code, or of no known language.
    pub(crate) code_language: String,
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
    /// Takes it.
    pub(crate) fn take(document: &Dom, selected: &Selected, amounts: Amounts) -> Option<Self> {
        let range = &selected.range;
        let place = range.common_ancestor().element()?;
        let before = context(document, range, amounts.context_chars, true).unwrap_or_default();
        let after = context(document, range, amounts.context_chars, false).unwrap_or_default();
        let lang = place.closest("[lang]").and_then(|holder| holder.get_attribute("lang"));
        Some(Self {
            excerpt: excerpt(&selected.text, amounts.max_chars),
            url: address(document, &whole_words(&before, &selected.text, &after)),
            headings: headings_above(document, &range.start_container()),
            prefix: prefix(&before, amounts.context_chars),
            suffix: suffix(&after, amounts.context_chars),
            lang: lang.unwrap_or_default(),
            dir: computed_style(&place).get("direction"),
            block: block_of(&place),
            code_language: code_language(&place).unwrap_or_default(),
            rect: rect(&range.span_rect()),
        })
    }
}

fn block_of(place: &Dom) -> &'static str {
    let mut current = Some(place.clone());
    while let Some(element) = current {
        if let Some((_, block)) = BLOCKS.iter().find(|(selector, _)| element.matches(selector)) {
            return block;
        }
        current = element.parent_element();
    }
    "text"
}

/// The language of a block of code, as highlighters write it: `language-rust` on it, in it or around it.
fn code_language(place: &Dom) -> Option<String> {
    let block = place.closest("pre")?;
    let marked = "[class*=language-],[class*=lang-],[data-language],[data-lang]";
    let element = place.closest(marked).or_else(|| block.query_selector(marked))?;
    let named = element.get_attribute("data-language").or_else(|| element.get_attribute("data-lang"));
    named.or_else(|| {
        let classes = element.get_attribute("class")?;
        let mut classes = classes.split_ascii_whitespace();
        let name =
            classes.find_map(|class| class.strip_prefix("language-").or(class.strip_prefix("lang-")))?;
        Some(name.to_owned())
    })
}

/// The text before (or after) a passage within its block.
fn context(document: &Dom, range: &Span, limit: usize, is_before: bool) -> Option<String> {
    let around = document.create_range();
    if is_before {
        let start = range.start_container();
        around.select_contents(&start.element()?.closest(CONTEXT)?);
        around.set_end(&start, range.start_offset());
        return Some(text_in(&around, usize::MAX));
    }
    let end = range.end_container();
    around.select_contents(&end.element()?.closest(CONTEXT)?);
    around.set_start(&end, range.end_offset());
    // Enough for the limit and a word, whatever the script, and no walk through a whole page.
    Some(text_in(&around, limit.saturating_mul(8).saturating_add(200)))
}

/// A passage with the rest of the words it begins and ends in: a text fragment finds whole words only.
fn whole_words(before: &str, passage: &str, after: &str) -> String {
    let begins = before.rsplit(char::is_whitespace).next().unwrap_or_default();
    let ends = after.split(char::is_whitespace).next().unwrap_or_default();
    // What was selected beside the words is trimmed off the range, and so belongs to what surrounds it.
    [begins, passage.trim(), ends].concat()
}

/// Headings that are nobody's business: what the site marked, and what a reader typed.
const PRIVATE_HEADINGS: &str = "[data-private],.sr-mask,[contenteditable]:not([contenteditable=false])";

/// The headings that lead to `node`: the nearest one before it or around it, and those above that.
fn headings_above(document: &Dom, node: &Dom) -> Vec<Heading> {
    let mut leading: Vec<(u8, Dom)> = Vec::new();
    for heading in nodes(&document.query_selector_all("h1,h2,h3,h4,h5,h6")) {
        if !heading.is_before(node) {
            break;
        }
        if heading.closest(PRIVATE_HEADINGS).is_some() {
            continue;
        }
        let level = ["h1", "h2", "h3", "h4", "h5", "h6"].iter().position(|name| heading.matches(name));
        let level = level.map_or(6, |index| index as u8 + 1);
        // One of the same level or above ends the sections of those below it: they lead to nothing any more.
        leading.retain(|(earlier, _)| *earlier < level);
        leading.push((level, heading));
    }
    let read = |(level, element): (u8, Dom)| {
        let mut text = String::new();
        gather_heading(&element, &mut text);
        Heading { level, id: id_of(&element), text: one_line(&text) }
    };
    leading.into_iter().map(read).collect()
}

/// The id a link to the heading uses: its own, that of an anchor in it, or that of the section it opens.
fn id_of(heading: &Dom) -> String {
    let own = heading.id();
    if !own.is_empty() {
        return own;
    }
    let section = || heading.parent_element().filter(|parent| parent.matches("section"));
    heading.query_selector("[id]").or_else(section).map(|element| element.id()).unwrap_or_default()
}

/// Its text without the link to itself that documentation generators put into it.
fn gather_heading(node: &Dom, text: &mut String) {
    let mut child = node.first_child();
    while let Some(current) = child {
        if !current.is_element() {
            text.push_str(&current.node_value().filter(|_| current.is_text()).unwrap_or_default());
        } else if !current.matches(
            ".hash-link,.headerlink,.header-anchor,[aria-hidden=true],button,[data-private],.sr-mask",
        ) {
            gather_heading(&current, text);
        }
        child = current.next_sibling();
    }
}

/// The page's address without secrets, its hash only where it names an element, and a fragment that finds the passage.
fn address(document: &Dom, passage: &str) -> String {
    let Ok(url) = Url::new(&document.url()) else { return String::new() };
    let mut hash = url.hash();
    let names_element = js_sys::decode_uri_component(hash.trim_start_matches('#'))
        .is_ok_and(|id| document.get_element_by_id(&String::from(id)).is_some());
    if !names_element {
        hash = "#".into();
    }
    let (start, end) = fragment_ends(&clean(passage));
    hash.push_str(":~:text=");
    hash.push_str(&escaped(&start));
    if let Some(end) = end {
        hash.push(',');
        hash.push_str(&escaped(&end));
    }
    let address = Address {
        protocol: &url.protocol(),
        host: &url.host(),
        path: &url.pathname(),
        search: &url.search(),
        hash: &hash,
    };
    address.cleaned(&QueryRules::default(), &mut Redacted::default())
}

/// As a text fragment wants it: a hyphen would be read as the border of a prefix or suffix.
fn escaped(text: &str) -> String {
    String::from(js_sys::encode_uri_component(text)).replace('-', "%2D")
}
