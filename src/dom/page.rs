//! Takes a page: its markup in one piece, and answers to what only a browser knows about it.

use std::cell::RefCell;

use js_sys::{Array, Date, JsString, Object, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::Document;

use super::changes::flags;
use super::kept::with_markup;
use super::promise::once;
use super::web::{Dom, List};
use crate::page::markup::Markup;
use crate::page::{Edges, ElementNumber, Rules, Snapshot, View, context};

/// How a page is to be taken.
pub(crate) struct PageRules {
    /// How it is read.
    pub(crate) rules: Rules,
    /// Where its content is; looked for if not given or not found.
    pub(crate) content: Option<String>,
    /// What of it is no content.
    pub(crate) exclude: Option<String>,
    /// Whether shadow trees are read, too.
    pub(crate) has_shadow: bool,
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(method, getter, js_name = outerHTML)]
    pub(super) fn outer_html(this: &Dom) -> JsString;
    /// Lazily made, so that it costs nothing to have.
    #[wasm_bindgen(method, js_name = getElementsByTagName)]
    pub(super) fn elements_by_name(this: &Dom, name: &str) -> List;
    #[wasm_bindgen(method, js_name = cloneNode)]
    fn clone_alone(this: &Dom) -> Dom;
    /// Browsers before 2024 do not have it.
    #[wasm_bindgen(method, catch, js_name = getHTML)]
    fn html_with(this: &Dom, options: &Object) -> Result<JsString, JsValue>;
    #[wasm_bindgen(method, getter, js_name = documentElement)]
    fn document_element(this: &Dom) -> Dom;
    #[wasm_bindgen(method, getter, js_name = baseURI)]
    fn base_uri(this: &Dom) -> String;
    #[wasm_bindgen(method, getter, js_name = scrollingElement)]
    fn scrolling_element(this: &Dom) -> Option<Dom>;
    #[wasm_bindgen(method, getter, js_name = scrollTop)]
    fn scroll_top(this: &Dom) -> f64;
    #[wasm_bindgen(method, getter, js_name = scrollHeight)]
    fn scroll_height(this: &Dom) -> f64;
    #[wasm_bindgen(method, getter, js_name = clientHeight)]
    fn client_height(this: &Dom) -> f64;
    /// For selectors that a caller wrote.
    #[wasm_bindgen(method, catch, js_name = querySelector)]
    fn try_query_selector(this: &Dom, selector: &str) -> Result<Option<Dom>, JsValue>;
    /// A window. Safari has no idle callbacks.
    type Idle;
    #[wasm_bindgen(method, js_name = requestIdleCallback)]
    fn request_idle_callback(this: &Idle, react: &JsValue);
    /// Looks at styles and lays nothing out. Browsers before 2024 do not have it.
    #[wasm_bindgen(method, js_name = checkVisibility)]
    fn check_visibility(this: &Dom, options: &Object) -> bool;
}

thread_local! {
    static ASKED: RefCell<Option<Dom>> = const { RefCell::new(None) };
}

/// Remembers where the passage is that the reader asks about, for the next message: opening a chat takes the selection
/// away, and its section is still the one that the question is about.
pub(crate) fn remember_asked(node: Dom) {
    ASKED.with(|asked| *asked.borrow_mut() = Some(node));
}

/// The page that `document` shows now, as the JSON of a page context. `is_stale`: it is still the page before.
///
/// # Errors
/// The browser's own error for a selector in `rules` that is not valid.
pub(crate) fn page_json(document: &Document, rules: &PageRules, is_stale: bool) -> Result<String, JsValue> {
    let page: &Dom = document.unchecked_ref();
    let mut browser = Browser {
        trees: vec![page.clone()],
        lists: Vec::new(),
        can_check: Reflect::has(&page.document_element(), &"checkVisibility".into()).unwrap_or(false),
        visibility: flags(&["opacityProperty", "visibilityProperty"]),
        exclude: rules.exclude.as_deref().map(JsString::from),
    };
    if let Some(exclude) = &rules.exclude {
        page.try_query_selector(exclude)?;
    }
    let content = match &rules.content {
        Some(selector) => page.try_query_selector(selector)?,
        None => None,
    };
    // Nobody is told of what changes in shadow trees.
    let shadow = (rules.has_shadow && !is_stale).then(|| String::from(browser.html_with_shadow(page)));
    browser.lists.push(page.elements_by_name("*"));
    browser.lists.extend(browser.trees.iter().skip(1).map(|tree| tree.query_selector_all("*")));
    let (mut height, mut top, mut way) = (0.0, 0.0, 0.0);
    if let Some(root) = page.scrolling_element() {
        height = root.client_height();
        top = root.scroll_top();
        way = root.scroll_height() - height;
    }
    let live = || {
        let selected = page.selection().filter(|selected| selected.range_count() > 0)?.range_at(0);
        (!selected.collapsed()).then(|| selected.start_container())
    };
    let asked = ASKED.with(|asked| asked.borrow_mut().take()).filter(Dom::is_connected);
    let selected = asked.or_else(live).and_then(|node| node.element());
    let snapshot = Snapshot {
        url: &page.url(),
        base: &page.base_uri(),
        timestamp: &String::from(Date::new_0().to_iso_string()),
        viewport_height: height,
        // Heights are whole numbers and the position is not: within two pixels of the end is the end.
        is_at_end: top > 0.0 && top >= way - 2.0,
        scrolled_percent: if way > 0.0 { (top / way * 100.0).clamp(0.0, 100.0) as u32 } else { 0 },
        content: content.and_then(|element| browser.number_of(&element)),
        selected: selected.and_then(|element| browser.number_of(&element)),
        is_stale,
    };
    let read = |markup: &Markup<'_>| context(markup, &snapshot, &rules.rules, &browser);
    Ok(match shadow {
        Some(html) => read(&Markup::cut(&html)),
        None if is_stale => read(&Markup::cut("")),
        None => with_markup(document, &browser, read),
    })
}

