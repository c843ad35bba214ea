//! From trees to nodes: building, patching, finding the control an event belongs to, and scrolling.

mod attr;
mod event;
mod form;
mod patch;
mod scroll;

pub(crate) use event::{Action, Key};
pub(crate) use form::values;
pub(crate) use patch::Surface;
pub(crate) use scroll::{Follow, Scroller, from_end};
