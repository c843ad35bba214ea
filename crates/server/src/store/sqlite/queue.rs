//! Work that waits for a thread.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// What waits, in the order in which it came.
#[derive(Debug)]
pub(super) struct Queue<T> {
    state: Mutex<State<T>>,
    news: Condvar,
}

#[derive(Debug)]
struct State<T> {
    waiting: VecDeque<T>,
    /// How many threads have nothing to do: waking none costs nothing.
    idle: usize,
    is_closed: bool,
}

impl<T> Queue<T> {
    pub(super) fn new() -> Self {
        let state = State { waiting: VecDeque::new(), idle: 0, is_closed: false };
        Self { state: Mutex::new(state), news: Condvar::new() }
    }

    /// Hands in work.
    pub(super) fn push(&self, work: T) {
        let mut state = self.lock();
        state.waiting.push_back(work);
        let is_somebody_idle = state.idle > 0;
        // Whoever is woken may run at once, in this thread's place, and would find the lock taken.
        drop(state);
        if is_somebody_idle {
            self.news.notify_one();
        }
    }

    /// Waits for work and takes as much of it as there is, up to `most`; `false` once the queue is closed and empty.
    pub(super) fn take(&self, most: usize, taken: &mut Vec<T>) -> bool {
        let mut state = self.lock();
        while state.waiting.is_empty() {
            if state.is_closed {
                return false;
            }
            state.idle += 1;
            state = self.news.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.idle -= 1;
            // Where one processor does it all, whoever handed in the first work has more at hand: it goes first, once.
            drop(state);
            std::thread::yield_now();
            state = self.lock();
        }
        let count = state.waiting.len().min(most);
        taken.extend(state.waiting.drain(..count));
        true
    }

    /// Says that nothing more comes. What waits is still done.
    pub(super) fn close(&self) {
        self.lock().is_closed = true;
        self.news.notify_all();
    }

    // Whole after every statement that changes it, so a panic elsewhere cannot have torn it.
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_is_taken_in_order_and_also_after_the_end() {
        let queue = Queue::new();
        (1..=5).for_each(|number| queue.push(number));
        queue.close();
        let mut taken = Vec::new();
        assert!(queue.take(3, &mut taken));
        assert_eq!(taken, [1, 2, 3]);
        assert!(queue.take(3, &mut taken));
        assert_eq!(taken, [1, 2, 3, 4, 5]);
        assert!(!queue.take(3, &mut taken));
    }

    #[test]
    fn threads_that_have_nothing_to_do_are_woken_by_work_and_by_the_end() {
        let (queue, sum) = (Queue::new(), Mutex::new(0));
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    let mut taken = Vec::new();
                    while queue.take(1, &mut taken) {
                        *sum.lock().expect("whole") += taken.drain(..).sum::<u32>();
                    }
                });
            }
            for number in 1..=100 {
                queue.push(number);
                std::thread::yield_now();
            }
            queue.close();
        });
        assert_eq!(sum.into_inner().expect("whole"), 5050);
    }
}
