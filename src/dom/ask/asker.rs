//! Follows the selection of a page, shows the bar beside it and hands over what the reader asks about.
//!
//! While nothing is selected there are a handful of listeners and no timer, and no layout is read. Events only start a
//! short wait; layout is read once per frame after it. What the bar needs to follow its text (scrolling, resizing, a
//! route that changes) is listened to only while it shows.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Document, Event, KeyboardEvent, PointerEvent, Window};

use super::bar::{Action, Bar, focus};
use super::following::Following;
use super::place::View;
use super::selected::{Scope, Selected};
use super::snapshot::{Amounts, Snapshot};
use crate::anchor::Means;
use crate::dom::frame::Frame;
use crate::dom::web::{self, Dom, Span};
use crate::dom::{Listener, Timer, remember_asked};
use crate::gesture::Gesture;
use crate::shortcut::{Press, Shortcut};

/// Gets a passage and the id of the action.
type OnAsk = Box<dyn Fn(&Snapshot, &str)>;

/// What the caller wants.
pub(crate) struct Wish {
    pub(crate) scope: Scope,
    pub(crate) amounts: Amounts,
    pub(crate) actions: Vec<Action>,
    pub(crate) shortcut: Option<Shortcut>,
    /// Said once to people who use a screen reader; empty for nothing.
    pub(crate) hint: String,
    pub(crate) view: View,
    pub(crate) on_ask: OnAsk,
}

/// The popover of one page. Everything it added to the page is gone after [`Asker::destroy`].
pub(crate) struct Asker {
    window: Window,
    document: Document,
    wish: Wish,
    bar: RefCell<Option<Rc<Bar>>>,
    gesture: Cell<Gesture>,
    shown: RefCell<Option<Rc<Selected>>>,
    /// The ends of a selection the reader sent away: it does not come back by itself.
    dismissed: RefCell<Option<Span>>,
    /// Taken when a button goes down: a phone drops the selection before the click.
    pressed: RefCell<Option<Snapshot>>,
    /// What had the focus before the bar.
    before: RefCell<Option<Dom>>,
    always: RefCell<Vec<Listener>>,
    following: RefCell<Option<Following>>,
    settle: RefCell<Option<Timer>>,
    review_frame: RefCell<Option<Frame>>,
    follow_frame: RefCell<Option<Frame>>,
}

impl Asker {
    /// Begins to follow the selection.
    pub(crate) fn start(window: Window, document: Document, bar: Bar, wish: Wish) -> Rc<Self> {
        let asker = Rc::new(Self {
            window,
            document,
            wish,
            bar: RefCell::new(Some(Rc::new(bar))),
            gesture: Cell::default(),
            shown: RefCell::default(),
            dismissed: RefCell::default(),
            pressed: RefCell::default(),
            before: RefCell::default(),
            always: RefCell::default(),
            following: RefCell::default(),
            settle: RefCell::default(),
            review_frame: RefCell::default(),
            follow_frame: RefCell::default(),
        });
        let mut listeners = Vec::new();
        for event in [
            "selectionchange",
            "pointerdown",
            "pointerup",
            "pointercancel",
            "mousedown",
            "click",
            "keydown",
            "keyup",
        ] {
            let this = asker.clone();
            listeners.push(Listener::capture(&asker.document, event, move |event| this.hear(event)));
        }
        asker.always.replace(listeners);
        // The reader may have selected something while this was loading.
        asker.settle(asker.gesture.get().change());
        asker
    }

    /// Takes everything back: listeners, timers, nodes.
    pub(crate) fn destroy(&self) {
        self.always.take();
        self.settle.take();
        self.review_frame.take();
        self.hide();
        self.bar.take();
    }

    /// Asks about the current selection with the first action, whether the bar shows or not. Returns whether there
    /// was one to ask about.
    pub(crate) fn ask_now(&self) -> bool {
        let Some(snapshot) = self.snapshot() else { return false };
        if let Some(action) = self.wish.actions.first() {
            self.hand_over(&snapshot, &action.id);
        }
        true
    }

    fn hear(self: &Rc<Self>, event: &Event) {
        let Some(bar) = self.bar() else { return };
        let is_inside = bar.holds(event);
        match event.type_().as_str() {
            "selectionchange" => self.selection_changed(),
            "keydown" => self.key_down(&bar, event.unchecked_ref()),
            "keyup" => self.settle(self.gesture.get().change()),
            // Without a press the browser neither moves the focus nor drops the selection. iPhones synthesise
            // `mousedown` although `pointerdown` was cancelled, so both are.
            "mousedown" if is_inside => event.prevent_default(),
            "pointerdown" if is_inside => {
                event.prevent_default();
                let snapshot = self.snapshot();
                self.pressed.replace(snapshot);
            }
            "pointerdown" => self.pressed_outside(&event.unchecked_ref::<PointerEvent>().pointer_type()),
            "pointerup" | "pointercancel" => self.released(is_inside && event.type_() == "pointerup"),
            "click" if is_inside => {
                let snapshot = self.pressed.take().or_else(|| self.snapshot());
                if let (Some(snapshot), Some(action)) = (snapshot, bar.action_of(event)) {
                    self.hand_over(&snapshot, &action);
                }
            }
            _ => {}
        }
    }

    fn bar(&self) -> Option<Rc<Bar>> {
        self.bar.borrow().clone()
    }

    fn page(&self) -> &Dom {
        self.document.unchecked_ref()
    }

