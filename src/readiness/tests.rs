//! The wait for the element, told as what happened when.

use super::*;

fn waiting(has_script: bool, has_fallback: bool) -> Readiness {
    let mut readiness = Readiness::new(Limits::default(), has_script, has_fallback);
    readiness.apply(0.0, Signal::Started);
    readiness
}

/// Fires every timer that is due up to `until_ms`, as a browser would, and reports the steps asked for.
fn run(readiness: &mut Readiness, until_ms: f64) -> Vec<Step> {
    let mut now = readiness.last_ms;
    let mut steps = Vec::new();
    while let Some(wait) = readiness.wake_in_ms() {
        if now + f64::from(wait) > until_ms {
            break;
        }
        now += f64::from(wait);
        let step = readiness.apply(now, Signal::Woke);
        steps.extend((step != Step::Nothing).then_some(step));
    }
    steps
}

fn failed(code: ErrorCode) -> Signal {
    Signal::Failed { code, jitter: 0.5 }
}

#[test]
fn l3_it_is_slow_after_three_seconds_and_fails_after_ten() {
    let mut readiness = waiting(true, false);
    assert_eq!(readiness.state(), State::Loading);
    run(&mut readiness, 3_000.0);
    assert_eq!(readiness.state(), State::Slow);
    run(&mut readiness, 9_999.0);
    assert_eq!(readiness.state(), State::Slow);
    run(&mut readiness, 10_001.0);
    assert_eq!(readiness.state(), State::Error(ErrorCode::Timeout));
    assert_eq!(readiness.wake_in_ms(), None, "an error needs no timer");
}

#[test]
fn l3_a_page_that_has_no_script_at_all_is_told_that_and_not_a_timeout() {
    let mut readiness = waiting(false, false);
    run(&mut readiness, 20_000.0);
    assert_eq!(readiness.state(), State::Error(ErrorCode::Undefined));
}

#[test]
fn l3_a_late_element_turns_an_error_into_ready() {
    let mut readiness = waiting(true, false);
    run(&mut readiness, 20_000.0);
    readiness.apply(60_000.0, Signal::Usable);
    assert_eq!(readiness.state(), State::Ready);
}

#[test]
fn l4_time_in_the_background_does_not_count() {
    let mut readiness = waiting(true, false);
    readiness.apply(2_000.0, Signal::Hidden(true));
    assert_eq!(readiness.wake_in_ms(), None);
    readiness.apply(600_000.0, Signal::Hidden(false));
    assert_eq!(readiness.state(), State::Loading);
    assert_eq!(readiness.wake_in_ms(), Some(1_000), "two of the three seconds are used up");
}

#[test]
fn l4_time_offline_does_not_count_as_a_timeout_but_is_reported_as_offline() {
    let mut readiness = waiting(true, false);
    readiness.apply(9_000.0, Signal::Offline(true));
    readiness.apply(15_000.0, Signal::Offline(false));
    run(&mut readiness, 15_900.0);
    assert_eq!(readiness.state(), State::Slow);

    let mut readiness = waiting(true, false);
    readiness.apply(0.0, Signal::Offline(true));
    run(&mut readiness, 10_000.0);
    assert_eq!(readiness.state(), State::Error(ErrorCode::Offline));
    readiness.apply(11_000.0, Signal::Offline(false));
    assert_eq!(readiness.state(), State::Loading, "back online it waits again");
}

#[test]
fn l2_a_script_that_ran_and_defined_nothing_is_an_error_after_its_grace() {
    let mut readiness = waiting(true, false);
    readiness.apply(1_000.0, Signal::Loaded);
    run(&mut readiness, 2_999.0);
    assert_eq!(readiness.state(), State::Loading);
    run(&mut readiness, 3_001.0);
    assert_eq!(readiness.state(), State::Error(ErrorCode::Undefined));
}

#[test]
fn l5_a_failed_script_of_ours_is_asked_for_twice_more_and_then_fails() {
    let mut readiness = waiting(true, false);
    let ours = Signal::Failed { code: ErrorCode::Network, jitter: 0.5 };
    assert_eq!(readiness.apply(100.0, ours), Step::Nothing);
    assert_eq!(readiness.wake_in_ms(), Some(250));
    assert_eq!(readiness.apply(350.0, Signal::Woke), Step::Reload);
    readiness.apply(400.0, ours);
    assert_eq!(readiness.wake_in_ms(), Some(500), "the pause doubles");
    assert_eq!(readiness.apply(900.0, Signal::Woke), Step::Reload);
    readiness.apply(1_000.0, ours);
    assert_eq!(readiness.state(), State::Error(ErrorCode::Network));
}

#[test]
fn l5_a_policy_or_a_wrong_hash_is_not_retried() {
    for code in [ErrorCode::Csp, ErrorCode::Sri, ErrorCode::Blocked] {
        let mut readiness = waiting(true, false);
        readiness.apply(10.0, Signal::Failed { code, jitter: 0.5 });
        assert_eq!(readiness.state(), State::Error(code));
    }
}

