//! What the reader sees, one file per visible part. Every view is a function from the state to a tree.

mod answer;
mod attachment;
mod composer;
mod failure;
mod header;
mod history;
pub(crate) mod icon;
mod menu;
mod messages;
mod notice;
mod question;
mod source;
mod start;
mod user;
mod widget;
mod workflow;

use std::rc::Rc;

use crate::markdown::{Context, Document};
use crate::model::{ColorScheme, Msg, State};
use crate::style::properties;
use crate::tree::{Element, Handler, Trigger, div, el};

/// What the views need to know of the world.
pub struct Env {
    /// The page's origin.
    pub origin: String,
    /// How many days ago a time of the wire was, in the reader's own time zone.
    pub age_days: fn(&str) -> Option<i32>,
}

/// What was built before and need not be built again.
#[derive(Default)]
pub struct Cache {
    context: Context,
    entries: Vec<Cached>,
}

struct Cached {
    id: String,
    revision: u32,
    is_open: bool,
    element: Rc<Element>,
    documents: Vec<Document>,
}

/// The whole element.
pub fn view(state: &State, cache: &mut Cache, env: &Env) -> Element {
    let text = state.text;
    let context = Context {
        origin: env.origin.clone(),
        image_hosts: state.thread.image_hosts.clone(),
        copy_label: text.copy,
        table_label: text.table,
        new_tab_label: text.new_tab,
        source_label: text.source,
    };
    if cache.context != context {
        *cache = Cache { context, entries: Vec::new() };
    }
    let scheme = match state.options.theme.scheme {
        ColorScheme::Light => "light",
        ColorScheme::Dark => "dark",
        ColorScheme::Auto => "auto",
    };
    let is_open = state.history.is_open;
    let chat = div("chat")
        .key("chat")
        .flag("inert", is_open)
        .children(header::view(state))
        .child(messages::view(state, cache))
        .child(composer::view(state, cache));
    let root = el("section")
        .class(if state.is_new() { "root is-new" } else { "root" })
        .attr("data-scheme", scheme)
        .attr("data-radius", state.options.theme.radius.clone().unwrap_or_else(|| "pill".to_owned()))
        .attr("data-density", state.options.theme.density.clone().unwrap_or_else(|| "normal".to_owned()))
        .attr("lang", text.tag)
        .attr("dir", if text.is_rtl { "rtl" } else { "ltr" })
        .label(state.options.title.clone().unwrap_or_else(|| text.title.to_owned()))
        .child(chat);
    let root =
        properties(&state.options.theme).into_iter().fold(root, |root, (name, value)| root.attr(name, value));
    // The reader may press beside the panel; the keyboard has Escape.
    let scrim = || {
        div("scrim")
            .key("scrim")
            .attr("aria-hidden", "true")
            .on(Trigger::Click, Handler::Send(Msg::CloseHistory))
    };
    let root = if is_open { root.child(scrim()).child(history::view(state, env)) } else { root };
    // Announcements are written into this box by hand: they must not be part of any re-rendering.
    root.child(div("sr live").key("live").attr("role", "status").attr("aria-live", "polite"))
}
