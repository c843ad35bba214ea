//! What a view answers: a tree of elements and text, with the message each control sends.
//!
//! The tree is plain data, so every view is tested on the host, and there is no way to express raw HTML in it: text is
//! always text. `dom` turns it into nodes and patches them when a newer tree differs.

use std::borrow::Cow;
use std::rc::Rc;

use crate::model::Msg;

/// One node of the tree.
#[derive(Clone, Debug)]
pub enum Node {
    /// Text.
    Text(String),
    /// An element.
    Element(Element),
    /// An element that several trees share: when the pointer is the same, nothing below it has changed.
    Shared(Rc<Element>),
}

/// An element. It is one pointer wide: views pass elements from call to call, and moving a pointer costs far less code
/// than moving what it points to.
#[derive(Clone, Debug)]
pub struct Element(Box<Body>);

/// What an element consists of.
#[derive(Clone, Debug)]
pub struct Body {
    /// The tag. `svg`, `path` and `circle` are made in the SVG namespace.
    pub tag: &'static str,
    /// What tells siblings apart when they move.
    pub key: Option<String>,
    /// Attributes in order. See [`Element::attr`] for the special names.
    pub attrs: Vec<(&'static str, Cow<'static, str>)>,
    /// What the element does on an event.
    pub handlers: Vec<(Trigger, Handler)>,
    /// The children.
    pub children: Vec<Node>,
}

/// The events a view can react to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// A click, or Enter or Space on a button.
    Click,
    /// The value of a field changed while typing.
    Input,
    /// The value of a select, a file field or a check box was chosen.
    Change,
    /// A key went down.
    KeyDown,
    /// A form was submitted.
    Submit,
}

/// What happens on an event.
#[derive(Clone, Debug)]
pub enum Handler {
    /// Sends the message.
    Send(Msg),
    /// Sends the message made from the field's value.
    Value(fn(String) -> Msg),
    /// Sends the message when this key goes down (see `KeyboardEvent.key`), without Shift, outside an IME composition.
    Key(&'static str, Msg),
    /// Copies the text of the code block around the button.
    CopyCode,
    /// Hands the chosen or pasted files to the composer.
    Files,
    /// Sends the widget action with the values of the form around the control.
    Form(Msg),
}

/// Makes an element; the calls that follow fill it.
#[inline(never)]
pub fn el(tag: &'static str) -> Element {
    Element(Box::new(Body { tag, key: None, attrs: Vec::new(), handlers: Vec::new(), children: Vec::new() }))
}

/// An element with a class.
#[inline(never)]
pub fn div(class: &'static str) -> Element {
    el("div").class(class)
}

/// A button that is not a submit button.
#[inline(never)]
pub fn button(class: &'static str, msg: Msg) -> Element {
    el("button").attr("type", "button").class(class).on(Trigger::Click, Handler::Send(msg))
}

// The generic methods only convert; what does the work exists once in the wasm.
impl Element {
    /// Sets the class.
    pub fn class(self, class: &'static str) -> Self {
        self.put("class", Cow::Borrowed(class))
    }

    /// Sets the accessible name.
    pub fn label(self, label: impl Into<Cow<'static, str>>) -> Self {
        self.put("aria-label", label.into())
    }

    /// Sets an attribute. `value` and `checked` are set as properties, `initial` is the value a field starts with; a name
    /// that begins with `style:` sets that style property through the CSSOM, which a strict Content Security Policy
    /// allows where a `style` attribute is not.
    pub fn attr(self, name: &'static str, value: impl Into<Cow<'static, str>>) -> Self {
        self.put(name, value.into())
    }

    #[inline(never)]
    fn put(mut self, name: &'static str, value: Cow<'static, str>) -> Self {
        self.0.attrs.push((name, value));
        self
    }

    /// Sets an attribute without a value when `on`.
    pub fn flag(self, name: &'static str, on: bool) -> Self {
        if on { self.put(name, Cow::Borrowed("")) } else { self }
    }

    /// Sets an attribute when there is a value.
    pub fn maybe(self, name: &'static str, value: Option<impl Into<Cow<'static, str>>>) -> Self {
        match value {
            Some(value) => self.put(name, value.into()),
            None => self,
        }
    }

    /// Sets the key.
    pub fn key(self, key: impl Into<String>) -> Self {
        self.identify(key.into())
    }

    #[inline(never)]
    fn identify(mut self, key: String) -> Self {
        self.0.key = Some(key);
        self
    }

    /// Adds a handler.
    #[inline(never)]
    pub fn on(mut self, trigger: Trigger, handler: Handler) -> Self {
        self.0.handlers.push((trigger, handler));
        self
    }

    /// Adds a child.
    pub fn child(self, child: impl Into<Node>) -> Self {
        self.adopt(child.into())
    }

    #[inline(never)]
    fn adopt(mut self, child: Node) -> Self {
        self.0.children.push(child);
        self
    }

    /// Adds children.
    pub fn children<N: Into<Node>>(mut self, children: impl IntoIterator<Item = N>) -> Self {
        for child in children {
            self = self.adopt(child.into());
        }
        self
    }

    /// Adds text.
    pub fn text(self, text: impl Into<String>) -> Self {
        self.adopt(Node::Text(text.into()))
    }
}

impl std::ops::Deref for Element {
    type Target = Body;

    fn deref(&self) -> &Body {
        &self.0
    }
}

impl std::ops::DerefMut for Element {
    fn deref_mut(&mut self) -> &mut Body {
        &mut self.0
    }
}

impl From<Element> for Node {
    fn from(element: Element) -> Self {
        Node::Element(element)
    }
}

impl From<Rc<Element>> for Node {
    fn from(element: Rc<Element>) -> Self {
        Node::Shared(element)
    }
}

impl Node {
    /// The element, when this is not text.
    pub fn element(&self) -> Option<&Element> {
        match self {
            Node::Text(_) => None,
            Node::Element(element) => Some(element),
            Node::Shared(element) => Some(element),
        }
    }

    /// All the text below, in order. What a screen reader is told and what a test compares.
    pub fn plain(&self) -> String {
        let mut out = String::new();
        self.collect(&mut out);
        out
    }

    fn collect(&self, out: &mut String) {
        match self {
            Node::Text(text) => out.push_str(text),
            _ => self
                .element()
                .iter()
                .flat_map(|element| &element.children)
                .for_each(|child| child.collect(out)),
        }
    }
}

#[cfg(test)]
impl Node {
    /// The tree as one line of HTML-like text, for tests only.
    pub(crate) fn sketch(&self) -> String {
        let Some(element) = self.element() else { return self.plain() };
        let attrs: String =
            element.attrs.iter().map(|(name, value)| format!(" {name}=\"{value}\"")).collect();
        let inside: String = element.children.iter().map(Node::sketch).collect();
        format!("<{}{attrs}>{inside}</{}>", element.tag, element.tag)
    }
}
