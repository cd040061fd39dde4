//! Time as the landscape lives it: wall time for timestamps, landscape seconds for every wait.
//!
//! The stand-ins wait only through [`Time::sleep`], so that a run can be faster than life and a simulation
//! can own the clock. This is the crate's one reader of the wall clock.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// A clock that every stand-in shares: cheap to copy, driven by tokio's clock, so that paused tests own it.
#[derive(Debug, Clone, Copy)]
pub struct Time {
    origin: Timestamp,
    started: tokio::time::Instant,
    speed: f64,
}

impl Time {
    /// A real run in which one second of wall time is `speed` landscape seconds.
    ///
    /// It begins with the cloud that it is the time of. A speed that is not a positive number counts as 1.
    #[expect(
        clippy::disallowed_methods,
        reason = "the seam: the only reader of the wall clock in this crate"
    )]
    pub(crate) fn real(speed: f64) -> Self {
        let speed = if speed.is_finite() && speed > 0.0 { speed } else { 1.0 };
        Self { origin: Timestamp::now(), started: tokio::time::Instant::now(), speed }
    }

    /// A simulation that starts at `start` and follows tokio's (paused) clock one to one.
    pub fn virtual_from(start: Timestamp) -> Self {
        Self { origin: start, started: tokio::time::Instant::now(), speed: 1.0 }
    }

    /// The instant that timestamps in Kubernetes objects carry: wall time, never scaled, because the controller
    /// under test compares it with a clock of its own.
    pub fn now(&self) -> Timestamp {
        let passed = SignedDuration::try_from(self.started.elapsed()).unwrap_or(SignedDuration::MAX);
        self.origin.checked_add(passed).unwrap_or(Timestamp::MAX)
    }

    /// Landscape time since this clock was made.
    pub fn elapsed(&self) -> Duration {
        self.started.elapsed().mul_f64(self.speed)
    }

    /// Landscape seconds per second of tokio's clock.
    pub fn speed(&self) -> f64 {
        self.speed
    }

    /// Length of a wait, in landscape time, for somebody who goes at a pace of his own, such as a process under test:
    /// `duration`, but never less than `real` on the wall clock, however fast the landscape is.
    pub fn patience(&self, duration: Duration, real: Duration) -> Duration {
        duration.max(real.mul_f64(self.speed))
    }

    /// Sleeps for `duration` of landscape time.
    pub async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(self.scale(duration)).await;
    }

    /// Length of `duration` of landscape time on the wall clock.
    pub fn scale(&self, duration: Duration) -> Duration {
        duration.div_f64(self.speed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn virtual_time_follows_tokio() {
        let start: Timestamp = "2026-09-01T10:00:00Z".parse().unwrap();
        let time = Time::virtual_from(start);
        time.sleep(Duration::from_secs(90)).await;
        assert_eq!(time.now(), "2026-09-01T10:01:30Z".parse().unwrap());
        assert_eq!(time.elapsed(), Duration::from_secs(90));
    }

    #[tokio::test(start_paused = true)]
    async fn speed_shortens_waits_and_leaves_timestamps_alone() {
        let time = Time::real(10.0);
        let before = time.now();
        time.sleep(Duration::from_secs(20)).await;
        assert_eq!(time.now().duration_since(before).as_secs(), 2);
        assert_eq!(time.elapsed(), Duration::from_secs(20));
    }

    #[test]
    fn patience_with_others_does_not_shrink_with_speed() {
        let patience = |speed| Time::real(speed).patience(Duration::from_secs(600), Duration::from_secs(30));
        for (speed, expected) in [(0.5, 600), (10.0, 600), (20.0, 600), (100.0, 3000), (1000.0, 30_000)] {
            assert_eq!(patience(speed), Duration::from_secs(expected), "{speed}");
        }
    }
}
