//! When a selection has settled: the reader has let go, and nothing has moved for a moment.
//!
//! Browsers report every step of a drag, and at the end of a click inside a selection they still show the old one.
//! So no event shows the popover: events start a short wait, and what is selected after it counts.

use crate::anchor::Means;

/// The wait for a mouse or a key: long enough that the next step of a drag or a held key starts it anew, and with it
/// the popover is there within 150 ms.
const SETTLE_MS: u32 = 90;

/// The wait for a finger: the system moves its handles after the finger has left.
const SETTLE_TOUCH_MS: u32 = 250;

/// What the reader is doing, followed through events.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Gesture {
    means: Means,
    is_pressed: bool,
}

impl Default for Gesture {
    fn default() -> Self {
        // A selection without any event before it comes from a screen reader or the browser's own find bar.
        Self { means: Means::Keyboard, is_pressed: false }
    }
}

impl Gesture {
    /// What the reader selects with.
    #[must_use]
    pub fn means(&self) -> Means {
        self.means
    }

    /// A button or a finger went down on the page; `pointer_type` is that of the event.
    pub fn press(&mut self, pointer_type: &str) {
        self.is_pressed = true;
        self.means = if matches!(pointer_type, "touch" | "pen") { Means::Touch } else { Means::Mouse };
    }

    /// It was let go, or the browser took the gesture over. Returns how long to wait, in milliseconds.
    pub fn release(&mut self) -> u32 {
        self.is_pressed = false;
        self.settle_ms()
    }

    /// A key went down; with Control, Alt or Meta alone nothing is selected.
    pub fn key(&mut self) {
        if !self.is_pressed {
            self.means = Means::Keyboard;
        }
    }

    /// The selection changed, or a key was let go. Returns how long to wait; `None` during a drag.
    #[must_use]
    pub fn change(&self) -> Option<u32> {
        (!self.is_pressed).then(|| self.settle_ms())
    }

    fn settle_ms(&self) -> u32 {
        if self.means == Means::Touch { SETTLE_TOUCH_MS } else { SETTLE_MS }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s1_nothing_settles_during_a_drag() {
        let mut gesture = Gesture::default();
        gesture.press("mouse");
        assert_eq!(gesture.change(), None);
        assert!(gesture.release() <= 150);
        assert_eq!(gesture.change(), Some(SETTLE_MS));
    }

    #[test]
    fn s1_handles_that_are_moved_after_a_touch_settle_slowly() {
        let mut gesture = Gesture::default();
        gesture.press("touch");
        assert_eq!(gesture.release(), SETTLE_TOUCH_MS);
        assert_eq!(gesture.change(), Some(SETTLE_TOUCH_MS));
        assert_eq!(gesture.means(), Means::Touch);
    }

    #[test]
    fn s4_the_last_input_says_what_the_reader_selects_with() {
        let mut gesture = Gesture::default();
        assert_eq!(gesture.means(), Means::Keyboard);
        gesture.press("mouse");
        gesture.key();
        assert_eq!(gesture.means(), Means::Mouse, "Shift is held while the mouse drags");
        let _ = gesture.release();
        gesture.key();
        assert_eq!(gesture.means(), Means::Keyboard);
    }
}
