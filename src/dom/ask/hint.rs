//! The spoken hint about the shortcut comes once per visit, not once per page.

use std::cell::Cell;

use crate::dom::web::{store, stored};

thread_local! {
    static IS_SAID: Cell<bool> = const { Cell::new(false) };
}

const KEY: &str = "docent.ask.hint";

/// Whether this is the first time in this visit. Where storage is closed to us, in this page.
pub(crate) fn is_first() -> bool {
    if IS_SAID.replace(true) {
        return false;
    }
    let is_known = stored(KEY).is_ok_and(|value| value.is_some());
    // A full or closed storage repeats the hint on the next page, no more.
    let _ = store(KEY, "1");
    !is_known
}
