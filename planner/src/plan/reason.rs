//! Reasons for steps. A step carries its reason as a value; the words are rendered where people read them.

use std::fmt;

use ipnet::Ipv4Net;

/// The reason for a step.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The resource does not exist.
    Missing,
    /// The shoot's own VPC does not exist.
    NoNetwork,
    /// The router has no NAT of the shoot.
    NoNat,
    /// Managed fields differ from the wanted ones.
    Differs,
    /// A subnet's range must be widened.
    TooNarrow {
        /// The present range.
        present: Ipv4Net,
    },
    /// A subnet's range cannot be changed to the wanted one, so the subnet is replaced.
    MadeAnew {
        /// The present range.
        present: Ipv4Net,
        /// The wanted range.
        wanted: Ipv4Net,
    },
    /// A subnet lacks external IPv6.
    NoIpv6,
    /// The configuration has no internal subnet.
    NotConfigured,
    /// A firewall rule for IPv6 has no source range left.
    NoIpv6Range,
    /// The shoot is being deleted.
    Deleted,
    /// The shoot is being deleted, but the router stays.
    NatDeleted,
    /// Google does not delete the VPC while the route exists.
    InTheWay,
    /// The state is written before the change that it announces.
    WrittenAhead,
    /// Everything is done.
    AllDone,
    /// The announced creation did not happen.
    TakenBack,
    /// M2: the routes to replace must be recorded first.
    Journalled,
    /// M3: the pod range can only be added under the overlap flag.
    RangeNeedsFlag,
    /// M4: aliases are allocated from the pod range.
    AliasesNeedRange {
        /// The pod range in CIDR notation.
        pods: Ipv4Net,
    },
    /// M5: one VM of each worker pool gets its alias first.
    FirstOfPool,
    /// M5: a VM gets its alias before all others of its worker pool, to be measured with it.
    Canary,
    /// M5: canaries are recorded before they get their aliases.
    CanaryChosen {
        /// The VMs.
        who: String,
    },
    /// M5: what came of canaries is recorded.
    CanaryJudged {
        /// The canaries and what they are.
        what: String,
    },
    /// M5: worker pools go on without a canary.
    CanaryWaived,
    /// M5: nothing is known of worker pools.
    CanaryUnknown,
    /// M5: a VM needs its alias before its route is deleted.
    AliasBeforeRoute,
    /// M5: the VM bears the range of another node, which serves nobody.
    AliasOfAnother,
    /// A node that no migration moves has neither route nor alias.
    Repaired,
    /// M3, M6, M10: the start of a settle time is recorded.
    Settling,
    /// M7: the resource manager must not restart the cloud-controller-manager.
    ChartLeftAlone,
    /// M7: the cloud-controller-manager must not make routes anew.
    NoMoreRoutes,
    /// M7: the freeze is taken back.
    GivenUp,
    /// U2: routes are missed that a cloud-controller-manager is to make.
    RoutesMissed,
    /// M7, U1: a freeze that nobody has recorded is taken back.
    FrozenByNobody,
    /// M9: the point of no return is recorded.
    NoReturn,
    /// M9: one route is deleted before all others.
    FirstRoute,
    /// M9: the route's alias has taken over, or its VM is gone.
    RouteReplaced,
    /// M10: the overlap flag was off before the migration.
    FlagWasOff,
    /// M12: the migration is over.
    MigrationOver,
    /// M2: the attempt that words ask for has begun.
    WordsUsedUp,
    /// A step of the migration was refused for good.
    Refused,
    /// M3: Google refused the overlap flag on a dual-stack subnet.
    FlagBeforeIpv6,
    /// What was waited for did not last.
    CountedAnew,
    /// U2: routes inside the pod range serve nobody without the overlap flag.
    RoutesNeedFlag,
    /// U3: it is recorded that aliases are being removed.
    Undone,
    /// U4: the VM's route serves its pods.
    RouteServes,
    /// U6: no VM bears an alias from the range any more.
    NoAliasLeft,
    /// U8: the state must not bring IPv6 back.
    NoIpv6Kept,
    /// U8: the shoot has IPv4 only again.
    NotWantedAnyMore,
    /// The way back was left, as dual-stack is wanted again and no VM bears an alias.
    ForwardAgain,
    /// U2: IPv4 is reported while aliases stand, as nothing makes the routes that could replace them.
    RoutesToCome,
    /// U8: everything is as it was before the migration.
    BackOver,
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
            Self::Canary => {
                "the canary of its worker pool: it is measured with its alias before any other node gets one"
            }
            Self::CanaryChosen { who } => {
                return write!(
                    formatter,
                    "which node of each worker pool comes first, and by which pods it is measured, must be known before it gets its \
                     alias: {who}"
                );
            }
            Self::CanaryJudged { what } => {
                return write!(formatter, "what came of it is kept, whoever goes on with it: {what}");
            }
            Self::CanaryWaived => "the worker pools without evidence go on",
            Self::CanaryUnknown => {
                "whether an alias cuts nodes off cannot be seen: what was made is taken back, and it does not begin again by itself"
            }
            Self::AliasOfAnother => "its Node has another pod range: this alias serves nobody, and is in the way of the node that has it",
            Self::Repaired => "its Node has this pod range, and neither a route nor an alias leads there: the node is cut off",
            Self::AliasBeforeRoute => "its pod range must be reachable by alias before its route goes",
            Self::Settling => "from this instant on the wait is counted, by whoever goes on with it",
            Self::ChartLeftAlone => "or the resource manager would start the cloud-controller-manager again",
            Self::NoMoreRoutes => "or it would make the routes anew",
            Self::GivenUp => {
                "the migration is given up for now, before any route was deleted: the cluster gets its controller back"
            }
            Self::RoutesMissed => "from this instant on the routes are waited for, by whoever goes on with it",
            Self::FrozenByNobody => {
                "the control plane is left alone and nobody has recorded why, as after a late write of another process: it is taken back"
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
            Self::WordsUsedUp => "the attempt that it asks for begins: refused again, it must not begin by itself",
            Self::Refused => "it was refused for good: what was made is taken back, and it does not begin again by itself",
            Self::CountedAnew => "what was waited for did not last: it is counted anew",
            Self::FlagBeforeIpv6 => {
                "Google refuses the overlap flag on a dual-stack subnet: the flag comes first, and IPv6 after the routes are gone"
            }
            Self::RoutesNeedFlag => "without the flag the pod range shadows the routes that are to serve again",
            Self::Undone => "that aliases are being removed is recorded before the first one goes",
            Self::RouteServes => "a route to it was seen to stand, and serves its pods as soon as the alias is gone",
            Self::NoAliasLeft => "no VM bears an alias from it any more",
            Self::NoIpv6Kept => "rules and reports would follow what is kept there",
            Self::NotWantedAnyMore => "the shoot has IPv4 only again",
            Self::ForwardAgain => "dual-stack is wanted again, and no VM bears an alias that a late removal could take",
            Self::RoutesToCome => "with IPv4 reported the control plane makes the routes that the aliases wait for",
            Self::BackOver => "all is as it was before: IPv4 is in effect, nothing is pending any more",
        })
    }
}
