//! The next frame as a value: the only moment at which layout is read.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// A call at the next frame that is cancelled when this value is dropped.
#[must_use = "the call is cancelled as soon as this is dropped"]
pub(crate) struct Frame {
    id: i32,
    _react: Closure<dyn FnMut()>,
}

impl Frame {
    /// Calls `react` once before the next paint; `None` without a window.
    pub(crate) fn next(react: impl FnOnce() + 'static) -> Option<Self> {
        let react = Closure::once(react);
        let id = super::window()?.request_animation_frame(react.as_ref().unchecked_ref()).ok()?;
        Some(Self { id, _react: react })
    }
}

impl Drop for Frame {
    fn drop(&mut self) {
        if let Some(window) = super::window() {
            // A frame that has already run has no id any more, and cancelling it does nothing.
            let _ = window.cancel_animation_frame(self.id);
        }
    }
}
