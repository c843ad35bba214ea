//! Walks the main content of a page: what a reader sees there, and nothing that a reader typed.

use js_sys::{JsString, Object, Reflect};
use wasm_bindgen::prelude::*;

use super::web::Dom;
use crate::budget::Block;
use crate::markdown::{MarkdownWriter, language_of};
use crate::outline::Heading;
use crate::text::one_line;

/// Elements that are no content: things beside it, things that are not text, things that a reader presses or types.
const EXCLUDED_TAGS: &str = "nav aside footer script style template noscript svg canvas video audio iframe object embed \
    dialog menu button input textarea select option datalist output meter progress docent-chat openai-chatkit";

/// What else is none, all told by attributes: what a reader cannot see or typed, links to a heading itself, line
/// numbers, cookie banners and our own parts.
const EXCLUDED: &str = "[hidden],[aria-hidden=true],[contenteditable]:not([contenteditable=false]),[data-private],.sr-mask,\
    [role=navigation],[role=complementary],[role=contentinfo],[role=search],[role=dialog],[role=alertdialog],\
    [role=menu],[role=menubar],[role=toolbar],[role=textbox],[role=searchbox],[role=combobox],[role=tablist],\
    [role=button],.hash-link,.headerlink,.header-anchor,.anchor-link,.linenos,.lineno,.line-number,.line-numbers,\
    .line-numbers-rows,[id^=cookie-],[id^=cookiebanner],[class*=cookie-banner],[class*=cookie-consent],\
    [class*=cookieconsent],[id^=onetrust],[data-docent]";

/// Where the content is, best first. Of a selector that matches several elements none is the content.
const CONTENT: [&str; 7] =
    ["article .markdown", "[itemprop=articleBody]", "main article", "main", "[role=main]", "article", "body"];

/// Elements that stand within a line.
const INLINE: &str = "a abbr b bdi bdo cite data del dfn em font i ins label mark picture q rp rt ruby s slot small \
    span strong sub sup time u var wbr";

/// Nodes that are visited at most, and how deep: a page of any size is read in bounded time and stack.
const MAX_NODES: u32 = 30_000;
const MAX_DEPTH: u32 = 256;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(method, getter, js_name = localName)]
    fn local_name(this: &Dom) -> String;
    #[wasm_bindgen(method, getter, js_name = textContent)]
    pub(super) fn text_content(this: &Dom) -> Option<String>;
    #[wasm_bindgen(method, js_name = hasAttributes)]
    fn has_attributes(this: &Dom) -> bool;
    /// The selector stays on the JavaScript side: it would else cross for every element.
    #[wasm_bindgen(method, js_name = matches)]
    fn matches_kept(this: &Dom, selector: &JsString) -> bool;
    /// For selectors that a caller wrote.
    #[wasm_bindgen(method, catch, js_name = querySelector)]
    fn try_query_selector(this: &Dom, selector: &str) -> Result<Option<Dom>, JsValue>;
    /// Looks at styles and lays nothing out. Browsers before 2024 do not have it.
    #[wasm_bindgen(method, js_name = checkVisibility)]
    fn check_visibility(this: &Dom, options: &Object) -> bool;
}

/// The content of a page, read.
pub(crate) struct Content {
    /// Its text.
    pub(crate) blocks: Vec<Block>,
    /// Its headings: section `n` begins with `headings[n - 1]`.
    pub(crate) headings: Vec<Heading>,
    /// The elements that they were read from.
    pub(crate) elements: Vec<Dom>,
    /// Whether the page has more nodes than are read.
    pub(crate) is_cut: bool,
}

/// Reads the content of `document`. `selector` names it, else it is looked for; `exclude` names more that is none.
///
/// # Errors
/// The browser's own error for a selector that is not valid.
pub(crate) fn read(
    document: &Dom,
    selector: Option<&str>,
    exclude: Option<&str>,
) -> Result<Content, JsValue> {
    let excluded = match exclude {
        Some(more) => {
            // On its own first: `a, ` would otherwise break the whole list.
            document.try_query_selector(more)?;
            JsString::from([EXCLUDED, ",", more].concat())
        }
        None => JsString::from(EXCLUDED),
    };
    let mut walk = Walk {
        writer: MarkdownWriter::default(),
        headings: Vec::new(),
        elements: Vec::new(),
        excluded,
        excludes_more: exclude.is_some(),
        can_check: document
            .body()
            .is_some_and(|body| Reflect::has(&body, &"checkVisibility".into()).unwrap_or(false)),
        visibility: visibility_options(),
        nodes: 0,
    };
    if let Some(root) = root(document, selector)?
        && !is_inside_private(&root)
    {
        walk.children(&root, 0);
    }
    let is_cut = walk.nodes >= MAX_NODES;
    Ok(Content { blocks: walk.writer.finish(), headings: walk.headings, elements: walk.elements, is_cut })
}

