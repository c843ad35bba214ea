//! Whether the chat element can be used: the states from `idle` to `ready` or `error`, and what time does to them.
//!
//! A pure machine: it is told what happened and when, and says what changed and when to wake it. An error is never
//! final: an element that is defined later still makes it ready. Only an abort ends it for good.

use crate::ErrorCode;

/// Where the element stands.
#[derive(Clone, Copy, PartialEq, Eq)]
#[cfg_attr(test, derive(Debug))]
pub enum State {
    /// Nobody waits yet.
    Idle,
    /// Waiting for the element.
    Loading,
    /// Still waiting, longer than usual.
    Slow,
    /// The element is defined and has its methods.
    Ready,
    /// The wait failed. [`State::Ready`] can still follow.
    Error(ErrorCode),
}

impl State {
    /// The text form, part of the public surface.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Loading => "loading",
            Self::Slow => "slow",
            Self::Ready => "ready",
            Self::Error(_) => "error",
        }
    }
}

/// What happened.
#[derive(Clone, Copy)]
pub enum Signal {
    /// Somebody waits, or waits again.
    Started,
    /// The element is defined and has its methods.
    Usable,
    /// The script ran to its end.
    Loaded,
    /// The script will not come.
    Failed {
        /// Why.
        code: ErrorCode,
        /// A random number from 0 up to 1 that spreads the retries of many pages.
        jitter: f64,
    },
    /// The fallback ended and the element is still not usable.
    FallbackFailed,
    /// The page went to the background, or came back.
    Hidden(bool),
    /// The browser went offline, or came back.
    Offline(bool),
    /// The timer for [`Readiness::wake_in_ms`] fired.
    Woke,
    /// The caller wants another try after an error.
    Retried,
    /// The caller gave up.
    Aborted,
}

/// What the browser side has to do after a signal.
#[derive(Clone, Copy, PartialEq, Eq)]
#[cfg_attr(test, derive(Debug))]
pub enum Step {
    /// Nothing; the state may have changed.
    Nothing,
    /// Look for the script tag, and add one if there is none.
    Load,
    /// Try again: add a new tag in the place of a failed one.
    Reload,
    /// Run the caller's fallback.
    RunFallback,
}

/// The limits of a wait, in milliseconds of time in which the page is visible and online.
#[derive(Clone, Copy)]
pub struct Limits {
    /// When the wait counts as slow.
    pub slow_ms: f64,
    /// When the wait fails.
    pub timeout_ms: f64,
    /// How long after its end a script may still take to define the element: it may import a second file.
    pub grace_ms: f64,
    /// How often a failed script is asked for again.
    pub retries: u32,
}

impl Default for Limits {
    fn default() -> Self {
        // 5 s would fail honest visitors on slow phones: the script has to come over 3G as well.
        Self { slow_ms: 3_000.0, timeout_ms: 10_000.0, grace_ms: 2_000.0, retries: 2 }
    }
}

/// The first pause before a retry; it doubles each time.
const RETRY_BASE_MS: f64 = 500.0;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fallback {
    None,
    Unused,
    Running,
    Spent,
}

/// One wait for the element. Times are milliseconds of any clock that never goes back.
pub struct Readiness {
    state: State,
    limits: Limits,
    fallback: Fallback,
    /// Whether a script is known that should define the element.
    has_script: bool,
    tries: u32,
    is_hidden: bool,
    is_offline: bool,
    /// Time spent waiting while visible and online, and while visible and offline.
    waited_ms: f64,
    offline_ms: f64,
    last_ms: f64,
    /// In `waited_ms`: when a loaded script has had its grace, when the next retry is due, when the fallback is late.
    grace_at: Option<f64>,
    retry_at: Option<f64>,
    fallback_at: Option<f64>,
    failure: Option<ErrorCode>,
}

impl Readiness {
    /// A wait that has not begun.
    #[must_use]
    pub fn new(limits: Limits, has_script: bool, has_fallback: bool) -> Self {
        Self {
            state: State::Idle,
            limits,
            fallback: if has_fallback { Fallback::Unused } else { Fallback::None },
            has_script,
            tries: 0,
            is_hidden: false,
            is_offline: false,
            waited_ms: 0.0,
            offline_ms: 0.0,
            last_ms: 0.0,
            grace_at: None,
            retry_at: None,
            fallback_at: None,
            failure: None,
        }
    }

    /// Where the element stands.
    #[must_use]
    pub fn state(&self) -> State {
        self.state
    }

    /// Takes in what happened at `now_ms`.
    pub fn apply(&mut self, now_ms: f64, signal: Signal) -> Step {
        if self.state == State::Error(ErrorCode::Aborted) {
            return Step::Nothing;
        }
        self.pass_time(now_ms);
        match signal {
            Signal::Started => {
                return self.begin(Step::Load);
            }
            Signal::Retried if matches!(self.state, State::Error(_)) => {
                if self.fallback == Fallback::Spent {
                    self.fallback = Fallback::Unused;
                }
                return self.begin(Step::Reload);
            }
            Signal::Usable => self.state = State::Ready,
            Signal::Aborted if self.state != State::Ready => self.state = State::Error(ErrorCode::Aborted),
            Signal::Loaded if self.is_waiting() => {
                self.retry_at = None;
                self.grace_at.get_or_insert(self.waited_ms + self.limits.grace_ms);
            }
            Signal::Failed { code, jitter } => return self.script_failed(code, jitter),
            Signal::FallbackFailed if self.fallback == Fallback::Running => self.give_up(),
            Signal::Hidden(is_hidden) => self.is_hidden = is_hidden,
            Signal::Offline(is_offline) => return self.network_changed(is_offline),
            Signal::Woke => return self.check_limits(),
            _ => {}
        }
        Step::Nothing
    }

