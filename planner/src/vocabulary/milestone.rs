//! The milestones of a migration: steps M0 to M12 of the protocol, in order.

use std::fmt;

/// A step of the migration protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Milestone {
    /// M0: it is decided whether there is anything to migrate.
    Detect,
    /// M1: nothing was found that forbids the migration.
    Preflight,
    /// M2: the pending work is written to the journal.
    Journal,
    /// M3: the nodes subnet allows routes inside its ranges.
    OverlapOn,
    /// M4: the nodes subnet has the pod range.
    SecondaryRange,
    /// M5: every VM has its pod range as an alias.
    Aliases,
    /// M6: the aliases have reached every host.
    Settle,
    /// M7: the cloud-controller-manager is stopped, so nobody makes routes any more.
    Freeze,
    /// M8: no new route has appeared since.
    LookAgain,
    /// M9: the routes are gone.
    DeleteRoutes,
    /// M10: the nodes subnet's overlap flag is back as it was before M3.
    OverlapOff,
    /// M11: the nodes subnet has an external IPv6 range.
    Ipv6,
    /// M12: both IP families are reported, and the journal is empty.
    Report,
}

impl Milestone {
    /// All milestones, in order.
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

    /// The number in the protocol, 0 to 12.
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

/// The form `M5`.
impl fmt::Display for Milestone {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "M{}", self.number())
    }
}
