//! The popover beside selected text: reading the selection, the bar itself, and what brings the two together.

mod asker;
mod bar;
mod following;
mod hint;
mod place;
mod selected;
mod snapshot;

pub(crate) use asker::{Asker, Wish};
pub(crate) use bar::{Action, Bar};
pub(crate) use place::View;
pub(crate) use selected::Scope;
pub(crate) use snapshot::{Amounts, Snapshot};
