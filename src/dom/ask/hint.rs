//! The spoken hint about the shortcut comes once per visit, not once per page.

use std::cell::Cell;

use crate::dom::web::{store, stored};

thread_local! {
    static IS_SAID: Cell<bool> = const { Cell::new(false) };
}

const KEY: &str = "docent.ask.hint";

/// Whether this is the first time in this visit. Where storage is closed to us or full, in this page.
pub(crate) fn is_first() -> bool {
    match stored(KEY) {
        Ok(Some(_)) => false,
        Ok(None) if store(KEY, "1").is_ok() => true,
        _ => !IS_SAID.replace(true),
    }
}
