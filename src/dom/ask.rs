//! The popover beside selected text: reading the selection, the bar itself, and what brings the two together.

mod asker;
mod bar;
mod collection;
mod following;
mod highlight;
mod hint;
mod place;
mod reading;
mod selected;
mod snapshot;

pub(crate) use asker::{Asker, Wish};
pub(crate) use bar::{Action, Labels};
pub(crate) use place::View;
pub(crate) use selected::{Scope, add_root};
pub(crate) use snapshot::Amounts;
