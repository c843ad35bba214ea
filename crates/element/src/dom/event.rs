//! From an event to the control it belongs to: one listener for the whole surface, no listener per button.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::Event;

use super::patch::{Mirror, Surface};
use crate::model::Msg;
use crate::tree::{Element, Handler, Trigger};

/// A key that went down, as the handlers see it.
pub(crate) struct Key {
    pub(crate) name: String,
    /// Whether it belongs to something else: Shift is held, or an input method is composing.
    pub(crate) is_taken: bool,
}

/// What an event asks for.
pub(crate) enum Action {
    /// Dispatch this.
    Send(Msg),
    /// Copy the code around this button.
    CopyCode(web_sys::Element),
    /// Take the files of this field.
    Files(web_sys::Element),
    /// Dispatch this with the values of the form around this control.
    Form(Msg, web_sys::Element),
}

impl Surface {
    /// What the innermost control on the event's way wants done.
    pub(crate) fn action(&self, trigger: Trigger, event: &Event, key: Option<&Key>) -> Option<Action> {
        let mut way: Vec<(&Element, web_sys::Element)> = vec![(&self.tree, self.root().clone())];
        let mut mirror = &self.mirror;
        let mut tree = &self.tree;
        let path = event.composed_path();
        let root =
            (0..path.length()).find(|&at| path.get(at) == *AsRef::<JsValue>::as_ref(&self.mirror.node))?;
        for at in (0..root).rev() {
            let node = path.get(at);
            let Some((child, element)) = child_of(mirror, tree, &node) else { break };
            mirror = child;
            tree = element;
            way.push((tree, mirror.node.clone().unchecked_into()));
        }
        way.iter().rev().find_map(|(element, node)| {
            let handlers = element.handlers.iter().filter(|(own, _)| *own == trigger);
            handlers.map(|(_, handler)| handler).find_map(|handler| run(handler, node, event, key))
        })
    }
}

fn child_of<'a>(mirror: &'a Mirror, tree: &'a Element, node: &JsValue) -> Option<(&'a Mirror, &'a Element)> {
    let at = mirror.children.iter().position(|child| AsRef::<JsValue>::as_ref(&child.node) == node)?;
    Some((&mirror.children[at], tree.children.get(at)?.element()?))
}

fn run(handler: &Handler, node: &web_sys::Element, event: &Event, key: Option<&Key>) -> Option<Action> {
    Some(match handler {
        Handler::Send(msg) => Action::Send(msg.clone()),
        Handler::Value(make) => {
            let value = js_sys::Reflect::get(node, &"value".into()).ok()?.as_string()?;
            Action::Send(make(value))
        }
        Handler::Key(name, msg) => {
            key.filter(|key| key.name == *name && !key.is_taken)?;
            event.prevent_default();
            event.stop_propagation();
            Action::Send(msg.clone())
        }
        Handler::CopyCode => Action::CopyCode(node.clone()),
        Handler::Files => Action::Files(node.clone()),
        Handler::Form(msg) => Action::Form(msg.clone(), node.clone()),
    })
}
