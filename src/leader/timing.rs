//! The three durations of leader election, and which of them go together.

use std::time::Duration;

use thiserror::Error;

/// The factor by which a pause between two tries may exceed [`Timing::retry`], so that candidates do not try at the same time.
pub(super) const JITTER: f64 = 1.2;

/// The durations of leader election, which each process measures on its own monotonic clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// The lease duration: a candidate leaves the Lease to its holder for so long after it last saw it change. Written in whole seconds,
    /// rounded up.
    pub lease: Duration,
    /// The renew deadline: a leader works for so long after its last renewal.
    pub renew: Duration,
    /// The retry period: the pause between two tries.
    pub retry: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self { lease: Duration::from_secs(15), renew: Duration::from_secs(10), retry: Duration::from_secs(2) }
    }
}

/// The error of durations that would let two processes lead at a time, or none for long.
#[derive(Debug, Error)]
#[error(
    "lease duration {lease:?}, renew deadline {renew:?}, retry period {retry:?}: the first must be longer than the second, the \
     second longer than {JITTER} times the third, and none may be zero"
)]
pub struct BadTiming {
    lease: Duration,
    renew: Duration,
    retry: Duration,
}

impl Timing {
    /// Checks that the durations go together, and returns them.
    ///
    /// # Errors
    /// [`BadTiming`] names all three.
    pub fn checked(self) -> Result<Self, BadTiming> {
        let Self { lease, renew, retry } = self;
        let fits = lease > renew && renew > retry.mul_f64(JITTER) && !retry.is_zero();
        if fits { Ok(self) } else { Err(BadTiming { lease, renew, retry }) }
    }

    /// The lease duration in whole seconds, as a Lease has it.
    pub(super) fn lease_seconds(&self) -> i32 {
        let seconds = self.lease.as_secs() + u64::from(self.lease.subsec_nanos() > 0);
        i32::try_from(seconds).unwrap_or(i32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_duration_leaves_room_for_the_next() {
        let timing = |lease, renew, retry| Timing {
            lease: Duration::from_millis(lease),
            renew: Duration::from_millis(renew),
            retry: Duration::from_millis(retry),
        };
        assert_eq!(Timing::default().checked().unwrap().lease_seconds(), 15);
        assert_eq!(timing(1500, 1000, 200).checked().unwrap().lease_seconds(), 2);
        for wrong in [(10, 10, 1), (15, 10, 9), (15, 10, 0), (0, 0, 0)] {
            let error = timing(wrong.0, wrong.1, wrong.2).checked().unwrap_err();
            assert!(error.to_string().starts_with("lease duration "), "{error}");
        }
    }
}
