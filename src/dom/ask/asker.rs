//! Follows the selection of a page, shows the bar beside it and hands over what the reader asks about.
//!
//! While nothing is selected there are a handful of listeners and no timer, and no layout is read. Events only start a
//! short wait; layout is read once per frame after it. What the bar needs to follow its text (scrolling, resizing, a
//! route that changes) is listened to only while it shows.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Document, Event, HtmlElement, KeyboardEvent, PointerEvent, Range, Window};

use super::bar::{Action, Bar, focus};
use super::following::Following;
use super::place::{Spot, View};
use super::selected::{Scope, Selected};
use super::snapshot::{Amounts, Snapshot};
use crate::anchor::Means;
use crate::dom::frame::Frame;
use crate::dom::{Listener, Timer};
use crate::gesture::Gesture;
use crate::shortcut::{Press, Shortcut};

/// What the caller wants.
pub(crate) struct Wish {
    pub(crate) scope: Scope,
    pub(crate) amounts: Amounts,
    pub(crate) actions: Vec<Action>,
    pub(crate) shortcut: Option<Shortcut>,
    /// Said once to people who use a screen reader; empty for nothing.
    pub(crate) hint: String,
    pub(crate) view: View,
}

/// The popover of one page. Everything it added to the page is gone after [`Asker::destroy`].
pub(crate) struct Asker {
    window: Window,
    document: Document,
    wish: Wish,
    on_ask: Box<dyn Fn(&Snapshot, &str)>,
    bar: RefCell<Option<Bar>>,
    gesture: Cell<Gesture>,
    shown: RefCell<Option<Selected>>,
    /// The ends of a selection the reader sent away: it does not come back by itself.
    dismissed: RefCell<Option<Range>>,
    /// Taken when a button goes down: a phone drops the selection before the click.
    pressed: RefCell<Option<Snapshot>>,
    /// What had the focus before the bar.
    before: RefCell<Option<HtmlElement>>,
    always: RefCell<Vec<Listener>>,
    following: RefCell<Option<Following>>,
    settle: RefCell<Option<Timer>>,
    review_frame: RefCell<Option<Frame>>,
    follow_frame: RefCell<Option<Frame>>,
}

