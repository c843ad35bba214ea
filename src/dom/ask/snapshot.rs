//! What is sent of a selection, taken before anything on the page moves: opening a chat takes the selection away.

use js_sys::JSON;
use wasm_bindgen::JsValue;
use web_sys::Url;

use super::reading::{neighbour, nodes, text_in};
use super::selected::Selected;
use crate::address::{Address, QueryRules};
use crate::bindings::record::set;
use crate::dom::web::{Dom, Span, computed_style};
use crate::excerpt::{excerpt, fragment_ends, prefix, suffix, whole_words};
use crate::json_writer::JsonWriter;
use crate::markdown::language_of;
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

/// A passage as callers get it, but for the action. As JSON on the way, which takes less code than setting each
/// property, and one crossing. `None` where the text has left the page.
pub(crate) fn take(document: &Dom, selected: &Selected, amounts: Amounts) -> Option<JsValue> {
    let range = &selected.range;
    let top = range.common_ancestor();
    let place = top.element().or_else(|| top.host())?;
    let before = context(document, range, amounts.context_chars, true).unwrap_or_default();
    let after = context(document, range, amounts.context_chars, false).unwrap_or_default();
    let text = text_in(&selected.ranges, usize::MAX);
    let passage = excerpt(&text, amounts.max_chars);

    let mut json = JsonWriter::default();
    json.open('{');
    json.member("text", &passage.text);
    json.key("truncated");
    json.flag(passage.truncated);
    json.count("charCount", passage.char_count as u32);
    json.member("url", &address(document, &whole_words(&before, &text, &after)));
    let headings = headings_above(&range.start_container());
    if let Some(heading) = headings.last() {
        json.key("heading");
        json.open('{');
        json.count("level", u32::from(heading.level));
        json.member("id", &heading.id);
        json.member("text", &heading.text);
        json.key("path");
        json.open('[');
        for heading in &headings {
            json.text(&heading.text);
        }
        json.close(']');
        json.close('}');
    }
    json.member("prefix", &prefix(&before, amounts.context_chars));
    json.member("suffix", &suffix(&after, amounts.context_chars));
    json.member("block", block_of(&place));
    json.member_if("codeLanguage", &code_language(&place).unwrap_or_default());
    let lang = place.closest_anywhere("[lang]").and_then(|holder| holder.get_attribute("lang"));
    json.member_if("lang", &lang.unwrap_or_default());
    json.member_if("dir", &computed_style(&place).get("direction"));
    json.close('}');
    // What was just written is JSON.
    let passage = JSON::parse(&json.finish()).unwrap_or_default();
    set(&passage, "rect", &range.span_rect());
    Some(passage)
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
    let class = element.get_attribute("class").unwrap_or_default();
    let named = Some(language_of(&class).to_owned()).filter(|name| !name.is_empty());
    named.or_else(|| element.get_attribute("data-language")).or_else(|| element.get_attribute("data-lang"))
}

/// The text before (or after) a passage within its block: enough for the limit and a word, whatever the script, and no
/// walk through a whole page.
fn context(document: &Dom, range: &Span, limit: usize, is_before: bool) -> Option<String> {
    let enough = limit.saturating_mul(8).saturating_add(200);
    let (edge, offset) = if is_before {
        (range.start_container(), range.start_offset())
    } else {
        (range.end_container(), range.end_offset())
    };
    let block = edge.element()?.closest(CONTEXT)?;
    let around = document.create_range();
    around.select_contents(&block);
    if !is_before {
        around.set_start(&edge, offset);
        return Some(text_in(&[around], enough));
    }
    around.set_end(&edge, offset);
    let mut far = offset as usize;
    let mut node = neighbour(&edge, &block, false);
    while let Some(current) = node {
        if current.is_text() {
            far += current.length() as usize;
            if far > enough {
                around.set_start(&current, 0);
                break;
            }
        }
        node = neighbour(&current, &block, false);
    }
    Some(text_in(&[around], usize::MAX))
}

const HEADINGS: &str = "h1,h2,h3,h4,h5,h6";

/// Headings that are nobody's business: what the site marked, and what a reader typed.
const PRIVATE_HEADINGS: &str = "[data-private],.sr-mask,[contenteditable]:not([contenteditable=false])";

/// The headings that lead to `node`: the nearest one before it or around it, and those above that. In a shadow tree
/// those that lead to its element come first.
fn headings_above(node: &Dom) -> Vec<Heading> {
    let mut places = vec![node.clone()];
    while let Some(host) = places.last().and_then(|place| place.root_node().host()) {
        places.push(host);
    }
    let mut leading: Vec<(u8, Dom)> = Vec::new();
    for place in places.iter().rev() {
        for heading in nodes(&place.root_node().query_selector_all(HEADINGS)) {
            if !heading.is_before(place) {
                break;
            }
            // What does not show (in a tab that is not chosen, say) leads to nothing.
            if heading.offset_width() == 0.0 || heading.closest(PRIVATE_HEADINGS).is_some() {
                continue;
            }
            let level = ["h1", "h2", "h3", "h4", "h5"].iter().position(|name| heading.matches(name));
            let level = level.map_or(6, |index| index as u8 + 1);
            // One of the same level or above ends the sections of those below it: they lead to nothing any more.
            leading.retain(|(earlier, _)| *earlier < level);
            leading.push((level, heading));
        }
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

/// Its text without the link to itself that documentation generators put into it, nor its buttons, but for the one that
/// opens its section: that is all of a heading in an accordion.
fn gather_heading(node: &Dom, text: &mut String) {
    let mut child = node.first_child();
    while let Some(current) = child {
        if !current.is_element() {
            text.push_str(&current.node_value().filter(|_| current.is_text()).unwrap_or_default());
        } else if !current.matches(
            ".hash-link,.headerlink,.header-anchor,[aria-hidden=true],button:not([aria-expanded]),[data-private],.sr-mask",
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
    let names_element = js_sys::decode_uri_component(hash.get(1..).unwrap_or_default())
        .is_ok_and(|id| document.get_element_by_id(&String::from(id)).is_some());
    if !names_element {
        hash = "#".into();
    }
    let (start, end) = fragment_ends(passage);
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
    let mut escaped = String::new();
    // What it gives is ASCII.
    for byte in String::from(js_sys::encode_uri_component(text)).bytes() {
        match byte {
            b'-' => escaped.push_str("%2D"),
            _ => escaped.push(char::from(byte)),
        }
    }
    escaped
}
