//! What is being waited for until it has reached every host.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

/// A step whose effect was seen complete, and the instant at which it was first seen so.
///
/// The instant is later than the truth, hence safe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Settling {
    /// The number of the protocol's step.
    pub step: u8,
    /// When its effect was first seen complete.
    pub since: Timestamp,
}

impl Settling {
    /// When `wait` will have passed.
    pub fn until(&self, wait: std::time::Duration) -> Timestamp {
        self.since.checked_add(wait).unwrap_or(Timestamp::MAX)
    }
}

/// `M6 2026-09-01T10:00:00Z`.
impl fmt::Display for Settling {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "M{} {}", self.step, self.since)
    }
}

/// The steps whose effect is waited for.
const STEPS: [u8; 4] = [3, 6, 9, 10];

impl FromStr for Settling {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (step, since) = text.split_once(' ').ok_or(())?;
        let step = step.strip_prefix('M').ok_or(())?.parse().map_err(|_| ())?;
        if !STEPS.contains(&step) {
            return Err(());
        }
        Ok(Self { step, since: since.parse().map_err(|_| ())? })
    }
}
