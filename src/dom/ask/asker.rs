//! Follows the selection of a page, shows the bar beside it and hands over what the reader asks about.
//!
//! While nothing is selected there are a handful of listeners and no timer, and no layout is read. Events only start a
//! short wait; layout is read once per frame after it. What the bar needs to follow its text (scrolling, resizing, a
//! route that changes) is listened to only while it shows.

mod keys;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen::{JsCast, JsValue};
use web_sys::Event;

use super::bar::{Action, Bar, Labels, copy, focus};
use super::collection::{Collection, text_of};
use super::following::Following;
use super::highlight::Painted;
use super::place::View;
use super::selected::{Scope, Selected, are_same};
use super::snapshot::{self, Amounts};
use crate::anchor::Means;
use crate::bindings::record::set;
use crate::dom::frame::Frame;
use crate::dom::web::{Dom, Press, Span};
use crate::dom::{Listener, Timer, remember_asked};
use crate::gesture::Gesture;
use crate::shortcut::Shortcut;

/// What the caller wants.
pub(crate) struct Wish {
    pub(crate) min_chars: usize,
    pub(crate) amounts: Amounts,
    /// What the bar offers. `add` and `copy` are done here, all others by the caller.
    pub(crate) actions: Vec<Action>,
    pub(crate) labels: Labels,
    pub(crate) shortcut: Option<Shortcut>,
    /// Said once to people who use a screen reader; empty for nothing.
    pub(crate) hint: String,
    /// Said to them after `add` and `copy`.
    pub(crate) added: String,
    pub(crate) copied: String,
    pub(crate) view: View,
    /// Gets a passage with its action.
    pub(crate) on_ask: Box<dyn Fn(&JsValue)>,
}

/// The popover of one page. Everything it added to the page is gone after [`Asker::destroy`].
pub(crate) struct Asker {
    document: Dom,
    scope: Scope,
    wish: Rc<Wish>,
    bar: Bar,
    gesture: Cell<Gesture>,
    /// What was selected when it was last looked at: what the reader sent away does not come back by itself.
    seen: RefCell<Vec<Span>>,
    shown: RefCell<Option<Rc<Selected>>>,
    /// Taken when a button goes down: a phone drops the selection before the click.
    pressed: RefCell<Option<JsValue>>,
    /// What had the focus before the bar.
    before: RefCell<Option<Dom>>,
    collection: Collection,
    painted: RefCell<Option<Painted>>,
    always: RefCell<Vec<Listener>>,
    following: RefCell<Option<Following>>,
    settle: RefCell<Option<Timer>>,
    frame: RefCell<Option<Frame>>,
    /// Whether the next frame looks at the selection anew; if not, it only moves the bar.
    is_review_due: Cell<bool>,
}

#[derive(Clone, Copy)]
enum Heard {
    Selection,
    Down,
    Up,
    Cancel,
    Mouse,
    Click,
    Key,
    KeyUp,
}

const EVENTS: [(&str, Heard); 8] = [
    ("selectionchange", Heard::Selection),
    ("pointerdown", Heard::Down),
    ("pointerup", Heard::Up),
    ("pointercancel", Heard::Cancel),
    ("mousedown", Heard::Mouse),
    ("click", Heard::Click),
    ("keydown", Heard::Key),
    ("keyup", Heard::KeyUp),
];

impl Asker {
    /// Begins to follow the selection. `None` where the document has no body to show anything in.
    pub(crate) fn start(document: Dom, scope: Scope, wish: Rc<Wish>) -> Option<Rc<Self>> {
        let keys = wish.shortcut.as_ref().map(Shortcut::aria).unwrap_or_default();
        let asker = Rc::new(Self {
            bar: Bar::new(&document, &wish.actions, &wish.labels, &keys)?,
            document,
            scope,
            wish,
            gesture: Cell::default(),
            seen: RefCell::default(),
            shown: RefCell::default(),
            pressed: RefCell::default(),
            before: RefCell::default(),
            collection: Collection::default(),
            painted: RefCell::default(),
            always: RefCell::default(),
            following: RefCell::default(),
            settle: RefCell::default(),
            frame: RefCell::default(),
            is_review_due: Cell::default(),
        });
        let listen = |(name, heard): (&'static str, Heard)| {
            let this = asker.clone();
            Listener::capture(asker.document.unchecked_ref(), name, move |event| this.hear(heard, event))
        };
        let listeners = EVENTS.into_iter().map(listen).collect();
        asker.always.replace(listeners);
        // The reader may have selected something while this was loading.
        asker.settle(asker.gesture.get().change());
        Some(asker)
    }

