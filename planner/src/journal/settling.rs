//! Settle times: how long a change is given to reach every host of the network.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

use crate::vocabulary::Milestone;

/// A step of the protocol whose effect was read back completely, and the first instant at which it was.
///
/// That instant is later than the change itself, so waiting from it is safe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Settling {
    /// The step, one of M3, M6, M9, M10, U1, U2, U5 and U7. After U1 it is routes that are waited for.
    pub step: Milestone,
    /// The instant of the first observation that showed the complete effect.
    pub since: Timestamp,
}

impl Settling {
    /// The instant at which `wait` will have passed.
    pub fn until(&self, wait: std::time::Duration) -> Timestamp {
        self.since.checked_add(wait).unwrap_or(Timestamp::MAX)
    }
}

/// The form `M6 2026-09-01T10:00:00Z`.
impl fmt::Display for Settling {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.step, self.since)
    }
}

/// The steps that have a settle time.
const STEPS: [Milestone; 8] = [
    Milestone::OverlapOn,
    Milestone::Settle,
    Milestone::DeleteRoutes,
    Milestone::OverlapOff,
    Milestone::Release,
    Milestone::RoutesStand,
    Milestone::SettleBack,
    Milestone::OverlapBack,
];

impl FromStr for Settling {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (step, since) = text.split_once(' ').ok_or(())?;
        let step = STEPS.into_iter().find(|known| known.name() == step).ok_or(())?;
        Ok(Self { step, since: since.parse().map_err(|_| ())? })
    }
}
