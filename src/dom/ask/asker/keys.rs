//! What the popover does with the keyboard.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::KeyboardEvent;

use super::{Asker, Painted};
use crate::dom::web::Press as Pressed;
use crate::shortcut::Press;

impl Asker {
    pub(super) fn key_down(self: &Rc<Self>, event: &KeyboardEvent) {
        // Password managers and automatic filling send events of this name without a key.
        let Some(key) = event.unchecked_ref::<Pressed>().key() else { return };
        let mut gesture = self.gesture.get();
        gesture.key();
        self.gesture.set(gesture);
        let code = event.code();
        let press = Press {
            key: &key,
            code: &code,
            alt: event.get_modifier_state("Alt"),
            control: event.get_modifier_state("Control"),
            meta: event.get_modifier_state("Meta"),
            shift: event.get_modifier_state("Shift"),
        };
        let is_taken = if self.wish.shortcut.as_ref().is_some_and(|shortcut| shortcut.matches(&press)) {
            self.shortcut_pressed()
        } else if !self.bar.is_shown() || event.is_composing() {
            false
        } else {
            match (key.as_str(), self.bar.focused_button()) {
                ("Escape", _) => self.hide(),
                // The bar is the next stop after the selected text, and the last before the page goes on.
                ("Tab", Some(_)) => self.hide(),
                ("Tab", None) if !press.shift && !self.bar.has_focus() => self.enter(),
                ("ArrowDown", Some(button)) => self.bar.step(&button, true),
                ("ArrowUp", Some(button)) => self.bar.step(&button, false),
                // To the button that is there: beside text from right to left the first one is on the right.
                ("ArrowRight", Some(button)) => self.bar.step(&button, !self.bar.is_mirrored()),
                ("ArrowLeft", Some(button)) => self.bar.step(&button, self.bar.is_mirrored()),
                _ => return,
            }
            true
        };
        if is_taken {
            event.prevent_default();
            event.stop_propagation();
        }
    }

    /// With one action the shortcut asks at once; with several it leads to the buttons, and without a selection to
    /// those of what is collected.
    fn shortcut_pressed(self: &Rc<Self>) -> bool {
        if self.wish.actions.len() == 1 {
            return self.ask_now();
        }
        self.seen.take();
        self.review();
        if self.bar.is_shown() {
            self.enter();
            return true;
        }
        self.bar.enter_tray()
    }

    fn enter(&self) {
        self.before.replace(self.document.active_element());
        self.painted.take();
        self.painted.replace(self.shown().and_then(|selected| Painted::new(&self.document, &selected)));
        self.bar.enter();
    }
}
