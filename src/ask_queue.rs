//! Questions on their way into the chat: they wait until the element can take them, one after the other.
//!
//! The element rejects commands while it starts, while a thread loads and while a response streams. So a command is
//! given only between those, and one that was rejected all the same is given once more after the next change.

/// What happened in the chat element, after the names of its events.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum ChatEvent {
    /// `chatkit.ready`: the element has started.
    Ready,
    /// `chatkit.response.start`.
    ResponseStart,
    /// `chatkit.response.end`.
    ResponseEnd,
    /// `chatkit.thread.load.start`.
    LoadStart,
    /// `chatkit.thread.load.end`.
    LoadEnd,
}

struct Entry<T> {
    ask: T,
    was_rejected: bool,
}

/// The queue, empty at first. `T` is one question with whatever is needed to deliver it.
pub struct AskQueue<T> {
    waiting: Vec<Entry<T>>,
    in_flight: bool,
    /// Whether the element is defined and has its methods.
    is_usable: bool,
    /// Whether any event was heard: before, the element may be starting, or be busy since before anybody listened.
    has_spoken: bool,
    is_responding: bool,
    is_loading: bool,
    /// Whether something changed since the last delivery began: only then is a second try worth it.
    has_changed: bool,
}

impl<T> Default for AskQueue<T> {
    fn default() -> Self {
        Self {
            waiting: Vec::new(),
            in_flight: false,
            is_usable: false,
            has_spoken: false,
            is_responding: false,
            is_loading: false,
            has_changed: false,
        }
    }
}

impl<T> AskQueue<T> {
    /// Whether the element works and would reject commands.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.is_responding || self.is_loading
    }

    /// The element has become usable.
    pub fn usable(&mut self) {
        self.is_usable = true;
        self.has_changed = true;
    }

    /// The element told of a change.
    pub fn hear(&mut self, event: ChatEvent) {
        self.has_changed = true;
        self.has_spoken = true;
        match event {
            ChatEvent::Ready => {}
            ChatEvent::ResponseStart => self.is_responding = true,
            ChatEvent::ResponseEnd => self.is_responding = false,
            ChatEvent::LoadStart => self.is_loading = true,
            ChatEvent::LoadEnd => self.is_loading = false,
        }
    }

    /// Long enough has been waited for a change that the element did not tell of.
    pub fn waited(&mut self) {
        self.has_changed = true;
    }

    /// Adds a question behind the others.
    pub fn push(&mut self, ask: T) {
        self.waiting.push(Entry { ask, was_rejected: false });
    }

    /// The next question to deliver, if the element can take one now. Its end is told by [`Self::delivered`] or
    /// [`Self::rejected`]; until then there is no other.
    pub fn take(&mut self) -> Option<(T, bool)> {
        if self.in_flight || !self.is_usable || self.is_busy() {
            return None;
        }
        let is_retry = self.waiting.first()?.was_rejected;
        if is_retry && !self.has_changed {
            return None;
        }
        let entry = self.waiting.remove(0);
        self.in_flight = true;
        self.has_changed = false;
        Some((entry.ask, entry.was_rejected))
    }

    /// The element took the question.
    pub fn delivered(&mut self) {
        self.in_flight = false;
    }

    /// The element rejected `ask`; `was_rejected` is what [`Self::take`] said of it. If something has changed, or will,
    /// it is at the front again and goes out after the next change. Otherwise it is given back: the element could have
    /// taken it, or was asked twice, and its caller has to hear of it.
    pub fn rejected(&mut self, ask: T, was_rejected: bool) -> Option<T> {
        self.in_flight = false;
        let may_pass = !self.has_spoken || self.is_busy() || self.has_changed;
        if was_rejected || !may_pass {
            return Some(ask);
        }
        self.waiting.insert(0, Entry { ask, was_rejected: true });
        None
    }

    /// Takes everything out, to tell the callers that it will not be delivered.
    pub fn drain(&mut self) -> Vec<T> {
        std::mem::take(&mut self.waiting).into_iter().map(|entry| entry.ask).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn started() -> AskQueue<u8> {
        let mut queue = AskQueue::default();
        queue.usable();
        queue.hear(ChatEvent::Ready);
        queue
    }

    #[test]
    fn s11_a_question_waits_until_the_element_is_usable() {
        let mut queue = AskQueue::default();
        queue.push(1);
        assert!(queue.take().is_none());
        queue.usable();
        assert_eq!(queue.take(), Some((1, false)));
    }

    #[test]
    fn s11_a_question_waits_for_the_end_of_a_response_and_of_a_loading_thread() {
        let mut queue = started();
        queue.hear(ChatEvent::ResponseStart);
        queue.hear(ChatEvent::LoadStart);
        queue.push(1);
        assert!(queue.is_busy() && queue.take().is_none());
        queue.hear(ChatEvent::ResponseEnd);
        assert!(queue.is_busy() && queue.take().is_none());
        queue.hear(ChatEvent::LoadEnd);
        assert_eq!(queue.take(), Some((1, false)));
    }

    #[test]
    fn s11_questions_go_out_in_order_and_one_at_a_time() {
        let mut queue = started();
        queue.push(1);
        queue.push(2);
        assert_eq!(queue.take(), Some((1, false)));
        assert!(queue.take().is_none());
        queue.delivered();
        assert_eq!(queue.take(), Some((2, false)));
    }

    #[test]
    fn s11_a_command_rejected_because_a_response_began_is_given_again_after_it() {
        let mut queue = started();
        queue.push(1);
        let (ask, again) = queue.take().unwrap();
        queue.hear(ChatEvent::ResponseStart);
        assert_eq!(queue.rejected(ask, again), None);
        assert!(queue.take().is_none());
        queue.hear(ChatEvent::ResponseEnd);
        assert_eq!(queue.take(), Some((1, true)));
        assert_eq!(queue.rejected(1, true), Some(1), "once more is enough");
    }

    #[test]
    fn s11_a_command_rejected_before_the_start_waits_for_it() {
        let mut queue = AskQueue::default();
        queue.usable();
        queue.push(1);
        let (ask, again) = queue.take().unwrap();
        assert_eq!(queue.rejected(ask, again), None);
        assert!(queue.take().is_none(), "nothing changed, so nothing is tried");
        queue.hear(ChatEvent::Ready);
        assert_eq!(queue.take(), Some((1, true)));
    }

    #[test]
    fn s11_a_command_rejected_in_a_response_that_began_before_the_queue_goes_out_after_it() {
        let mut queue = AskQueue::default();
        queue.usable();
        queue.push(1);
        let (ask, again) = queue.take().unwrap();
        assert_eq!(queue.rejected(ask, again), None);
        queue.hear(ChatEvent::ResponseEnd);
        assert_eq!(queue.take(), Some((1, true)));
    }

    #[test]
    fn s11_an_element_that_says_nothing_is_asked_once_more() {
        let mut queue = AskQueue::default();
        queue.usable();
        queue.push(1);
        let (ask, again) = queue.take().unwrap();
        assert_eq!(queue.rejected(ask, again), None);
        assert!(queue.take().is_none());
        queue.waited();
        let (ask, again) = queue.take().unwrap();
        assert_eq!(queue.rejected(ask, again), Some(1), "then its caller hears of it");
    }

    #[test]
    fn s11_a_command_rejected_by_an_idle_element_is_lost_at_once() {
        let mut queue = started();
        queue.push(1);
        let (ask, again) = queue.take().unwrap();
        assert_eq!(queue.rejected(ask, again), Some(1));
        queue.push(2);
        assert_eq!(queue.drain(), [2]);
    }
}
