//! The part of the browser that the popover uses, under the names the standards give it.
//!
//! web-sys declares the same calls with a type for each kind of node and a `Result` for each call that may throw. Here
//! nodes are of one type and nothing returns a `Result`: the selectors are constants, the offsets lie within their
//! nodes, and what cannot throw needs no code for it. That halves what the popover weighs.

use js_sys::{Array, JsString};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    /// Any node: a document, an element, a shadow root, a text.
    #[derive(Clone, PartialEq)]
    pub(crate) type Dom;

    #[wasm_bindgen(method, getter, js_name = nodeType)]
    pub(crate) fn node_type(this: &Dom) -> u32;
    #[wasm_bindgen(method, getter, js_name = nodeValue)]
    pub(crate) fn node_value(this: &Dom) -> Option<String>;
    /// Of a text node: its length in UTF-16 units.
    #[wasm_bindgen(method, getter)]
    pub(crate) fn length(this: &Dom) -> u32;
    #[wasm_bindgen(method, js_name = substringData)]
    pub(crate) fn substring_data(this: &Dom, from: u32, count: u32) -> String;
    #[wasm_bindgen(method, getter, js_name = isConnected)]
    pub(crate) fn is_connected(this: &Dom) -> bool;
    #[wasm_bindgen(method, getter, js_name = parentElement)]
    pub(crate) fn parent_element(this: &Dom) -> Option<Dom>;
    #[wasm_bindgen(method, getter, js_name = parentNode)]
    pub(crate) fn parent_node(this: &Dom) -> Option<Dom>;
    #[wasm_bindgen(method, getter, js_name = childNodes)]
    pub(crate) fn child_nodes(this: &Dom) -> List;
    #[wasm_bindgen(method, getter, js_name = firstChild)]
    pub(crate) fn first_child(this: &Dom) -> Option<Dom>;
    #[wasm_bindgen(method, getter, js_name = lastChild)]
    pub(crate) fn last_child(this: &Dom) -> Option<Dom>;
    #[wasm_bindgen(method, getter, js_name = nextSibling)]
    pub(crate) fn next_sibling(this: &Dom) -> Option<Dom>;
    #[wasm_bindgen(method, getter, js_name = previousSibling)]
    pub(crate) fn previous_sibling(this: &Dom) -> Option<Dom>;
    #[wasm_bindgen(method)]
    pub(crate) fn contains(this: &Dom, other: &Dom) -> bool;
    #[wasm_bindgen(method, js_name = compareDocumentPosition)]
    pub(crate) fn compare_document_position(this: &Dom, other: &Dom) -> u32;
    #[wasm_bindgen(method, js_name = getRootNode)]
    pub(crate) fn root_node(this: &Dom) -> Dom;
    #[wasm_bindgen(method, js_name = appendChild)]
    pub(crate) fn append_child(this: &Dom, child: &Dom);
    #[wasm_bindgen(method)]
    pub(crate) fn remove(this: &Dom);

    /// Of a shadow root: the element it belongs to.
    #[wasm_bindgen(method, getter)]
    pub(crate) fn host(this: &Dom) -> Option<Dom>;
    #[wasm_bindgen(method, getter, js_name = shadowRoot)]
    pub(crate) fn shadow_root(this: &Dom) -> Option<Dom>;
    #[wasm_bindgen(method, js_name = attachShadow)]
    pub(crate) fn attach_shadow(this: &Dom, init: &JsValue) -> Dom;
    /// Of a document or a shadow root.
    #[wasm_bindgen(method, getter, js_name = activeElement)]
    pub(crate) fn active_element(this: &Dom) -> Option<Dom>;
    /// Of a document or a shadow root; not there in browsers before 2023.
    #[wasm_bindgen(method, getter, js_name = adoptedStyleSheets)]
    pub(crate) fn adopted_style_sheets(this: &Dom) -> Option<Array>;
    #[wasm_bindgen(method, setter, js_name = adoptedStyleSheets)]
    pub(crate) fn set_adopted_style_sheets(this: &Dom, sheets: &Array);
    /// Of a document or a shadow root.
    #[wasm_bindgen(method, js_name = elementFromPoint)]
    pub(crate) fn element_from_point(this: &Dom, x: f64, y: f64) -> Option<Dom>;

    #[wasm_bindgen(method, getter)]
    pub(crate) fn id(this: &Dom) -> String;
    #[wasm_bindgen(method)]
    pub(crate) fn closest(this: &Dom, selector: &str) -> Option<Dom>;
    #[wasm_bindgen(method)]
    pub(crate) fn matches(this: &Dom, selector: &str) -> bool;
    /// The selector stays on the JavaScript side: it would else cross for every element.
    #[wasm_bindgen(method, js_name = matches)]
    pub(crate) fn matches_kept(this: &Dom, selector: &JsString) -> bool;
    #[wasm_bindgen(method, js_name = querySelector)]
    pub(crate) fn query_selector(this: &Dom, selector: &str) -> Option<Dom>;
    #[wasm_bindgen(method, js_name = querySelectorAll)]
    pub(crate) fn query_selector_all(this: &Dom, selector: &str) -> List;
    #[wasm_bindgen(method, js_name = getAttribute)]
    pub(crate) fn get_attribute(this: &Dom, name: &str) -> Option<String>;
    #[wasm_bindgen(method, js_name = setAttribute)]
    pub(crate) fn set_attribute(this: &Dom, name: &str, value: &str);
    #[wasm_bindgen(method, setter, js_name = textContent)]
    pub(crate) fn set_text_content(this: &Dom, text: &str);
    #[wasm_bindgen(method)]
    pub(crate) fn focus(this: &Dom, options: &JsValue);
    #[wasm_bindgen(method, getter)]
    pub(crate) fn style(this: &Dom) -> Style;
    #[wasm_bindgen(method, getter, js_name = showPopover)]
    pub(crate) fn show_popover_method(this: &Dom) -> JsValue;
    #[wasm_bindgen(method, js_name = showPopover)]
    pub(crate) fn show_popover(this: &Dom);
    #[wasm_bindgen(method, js_name = hidePopover)]
    pub(crate) fn hide_popover(this: &Dom);
    /// Its width and height as laid out; an animation that scales it does not count.
    #[wasm_bindgen(method, getter, js_name = offsetWidth)]
    pub(crate) fn offset_width(this: &Dom) -> f64;
    #[wasm_bindgen(method, getter, js_name = offsetHeight)]
    pub(crate) fn offset_height(this: &Dom) -> f64;
    #[wasm_bindgen(method, js_name = getBoundingClientRect)]
    pub(crate) fn bounding_rect(this: &Dom) -> Edges;
    /// How much larger a pixel of its own is than one of the window, by the `zoom` of all around it; not a number in
    /// browsers before 2024.
    #[wasm_bindgen(method, getter, js_name = currentCSSZoom)]
    pub(crate) fn zoom(this: &Dom) -> f64;

    #[wasm_bindgen(method, getter, js_name = URL)]
    pub(crate) fn url(this: &Dom) -> String;
    #[wasm_bindgen(method, js_name = createElementNS)]
    pub(crate) fn create_element_ns(this: &Dom, namespace: &str, name: &str) -> Dom;
    #[wasm_bindgen(method, js_name = createRange)]
    pub(crate) fn create_range(this: &Dom) -> Span;
    #[wasm_bindgen(method, js_name = getSelection)]
    pub(crate) fn selection(this: &Dom) -> Option<Selected>;
    #[wasm_bindgen(method, getter, js_name = defaultView)]
    pub(crate) fn default_view(this: &Dom) -> Option<View>;
    /// Of any node but a document.
    #[wasm_bindgen(method, getter, js_name = ownerDocument)]
    pub(crate) fn owner_document(this: &Dom) -> Option<Dom>;
    /// Of a frame: its document, `null` where it belongs to another origin. `undefined` for any other element.
    #[wasm_bindgen(method, getter, js_name = contentDocument)]
    pub(crate) fn content_document(this: &Dom) -> JsValue;
    #[wasm_bindgen(method, getter)]
    pub(crate) fn body(this: &Dom) -> Option<Dom>;
    #[wasm_bindgen(method, js_name = getElementById)]
    pub(crate) fn get_element_by_id(this: &Dom, id: &str) -> Option<Dom>;

    /// An event of a pointer or a key. What a page or an extension makes itself under such a name may be a plain event,
    /// which has nothing of all this.
    pub(crate) type Press;
    #[wasm_bindgen(method, getter, js_name = pointerType)]
    pub(crate) fn pointer_type(this: &Press) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    pub(crate) fn button(this: &Press) -> u32;
    #[wasm_bindgen(method, getter)]
    pub(crate) fn key(this: &Press) -> Option<String>;

    /// A list of nodes, or of rects.
    pub(crate) type List;
    #[wasm_bindgen(method, getter, js_name = length)]
    pub(crate) fn count(this: &List) -> u32;
    #[wasm_bindgen(method)]
    pub(crate) fn item(this: &List, index: u32) -> Option<Dom>;
    #[wasm_bindgen(method, js_name = item)]
    pub(crate) fn edges(this: &List, index: u32) -> Edges;

    /// A `DOMRect`, or the visual viewport, which names its sides in another way.
    pub(crate) type Edges;
    #[wasm_bindgen(method, getter)]
    pub(crate) fn x(this: &Edges) -> f64;
    #[wasm_bindgen(method, getter)]
    pub(crate) fn y(this: &Edges) -> f64;
    #[wasm_bindgen(method, getter, js_name = offsetLeft)]
    pub(crate) fn offset_left(this: &Edges) -> f64;
    #[wasm_bindgen(method, getter, js_name = offsetTop)]
    pub(crate) fn offset_top(this: &Edges) -> f64;
    #[wasm_bindgen(method, getter)]
    pub(crate) fn width(this: &Edges) -> f64;
    #[wasm_bindgen(method, getter)]
    pub(crate) fn height(this: &Edges) -> f64;

    /// A `Range`.
    #[derive(Clone)]
    pub(crate) type Span;
    #[wasm_bindgen(method, getter)]
    pub(crate) fn collapsed(this: &Span) -> bool;
    #[wasm_bindgen(method, getter, js_name = commonAncestorContainer)]
    pub(crate) fn common_ancestor(this: &Span) -> Dom;
    #[wasm_bindgen(method, getter, js_name = startContainer)]
    pub(crate) fn start_container(this: &Span) -> Dom;
    #[wasm_bindgen(method, getter, js_name = startOffset)]
    pub(crate) fn start_offset(this: &Span) -> u32;
    #[wasm_bindgen(method, getter, js_name = endContainer)]
    pub(crate) fn end_container(this: &Span) -> Dom;
    #[wasm_bindgen(method, getter, js_name = endOffset)]
    pub(crate) fn end_offset(this: &Span) -> u32;
    #[wasm_bindgen(method, js_name = setStart)]
    pub(crate) fn set_start(this: &Span, node: &Dom, offset: u32);
    #[wasm_bindgen(method, js_name = setEnd)]
    pub(crate) fn set_end(this: &Span, node: &Dom, offset: u32);
    #[wasm_bindgen(method, js_name = selectNodeContents)]
    pub(crate) fn select_contents(this: &Span, node: &Dom);
    #[wasm_bindgen(method, js_name = intersectsNode)]
    pub(crate) fn intersects(this: &Span, node: &Dom) -> bool;
    #[wasm_bindgen(method, js_name = getClientRects)]
    pub(crate) fn client_rects(this: &Span) -> List;
    #[wasm_bindgen(method, js_name = getBoundingClientRect)]
    pub(crate) fn span_rect(this: &Span) -> JsValue;

    /// A `Selection`.
    pub(crate) type Selected;
    #[wasm_bindgen(method, getter, js_name = rangeCount)]
    pub(crate) fn range_count(this: &Selected) -> u32;
    #[wasm_bindgen(method, js_name = getRangeAt)]
    pub(crate) fn range_at(this: &Selected, index: u32) -> Span;
    #[wasm_bindgen(method, js_name = addRange)]
    pub(crate) fn add_range(this: &Selected, range: &Span);
    /// `catch` because browsers before 2025 lack it, and because Safari's first one takes the shadow roots one by one.
    #[wasm_bindgen(method, catch, variadic, js_name = getComposedRanges)]
    pub(crate) fn composed_ranges(this: &Selected, shadow_roots: Vec<JsValue>) -> Result<Vec<Span>, JsValue>;
    /// `backward`, `forward`, `none`; not there in browsers before 2024.
    #[wasm_bindgen(method, getter)]
    pub(crate) fn direction(this: &Selected) -> Option<String>;
    #[wasm_bindgen(method, getter, js_name = anchorNode)]
    pub(crate) fn anchor_node(this: &Selected) -> Option<Dom>;
    #[wasm_bindgen(method, getter, js_name = anchorOffset)]
    pub(crate) fn anchor_offset(this: &Selected) -> u32;

    /// A `CSSStyleDeclaration`.
    pub(crate) type Style;
    #[wasm_bindgen(js_name = getComputedStyle)]
    pub(crate) fn computed_style(element: &Dom) -> Style;
    #[wasm_bindgen(method, js_name = getPropertyValue)]
    pub(crate) fn get(this: &Style, name: &str) -> String;
    /// The same for a name that stays on the JavaScript side.
    #[wasm_bindgen(method, js_name = getPropertyValue)]
    pub(crate) fn get_kept(this: &Style, name: &JsString) -> String;
    #[wasm_bindgen(method, js_name = setProperty)]
    pub(crate) fn set(this: &Style, name: &str, value: &str);

    /// Text that is painted as selected without being it; `catch` because browsers before 2025 have no such thing.
    pub(crate) type Highlight;
    #[wasm_bindgen(constructor, catch)]
    pub(crate) fn new(range: &Span) -> Result<Highlight, JsValue>;
    #[wasm_bindgen(js_namespace = ["CSS", "highlights"], js_name = set, catch)]
    pub(crate) fn set_highlight(name: &str, highlight: &Highlight) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = ["CSS", "highlights"], js_name = delete, catch)]
    pub(crate) fn delete_highlight(name: &str) -> Result<JsValue, JsValue>;

    /// `catch` because pages without `https:` have no clipboard.
    #[wasm_bindgen(js_namespace = ["navigator", "clipboard"], js_name = writeText, catch)]
    pub(crate) fn write_to_clipboard(text: &str) -> Result<Pending, JsValue>;
    /// A promise of which only the failure matters.
    pub(crate) type Pending;
    #[wasm_bindgen(method, js_name = catch)]
    pub(crate) fn or_else(this: &Pending, react: &JsValue);

    /// `catch` because reading the storage throws where a reader has closed it.
    #[wasm_bindgen(js_namespace = sessionStorage, js_name = getItem, catch)]
    pub(crate) fn stored(key: &str) -> Result<Option<String>, JsValue>;
    #[wasm_bindgen(js_namespace = sessionStorage, js_name = setItem, catch)]
    pub(crate) fn store(key: &str, value: &str) -> Result<(), JsValue>;

    /// A `Window`.
    pub(crate) type View;
    #[wasm_bindgen(method, getter, js_name = innerWidth)]
    pub(crate) fn inner_width(this: &View) -> f64;
    #[wasm_bindgen(method, getter, js_name = innerHeight)]
    pub(crate) fn inner_height(this: &View) -> f64;
    #[wasm_bindgen(method, getter, js_name = visualViewport)]
    pub(crate) fn visual_viewport(this: &View) -> Option<Edges>;

    #[wasm_bindgen(js_name = requestAnimationFrame)]
    pub(crate) fn request_frame(react: &JsValue) -> f64;
    #[wasm_bindgen(js_name = cancelAnimationFrame)]
    pub(crate) fn cancel_frame(id: f64);
}

/// `Node.TEXT_NODE`.
const TEXT: u32 = 3;
/// `Node.ELEMENT_NODE`.
const ELEMENT: u32 = 1;

impl Dom {
    pub(crate) fn is_text(&self) -> bool {
        self.node_type() == TEXT
    }

    pub(crate) fn is_element(&self) -> bool {
        self.node_type() == ELEMENT
    }

    /// The element a node is in, or is.
    pub(crate) fn element(&self) -> Option<Dom> {
        if self.is_element() { Some(self.clone()) } else { self.parent_element() }
    }

    /// The nearest element around a node, or itself, that a selector of ours finds, through the borders of shadow trees.
    pub(crate) fn closest_anywhere(&self, selector: &str) -> Option<Dom> {
        let found = self.element().and_then(|element| element.closest(selector));
        found.or_else(|| self.root_node().host()?.closest_anywhere(selector))
    }

    /// Whether it comes before `other` in the document.
    pub(crate) fn is_before(&self, other: &Dom) -> bool {
        const FOLLOWING: u32 = 4;
        self.compare_document_position(other) & FOLLOWING != 0
    }
}