impl Asker {
    /// Begins to follow the selection.
    pub(crate) fn start(
        window: Window,
        document: Document,
        bar: Bar,
        wish: Wish,
        on_ask: impl Fn(&Snapshot, &str) + 'static,
    ) -> Rc<Self> {
        let asker = Rc::new(Self {
            window,
            document,
            wish,
            on_ask: Box::new(on_ask),
            bar: RefCell::new(Some(bar)),
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
        asker.listen();
        asker
    }

    /// Takes everything back: listeners, timers, nodes.
    pub(crate) fn destroy(&self) {
        self.always.take();
        self.following.take();
        self.settle.take();
        self.review_frame.take();
        self.follow_frame.take();
        self.shown.take();
        self.bar.take();
    }

    /// Asks about the current selection with the first action, whether the bar shows or not. Returns whether there
    /// was one to ask about.
    pub(crate) fn ask_now(self: &Rc<Self>) -> bool {
        let Some(snapshot) = self.snapshot() else { return false };
        if let Some(action) = self.wish.actions.first() {
            self.hand_over(&snapshot, &action.id);
        }
        true
    }

    fn listen(self: &Rc<Self>) {
        let on = |event: &'static str, react: fn(&Rc<Self>, &Event)| {
            let this = self.clone();
            Listener::capture(&self.document, event, move |event| react(&this, event))
        };
        let mut listeners = vec![
            on("selectionchange", |this, _| this.selection_changed()),
            on("pointerdown", Self::pointer_down),
            on("pointerup", Self::pointer_up),
            on("pointercancel", Self::pointer_up),
            on("keydown", |this, event| this.key_down(event.unchecked_ref())),
            on("keyup", |this, _| this.settle(this.gesture.get().change())),
        ];
        if let Some(bar) = self.bar.borrow().as_ref() {
            // Without a press the browser neither moves the focus nor drops the selection. iPhones synthesise
            // `mousedown` although `pointerdown` was cancelled, so both are.
            listeners.push(Listener::capture(&bar.element, "mousedown", Event::prevent_default));
            let this = self.clone();
            listeners.push(Listener::on(&bar.element, "click", move |event| this.clicked(event)));
        }
        self.always.replace(listeners);
    }

    fn with_bar<T>(&self, act: impl FnOnce(&Bar) -> T) -> Option<T> {
        self.bar.borrow().as_ref().map(act)
    }

    fn bar_holds(&self, event: &Event) -> bool {
        self.with_bar(|bar| bar.holds(event)).unwrap_or(false)
    }

    fn selection_changed(self: &Rc<Self>) {
        if self.pressed.borrow().is_some() {
            return;
        }
        let is_gone = || {
            let selection = self.window.get_selection().ok().flatten();
            selection.is_none_or(|selection| selection.is_collapsed())
        };
        if self.shown.borrow().is_some() && is_gone() {
            self.hide();
        }
        self.settle(self.gesture.get().change());
    }

    fn pointer_down(self: &Rc<Self>, event: &Event) {
        if self.bar_holds(event) {
            event.prevent_default();
            let snapshot = self.snapshot();
            self.pressed.replace(snapshot);
            return;
        }
        self.pressed.take();
        self.hide();
        self.settle.take();
        let mut gesture = self.gesture.get();
        gesture.press(&event.unchecked_ref::<PointerEvent>().pointer_type());
        self.gesture.set(gesture);
    }

    fn pointer_up(self: &Rc<Self>, event: &Event) {
        if event.type_() == "pointercancel" || !self.bar_holds(event) {
            self.pressed.take();
        }
        let mut gesture = self.gesture.get();
        let wait = gesture.release();
        self.gesture.set(gesture);
        self.settle(Some(wait));
    }

    fn clicked(self: &Rc<Self>, event: &Event) {
        let snapshot = self.pressed.take().or_else(|| self.snapshot());
        let action = self.with_bar(|bar| bar.action_of(event)).flatten();
        if let (Some(snapshot), Some(action)) = (snapshot, action) {
            self.hand_over(&snapshot, &action);
        }
    }

    fn key_down(self: &Rc<Self>, event: &KeyboardEvent) {
        let mut gesture = self.gesture.get();
        gesture.key();
        self.gesture.set(gesture);
        let is_shown = self.shown.borrow().is_some();
        let has_focus = self.with_bar(Bar::has_focus).unwrap_or(false);
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
            self.shortcut_pressed()
        } else if !is_shown || event.is_composing() {
            false
        } else {
            match key.as_str() {
                "Escape" => self.dismiss(),
                "Tab" if has_focus || !press.shift => self.tab_pressed(has_focus),
                "ArrowRight" | "ArrowDown" if has_focus => self.step(1),
                "ArrowLeft" | "ArrowUp" if has_focus => self.step(-1),
                _ => false,
            }
        };
        if is_taken {
            event.prevent_default();
            event.stop_propagation();
        }
    }

    /// With one action the shortcut asks at once; with several it leads to the buttons.
    fn shortcut_pressed(self: &Rc<Self>) -> bool {
        if self.wish.actions.len() == 1 {
            return self.ask_now();
        }
        self.dismissed.take();
        self.review();
        let is_shown = self.shown.borrow().is_some();
        is_shown && self.tab_pressed(false)
    }

    /// The bar is the next stop after the selected text, and the last before the page goes on.
    fn tab_pressed(&self, has_focus: bool) -> bool {
        if has_focus {
            return self.dismiss();
        }
        if !self.with_bar(Bar::is_shown).unwrap_or(false) {
            return false;
        }
        self.before.replace(self.document.active_element().and_then(|element| element.dyn_into().ok()));
        self.with_bar(|bar| bar.focus(None)).is_some()
    }

