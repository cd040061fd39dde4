//! The environment of a run, which is handed in and never taken: wall-clock time and randomness.
//!
//! Production hands in [`SystemClock`] and [`SystemRng`]; a simulation hands in virtual time and a seed, and the same
//! code runs unchanged. Everything else that touches time uses tokio's clock, which tests can pause.

use jiff::Timestamp;
use uuid::Uuid;

/// The wall clock: instants that are written down or compared with instants that were.
pub trait Clock: Send + Sync {
    /// The present instant in UTC.
    fn now(&self) -> Timestamp;
}

/// The source of randomness.
pub trait Rng: Send + Sync {
    /// A fresh version 4 UUID, for the `requestId` of one mutation.
    fn uuid(&self) -> Uuid;

    /// A number in `0.0..1.0`, for jitter.
    fn unit(&self) -> f64;
}

/// The clock of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the wall clock")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// The randomness of the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRng;

impl Rng for SystemRng {
    #[expect(clippy::disallowed_methods, reason = "the one place that draws randomness")]
    fn uuid(&self) -> Uuid {
        Uuid::new_v4()
    }

    fn unit(&self) -> f64 {
        rand::random()
    }
}
