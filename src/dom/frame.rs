//! The next frame as a value: the only moment at which layout is read.

use wasm_bindgen::closure::Closure;

use super::web::{cancel_frame, request_frame};

/// A call at the next frame that is cancelled when this value is dropped.
#[must_use = "the call is cancelled as soon as this is dropped"]
pub(crate) struct Frame {
    id: f64,
    _react: Closure<dyn FnMut()>,
}

impl Frame {
    /// Calls `react` before the next paint.
    pub(crate) fn next(react: Box<dyn FnMut()>) -> Self {
        let react = Closure::wrap(react);
        Self { id: request_frame(react.as_ref()), _react: react }
    }
}

impl Drop for Frame {
    fn drop(&mut self) {
        // A frame that has already run has no id any more, and cancelling it does nothing.
        cancel_frame(self.id);
    }
}
