//! Building nodes from a tree and changing them as little as a newer tree allows.

use wasm_bindgen::JsCast;
use web_sys::{Document, Text};

use super::attr;
use crate::tree::{Element, Node};

/// The nodes a tree became.
pub(crate) struct Surface {
    document: Document,
    pub(super) tree: Element,
    pub(super) mirror: Mirror,
}

/// A node and the nodes below it, in the order of the tree: whatever else an extension puts between them is not ours.
pub(super) struct Mirror {
    pub(super) node: web_sys::Node,
    pub(super) children: Vec<Mirror>,
}

impl Surface {
    /// Builds the tree and puts it at the end of `parent`.
    pub(crate) fn mount(document: Document, parent: &web_sys::Node, tree: Element) -> Option<Self> {
        let mirror = build_element(&document, &tree)?;
        parent.append_child(&mirror.node).ok()?;
        Some(Self { document, tree, mirror })
    }

    /// The root's node.
    pub(crate) fn root(&self) -> &web_sys::Element {
        self.mirror.node.unchecked_ref()
    }

    /// Changes the nodes to what `tree` says.
    pub(crate) fn patch(&mut self, tree: Element) {
        patch_element(&self.document, &mut self.mirror, &self.tree, &tree);
        self.tree = tree;
    }
}

fn build(document: &Document, tree: &Node) -> Option<Mirror> {
    match tree {
        Node::Text(text) => {
            Some(Mirror { node: document.create_text_node(text).into(), children: Vec::new() })
        }
        _ => build_element(document, tree.element()?),
    }
}

fn build_element(document: &Document, tree: &Element) -> Option<Mirror> {
    let element = match tree.tag {
        "svg" | "path" => document.create_element_ns(Some("http://www.w3.org/2000/svg"), tree.tag),
        tag => document.create_element(tag),
    }
    .ok()?;
    let children: Vec<Mirror> = tree.children.iter().filter_map(|child| build(document, child)).collect();
    for child in &children {
        element.append_child(&child.node).ok()?;
    }
    // After the children: a select's value names one of its options.
    attr::patch(&element, &[], &tree.attrs);
    Some(Mirror { node: element.into(), children })
}

fn patch_node(document: &Document, mirror: &mut Mirror, old: &Node, new: &Node) {
    match (old, new) {
        (Node::Shared(old), Node::Shared(new)) if std::rc::Rc::ptr_eq(old, new) => {}
        (Node::Text(old), Node::Text(new)) => patch_text(mirror.node.unchecked_ref(), old, new),
        _ => {
            if let (Some(old), Some(new)) = (old.element(), new.element()) {
                patch_element(document, mirror, old, new);
            }
        }
    }
}

/// A text that only grew is appended to, so that a reader's selection in it survives.
fn patch_text(node: &Text, old: &str, new: &str) {
    match new.strip_prefix(old) {
        Some("") => {}
        Some(more) => {
            let _ = node.append_data(more);
        }
        None => node.set_data(new),
    }
}

fn patch_element(document: &Document, mirror: &mut Mirror, old: &Element, new: &Element) {
    patch_children(document, mirror, &old.children, &new.children);
    attr::patch(mirror.node.unchecked_ref(), &old.attrs, &new.attrs);
}

/// Whether a node can become another by patching.
fn is_alike(old: &Node, new: &Node) -> bool {
    match (old.element(), new.element()) {
        (Some(old), Some(new)) => old.tag == new.tag && old.key == new.key,
        (None, None) => true,
        _ => false,
    }
}

fn patch_children(document: &Document, mirror: &mut Mirror, old: &[Node], new: &[Node]) {
    let mut left: Vec<Option<Mirror>> = std::mem::take(&mut mirror.children).into_iter().map(Some).collect();
    // Which old child each new one continues. Siblings without keys keep their order.
    let mut next = 0;
    let matches: Vec<Option<usize>> = {
        let mut is_taken = vec![false; left.len()];
        new.iter()
            .map(|child| {
                let is_keyed = child.element().is_some_and(|element| element.key.is_some());
                let from = if is_keyed { 0 } else { next };
                let found = (from..left.len()).find(|&at| !is_taken[at] && is_alike(&old[at], child))?;
                is_taken[found] = true;
                if !is_keyed {
                    next = found + 1;
                }
                Some(found)
            })
            .collect()
    };
    for (at, slot) in left.iter_mut().enumerate() {
        if !matches.contains(&Some(at))
            && let Some(gone) = slot.take()
        {
            let _ = mirror.node.remove_child(&gone.node);
        }
    }
    let mut place = left.iter().flatten().next().map(|first| first.node.clone());
    for (child, found) in new.iter().zip(matches) {
        let kept = found.and_then(|at| Some((at, left[at].take()?)));
        let built = match kept {
            Some((at, mut kept)) => {
                patch_node(document, &mut kept, &old[at], child);
                Some(kept)
            }
            None => build(document, child),
        };
        let Some(built) = built else { continue };
        if place.as_ref() == Some(&built.node) {
            place = built.node.next_sibling();
        } else {
            let _ = mirror.node.insert_before(&built.node, place.as_ref());
        }
        mirror.children.push(built);
    }
}
