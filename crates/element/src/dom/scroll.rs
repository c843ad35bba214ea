//! Scrolling: the view follows an answer until the reader takes over.

use web_sys::Element;

/// What the view follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Follow {
    /// Nothing: the reader has scrolled.
    Nothing,
    /// The end of the conversation.
    End,
    /// The end, until the last question has reached the top: then an answer is read from its beginning, and the text
    /// does not run away under the eyes.
    Question,
}

/// The box that scrolls.
pub(crate) struct Scroller {
    follow: Follow,
    /// Where we put it last, to tell the reader's scrolling from ours.
    set_to: i32,
}

/// Nearer to the end than this counts as being there, in pixels.
const NEAR_PX: i32 = 48;
/// The space kept above the last question, in pixels.
const ABOVE_PX: i32 = 20;

impl Scroller {
    pub(crate) fn new() -> Self {
        Self { follow: Follow::End, set_to: 0 }
    }

    pub(crate) fn follow(&mut self, follow: Follow) {
        self.follow = follow;
    }

    /// After the nodes have changed.
    pub(crate) fn keep(&mut self, box_: &Element) {
        let end = box_.scroll_height() - box_.client_height();
        let target = match self.follow {
            Follow::Nothing => return,
            Follow::End => end,
            Follow::Question => last_question(box_).map_or(end, |top| end.min(top - ABOVE_PX)),
        };
        let target = target.max(0);
        if box_.scroll_top() != target {
            box_.set_scroll_top(target);
        }
        self.set_to = box_.scroll_top();
    }

    /// When the box was scrolled, by whomever.
    pub(crate) fn scrolled(&mut self, box_: &Element) {
        let top = box_.scroll_top();
        if (top - self.set_to).abs() <= 2 {
            return;
        }
        let is_near = from_end(box_) < NEAR_PX;
        self.follow = match self.follow {
            Follow::Question if is_near => Follow::Question,
            _ if is_near => Follow::End,
            _ => Follow::Nothing,
        };
        self.set_to = top;
    }

    /// Keeps what is in view in its place when something was put above it.
    pub(crate) fn hold(&mut self, box_: &Element, height_before: i32) {
        let grown = box_.scroll_height() - height_before;
        box_.set_scroll_top(box_.scroll_top() + grown);
        self.set_to = box_.scroll_top();
    }
}

/// How far the view is from the end, in pixels.
pub(crate) fn from_end(box_: &Element) -> i32 {
    box_.scroll_height() - box_.client_height() - box_.scroll_top()
}

fn last_question(box_: &Element) -> Option<i32> {
    let questions = box_.query_selector_all(".mine").ok()?;
    let last: Element =
        wasm_bindgen::JsCast::unchecked_into(questions.get(questions.length().checked_sub(1)?)?);
    let distance = last.get_bounding_client_rect().top() - box_.get_bounding_client_rect().top();
    Some(box_.scroll_top() + distance as i32)
}
