//! The part of the browser that the popover uses, under the names the standards give it.
//!
//! web-sys declares the same calls with a type for each kind of node and a `Result` for each call that may throw. Here
//! nodes are of one type and nothing returns a `Result`: the selectors are constants, the offsets lie within their
//! nodes, and what cannot throw needs no code for it. That halves what the popover weighs.

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
    #[wasm_bindgen(method, setter, js_name = adoptedStyleSheets)]
    pub(crate) fn set_adopted_style_sheets(this: &Dom, sheets: Vec<JsValue>);

    #[wasm_bindgen(method, getter)]
    pub(crate) fn id(this: &Dom) -> String;
    #[wasm_bindgen(method, getter, js_name = isContentEditable)]
    pub(crate) fn is_content_editable(this: &Dom) -> bool;
    #[wasm_bindgen(method)]
    pub(crate) fn closest(this: &Dom, selector: &str) -> Option<Dom>;
    #[wasm_bindgen(method)]
    pub(crate) fn matches(this: &Dom, selector: &str) -> bool;
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

    #[wasm_bindgen(method, getter, js_name = URL)]
    pub(crate) fn url(this: &Dom) -> String;
    #[wasm_bindgen(method, js_name = createElementNS)]
    pub(crate) fn create_element_ns(this: &Dom, namespace: &str, name: &str) -> Dom;
    #[wasm_bindgen(method, js_name = createRange)]
    pub(crate) fn create_range(this: &Dom) -> Span;
    #[wasm_bindgen(method, getter)]
    pub(crate) fn body(this: &Dom) -> Option<Dom>;
    #[wasm_bindgen(method, js_name = getElementById)]
    pub(crate) fn get_element_by_id(this: &Dom, id: &str) -> Option<Dom>;

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
    pub(crate) fn span_rect(this: &Span) -> Edges;

    /// A `Selection`.
    pub(crate) type Selected;
    #[wasm_bindgen(js_name = getSelection)]
    pub(crate) fn selection() -> Option<Selected>;
    #[wasm_bindgen(method, getter, js_name = rangeCount)]
    pub(crate) fn range_count(this: &Selected) -> u32;
    #[wasm_bindgen(method, getter, js_name = isCollapsed)]
    pub(crate) fn is_collapsed(this: &Selected) -> bool;
    #[wasm_bindgen(method, js_name = getRangeAt)]
    pub(crate) fn range_at(this: &Selected, index: u32) -> Span;
    #[wasm_bindgen(method, getter, js_name = anchorNode)]
    pub(crate) fn anchor_node(this: &Selected) -> Option<Dom>;
    #[wasm_bindgen(method, getter, js_name = anchorOffset)]
    pub(crate) fn anchor_offset(this: &Selected) -> u32;
    #[wasm_bindgen(method, getter, js_name = focusNode)]
    pub(crate) fn focus_node(this: &Selected) -> Option<Dom>;
    #[wasm_bindgen(method, getter, js_name = focusOffset)]
    pub(crate) fn focus_offset(this: &Selected) -> u32;
    #[wasm_bindgen(method, js_name = toString)]
    pub(crate) fn text(this: &Selected) -> String;

    /// A `CSSStyleDeclaration`.
    pub(crate) type Style;
    #[wasm_bindgen(js_name = getComputedStyle)]
    pub(crate) fn computed_style(element: &Dom) -> Style;
    #[wasm_bindgen(method, js_name = getPropertyValue)]
    pub(crate) fn get(this: &Style, name: &str) -> String;
    #[wasm_bindgen(method, js_name = setProperty)]
    pub(crate) fn set(this: &Style, name: &str, value: &str);

    /// A style sheet that is made by calls; `catch` because browsers before 2023 have no constructor for it.
    #[wasm_bindgen(js_name = CSSStyleSheet)]
    pub(crate) type Sheet;
    #[wasm_bindgen(constructor, js_class = "CSSStyleSheet", catch)]
    pub(crate) fn new() -> Result<Sheet, JsValue>;
    #[wasm_bindgen(method, js_name = replaceSync)]
    pub(crate) fn replace_sync(this: &Sheet, css: &str);

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

    /// Whether it comes before `other` in the document.
    pub(crate) fn is_before(&self, other: &Dom) -> bool {
        const FOLLOWING: u32 = 4;
        self.compare_document_position(other) & FOLLOWING != 0
    }
}