fn root(document: &Dom, selector: Option<&str>) -> Result<Option<Dom>, JsValue> {
    if let Some(selector) = selector
        && let Some(root) = document.try_query_selector(selector)?
    {
        return Ok(Some(root));
    }
    let mut found = CONTENT.iter().map(|selector| document.query_selector_all(selector));
    Ok(found.find(|found| found.count() == 1).and_then(|found| found.item(0)))
}

fn is_inside_private(root: &Dom) -> bool {
    root.closest("[data-private],.sr-mask,[contenteditable]:not([contenteditable=false])").is_some()
}

fn visibility_options() -> Object {
    let options = Object::new();
    for name in ["opacityProperty", "visibilityProperty"] {
        // A fresh object takes any property.
        let _ = Reflect::set(&options, &name.into(), &JsValue::TRUE);
    }
    options
}

struct Walk {
    writer: MarkdownWriter,
    headings: Vec<Heading>,
    elements: Vec<Dom>,
    excluded: JsString,
    /// Whether `excluded` may name elements without attributes.
    excludes_more: bool,
    /// Whether what styles hide is left out; not so within what is folded away.
    can_check: bool,
    visibility: Object,
    nodes: u32,
}

impl Walk {
    /// Calls `visit` for the children of a node, as long as there is room in the stack and in the time.
    fn each_child(&mut self, parent: &Dom, depth: u32, visit: &mut dyn FnMut(&mut Self, &Dom)) {
        let mut next = parent.first_child().filter(|_| depth <= MAX_DEPTH);
        while let Some(node) = next.filter(|_| self.nodes < MAX_NODES) {
            self.nodes += 1;
            visit(self, &node);
            next = node.next_sibling();
        }
    }

    fn children(&mut self, parent: &Dom, depth: u32) {
        self.each_child(parent, depth, &mut |walk, node| {
            // Comments have a value too; of elements it is null.
            match node.node_value() {
                Some(text) if node.is_text() => walk.writer.text(&text),
                None => walk.element(node, depth),
                Some(_) => {}
            }
        });
    }

    /// Whether an element of this name is no content. Most have no attribute, and of those few questions are asked:
    /// selectors and styles are most of the time that a walk takes.
    fn is_left_out(&self, element: &Dom, name: &str) -> bool {
        let has_attributes = element.has_attributes();
        let is_plain = !has_attributes && has_word(INLINE, name);
        self.is_excluded(element, name, has_attributes)
            || (self.can_check && !is_plain && !element.check_visibility(&self.visibility))
    }

    fn is_excluded(&self, element: &Dom, name: &str, has_attributes: bool) -> bool {
        has_word(EXCLUDED_TAGS, name)
            || ((has_attributes || self.excludes_more) && element.matches_kept(&self.excluded))
    }

    fn element(&mut self, element: &Dom, depth: u32) {
        let name = element.local_name();
        if self.is_left_out(element, &name) {
            return;
        }
        let depth = depth + 1;
        match name.as_str() {
            name @ ("h1" | "h2" | "h3" | "h4" | "h5" | "h6") => {
                let level = name.as_bytes()[1] - b'0';
                if self.writer.start_heading(level) {
                    self.children(element, depth);
                    let text = self.writer.end_heading();
                    if !text.is_empty() {
                        self.headings.push(Heading { level, id: anchor_of(element), text });
                        self.elements.push(element.clone());
                    }
                } else {
                    self.children(element, depth);
                }
            }
            "br" | "hr" => self.writer.end_block(),
            "pre" => self.code(element, depth),
            "code" | "kbd" | "samp" => {
                let mut code = String::new();
                self.code_lines(element, depth, &mut code);
                self.writer.inline_code(&code);
            }
            "img" => {
                let alternative = one_line(&element.get_attribute("alt").unwrap_or_default());
                if !alternative.is_empty() {
                    self.writer.text(&["![", &alternative, "]"].concat());
                }
            }
            "math" => self.math(element, depth),
            "ul" | "ol" => self.list(element, depth),
            "blockquote" => {
                let before = self.writer.start_quote();
                self.children(element, depth);
                self.writer.end_indent(before);
            }
            "table" => {
                self.writer.start_table();
                self.children(element, depth);
                self.writer.end_table();
            }
            "tr" => {
                self.children(element, depth);
                self.writer.end_row();
            }
            "td" | "th" => {
                self.children(element, depth);
                self.writer.end_cell();
            }
            "details" => self.details(element, depth),
            name if has_word(INLINE, name) => self.children(element, depth),
            _ => {
                self.writer.end_block();
                self.children(element, depth);
                self.writer.end_block();
            }
        }
    }

