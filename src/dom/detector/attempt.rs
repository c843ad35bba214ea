//! One attempt at the script: its tag, how it ended, and why.

use std::rc::Rc;

use js_sys::Reflect;
use web_sys::SecurityPolicyViolationEvent;

use super::Detector;
use crate::dom::Timer;
use crate::dom::script::{Progress, Script, http_status};
use crate::load_failure::{Evidence, classify};
use crate::readiness::Signal;

/// A tag's `error` and the report of a policy arrive as separate events; this long one waits for the other.
const REPORT_MS: u32 = 40;

impl Detector {
    pub(super) fn attach_script(self: &Rc<Self>, is_retry: bool) {
        let Some(request) = &self.wish.script else { return };
        self.http_status.set(0);
        let script = match Script::find_or_add(&self.document, request, is_retry) {
            Ok(script) => script,
            Err(_) => {
                self.has_csp_violation.set(true);
                self.is_refused.set(true);
                return self.report_failure();
            }
        };
        self.tag.replace(self.listen(&script.tag, &["load", "error"]));
        match script.progress() {
            Progress::Unknown | Progress::Hung => {}
            Progress::Loaded => self.signal(Signal::Loaded),
            Progress::Failed => self.await_report(),
        }
    }

    pub(super) fn await_report(self: &Rc<Self>) {
        let this = self.clone();
        self.timers.borrow_mut().report = Some(Timer::after(REPORT_MS, move || this.report_failure()));
    }

    fn report_failure(self: &Rc<Self>) {
        self.timers.borrow_mut().report = None;
        let Some(request) = &self.wish.script else { return };
        let script = Script::find(&self.document, &request.url);
        self.http_status.set(http_status(&request.url).unwrap_or(0));
        let code = classify(&Evidence {
            has_csp_violation: self.has_csp_violation.get(),
            is_offline: !self.window.navigator().on_line(),
            has_integrity: script.as_ref().is_some_and(Script::has_integrity),
            http_status: self.http_status.get(),
        });
        self.signal(Signal::Failed { code, jitter: js_sys::Math::random() });
    }

    pub(super) fn read_violation(self: &Rc<Self>, violation: &SecurityPolicyViolationEvent) {
        let Some(request) = &self.wish.script else { return };
        let address = crate::text::until(&request.url, b"#");
        let is_enforced = Reflect::get(violation, &"disposition".into()).is_ok_and(|it| it == "enforce");
        let is_script = violation.effective_directive().starts_with("script-src");
        if is_enforced && is_script && violation.blocked_uri() == address {
            self.has_csp_violation.set(true);
            self.report_failure();
        }
    }
}
