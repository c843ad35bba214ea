//! The spoken hint about the shortcut comes once per visit, not once per page.

use std::cell::Cell;

use web_sys::Window;

thread_local! {
    static IS_SAID: Cell<bool> = const { Cell::new(false) };
}

const KEY: &str = "docent.ask.hint";

/// Whether this is the first time in this visit. Where storage is closed to us, in this page.
pub(crate) fn is_first(window: &Window) -> bool {
    if IS_SAID.replace(true) {
        return false;
    }
    let Some(storage) = window.session_storage().ok().flatten() else { return true };
    let is_known = storage.get_item(KEY).is_ok_and(|value| value.is_some());
    if !is_known {
        // A full or closed storage repeats the hint on the next page, no more.
        let _ = storage.set_item(KEY, "1");
    }
    !is_known
}