/// A script that fails and fails again, until the wait ends.
fn lost(readiness: &mut Readiness, code: ErrorCode) {
    while matches!(readiness.state(), State::Loading | State::Slow) {
        let now = readiness.last_ms + f64::from(readiness.wake_in_ms().unwrap_or(0));
        readiness.apply(now, Signal::Woke);
        if readiness.apply(now, failed(code)) == Step::RunFallback {
            return;
        }
    }
}

#[test]
fn l5_a_retry_by_hand_begins_anew_with_its_tries_and_its_fallback() {
    let mut readiness = waiting(true, true);
    lost(&mut readiness, ErrorCode::Network);
    readiness.apply(4_000.0, Signal::FallbackFailed);
    assert_eq!(readiness.state(), State::Error(ErrorCode::Network));
    assert_eq!(readiness.apply(60_000.0, Signal::Retried), Step::Reload);
    assert_eq!(readiness.state(), State::Loading);
    assert_eq!(readiness.apply(60_001.0, Signal::Retried), Step::Nothing, "it is on its way");
    assert_eq!(readiness.apply(60_010.0, failed(ErrorCode::Csp)), Step::RunFallback);
    let mut alone = Readiness::new(Limits::default(), false, false);
    alone.apply(0.0, Signal::Started);
    run(&mut alone, 20_000.0);
    assert_eq!(alone.apply(30_000.0, Signal::Retried), Step::Nothing);
    assert_eq!(alone.state(), State::Loading, "it waits again for what the page brings");
}

#[test]
fn l11_a_wait_that_has_not_begun_is_idle_whatever_the_network_does() {
    let mut readiness = Readiness::new(Limits::default(), true, true);
    assert_eq!(readiness.apply(0.0, Signal::Offline(true)), Step::Nothing);
    assert_eq!(readiness.apply(99_000.0, Signal::Offline(false)), Step::Nothing);
    assert_eq!((readiness.state(), readiness.wake_in_ms()), (State::Idle, None));
    assert_eq!(readiness.apply(99_001.0, Signal::Started), Step::Load);
}

#[test]
fn l5_coming_online_asks_again_for_a_script_that_was_lost_to_the_network() {
    let mut readiness = waiting(true, false);
    let ours = Signal::Failed { code: ErrorCode::Offline, jitter: 0.0 };
    for now in [10.0, 20.0, 30.0] {
        readiness.apply(now, Signal::Woke);
        readiness.apply(now, ours);
    }
    assert_eq!(readiness.state(), State::Error(ErrorCode::Offline));
    assert_eq!(readiness.apply(5_000.0, Signal::Offline(false)), Step::Reload);
    assert_eq!(readiness.state(), State::Loading);
}

#[test]
fn l7_the_fallback_runs_once_and_the_first_failure_is_reported_if_it_fails() {
    let mut readiness = waiting(true, true);
    assert_eq!(readiness.apply(10.0, failed(ErrorCode::Csp)), Step::RunFallback);
    assert_eq!(readiness.state(), State::Loading, "no error is shown while there is hope");
    assert_eq!(readiness.apply(11.0, failed(ErrorCode::Network)), Step::Nothing);
    assert_eq!(readiness.state(), State::Loading, "the same failure told twice");
    readiness.apply(500.0, Signal::FallbackFailed);
    assert_eq!(readiness.state(), State::Error(ErrorCode::Csp));
    readiness.apply(600.0, Signal::Started);
    assert_eq!(readiness.apply(610.0, failed(ErrorCode::Blocked)), Step::Nothing);
    assert_eq!(readiness.state(), State::Error(ErrorCode::Blocked));
}

#[test]
fn l7_without_a_script_the_fallback_runs_at_once() {
    let mut readiness = Readiness::new(Limits::default(), false, true);
    assert_eq!(readiness.apply(0.0, Signal::Started), Step::RunFallback);
    assert_eq!(readiness.state(), State::Loading);
    readiness.apply(500.0, Signal::FallbackFailed);
    assert_eq!(readiness.state(), State::Error(ErrorCode::Undefined));
}

#[test]
fn l7_a_fallback_that_hangs_is_given_the_same_time_and_no_more() {
    let mut readiness = waiting(true, true);
    assert_eq!(run(&mut readiness, 19_999.0), [Step::RunFallback]);
    assert_eq!(readiness.state(), State::Slow);
    run(&mut readiness, 20_001.0);
    assert_eq!(readiness.state(), State::Error(ErrorCode::Timeout));
}

#[test]
fn l9_an_abort_is_final_and_does_not_undo_ready() {
    let mut readiness = waiting(true, false);
    readiness.apply(10.0, Signal::Aborted);
    readiness.apply(20.0, Signal::Usable);
    assert_eq!(readiness.state(), State::Error(ErrorCode::Aborted));

    let mut readiness = waiting(true, false);
    readiness.apply(10.0, Signal::Usable);
    readiness.apply(20.0, Signal::Aborted);
    readiness.apply(30.0, failed(ErrorCode::Network));
    assert_eq!(readiness.state(), State::Ready);
}
