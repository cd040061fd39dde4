//! What is being waited for until it has reached every host.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

use crate::vocabulary::Milestone;

/// A step whose effect was seen complete, and the instant at which it was first seen so.
///
/// The instant is later than the truth, hence safe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Settling {
    /// The step of the protocol: M3, M6, M9 or M10.
    pub step: Milestone,
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
        write!(formatter, "{} {}", self.step, self.since)
    }
}

/// The steps whose effect is waited for.
const STEPS: [Milestone; 4] =
    [Milestone::OverlapOn, Milestone::Settle, Milestone::DeleteRoutes, Milestone::OverlapOff];

impl FromStr for Settling {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (step, since) = text.split_once(' ').ok_or(())?;
        let number: u8 = step.strip_prefix('M').ok_or(())?.parse().map_err(|_| ())?;
        let step = STEPS.into_iter().find(|step| step.number() == number).ok_or(())?;
        Ok(Self { step, since: since.parse().map_err(|_| ())? })
    }
}
