//! What the tasks say. The only file that writes to the terminal; a closed pipe is not an error.

use std::io::Write;
use std::time::Duration;

/// One line on standard output.
pub(crate) fn line(text: &str) {
    let mut out = std::io::stdout().lock();
    let _closed_pipe = writeln!(out, "{text}").and_then(|()| out.flush());
}

/// The reason a task stopped, on standard error.
pub(crate) fn error(text: &str) {
    let mut out = std::io::stderr().lock();
    let _closed_pipe = writeln!(out, "\nerror: {text}").and_then(|()| out.flush());
}

/// A finished step: its name, what came of it, how long it took.
pub(crate) fn step(name: &str, result: &str, elapsed: Duration) {
    line(&format!("  {name:<18} {result}  ({})", seconds(elapsed)));
}

/// A duration as a person reads it: `0.4 s`, `12 s`, `3 min 05 s`.
pub(crate) fn seconds(elapsed: Duration) -> String {
    let total = elapsed.as_secs_f64();
    if total < 10.0 {
        format!("{total:.1} s")
    } else if total < 120.0 {
        format!("{total:.0} s")
    } else {
        format!("{} min {:02} s", elapsed.as_secs() / 60, elapsed.as_secs() % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_naturally_at_every_scale() {
        assert_eq!(seconds(Duration::from_millis(420)), "0.4 s");
        assert_eq!(seconds(Duration::from_secs(12)), "12 s");
        assert_eq!(seconds(Duration::from_secs(185)), "3 min 05 s");
    }
}
