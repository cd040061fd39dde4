//! Milestones of a migration: the steps M0 to M12 of the protocol, by number.

use std::fmt;

/// A step of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Milestone {
    /// M0: is there anything to migrate?
    Detect,
    /// M1: may it be migrated?
    Preflight,
    /// M2: the pending work is written down.
    Journal,
    /// M3: the nodes subnet allows routes inside its ranges.
    OverlapOn,
    /// M4: the nodes subnet has the pod range.
    SecondaryRange,
    /// M5: every VM has its alias.
    Aliases,
    /// M6: the aliases have reached every host.
    Settle,
    /// M7: nobody makes routes any more.
    Freeze,
    /// M8: nothing new has come.
    LookAgain,
    /// M9: the routes are gone.
    DeleteRoutes,
    /// M10: the nodes subnet allows no routes inside its ranges again.
    OverlapOff,
    /// M11: the nodes subnet has its IPv6 range.
    Ipv6,
    /// M12: the outcome is written down.
    Report,
}

impl Milestone {
    /// All of them, in order.
    pub const ALL: [Self; 13] = [
        Self::Detect,
        Self::Preflight,
        Self::Journal,
        Self::OverlapOn,
        Self::SecondaryRange,
        Self::Aliases,
        Self::Settle,
        Self::Freeze,
        Self::LookAgain,
        Self::DeleteRoutes,
        Self::OverlapOff,
        Self::Ipv6,
        Self::Report,
    ];

    /// Its number in the protocol.
    pub fn number(self) -> u8 {
        match self {
            Self::Detect => 0,
            Self::Preflight => 1,
            Self::Journal => 2,
            Self::OverlapOn => 3,
            Self::SecondaryRange => 4,
            Self::Aliases => 5,
            Self::Settle => 6,
            Self::Freeze => 7,
            Self::LookAgain => 8,
            Self::DeleteRoutes => 9,
            Self::OverlapOff => 10,
            Self::Ipv6 => 11,
            Self::Report => 12,
        }
    }
}

/// `M5`.
impl fmt::Display for Milestone {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "M{}", self.number())
    }
}
