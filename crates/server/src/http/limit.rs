//! How often a user may ask: a bucket of requests for each, that fills up again evenly.
//!
//! Only users who were recognised have one, and only as long as it is not full: the table holds whoever asked in the last
//! minute or two and nobody else.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// How long an empty bucket takes to be full again.
const MINUTE: Duration = Duration::from_secs(60);

/// The limits of a server.
#[derive(Debug)]
pub(crate) struct RequestLimits {
    /// Of requests of the protocol, and of those that follow a run.
    pub(super) requests: Limiter,
    /// Of stops, apart from all else: whoever asked too much has to be able to stop what it began.
    pub(super) stops: Limiter,
}

impl RequestLimits {
    /// So many in a minute of each kind; 0 is any number.
    pub(crate) fn new(per_minute: u32) -> Self {
        Self { requests: Limiter::new(per_minute), stops: Limiter::new(per_minute) }
    }
}

/// One bucket for each user.
#[derive(Debug)]
pub(super) struct Limiter {
    /// How long one request takes to come back; `None` if nothing is limited.
    interval: Option<Duration>,
    buckets: Mutex<Buckets>,
}

#[derive(Debug, Default)]
struct Buckets {
    /// By user, when the bucket will be full.
    full_at: HashMap<String, Instant>,
    next_look: Option<Instant>,
}

impl Limiter {
    fn new(per_minute: u32) -> Self {
        Self { interval: MINUTE.checked_div(per_minute), buckets: Mutex::default() }
    }

    /// Takes a request out of the user's bucket; if there is none left, how long it takes until there is.
    pub(super) fn take(&self, user_id: &str) -> Result<(), Duration> {
        let Some(interval) = self.interval else { return Ok(()) };
        let now = Instant::now();
        let mut buckets = self.lock();
        buckets.forget_full_ones(now);
        let full_at = buckets.full_at.get(user_id).map_or(now, |full_at| (*full_at).max(now)) + interval;
        let missing = (full_at - now).saturating_sub(MINUTE);
        if !missing.is_zero() {
            return Err(missing);
        }
        match buckets.full_at.get_mut(user_id) {
            Some(known) => *known = full_at,
            None => drop(buckets.full_at.insert(user_id.to_owned(), full_at)),
        }
        Ok(())
    }

    // Whole after every statement that changes it, so a panic elsewhere cannot have torn it.
    fn lock(&self) -> MutexGuard<'_, Buckets> {
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Buckets {
    /// A bucket that is full says nothing that none does not say.
    fn forget_full_ones(&mut self, now: Instant) {
        if self.next_look.is_some_and(|next_look| now < next_look) {
            return;
        }
        self.next_look = Some(now + MINUTE);
        self.full_at.retain(|_, full_at| *full_at > now);
        self.full_at.shrink_to(self.full_at.len() * 2);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_bucket_is_used_up_at_once_and_fills_up_evenly() {
        let limiter = Limiter::new(6);
        for _ in 0..6 {
            assert_eq!(limiter.take("ada"), Ok(()));
        }
        assert_eq!(limiter.take("ada"), Err(Duration::from_secs(10)));
        assert_eq!(limiter.take("bob"), Ok(()), "another user has another bucket");
        tokio::time::advance(Duration::from_secs(9)).await;
        assert_eq!(limiter.take("ada"), Err(Duration::from_secs(1)), "a refusal costs nothing");
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!(limiter.take("ada"), Ok(()));
        assert!(limiter.take("ada").is_err(), "one came back and no more");
        tokio::time::advance(Duration::from_secs(3600)).await;
        assert_eq!((0..100).filter(|_| limiter.take("ada").is_ok()).count(), 6, "it is full and no fuller");
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_does_not_ask_any_more_is_forgotten() {
        let limiter = Limiter::new(6);
        for user in 0..1000 {
            assert_eq!(limiter.take(&user.to_string()), Ok(()));
        }
        tokio::time::advance(MINUTE).await;
        assert_eq!(limiter.take("ada"), Ok(()));
        let buckets = limiter.lock();
        assert_eq!(buckets.full_at.keys().collect::<Vec<_>>(), ["ada"]);
        assert!(buckets.full_at.capacity() < 100, "and its room is given back");
    }

    #[tokio::test]
    async fn no_limit_remembers_nobody() {
        let limiter = Limiter::new(0);
        assert!((0..10_000).all(|_| limiter.take("ada").is_ok()));
        assert!(limiter.lock().full_at.is_empty());
    }
}