    fn list(&mut self, list: &Dom, depth: u32) {
        let mut number = (list.local_name() == "ol")
            .then(|| list.get_attribute("start").and_then(|start| start.parse().ok()).unwrap_or(1));
        self.writer.start_list();
        self.each_child(list, depth, &mut |walk, item| {
            if !item.is_element() {
                return;
            }
            if item.local_name() != "li" {
                walk.element(item, depth);
            } else if !walk.is_left_out(item, "li") {
                let before = walk.writer.start_item(number);
                walk.children(item, depth + 1);
                walk.writer.end_indent(before);
                number = number.map(|number| number + 1);
            }
        });
        self.writer.end_list();
    }

    /// A formula as the TeX that it was written in, where the page keeps it (KaTeX, MathJax and Wikipedia do).
    fn math(&mut self, math: &Dom, depth: u32) {
        let tex = math.query_selector("annotation[encoding='application/x-tex']");
        match tex.and_then(|tex| tex.text_content()) {
            Some(tex) => self.writer.text(&["$", tex.trim(), "$"].concat()),
            None => self.children(math, depth),
        }
    }

    /// What is folded away is one click from the reader, so it counts as content; the browser calls it invisible.
    fn details(&mut self, details: &Dom, depth: u32) {
        self.writer.end_block();
        let could_check = self.can_check;
        self.can_check &= details.get_attribute("open").is_some();
        self.children(details, depth);
        self.can_check = could_check;
        self.writer.end_block();
    }

    fn code(&mut self, pre: &Dom, depth: u32) {
        let mut code = String::new();
        self.code_lines(pre, depth, &mut code);
        let attribute = |element: &Dom| {
            let class = element.get_attribute("class").unwrap_or_default();
            let named = language_of(&class);
            if named.is_empty() {
                element.get_attribute("data-language").or_else(|| element.get_attribute("data-lang"))
            } else {
                Some(named.to_owned())
            }
        };
        let inner = pre.query_selector("code");
        let language = attribute(pre)
            .or_else(|| inner.as_ref().and_then(attribute))
            .or_else(|| {
                pre.closest("[class*='language-'],[class*='highlight-source-'],[data-language]")
                    .as_ref()
                    .and_then(attribute)
            })
            .unwrap_or_default();
        self.writer.code(&one_line(&language), &code);
    }

    /// The text of code: line breaks count (Docusaurus sets its lines with them), line numbers do not.
    fn code_lines(&mut self, parent: &Dom, depth: u32, code: &mut String) {
        self.each_child(parent, depth, &mut |walk, node| {
            if node.is_text() {
                code.push_str(&node.node_value().unwrap_or_default());
            } else if node.is_element() {
                let name = node.local_name();
                if name == "br" {
                    code.push('\n');
                } else if !walk.is_excluded(node, &name, true) {
                    walk.code_lines(node, depth + 1, code);
                }
            }
        });
    }
}

/// The id that links to this heading use: its own, that of an anchor in it, or that of the section it opens.
fn anchor_of(heading: &Dom) -> String {
    let own = heading.id();
    if !own.is_empty() {
        return own;
    }
    if let Some(anchor) = heading.query_selector("[id],a[name]") {
        let id = anchor.id();
        return if id.is_empty() { anchor.get_attribute("name").unwrap_or_default() } else { id };
    }
    let opens = heading.matches("section > :first-child");
    heading.parent_element().filter(|_| opens).map(|section| section.id()).unwrap_or_default()
}

fn has_word(words: &str, word: &str) -> bool {
    words.split(' ').any(|other| other == word)
}

/// The upper edge of a heading, in pixels from the top of the viewport.
pub(crate) fn top_of(heading: &Dom) -> f64 {
    heading.bounding_rect().y()
}
