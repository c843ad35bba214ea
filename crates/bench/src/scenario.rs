//! What is measured of a server, one file for each question.

pub(crate) mod growth;
pub(crate) mod idle;
pub(crate) mod pages;
pub(crate) mod turns;

use std::time::Duration;

/// How long and how often.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// How often each rate is measured; the middle one counts.
    pub(crate) rounds: usize,
    /// How long a load lasts before anything is counted.
    pub(crate) warm_up: Duration,
    /// How long it is counted.
    pub(crate) window: Duration,
    /// How many idle streams are opened, in growing steps.
    pub(crate) streams: Vec<usize>,
    /// How many items the threads have whose pages are read.
    pub(crate) lengths: Vec<usize>,
}

impl Plan {
    /// The measurement whose table is kept.
    pub(crate) fn full() -> Self {
        Self {
            rounds: 3,
            warm_up: Duration::from_secs(1),
            window: Duration::from_secs(3),
            streams: vec![1_000, 10_000],
            lengths: vec![100, 1_000, 10_000, 100_000],
        }
    }

    /// A fast look.
    pub(crate) fn quick() -> Self {
        Self {
            rounds: 1,
            warm_up: Duration::from_millis(500),
            window: Duration::from_secs(1),
            streams: vec![200, 1_000],
            lengths: vec![100, 1_000],
        }
    }
}
