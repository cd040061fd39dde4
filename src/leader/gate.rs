//! The gate that is open while this process may change anything.

use std::future::{pending, poll_fn};
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::Duration;

use tokio::time::Instant;

/// A gate that is open while the last renewal of the Lease is younger than the renew deadline, by the monotonic clock.
///
/// That clock goes on while a process is stopped, so whoever wakes up too late finds the gate shut, before its elector has had
/// a chance to notice. Clones share one gate.
#[derive(Clone, Debug)]
pub struct Gate(Option<Arc<Term>>);

#[derive(Debug)]
struct Term {
    allowed: Duration,
    /// The instant of the last renewal; `None`: this process does not lead.
    renewed: Mutex<Option<Instant>>,
}

impl Gate {
    /// A gate that nobody shuts, for a process that needs no election.
    pub fn unguarded() -> Self {
        Self(None)
    }

    /// A shut gate; a renewal will open it for `allowed`.
    pub fn new(allowed: Duration) -> Self {
        Self(Some(Arc::new(Term { allowed, renewed: Mutex::new(None) })))
    }

    /// Keeps the gate open, counted from `at`, the instant before the renewal was sent. Others count from after it arrived.
    pub(super) fn renew(&self, at: Instant) {
        self.set(Some(at));
    }

    /// Shuts the gate.
    pub fn shut(&self) {
        self.set(None);
    }

    fn set(&self, renewed: Option<Instant>) {
        if let Some(term) = &self.0 {
            *term.renewed.lock().unwrap_or_else(PoisonError::into_inner) = renewed;
        }
    }

    /// The instant at which the gate shuts unless it is renewed; `None`: it is shut, or never shuts.
    pub(super) fn shuts_at(&self) -> Option<Instant> {
        let term = self.0.as_ref()?;
        let renewed = *term.renewed.lock().unwrap_or_else(PoisonError::into_inner);
        renewed.map(|renewed| renewed + term.allowed)
    }

    /// Whether the gate is open at this instant.
    pub fn is_open(&self) -> bool {
        self.0.is_none() || self.shuts_at().is_some_and(|end| Instant::now() < end)
    }

    /// Whether the gate has shut because a renewal is overdue.
    pub fn is_overdue(&self) -> bool {
        self.shuts_at().is_some_and(|end| Instant::now() >= end)
    }

    /// Lets `future` go on for as long as the gate is open: it is asked before each step of it. Once it is shut, `future` is dropped, or
    /// was never begun, and this never ends: whoever waits for it takes no next step, and has nothing to tell of one that was not taken.
    /// The process is about to end.
    pub async fn pass<F: Future>(&self, future: F) -> F::Output {
        let passed = {
            let mut future = pin!(future);
            poll_fn(move |context| match self.is_open() {
                true => future.as_mut().poll(context).map(Some),
                false => Poll::Ready(None),
            })
            .await
        };
        match passed {
            Some(output) => output,
            None => pending().await,
        }
    }
}
