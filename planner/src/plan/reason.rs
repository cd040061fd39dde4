//! Reasons why a step is wanted. A step carries the reason as a value; the words are made where somebody reads them.

use std::fmt;

use ipnet::Ipv4Net;

/// Why a step is wanted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// What it makes does not exist.
    Missing,
    /// The shoot has no VPC of its own.
    NoNetwork,
    /// The router bears no entry of ours.
    NoNat,
    /// Fields are not as they shall be.
    Differs,
    /// A subnet has a smaller range than it shall have.
    TooNarrow {
        /// The range that it has.
        present: Ipv4Net,
    },
    /// A subnet has a range from which there is no way to the one that it shall have.
    MadeAnew {
        /// The range that it has.
        present: Ipv4Net,
        /// The range that it shall have.
        wanted: Ipv4Net,
    },
    /// A subnet shall have IPv6.
    NoIpv6,
    /// The configuration does not ask for an internal subnet.
    NotConfigured,
    /// A rule for IPv6 lets nothing in any more.
    NoIpv6Range,
    /// The shoot is deleted.
    Deleted,
    /// The shoot is deleted, and the router is somebody else's.
    NatDeleted,
    /// Google keeps the VPC as long as the route is there.
    InTheWay,
    /// Something is about to change.
    WrittenAhead,
    /// All is as it shall be.
    AllDone,
    /// What was written ahead came to nothing.
    TakenBack,
    /// M2: what is to be replaced must be known.
    Journalled,
    /// M3: the pod range can only be added with the flag.
    RangeNeedsFlag,
    /// M4: aliases are taken from the pod range.
    AliasesNeedRange {
        /// The pod range.
        pods: Ipv4Net,
    },
    /// M5: the first VM of its worker pool.
    FirstOfPool,
    /// M5: the alias comes before the route goes.
    AliasBeforeRoute,
    /// M3, M6, M10: a wait is counted from now on.
    Settling,
    /// M7: the resource manager must not put back what is stopped.
    ChartLeftAlone,
    /// M7: the cloud-controller-manager must not make routes.
    NoMoreRoutes,
    /// M7: the freeze is taken back.
    GivenUp,
    /// M9: the point of no return.
    NoReturn,
    /// M9: the first route of all.
    FirstRoute,
    /// M9: another route that is needed no more.
    RouteReplaced,
    /// M10: the flag was off before.
    FlagWasOff,
    /// M12: the migration is over.
    MigrationOver,
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Missing => "it does not exist",
            Self::NoNetwork => "the shoot has no VPC of its own yet",
            Self::NoNat => "the router bears no such entry",
            Self::Differs => "it is not as it shall be",
            Self::TooNarrow { present } => return write!(formatter, "its range is still {present}"),
            Self::MadeAnew { present, wanted } => {
                return write!(formatter, "its range {present} cannot become {wanted}: it is made anew");
            }
            Self::NoIpv6 => "a dual-stack shoot needs an external IPv6 range here",
            Self::NotConfigured => "spec.providerConfig.networks.internal is not set",
            Self::NoIpv6Range => "no subnet of the shoot has an IPv6 range",
            Self::Deleted => "the shoot is deleted",
            Self::NatDeleted => "the router stays, this entry does not",
            Self::InTheWay => "Google does not delete the VPC before it",
            Self::WrittenAhead => "what is about to change must be known before it changes",
            Self::AllDone => "all is done: what was found out is kept, what was pending is not",
            Self::TakenBack => {
                "nothing was made: what was written ahead is taken back, so that the shoot can go without credentials"
            }
            Self::Journalled => {
                "what is to be replaced must be known before it is, whatever happens in between"
            }
            Self::RangeNeedsFlag => "so that the pod range can be added while the routes are there",
            Self::AliasesNeedRange { pods } => {
                return write!(formatter, "alias ranges for pods are taken from {pods}");
            }
            Self::FirstOfPool => {
                "the first of its worker pool: what is wrong shows on one node before it is done to all"
            }
            Self::AliasBeforeRoute => "its pod range must be reachable by alias before its route goes",
            Self::Settling => "from this instant on the wait is counted, by whoever goes on with it",
            Self::ChartLeftAlone => "or the resource manager would start the cloud-controller-manager again",
            Self::NoMoreRoutes => "or it would make the routes anew",
            Self::GivenUp => {
                "the migration is given up for now, before any route was deleted: the cluster gets its controller back"
            }
            Self::NoReturn => "the point of no return is recorded before the first route goes",
            Self::FirstRoute => {
                "the first of all: its alias is read back, it is journalled, nobody makes routes any more"
            }
            Self::RouteReplaced => "its alias is read back (or its VM is gone), it is journalled",
            Self::FlagWasOff => "no route is left inside its ranges, and that is how the flag stood before",
            Self::MigrationOver => {
                "the migration is over: both families are reported, nothing is pending any more"
            }
        })
    }
}
