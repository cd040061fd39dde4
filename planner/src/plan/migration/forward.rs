//! The protocol from VPC routes to alias IP ranges, as data: steps M2 to M12.

use super::facts::Facts;
use super::protocol::{Outlook, Protocol};
use super::{aliases, finish, freeze, ipv6_first, prepare, recheck, routes};
use crate::vocabulary::{Milestone, POD_RANGE_NAME};

/// The steps up to the point of no return.
pub(super) const PREPARING: Protocol = Protocol {
    first: None,
    steps: &[
        (Milestone::Journal, prepare::journal),
        (Milestone::Journal, prepare::take_words),
        (Milestone::Ipv6First, ipv6_first::ipv6_first),
        (Milestone::OverlapOn, prepare::overlap_on),
        (Milestone::SecondaryRange, prepare::secondary_range),
        (Milestone::Aliases, aliases::set),
        (Milestone::Settle, aliases::settle),
        (Milestone::Settle, finish::ipv6_before_no_return),
        (Milestone::Freeze, freeze::freeze),
        (Milestone::LookAgain, freeze::look_again),
        (Milestone::Recheck, recheck::recheck),
        (Milestone::DeleteRoutes, routes::delete),
        (Milestone::OverlapOff, finish::overlap_off),
        (Milestone::Ipv6, finish::ipv6),
    ],
    end: Milestone::Report,
    outlook,
};

/// The steps past the point of no return. The freeze comes first, because a cloud-controller-manager whose inserts are refused
/// would have every node replaced.
pub(super) const COMMITTED: Protocol =
    Protocol { first: Some((Milestone::Freeze, freeze::freeze)), ..PREPARING };

/// The forecast for a milestone; `None` for those that are never forecast.
fn outlook(milestone: Milestone, facts: &Facts<'_>) -> Option<Outlook> {
    let subnet = facts.subnet.name.as_str();
    let vms = format!("{} VM(s)", facts.entries.len());
    let routes = format!("{} route(s)", facts.routes.len().max(facts.entries.len()));
    let pods = facts.pods.map_or_else(String::new, |pods| pods.to_string());
    let (sign, target, action, why) = match milestone {
        Milestone::Detect | Milestone::Preflight | Milestone::Journal => return None,
        Milestone::Ipv6First => (
            '~',
            "the shoot's subnets",
            "turn on external IPv6, make the services subnet".to_owned(),
            "whatever refuses it does so while nothing depends on it",
        ),
        Milestone::OverlapOn => (
            '~',
            subnet,
            "allow routes inside its ranges (overlap flag on), then wait until every host knows".to_owned(),
            "so that the pod range can be added while the routes are there",
        ),
        Milestone::SecondaryRange => (
            '~',
            subnet,
            format!("add the secondary range {} {pods}", POD_RANGE_NAME),
            "aliases are taken from it",
        ),
        Milestone::Aliases => (
            '+',
            vms.as_str(),
            "add the pod range as an alias of nic0, one of each worker pool first".to_owned(),
            "a pod range must be reachable by alias before its route goes",
        ),
        Milestone::Settle => (
            '~',
            vms.as_str(),
            "wait until every host knows the aliases".to_owned(),
            "no API shows when it does",
        ),
        Milestone::Freeze => (
            '~',
            crate::documents::names::CCM_DEPLOYMENT,
            "have the control plane chart left alone, scale to 0, wait for the last pod".to_owned(),
            "it would make the routes anew",
        ),
        Milestone::LookAgain => (
            '~',
            routes.as_str(),
            "look again at routes and VMs once no insert is in flight".to_owned(),
            "what came in the meantime is migrated too",
        ),
        Milestone::Recheck => (
            '~',
            routes.as_str(),
            "judge once more whether all that is still to come can be done".to_owned(),
            "afterwards there is no way back",
        ),
        Milestone::DeleteRoutes => (
            '-',
            routes.as_str(),
            "record the point of no return, delete one route, then the others".to_owned(),
            "the aliases have taken over",
        ),
        Milestone::OverlapOff => (
            '~',
            subnet,
            "set the overlap flag back to how it stood".to_owned(),
            "no route is left inside its ranges; seen twice",
        ),
        // Forecast only where M2b leaves it out, or there is nothing to migrate.
        Milestone::Ipv6 => (
            '~',
            subnet,
            "turn on external IPv6".to_owned(),
            "a dual-stack shoot needs an external IPv6 range here",
        ),
        Milestone::Report => (
            '~',
            "status",
            "report both families, empty the journal".to_owned(),
            "the control plane and the nodes follow",
        ),
        Milestone::Release
        | Milestone::RoutesStand
        | Milestone::RecordUndo
        | Milestone::AliasesOff
        | Milestone::SettleBack
        | Milestone::RangeOff
        | Milestone::OverlapBack
        | Milestone::AsBefore => return None,
    };
    Some(Outlook { sign, target: target.to_owned(), action, why })
}
