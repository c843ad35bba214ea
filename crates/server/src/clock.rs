//! The time, handed in: a server asks a [`Clock`], so that tests can stop it.

use std::time::{SystemTime, UNIX_EPOCH};

use docent_protocol::Timestamp;

/// Where a server takes the time from.
pub trait Clock: Send + Sync + 'static {
    /// The present moment.
    fn now(&self) -> Timestamp;
}

/// The machine's own clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        // A clock before 1970 or far beyond it is set wrong; the nearest end still gives a valid time.
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_unix_micros(i64::try_from(since_epoch.as_micros()).unwrap_or(i64::MAX))
    }
}

/// A clock that always shows the same moment, for tests and for golden transcripts.
#[derive(Debug, Clone, Copy)]
pub struct FixedClock(
    /// The moment shown.
    pub Timestamp,
);

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        self.0
    }
}
