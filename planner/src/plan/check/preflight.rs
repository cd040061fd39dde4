//! The beginning: nothing is changed for dual-stack where something is in its way. Later it can only be finished.

use std::collections::BTreeMap;

use ipnet::{IpNet, Ipv4Net};

use super::evidence::Evidence;
use super::rule::{Judgement, Rule};
use crate::desired::HybridLimits;
use crate::journal::Entries;
use crate::snapshot::{NetworkMode, NextHop, PassthroughRules, Route, Subnet};
use crate::vocabulary::{POD_RANGE_NAME, Purpose, VmRef};

/// The most alias ranges of an interface.
const ALIASES: usize = 150;
/// The published limits of hybrid subnets per VPC: VMs, custom routes, subnets with the flag, rules of internal passthrough balancers.
const VMS: usize = 130;
const ROUTES: usize = 300;
const SUBNETS: usize = 25;
const PASSTHROUGH_RULES: usize = 25;

/// Demands that nothing is in the way of the pod range and of aliases out of it for `entries`, unless something was begun before.
pub(super) fn may_begin(evidence: &Evidence<'_>, entries: &Entries) -> Judgement {
    if !evidence.seen.state.journal.is_empty() || evidence.has_pod_range() {
        return Ok(());
    }
    let custom = evidence.network().is_some_and(|network| network.mode == NetworkMode::Custom);
    Rule::Begin.demands(custom, || "the VPC is not in custom mode")?;
    if let Some(pods) = evidence.target.pods {
        ranges(evidence, pods)?;
        routes(evidence, pods)?;
    }
    vms(evidence, entries)?;
    limits(evidence)
}

/// No other range of a subnet meets the pod range, and its name is free.
fn ranges(evidence: &Evidence<'_>, pods: Ipv4Net) -> Judgement {
    let meets = |range: Ipv4Net| range.contains(&pods) || pods.contains(&range);
    let in_way =
        |subnet: &&Subnet| meets(subnet.range) || subnet.secondary.iter().any(|range| meets(range.range));
    let subnet = evidence.seen.cloud.subnets.iter().find(in_way);
    Rule::Begin.demands(subnet.is_none(), || match subnet {
        Some(subnet) => format!("a range of subnet {} meets the pod range {pods}", subnet.name),
        None => String::new(),
    })?;
    let nodes = evidence.subnet(Purpose::Nodes);
    let taken = nodes.is_some_and(|nodes| nodes.secondary.iter().any(|range| range.name == POD_RANGE_NAME));
    Rule::Begin.demands(!taken, || format!("another range is called {POD_RANGE_NAME}"))
}

/// No route of others lies inside the pod range, and none of ours is passed over beside it.
fn routes(evidence: &Evidence<'_>, pods: Ipv4Net) -> Judgement {
    let in_way = |route: &&Route| {
        let inside = match (&route.next_hop, route.destination) {
            (NextHop::Subnet | NextHop::Internet, _) | (_, IpNet::V6(_)) => false,
            (NextHop::Vm(_) | NextHop::Other(_), IpNet::V4(range)) => pods.contains(&range),
        };
        let ours = evidence.pods.routes.get(route.name.as_str());
        inside && ours.is_none_or(|ours| ours.range == pods || !route.tags.is_empty())
    };
    let route = evidence.seen.cloud.routes.iter().find(in_way);
    Rule::Begin.demands(route.is_none(), || match route {
        Some(route) => format!("route {} inside the pod range would be shadowed or passed over", route.name),
        None => String::new(),
    })
}

/// Each VM can have its alias, and no range is that of two.
fn vms(evidence: &Evidence<'_>, entries: &Entries) -> Judgement {
    let nodes = evidence.subnet(Purpose::Nodes).map(|nodes| &nodes.name);
    let mut claims: BTreeMap<Ipv4Net, &VmRef> = BTreeMap::new();
    for entry in entries {
        if let Some(vm) = evidence.seen.cloud.vms.get(&entry.vm) {
            let fits = evidence.pods.bears(&entry.vm, entry.range) || vm.nic.aliases.len() < ALIASES;
            Rule::Begin
                .demands(fits && Some(&vm.nic.subnet) == nodes, || format!("{} can have no alias", vm.id))?;
        }
        if !evidence.seen.cloud.gone.contains(&entry.vm) {
            let other = claims.insert(entry.range, &entry.vm).filter(|other| **other != entry.vm);
            Rule::Begin.demands(other.is_none(), || format!("two VMs claim {}", entry.range))?;
        }
    }
    Ok(())
}

/// The VPC is within what Google has published for subnets whose ranges overlap routes, or its owner takes what comes.
fn limits(evidence: &Evidence<'_>) -> Judgement {
    let cloud = &evidence.seen.cloud;
    let allowed = match evidence.target.hybrid_limits {
        HybridLimits::Allow => true,
        HybridLimits::Refuse => evidence.pods.routes.is_empty(),
    };
    let custom = cloud.routes.iter().filter(|route| route.next_hop != NextHop::Subnet).count();
    let nodes = evidence.subnet(Purpose::Nodes);
    let hybrid = cloud.subnets.iter().filter(|subnet| subnet.overlap && Some(*subnet) != nodes).count();
    let passthrough = match cloud.passthrough_rules {
        PassthroughRules::Counted(number) => number,
        PassthroughRules::Unread | PassthroughRules::Denied => 0,
    };
    let within =
        cloud.vms.len() <= VMS && custom <= ROUTES && hybrid < SUBNETS && passthrough <= PASSTHROUGH_RULES;
    Rule::Begin.demands(allowed || within, || "the VPC is beyond the published limits of hybrid subnets")
}