    /// In how many milliseconds to send [`Signal::Woke`]; `None` while time changes nothing.
    #[must_use]
    pub fn wake_in_ms(&self) -> Option<u32> {
        if !self.is_waiting() || self.is_hidden {
            return None;
        }
        let wait = if self.is_offline {
            self.limits.timeout_ms - self.offline_ms
        } else {
            let slow_at = (self.state == State::Loading).then_some(self.limits.slow_ms);
            let end = self.fallback_at.unwrap_or(self.limits.timeout_ms);
            let due = [slow_at, self.grace_at, self.retry_at].into_iter().flatten().fold(end, f64::min);
            due - self.waited_ms
        };
        // Rounded up, else a timer that fires early would wake it again and again.
        Some(wait.max(0.0).ceil() as u32)
    }

    fn is_waiting(&self) -> bool {
        matches!(self.state, State::Loading | State::Slow)
    }

    fn pass_time(&mut self, now_ms: f64) {
        let passed = (now_ms - self.last_ms).max(0.0);
        self.last_ms = now_ms;
        if !self.is_waiting() || self.is_hidden {
            return;
        }
        if self.is_offline {
            self.offline_ms += passed;
        } else {
            self.waited_ms += passed;
        }
    }

    fn start(&mut self) {
        if self.is_waiting() || self.state == State::Ready {
            return;
        }
        self.state = State::Loading;
        (self.waited_ms, self.offline_ms, self.tries) = (0.0, 0.0, 0);
        (self.grace_at, self.retry_at, self.fallback_at) = (None, None, None);
    }

    /// Waits anew. Without a script there is nothing that the fallback would have to wait for.
    fn begin(&mut self, with_script: Step) -> Step {
        self.start();
        match self.fallback {
            _ if self.has_script => with_script,
            Fallback::Unused => self.fail(ErrorCode::Undefined),
            _ => Step::Nothing,
        }
    }

    fn script_failed(&mut self, code: ErrorCode, jitter: f64) -> Step {
        // One failure may be told twice (a policy's report and the tag's event); the fallback is under way by then.
        if !self.is_waiting() || self.fallback == Fallback::Running {
            return Step::Nothing;
        }
        self.failure = Some(code);
        // A policy, a wrong hash or a refused answer will be the same the next time.
        let may_pass = matches!(code, ErrorCode::Network | ErrorCode::Offline);
        if may_pass && self.tries < self.limits.retries {
            let pause = RETRY_BASE_MS * f64::from(1_u32 << self.tries.min(6)) * jitter;
            self.tries += 1;
            self.retry_at = Some(self.waited_ms + pause);
            return Step::Nothing;
        }
        self.fail(code)
    }

    fn network_changed(&mut self, is_offline: bool) -> Step {
        self.is_offline = is_offline;
        let lost_to_network =
            matches!(self.state, State::Error(ErrorCode::Network | ErrorCode::Offline | ErrorCode::Timeout));
        if is_offline || !lost_to_network {
            return Step::Nothing;
        }
        self.start();
        if self.has_script { Step::Reload } else { Step::Nothing }
    }

    fn check_limits(&mut self) -> Step {
        if !self.is_waiting() || self.is_hidden {
            return Step::Nothing;
        }
        let is_due = |at: Option<f64>| at.is_some_and(|at| self.waited_ms >= at);
        if self.is_offline {
            let is_late = self.offline_ms >= self.limits.timeout_ms;
            return if is_late { self.fail(ErrorCode::Offline) } else { Step::Nothing };
        }
        if self.fallback == Fallback::Running {
            if is_due(self.fallback_at) {
                self.give_up();
            }
        } else if is_due(self.grace_at) {
            return self.fail(ErrorCode::Undefined);
        } else if self.waited_ms >= self.limits.timeout_ms {
            let missing = if self.has_script { ErrorCode::Timeout } else { ErrorCode::Undefined };
            return self.fail(self.failure.unwrap_or(missing));
        } else if is_due(self.retry_at) {
            self.retry_at = None;
            return Step::Reload;
        }
        if self.state == State::Loading && self.waited_ms >= self.limits.slow_ms {
            self.state = State::Slow;
        }
        Step::Nothing
    }

    fn fail(&mut self, code: ErrorCode) -> Step {
        self.failure = Some(code);
        (self.grace_at, self.retry_at) = (None, None);
        if self.fallback == Fallback::Unused {
            self.fallback = Fallback::Running;
            // It is a script as well and gets the same time; offline time does not count against it.
            self.fallback_at = Some(self.waited_ms + self.limits.timeout_ms);
            return Step::RunFallback;
        }
        self.state = State::Error(code);
        Step::Nothing
    }

    /// The fallback did not help: what failed before it is what the caller has to hear.
    fn give_up(&mut self) {
        self.fallback = Fallback::Spent;
        self.state = State::Error(self.failure.unwrap_or(ErrorCode::Undefined));
    }
}

#[cfg(test)]
mod tests;