    /// Takes everything back: listeners, timers, nodes, colours.
    pub(crate) fn destroy(&self) {
        self.always.take();
        self.hide();
        self.painted.take();
        self.bar.remove();
    }

    /// Asks with the first action about the current selection, or else about what is collected, whether the bar shows
    /// or not. Returns whether there was something to ask about.
    pub(crate) fn ask_now(&self) -> bool {
        let id = self.wish.actions.first().map_or("", |action| &action.id);
        self.act(id, self.passage())
    }

    fn hear(self: &Rc<Self>, heard: Heard, event: &Event) {
        let is_inside = self.bar.holds(event);
        match heard {
            Heard::Selection => self.selection_changed(),
            Heard::Key => self.key_down(event.unchecked_ref()),
            Heard::KeyUp => self.settle(self.gesture.get().change()),
            // Without a press the browser neither moves the focus nor drops the selection. iPhones synthesise
            // `mousedown` although `pointerdown` was cancelled, so both are.
            Heard::Mouse if is_inside => event.prevent_default(),
            Heard::Down if is_inside => {
                event.prevent_default();
                // No other button brings a click, and with that the end of the press.
                let passage = self.passage();
                self.pressed.replace(passage.filter(|_| event.unchecked_ref::<Press>().button() == 0));
            }
            Heard::Down => self.pressed_outside(event),
            Heard::Up => self.released(is_inside),
            Heard::Cancel => {
                // The press was none: a finger scrolls, and what is selected stays of interest.
                self.seen.take();
                self.released(false);
            }
            Heard::Click if is_inside => self.clicked(event),
            _ => {}
        }
    }

    fn clicked(&self, event: &Event) {
        let pressed = self.pressed.take();
        let Some((button, is_in_tray)) = self.bar.button_of(event) else { return };
        if let Some(action) = button.get_attribute("data-action") {
            let passage = if is_in_tray { None } else { pressed.or_else(|| self.passage()) };
            self.act(&action, passage);
        } else if let Some(index) = button.get_attribute("data-remove") {
            self.collection.remove(index.bytes().fold(0, |sum, digit| sum * 10 + usize::from(digit - b'0')));
            self.show_collection();
        }
    }

    fn selection_changed(self: &Rc<Self>) {
        // In Safari the selection is gone as soon as a button has the focus.
        if self.pressed.borrow().is_some() || self.bar.has_focus() {
            return;
        }
        if self.scope.ranges(&self.document).is_empty() {
            // Whoever selects the same words again means them.
            self.seen.take();
            if self.shown().is_some() {
                self.hide();
            }
        }
        self.settle(self.gesture.get().change());
    }

    fn shown(&self) -> Option<Rc<Selected>> {
        self.shown.borrow().clone()
    }

    fn pressed_outside(&self, event: &Event) {
        self.hide();
        let press: &Press = event.unchecked_ref();
        // The browser's own menu may keep to itself that another button is let go.
        if let Some(pointer_type) = press.pointer_type().filter(|_| press.button() == 0) {
            let mut gesture = self.gesture.get();
            gesture.press(&pointer_type);
            self.gesture.set(gesture);
        }
        // Back to the page; a press in the chat leaves visible what is asked about.
        let target = event.composed_path().get(0);
        if self.painted.borrow().is_some() && self.scope.is_open(target.unchecked_ref()) {
            self.painted.take();
        }
    }

    fn released(self: &Rc<Self>, is_click: bool) {
        if !is_click {
            self.pressed.take();
        }
        let mut gesture = self.gesture.get();
        let wait = gesture.release();
        self.gesture.set(gesture);
        self.settle(Some(wait));
    }

    fn settle(self: &Rc<Self>, wait_ms: Option<u32>) {
        let Some(wait_ms) = wait_ms else { return };
        let this = self.clone();
        self.settle.replace(Some(Timer::after(wait_ms, move || this.next_frame(true))));
    }

    /// Layout is read in frames only, where it is about to be made anyway.
    fn next_frame(self: &Rc<Self>, is_review: bool) {
        if is_review {
            self.is_review_due.set(true);
        }
        let this = self.clone();
        let react = move || if this.is_review_due.take() { this.review() } else { this.follow() };
        self.frame.replace(Some(Frame::next(Box::new(react))));
    }

