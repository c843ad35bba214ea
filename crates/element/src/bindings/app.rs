//! One element at work: state, surface and everything that is under way.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use js_sys::Function;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Document, Element, File, HtmlElement, ShadowRoot};

use super::effect;
use super::keyed::Keyed;
use crate::client::api::{Endpoint, Stream};
use crate::dom::{Follow, Scroller, Surface, from_end};
use crate::json::Json;
use crate::model::{FocusTarget, Msg, State, Ticket, update};
use crate::view::{Cache, Env, view};

/// The end of the conversation counts as out of view beyond this many pixels.
const AWAY_PX: i32 = 120;
/// A frame that never comes (a hidden tab) is not waited for longer than this.
const FRAME_TIMEOUT_MS: u32 = 120;

/// How the rest of the bindings hold it.
pub(super) type Shared = Rc<RefCell<App>>;

/// Where the element stands, while it is in the document. What the wasm holds, the browser keeps: a reference from here to
/// the element would keep it alive for ever, since the element holds us. So everything that leads to it is let go when it
/// leaves, and found again when it comes back.
pub(super) struct Place {
    pub(super) host: HtmlElement,
    pub(super) shadow: ShadowRoot,
    pub(super) surface: Option<Surface>,
    /// The page's own functions may hold the element, too.
    pub(super) options: JsValue,
    /// The button pressed last, which shows that its text was copied.
    pub(super) pressed: Option<Element>,
}

pub(super) struct App {
    /// `None` outside the document.
    pub(super) place: Option<Place>,
    pub(super) document: Document,
    pub(super) state: State,
    pub(super) scroller: Scroller,
    /// The requests under way, by turn.
    pub(super) streams: Keyed<Rc<Stream>>,
    /// The files under way, by key.
    pub(super) files: Keyed<File>,
    pub(super) next_file: u32,
    /// The method calls that wait.
    pub(super) tickets: Keyed<(Function, Function)>,
    pub(super) next_ticket: Ticket,
    /// What was said about options, so that it is said once.
    pub(super) noted: Vec<String>,
    /// Fonts that were loaded.
    pub(super) fonts: Vec<String>,
    /// Events that wait until the page has had time to listen; `None` once they are sent at once.
    pub(super) held: Option<Vec<(&'static str, Json)>>,
    /// What sends them.
    pub(super) first_events: Option<Timeout>,
    pub(super) focus: Option<FocusTarget>,
    pub(super) cache: Cache,
    env: Env,
    frame: Option<Timeout>,
}

impl App {
    pub(super) fn new(document: Document) -> Self {
        let origin = web_sys::window().and_then(|window| window.location().origin().ok()).unwrap_or_default();
        Self {
            place: None,
            document,
            state: State::new(),
            scroller: Scroller::new(),
            streams: Keyed::new(),
            files: Keyed::new(),
            next_file: 0,
            tickets: Keyed::new(),
            next_ticket: 0,
            noted: Vec::new(),
            fonts: Vec::new(),
            held: Some(Vec::new()),
            first_events: None,
            focus: None,
            cache: Cache::default(),
            env: Env { origin, age_days },
            frame: None,
        }
    }

    /// The element is in the document, with the options it was given last.
    pub(super) fn enter(&mut self, host: HtmlElement, options: JsValue) {
        let Some(shadow) = host.shadow_root() else { return };
        match &mut self.place {
            Some(place) => place.options = options,
            None => self.place = Some(Place { host, shadow, surface: None, options, pressed: None }),
        }
    }

    /// The element has left the document: lets go of it and of what it shows.
    pub(super) fn leave(&mut self) {
        self.frame = None;
        // Events that still waited are for nobody now.
        if self.first_events.take().is_some() {
            self.held = None;
        }
        if let Some(surface) = self.place.take().and_then(|place| place.surface) {
            surface.root().remove();
        }
    }

    /// Where requests go; `None` without an address, and outside the document.
    pub(super) fn endpoint(&self) -> Option<Endpoint> {
        let options = &self.place.as_ref()?.options;
        let fetch = super::convert::function(options, "api.fetch").map(|(_, fetch)| fetch);
        let locale = self.state.options.locale.clone().unwrap_or_else(language);
        Some(Endpoint { url: self.state.options.api_url.clone()?, fetch, locale })
    }

    /// The box the conversation scrolls in.
    pub(super) fn scroll_box(&self) -> Option<Element> {
        self.find(".scroller")
    }

    fn render(&mut self) {
        self.frame = None;
        let first_before = self.state.thread.entries.first().map(|entry| entry.id.clone());
        let tree = view(&self.state, &mut self.cache, &self.env);
        let box_ = self.scroll_box();
        let height = box_.as_ref().map_or(0, Element::scroll_height);
        let shown = box_.as_ref().and_then(|box_| box_.get_attribute("data-first"));
        let Some(place) = &mut self.place else { return };
        match &mut place.surface {
            Some(surface) => surface.patch(tree),
            None => place.surface = Surface::mount(self.document.clone(), &place.shadow, tree),
        }
        self.fit_field();
        if let Some(box_) = self.scroll_box() {
            let is_prepended = shown.is_some()
                && shown != first_before
                && shown.as_deref().is_some_and(|id| self.state.thread.find(id).is_some());
            if is_prepended {
                self.scroller.hold(&box_, height);
            } else {
                self.scroller.keep(&box_);
            }
            let _ = box_.set_attribute("data-first", first_before.as_deref().unwrap_or_default());
        }
    }

