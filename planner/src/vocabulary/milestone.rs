//! The milestones of a migration: steps M0 to M12 of the protocol forward, and U1 to U8 of the way back, each in order.

use std::fmt;

/// A step of the migration protocol, forward or back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Milestone {
    /// M0: it is decided whether there is anything to migrate.
    Detect,
    /// M1: nothing was found that forbids the migration.
    Preflight,
    /// M2: the pending work is written to the journal.
    Journal,
    /// M2b: the shoot's subnets have external IPv6 ranges.
    Ipv6First,
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
    /// M8b: nothing is found that would keep the migration from being finished.
    Recheck,
    /// M9: the routes are gone.
    DeleteRoutes,
    /// M10: the nodes subnet's overlap flag is back as it was before M3.
    OverlapOff,
    /// M11: the nodes subnet has an external IPv6 range.
    Ipv6,
    /// M12: both IP families are reported, and the journal is empty.
    Report,
    /// U1: the cloud-controller-manager is released.
    Release,
    /// U2: every VM with an alias has a route that serves it.
    RoutesStand,
    /// U3: it is recorded that aliases are being removed.
    RecordUndo,
    /// U4: no VM has its pod range as an alias any more.
    AliasesOff,
    /// U5: the removal of the aliases has reached every host.
    SettleBack,
    /// U6: the nodes subnet has no pod range any more.
    RangeOff,
    /// U7: the nodes subnet's overlap flag is back as it was before M3.
    OverlapBack,
    /// U8: everything that was made for dual-stack is gone, and the journal is empty.
    AsBefore,
}

impl Milestone {
    /// The milestones of the way forward, in order.
    pub const FORWARD: [Self; 15] = [
        Self::Detect,
        Self::Preflight,
        Self::Journal,
        Self::Ipv6First,
        Self::OverlapOn,
        Self::SecondaryRange,
        Self::Aliases,
        Self::Settle,
        Self::Freeze,
        Self::LookAgain,
        Self::Recheck,
        Self::DeleteRoutes,
        Self::OverlapOff,
        Self::Ipv6,
        Self::Report,
    ];

    /// The milestones of the way back, in order.
    pub const BACK: [Self; 8] = [
        Self::Release,
        Self::RoutesStand,
        Self::RecordUndo,
        Self::AliasesOff,
        Self::SettleBack,
        Self::RangeOff,
        Self::OverlapBack,
        Self::AsBefore,
    ];

    /// The milestones of the way that this one is on, in order.
    pub fn way(self) -> &'static [Self] {
        if self >= Self::Release { &Self::BACK } else { &Self::FORWARD }
    }

    /// The name in the protocol, e.g. `M2b`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Detect => "M0",
            Self::Preflight => "M1",
            Self::Journal => "M2",
            Self::Ipv6First => "M2b",
            Self::OverlapOn => "M3",
            Self::SecondaryRange => "M4",
            Self::Aliases => "M5",
            Self::Settle => "M6",
            Self::Freeze => "M7",
            Self::LookAgain => "M8",
            Self::Recheck => "M8b",
            Self::DeleteRoutes => "M9",
            Self::OverlapOff => "M10",
            Self::Ipv6 => "M11",
            Self::Report => "M12",
            Self::Release => "U1",
            Self::RoutesStand => "U2",
            Self::RecordUndo => "U3",
            Self::AliasesOff => "U4",
            Self::SettleBack => "U5",
            Self::RangeOff => "U6",
            Self::OverlapBack => "U7",
            Self::AsBefore => "U8",
        }
    }

    /// The milestone of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::FORWARD.into_iter().chain(Self::BACK).find(|milestone| milestone.name() == name)
    }
}

/// The name in the protocol, e.g. `M5`.
impl fmt::Display for Milestone {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::Milestone;

    #[test]
    fn both_ways_hold_each_milestone_once_in_order() {
        let all: Vec<Milestone> = Milestone::FORWARD.into_iter().chain(Milestone::BACK).collect();
        assert!(all.is_sorted_by(|one, other| one < other));
        for milestone in all {
            assert_eq!(Milestone::named(milestone.name()), Some(milestone));
            assert!(milestone.way().contains(&milestone));
        }
        assert_eq!(Milestone::named("M13"), None);
    }
}