/// Reads a page that is none once the browser has nothing else to do. Browsers compile a function of wasm when it is called
/// for the first time: without this that is while a message waits.
pub(crate) fn warm_up(document: &Document) {
    /// One of each kind of thing that a page of documentation has.
    const SAMPLE: &str = "<html><body><main><h1>A</h1><p>b <a href=\"c\">d</a> &amp; <code>e</code></p><h2 id=\"f\">G</h2>\
        <ul><li>h</li></ul><pre class=\"language-i\">j</pre><table><tr><td>k</td></tr></table></main></body></html>";
    let Some(view) = document.default_view() else { return };
    let idle: &Idle = view.unchecked_ref();
    if !Reflect::has(idle, &"requestIdleCallback".into()).unwrap_or(false) {
        return;
    }
    idle.request_idle_callback(&once(|| {
        let nowhere = Browser {
            trees: Vec::new(),
            lists: Vec::new(),
            can_check: false,
            visibility: Object::new(),
            exclude: None,
        };
        let snapshot = Snapshot { url: "https://a.b/c", base: "https://a.b/c", ..Snapshot::default() };
        let rules = Rules { max_tokens: 500, ..Rules::default() };
        let _read = context(&Markup::cut(SAMPLE), &snapshot, &rules, &nowhere);
    }));
}

pub(super) struct Browser {
    /// The document and the shadow roots in it, in the order of the page.
    trees: Vec<Dom>,
    /// Their elements.
    lists: Vec<List>,
    can_check: bool,
    visibility: Object,
    exclude: Option<JsString>,
}

impl Browser {
    fn element(&self, scope: u32, element: u32) -> Option<Dom> {
        self.lists.get(scope as usize)?.item(element)
    }

    /// The markup of the document.
    pub(super) fn html(&self) -> JsString {
        self.trees.first().map(|page| page.document_element().outer_html()).unwrap_or_default()
    }

    /// How many elements the document's own tree has.
    pub(super) fn count(&self) -> u32 {
        self.lists.first().map_or(0, List::count)
    }

    /// The number of an element: it is looked for by halves.
    pub(super) fn number_of(&self, element: &Dom) -> Option<ElementNumber> {
        let root = element.root_node();
        let scope = self.trees.iter().position(|tree| *tree == root)?;
        let list = self.lists.get(scope)?;
        let (mut from, mut to) = (0, list.count());
        while from < to {
            let middle = from.midpoint(to);
            let found = list.item(middle)?;
            if found == *element {
                return Some((scope as u32, middle));
            }
            if found.is_before(element) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        None
    }

    /// The markup with open shadow trees in it; without them in browsers that do not write them.
    fn html_with_shadow(&mut self, page: &Dom) -> JsString {
        self.add_shadow_roots(page, 0);
        let roots: Array = self.trees.iter().skip(1).map(JsValue::from).collect();
        let options = Object::new();
        let _ = Reflect::set(&options, &"shadowRoots".into(), &roots);
        let element = page.document_element();
        if let Ok(inner) = element.html_with(&options) {
            // `<html …></html>` without its end.
            let html = String::from(element.clone_alone().outer_html());
            return JsString::from(html.strip_suffix("</html>").unwrap_or(&html)).concat(&inner);
        }
        self.trees.truncate(1);
        element.outer_html()
    }

    fn add_shadow_roots(&mut self, tree: &Dom, depth: u32) {
        let elements = tree.query_selector_all("*");
        for index in 0..elements.count() {
            let root = elements.item(index).and_then(|element| element.shadow_root());
            if let Some(root) = root.filter(|_| depth < 16) {
                self.trees.push(root.clone());
                self.add_shadow_roots(&root, depth + 1);
            }
        }
    }
}

impl View for Browser {
    fn edges(&self, scope: u32, element: u32) -> Edges {
        let Some(element) = self.element(scope, element) else { return Edges::default() };
        let rect = element.bounding_rect();
        Edges { top: rect.y(), width: rect.width(), height: rect.height() }
    }

    fn is_visible(&self, scope: u32, element: u32) -> bool {
        !self.can_check
            || self.element(scope, element).is_none_or(|element| element.check_visibility(&self.visibility))
    }

    fn is_excluded(&self, scope: u32, element: u32) -> bool {
        let Some(exclude) = &self.exclude else { return false };
        self.element(scope, element).is_some_and(|element| element.matches_kept(exclude))
    }

    fn has_id(&self, id: &str) -> bool {
        self.trees.first().is_some_and(|page| page.get_element_by_id(id).is_some())
    }
}