    /// Where the browser cannot size a text field by its content, its height is set.
    fn fit_field(&self) {
        let Some(field) = self.find(".field") else { return };
        let Ok(field) = field.dyn_into::<HtmlElement>() else { return };
        let style = field.style();
        if style.get_property_value("field-sizing").is_ok_and(|value| value == "content") {
            return;
        }
        let is_known = js_sys::Reflect::has(&style, &"fieldSizing".into()).unwrap_or(false);
        if !is_known {
            let _ = style.set_property("height", "auto");
            let mut height = field.scroll_height().to_string();
            height.push_str("px");
            let _ = style.set_property("height", &height);
        }
    }

    pub(super) fn find(&self, selector: &str) -> Option<Element> {
        self.place.as_ref()?.shadow.query_selector(selector).ok().flatten()
    }
}

/// Applies a message, shows the result, and does what it asks for. What a stream brings is shown once per frame.
pub(super) fn dispatch(app: &Shared, msg: Msg) {
    let is_stream = matches!(msg, Msg::Arrived(..));
    let effects = update(&mut app.borrow_mut().state, msg);
    for effect in &effects {
        if let crate::model::Effect::Focus(target) = effect {
            app.borrow_mut().focus = Some(target.clone());
        }
        if *effect == crate::model::Effect::ScrollToEnd {
            let mut app = app.borrow_mut();
            let is_asked =
                app.state.run.as_ref().is_some_and(|run| !run.has_begun) && !app.state.options.is_following;
            app.scroller.follow(if is_asked { Follow::Question } else { Follow::End });
        }
    }
    if is_stream {
        schedule(app)
    } else {
        render(app)
    }
    for effect in effects {
        effect::perform(app, effect);
    }
}

/// Renders now.
pub(super) fn render(app: &Shared) {
    if app.borrow().place.is_none() {
        return;
    }
    app.borrow_mut().render();
    move_focus(app);
    note_distance(app);
}

/// Puts the focus where it was wanted. Nothing is borrowed meanwhile: the field that loses the focus may say `change`
/// at once, and the page may listen to the focus and call us.
fn move_focus(app: &Shared) {
    let Some(target) = app.borrow_mut().focus.take() else { return };
    let selector = match target {
        FocusTarget::Composer => ".field",
        FocusTarget::History => ".close-history",
        FocusTarget::HistoryButton => ".history-button",
        FocusTarget::Rename => ".rename",
        FocusTarget::Confirm => ".confirm",
    };
    let found = app.borrow().find(selector);
    let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) else { return };
    let _ = element.focus();
    if target == FocusTarget::Rename
        && let Ok(field) = element.dyn_into::<web_sys::HtmlInputElement>()
    {
        field.select();
    }
}

/// Renders with the next frame.
fn schedule(app: &Shared) {
    if app.borrow().frame.is_some() {
        return;
    }
    let shared = Rc::clone(app);
    let timeout = Timeout::new(FRAME_TIMEOUT_MS, move || render_scheduled(&shared));
    app.borrow_mut().frame = Some(timeout);
    let shared = Rc::clone(app);
    let callback = Closure::once_into_js(move || render_scheduled(&shared));
    if let Some(window) = web_sys::window() {
        let _ = window.request_animation_frame(callback.unchecked_ref());
    }
}

fn render_scheduled(app: &Shared) {
    // Whoever comes first, the frame or the clock, renders; the other finds nothing to do.
    if let Ok(mut held) = app.try_borrow_mut()
        && held.frame.take().is_none()
    {
        return;
    }
    render(app);
}

/// Tells the state whether the end of the conversation is out of view.
pub(super) fn note_distance(app: &Shared) {
    let (is_away, was_away) = {
        let app = app.borrow();
        let Some(box_) = app.scroll_box() else { return };
        (from_end(&box_) > AWAY_PX, app.state.is_away)
    };
    if is_away != was_away {
        update(&mut app.borrow_mut().state, Msg::ScrolledAway(is_away));
        app.borrow_mut().render();
    }
}

/// The browser's language.
fn language() -> String {
    web_sys::window().and_then(|window| window.navigator().language()).unwrap_or_else(|| "en".to_owned())
}

/// How many midnights lie between a time and now, where the reader is.
fn age_days(time: &str) -> Option<i32> {
    let midnight = |date: &js_sys::Date| {
        date.set_hours(0);
        date.set_minutes(0);
        date.set_seconds(0);
        date.set_milliseconds(0);
        date.get_time()
    };
    let then = js_sys::Date::new(&time.into());
    let now = js_sys::Date::new_0();
    let days = (midnight(&now) - midnight(&then)) / 86_400_000.0;
    // A day with a clock change has 23 or 25 hours.
    (!days.is_nan()).then(|| (days + 0.5).floor() as i32)
}
