//! Signs of life: of a loop that goes round, and of something that has happened.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// When a loop came round last. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Liveness(Arc<Mutex<Option<Instant>>>);

impl Liveness {
    /// The loop comes round.
    pub fn beat(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// The loop has ended, as it should.
    pub fn rest(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// How long ago it came round; `None` if it does not run.
    pub fn age(&self) -> Option<Duration> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).map(|beat| beat.elapsed())
    }
}

/// Something that is so or not. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Flag(Arc<AtomicBool>);

impl Flag {
    /// From now on it is so.
    pub fn raise(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Whether it is so.
    pub fn is_raised(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}
