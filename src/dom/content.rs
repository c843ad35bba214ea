//! Walks the main content of a page: what a reader sees there, and nothing that a reader typed.

use js_sys::{Function, JsString, Object, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::{Document, Element, Node};

use crate::budget::Block;
use crate::markdown::{MarkdownWriter, language_of};
use crate::outline::Heading;
use crate::text::one_line;

/// What is no content: things beside it, things that are not text, things that a reader cannot see or typed, buttons,
/// links to a heading itself, cookie banners and our own parts.
const EXCLUDED: &str = "nav,aside,footer,script,style,template,noscript,svg,canvas,video,audio,iframe,object,embed,\
    dialog,menu,button,input,textarea,select,option,datalist,output,meter,progress,\
    [hidden],[aria-hidden=true],[contenteditable]:not([contenteditable=false]),[data-private],.sr-mask,\
    [role=navigation],[role=complementary],[role=contentinfo],[role=search],[role=dialog],[role=alertdialog],\
    [role=menu],[role=menubar],[role=toolbar],[role=textbox],[role=searchbox],[role=combobox],[role=tablist],\
    [role=button],.hash-link,.headerlink,.header-anchor,.anchor-link,.linenos,.lineno,.line-number,.line-numbers,\
    .line-numbers-rows,[id^=cookie-],[id^=cookiebanner],[class*=cookie-banner],[class*=cookie-consent],\
    [class*=cookieconsent],[id^=onetrust],[data-docent],docent-chat,openai-chatkit";

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
    /// `Element.matches` with the selector kept on the JavaScript side, so that it does not cross for every element.
    #[wasm_bindgen(js_name = Element, extends = Node, typescript_type = "Element")]
    type Matcher;

    #[wasm_bindgen(method, catch)]
    fn matches(this: &Matcher, selector: &JsString) -> Result<bool, JsValue>;
}

/// The content of a page, read.
pub(crate) struct Content {
    /// Its text.
    pub(crate) blocks: Vec<Block>,
    /// Its headings: section `n` begins with `headings[n - 1]`.
    pub(crate) headings: Vec<Heading>,
    /// The elements that they were read from.
    pub(crate) elements: Vec<Element>,
    /// Whether the page has more nodes than are read.
    pub(crate) is_cut: bool,
}