    /// Looks at what is selected now that it has settled: shows the bar, moves it or hides it.
    fn review(self: &Rc<Self>) {
        // Out of a dialog that is closed or gone, with what is collected.
        self.bar.lodge(&self.document, &self.bar.host);
        let ranges = self.scope.ranges(&self.document);
        if are_same(&ranges, &self.seen.borrow()) {
            return;
        }
        self.seen.replace(ranges.clone());
        let Some(selected) = Selected::read(&self.document, &self.scope, ranges, self.wish.min_chars) else {
            return self.hide();
        };
        self.painted.take();
        let this = self.clone();
        let follow = Following::start(&self.document, &selected.range.common_ancestor(), move |is_over| {
            if is_over { this.hide() } else { this.next_frame(false) }
        });
        self.following.replace(Some(follow));
        self.shown.replace(Some(Rc::new(selected)));
        self.follow();
        if self.gesture.get().means() == Means::Keyboard
            && !self.wish.hint.is_empty()
            && super::hint::is_first()
        {
            self.bar.announce(&self.wish.hint);
        }
    }

    /// Puts the bar beside its text, or out of sight while the text is.
    fn follow(&self) {
        let Some(selected) = self.shown() else { return };
        if self.pressed.borrow().is_some() {
            // It does not move away from under a finger; what is asked about is read already.
            return;
        }
        let means = self.gesture.get().means();
        if !selected.is_there() || !self.wish.view.put(&self.document, &selected, means, &self.bar) {
            self.hide();
        }
    }

    /// What is selected, ready to be sent.
    fn passage(&self) -> Option<JsValue> {
        let selected = self.selected()?;
        snapshot::take(&self.document, &selected, self.wish.amounts)
    }

    fn selected(&self) -> Option<Rc<Selected>> {
        let ranges = self.scope.ranges(&self.document);
        let selected = Selected::read(&self.document, &self.scope, ranges, self.wish.min_chars);
        selected.map(Rc::new).or_else(|| self.shown())
    }

    /// Does what a button says; returns whether there was something to do it with.
    fn act(&self, action: &str, passage: Option<JsValue>) -> bool {
        let selected = passage.as_ref().and_then(|_| self.selected());
        match (action, passage) {
            ("add" | "copy", None) => return false,
            ("add", Some(passage)) => {
                self.collection.add(passage);
                self.show_collection();
                self.bar.announce(&self.wish.added);
                self.sent_away();
            }
            ("copy", Some(passage)) => {
                copy(&self.document, &text_of(&passage).as_string().unwrap_or_default());
                self.bar.announce(&self.wish.copied);
                self.sent_away();
            }
            (_, passage) => {
                let Some(passage) = self.collection.complete(passage) else { return false };
                set(&passage, "action", &action.into());
                self.show_collection();
                self.sent_away();
                self.painted.take();
                if let Some(selected) = selected {
                    remember_asked(selected.range.start_container());
                    self.painted.replace(Painted::new(&self.document, &selected));
                }
                (self.wish.on_ask)(&passage);
            }
        }
        true
    }

    /// The bar does not come back for what is selected now.
    fn sent_away(&self) {
        self.seen.replace(self.scope.ranges(&self.document));
        self.hide();
    }

    fn show_collection(&self) {
        let asking = self.wish.actions.iter().find(|action| action.id != "copy" && action.id != "add");
        if let Some(asking) = asking {
            self.bar.collect(&self.collection.texts(), asking, &self.wish.labels);
        }
    }

    /// Sends the bar away. The selection stays, the focus goes back.
    fn hide(&self) {
        self.settle.take();
        self.frame.take();
        self.is_review_due.set(false);
        self.following.take();
        self.pressed.take();
        let shown = self.shown.take();
        let before = self.before.take();
        if let Some(before) = before.filter(|_| self.bar.focused_button().is_some()) {
            focus(&before);
            self.painted.take();
            if let Some(shown) = shown
                && self.scope.ranges(&self.document).is_empty()
                && let Some(selection) = self.document.selection()
            {
                selection.add_range(&shown.range);
                self.seen.replace(self.scope.ranges(&self.document));
            }
        }
        self.bar.hide();
    }
}