    fn selection_changed(self: &Rc<Self>) {
        if self.pressed.borrow().is_some() {
            return;
        }
        if self.shown().is_some() && web::selection().is_none_or(|selection| selection.is_collapsed()) {
            self.hide();
        }
        self.settle(self.gesture.get().change());
    }

    fn shown(&self) -> Option<Rc<Selected>> {
        self.shown.borrow().clone()
    }

    fn pressed_outside(&self, pointer_type: &str) {
        self.hide();
        let mut gesture = self.gesture.get();
        gesture.press(pointer_type);
        self.gesture.set(gesture);
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

    fn key_down(self: &Rc<Self>, bar: &Bar, event: &KeyboardEvent) {
        let mut gesture = self.gesture.get();
        gesture.key();
        self.gesture.set(gesture);
        let (key, code) = (event.key(), event.code());
        let press = Press {
            key: &key,
            code: &code,
            alt: event.alt_key(),
            control: event.ctrl_key(),
            meta: event.meta_key(),
            shift: event.shift_key(),
        };
        let is_taken = if self.wish.shortcut.as_ref().is_some_and(|shortcut| shortcut.matches(&press)) {
            self.shortcut_pressed(bar)
        } else if self.shown().is_none() || !bar.is_shown() || event.is_composing() {
            false
        } else {
            let has_focus = bar.focused().is_some();
            match key.as_str() {
                "Escape" => self.dismiss(),
                // The bar is the next stop after the selected text, and the last before the page goes on.
                "Tab" if has_focus => self.dismiss(),
                "Tab" if !press.shift => self.enter(bar),
                "ArrowRight" | "ArrowDown" if has_focus => bar.focus(1),
                "ArrowLeft" | "ArrowUp" if has_focus => bar.focus(bar.steps_back()),
                _ => return,
            }
            true
        };
        if is_taken {
            event.prevent_default();
            event.stop_propagation();
        }
    }

    /// With one action the shortcut asks at once; with several it leads to the buttons.
    fn shortcut_pressed(self: &Rc<Self>, bar: &Bar) -> bool {
        if self.wish.actions.len() == 1 {
            return self.ask_now();
        }
        self.dismissed.take();
        self.review();
        let is_shown = self.shown().is_some() && bar.is_shown();
        if is_shown {
            self.enter(bar);
        }
        is_shown
    }

    fn enter(&self, bar: &Bar) {
        self.before.replace(self.page().active_element());
        bar.focus(0);
    }

    fn settle(self: &Rc<Self>, wait_ms: Option<u32>) {
        let Some(wait_ms) = wait_ms else { return };
        let this = self.clone();
        self.settle.replace(Some(Timer::after(wait_ms, move || {
            let reviewed = this.clone();
            this.review_frame.replace(Some(Frame::next(Box::new(move || reviewed.review()))));
        })));
    }

    /// Looks at what is selected now that it has settled: shows the bar, moves it or hides it.
    fn review(self: &Rc<Self>) {
        let Some(selected) = Selected::read(self.page(), &self.wish.scope) else {
            self.hide();
            self.dismissed.take();
            return;
        };
        if self.dismissed.borrow().as_ref().is_some_and(|range| selected.is_same(range)) {
            return;
        }
        self.dismissed.take();
        let is_new = self.shown.replace(Some(Rc::new(selected))).is_none();
        if is_new {
            let this = self.clone();
            let follow = Following::start(&self.window, &self.document, move |is_over| {
                if is_over {
                    return this.hide();
                }
                let followed = this.clone();
                this.follow_frame.replace(Some(Frame::next(Box::new(move || followed.follow()))));
            });
            self.following.replace(Some(follow));
            let has_hint = self.gesture.get().means() == Means::Keyboard && !self.wish.hint.is_empty();
            if has_hint
                && super::hint::is_first(&self.window)
                && let Some(bar) = self.bar()
            {
                bar.announce(&self.wish.hint);
            }
        }
        self.follow();
    }

    /// Puts the bar beside its text, or out of sight while the text is.
    fn follow(&self) {
        let (Some(selected), Some(bar)) = (self.shown(), self.bar()) else { return };
        let means = self.gesture.get().means();
        let is_near = || self.wish.view.put(&self.window, self.page(), &selected, means, &bar);
        if !selected.is_there() || !is_near() {
            self.hide();
        }
    }

    fn snapshot(&self) -> Option<Snapshot> {
        let selected = Selected::read(self.page(), &self.wish.scope).map(Rc::new).or_else(|| self.shown())?;
        remember_asked(selected.range.start_container());
        Snapshot::take(self.page(), &selected, self.wish.amounts)
    }

    fn hand_over(&self, snapshot: &Snapshot, action: &str) {
        self.dismiss();
        (self.wish.on_ask)(snapshot, action);
    }

    /// Sends the bar away and remembers for which selection. The selection stays, the focus goes back.
    fn dismiss(&self) {
        let selected = Selected::read(self.page(), &self.wish.scope);
        self.dismissed.replace(selected.map(|selected| selected.range));
        self.hide();
    }

    fn hide(&self) {
        self.settle.take();
        self.review_frame.take();
        self.follow_frame.take();
        self.following.take();
        self.pressed.take();
        self.shown.take();
        let before = self.before.take();
        let Some(bar) = self.bar() else { return };
        if let Some(before) = before.filter(|_| bar.focused().is_some()) {
            focus(&before);
        }
        bar.hide();
    }
}