/// Reads the content of `document`. `selector` names it, else it is looked for; `exclude` names more that is none.
///
/// # Errors
/// The browser's own error for a selector that is not valid.
pub(crate) fn read(
    document: &Document,
    selector: Option<&str>,
    exclude: Option<&str>,
) -> Result<Content, JsValue> {
    let excluded = match exclude {
        Some(more) => {
            // On its own first: `a, ` would otherwise break the whole list.
            document.query_selector(more)?;
            JsString::from([EXCLUDED, ",", more].concat())
        }
        None => JsString::from(EXCLUDED),
    };
    let mut walk = Walk {
        writer: MarkdownWriter::default(),
        headings: Vec::new(),
        elements: Vec::new(),
        excluded,
        visibility: Visibility::new(document),
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

fn root(document: &Document, selector: Option<&str>) -> Result<Option<Element>, JsValue> {
    if let Some(selector) = selector
        && let Some(root) = document.query_selector(selector)?
    {
        return Ok(Some(root));
    }
    for selector in CONTENT {
        let found = document.query_selector_all(selector)?;
        if found.length() == 1 {
            return Ok(found.get(0).and_then(|node| node.dyn_into().ok()));
        }
    }
    Ok(None)
}

fn is_inside_private(root: &Element) -> bool {
    let typed = "[data-private],.sr-mask,[contenteditable]:not([contenteditable=false])";
    root.closest(typed).is_ok_and(|found| found.is_some())
}

/// `Element.checkVisibility`, where the browser has it: it looks at styles and lays nothing out.
struct Visibility {
    check: Option<Function>,
    options: Object,
}

impl Visibility {
    fn new(document: &Document) -> Self {
        let check = document
            .document_element()
            .and_then(|element| Reflect::get(&element, &"checkVisibility".into()).ok())
            .and_then(|check| check.dyn_into().ok());
        let options = Object::new();
        for name in ["opacityProperty", "visibilityProperty"] {
            // A fresh object takes any property.
            let _ = Reflect::set(&options, &name.into(), &JsValue::TRUE);
        }
        Self { check, options }
    }

    fn covers(&self, element: &Element) -> bool {
        match &self.check {
            Some(check) => check.call1(element, &self.options).is_ok_and(|is_visible| is_visible.is_truthy()),
            None => true,
        }
    }
}

struct Walk {
    writer: MarkdownWriter,
    headings: Vec<Heading>,
    elements: Vec<Element>,
    excluded: JsString,
    visibility: Visibility,
    nodes: u32,
}

impl Walk {
    fn children(&mut self, parent: &Node, depth: u32) {
        let mut next = parent.first_child();
        while let Some(node) = next {
            if depth > MAX_DEPTH || self.nodes >= MAX_NODES {
                return;
            }
            self.nodes += 1;
            match node.node_type() {
                Node::TEXT_NODE => self.writer.text(&node.node_value().unwrap_or_default()),
                Node::ELEMENT_NODE => self.element(node.unchecked_ref(), depth),
                _ => {}
            }
            next = node.next_sibling();
        }
    }

    fn is_left_out(&self, element: &Element) -> bool {
        // An element of a foreign kind that has no `matches` is none of the page's text.
        element.unchecked_ref::<Matcher>().matches(&self.excluded).unwrap_or(true)
            || !self.visibility.covers(element)
    }

    fn element(&mut self, element: &Element, depth: u32) {
        if self.is_left_out(element) {
            return;
        }
        let depth = depth + 1;
        let name = element.local_name();
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
                self.writer.inline_code(&element.text_content().unwrap_or_default());
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

    fn list(&mut self, list: &Element, depth: u32) {
        let mut number = (list.local_name() == "ol")
            .then(|| list.get_attribute("start").and_then(|start| start.parse().ok()).unwrap_or(1));
        self.writer.start_list();
        let mut next = list.first_element_child();
        while let Some(item) = next {
            next = item.next_element_sibling();
            self.nodes += 1;
            if depth > MAX_DEPTH || self.nodes >= MAX_NODES {
                break;
            }
            if item.local_name() != "li" {
                self.element(&item, depth);
            } else if !self.is_left_out(&item) {
                let before = self.writer.start_item(number);
                self.children(&item, depth + 1);
                self.writer.end_indent(before);
                number = number.map(|number| number + 1);
            }
        }
        self.writer.end_list();
    }

    /// A formula as the TeX that it was written in, where the page keeps it (KaTeX, MathJax and Wikipedia do).
    fn math(&mut self, math: &Element, depth: u32) {
        let tex = math.query_selector("annotation[encoding='application/x-tex']").ok().flatten();
        match tex.and_then(|tex| tex.text_content()) {
            Some(tex) => self.writer.text(&["$", tex.trim(), "$"].concat()),
            None => self.children(math, depth),
        }
    }

    /// What is folded away is one click from the reader, so it counts as content; the browser calls it invisible.
    fn details(&mut self, details: &Element, depth: u32) {
        self.writer.end_block();
        if details.has_attribute("open") {
            self.children(details, depth);
        } else {
            let check = self.visibility.check.take();
            self.children(details, depth);
            self.visibility.check = check;
        }
        self.writer.end_block();
    }

    fn code(&mut self, pre: &Element, depth: u32) {
        let mut code = String::new();
        self.code_lines(pre, depth, &mut code);
        let attribute = |element: &Element| {
            let class = element.get_attribute("class").unwrap_or_default();
            let named = language_of(&class);
            if named.is_empty() {
                element.get_attribute("data-language").or_else(|| element.get_attribute("data-lang"))
            } else {
                Some(named.to_owned())
            }
        };
        let inner = pre.query_selector("code").ok().flatten();
        let language = attribute(pre)
            .or_else(|| inner.as_ref().and_then(attribute))
            .or_else(|| {
                let around = pre.closest("[class*='language-'],[class*='highlight-source-'],[data-language]");
                around.ok().flatten().as_ref().and_then(attribute)
            })
            .unwrap_or_default();
        self.writer.code(&one_line(&language), &code);
    }

    /// The text of code: line breaks count (Docusaurus sets its lines with them), line numbers do not.
    fn code_lines(&mut self, parent: &Node, depth: u32, code: &mut String) {
        let mut next = parent.first_child();
        while let Some(node) = next {
            if depth > MAX_DEPTH || self.nodes >= MAX_NODES {
                return;
            }
            self.nodes += 1;
            if node.node_type() == Node::TEXT_NODE {
                code.push_str(&node.node_value().unwrap_or_default());
            } else if let Some(element) = node.dyn_ref::<Element>() {
                if element.local_name() == "br" {
                    code.push('\n');
                } else if !element.unchecked_ref::<Matcher>().matches(&self.excluded).unwrap_or(true) {
                    self.code_lines(&node, depth + 1, code);
                }
            }
            next = node.next_sibling();
        }
    }
}

/// The id that links to this heading use: its own, that of an anchor in it, or that of the section it opens.
fn anchor_of(heading: &Element) -> String {
    let own = heading.id();
    if !own.is_empty() {
        return own;
    }
    if let Ok(Some(anchor)) = heading.query_selector("[id],a[name]") {
        let id = anchor.id();
        return if id.is_empty() { anchor.get_attribute("name").unwrap_or_default() } else { id };
    }
    let opened = heading.parent_element().filter(|parent| {
        parent.local_name() == "section" && parent.first_element_child().as_ref() == Some(heading)
    });
    opened.map(|section| section.id()).unwrap_or_default()
}

fn has_word(words: &str, word: &str) -> bool {
    words.split(' ').any(|other| other == word)
}

/// The upper edge of a heading, in pixels from the top of the viewport.
pub(crate) fn top_of(heading: &Element) -> f64 {
    heading.get_bounding_client_rect().top()
}