    fn step(&self, steps: i32) -> bool {
        self.with_bar(|bar| bar.focus(Some(steps))).is_some()
    }

    fn settle(self: &Rc<Self>, wait_ms: Option<u32>) {
        let Some(wait_ms) = wait_ms else { return };
        let this = self.clone();
        self.settle.replace(Some(Timer::after(wait_ms, move || this.review_at_next_frame())));
    }

    fn review_at_next_frame(self: &Rc<Self>) {
        let this = self.clone();
        self.review_frame.replace(Frame::next(move || this.review()));
    }

    /// Looks at what is selected now that it has settled: shows the bar, moves it or hides it.
    fn review(self: &Rc<Self>) {
        let Some(selected) = Selected::read(&self.window, &self.document, &self.wish.scope) else {
            self.hide();
            self.dismissed.take();
            return;
        };
        if self.dismissed.borrow().as_ref().is_some_and(|range| selected.is_same(range)) {
            return;
        }
        self.dismissed.take();
        let is_new = self.shown.borrow().is_none();
        self.shown.replace(Some(selected));
        if is_new {
            let this = self.clone();
            let follow = Following::start(&self.window, &self.document, move |is_over| {
                if is_over { this.hide() } else { this.follow_at_next_frame() }
            });
            self.following.replace(Some(follow));
            if self.gesture.get().means() == Means::Keyboard {
                self.announce();
            }
        }
        self.follow();
    }

    fn follow_at_next_frame(self: &Rc<Self>) {
        let this = self.clone();
        self.follow_frame.replace(Frame::next(move || this.follow()));
    }

    /// Puts the bar beside its text, or out of sight while the text is.
    fn follow(&self) {
        let spot = {
            let shown = self.shown.borrow();
            let Some(selected) = shown.as_ref() else { return };
            if !selected.is_there() {
                Spot::Gone
            } else {
                let bar = self.bar.borrow();
                let Some(bar) = bar.as_ref() else { return };
                let means = self.gesture.get().means();
                self.wish.view.put(&self.window, &self.document, selected, means, bar)
            }
        };
        if spot == Spot::Gone {
            self.hide();
        }
    }

    fn announce(&self) {
        if self.wish.hint.is_empty() || !super::hint::is_first(&self.window) {
            return;
        }
        self.with_bar(|bar| bar.announce(&self.wish.hint));
    }

    fn snapshot(&self) -> Option<Snapshot> {
        let fresh = || Selected::read(&self.window, &self.document, &self.wish.scope);
        let selected = fresh().or_else(|| self.shown.take())?;
        let rect = self.wish.view.rect_of(&selected);
        Snapshot::take(&self.window, &self.document, &selected, self.wish.amounts, rect)
    }

    fn hand_over(&self, snapshot: &Snapshot, action: &str) {
        self.dismiss();
        (self.on_ask)(snapshot, action);
    }

    /// Sends the bar away and remembers for which selection. The selection stays, the focus goes back.
    fn dismiss(&self) -> bool {
        let selection = self.window.get_selection().ok().flatten();
        let selected = Selected::read(&self.window, &self.document, &self.wish.scope);
        if selection.is_some_and(|selection| !selection.is_collapsed()) {
            self.dismissed.replace(selected.map(|selected| selected.range));
        }
        self.hide();
        true
    }

    fn hide(&self) {
        self.settle.take();
        self.review_frame.take();
        self.follow_frame.take();
        self.following.take();
        self.pressed.take();
        self.shown.take();
        let had_focus = self.with_bar(Bar::has_focus).unwrap_or(false);
        if let Some(before) = self.before.take().filter(|_| had_focus) {
            focus(&before);
        }
        self.with_bar(Bar::hide);
    }
}
