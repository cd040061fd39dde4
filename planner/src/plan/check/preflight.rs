//! The preflight: nothing is changed for dual-stack where something is in the way, as later a migration can only be finished.

use std::collections::BTreeMap;

use ipnet::{IpNet, Ipv4Net};

use super::evidence::Evidence;
use super::rule::{Judgement, Rule};
use crate::desired::HybridLimits;
use crate::journal::{Entries, Entry};
use crate::snapshot::{Guest, NetworkMode, NextHop, PassthroughRules, Route, StackType, Subnet};
use crate::vocabulary::{POD_RANGE_NAME, Purpose, VmRef, Word};

/// The most alias ranges of an interface.
const ALIASES: usize = 150;
/// The published limits of hybrid subnets per VPC: VMs, custom routes, subnets with the flag, rules of internal passthrough balancers.
const VMS: usize = 130;
const ROUTES: usize = 300;
const SUBNETS: usize = 25;
const PASSTHROUGH_RULES: usize = 25;

/// Demands that nothing is in the way of the pod range and of aliases out of it for `entries`, unless something was begun before.
pub(super) fn may_begin(evidence: &Evidence<'_>, entries: &Entries) -> Judgement {
    let journal = &evidence.seen.state.journal;
    let is_cut_off = |entry: &Entry| {
        !evidence.pods.has_route(&entry.vm, entry.range) && !evidence.seen.cloud.gone.contains(&entry.vm)
    };
    if journal.phase.is_some() || journal.entries.iter().any(is_cut_off) || evidence.has_pod_range() {
        return Ok(());
    }
    let custom = evidence.network().is_some_and(|network| network.mode == NetworkMode::Custom);
    Rule::Begin.demands(custom, || "the VPC is not in custom mode")?;
    stacks(evidence)?;
    if let Some(pods) = evidence.target.pods {
        ranges(evidence, pods)?;
        routes(evidence, pods)?;
    }
    missing_subnets(evidence)?;
    vms(evidence, entries)?;
    guests(evidence)?;
    limits(evidence)
}

/// Demands that the Nodes of the shoot's VMs be known, and every guest be told to leave alias ranges alone, unless somebody says that it
/// need not be.
fn guests(evidence: &Evidence<'_>) -> Judgement {
    let cluster = &evidence.target.cluster;
    let is_ours = |vm: &VmRef| evidence.seen.cloud.vms.get(vm).is_some_and(|vm| vm.has_tag(cluster));
    let said = &evidence.asked.said;
    let skipped = said.shoot.say(Word::SkipNodeCheck) || said.infrastructure.say(Word::SkipNodeCheck);
    if skipped || evidence.seen.has_no_api_yet() {
        return Ok(());
    }
    let mut own = evidence.seen.cloud.vms.values().filter(|vm| vm.has_tag(cluster)).peekable();
    let read = own.peek().is_none() || evidence.seen.shoot.nodes.obstacle().is_none();
    Rule::Begin.demands(read, || "the shoot's Nodes could not be read")?;
    let hidden = own.find(|vm| evidence.nodes.may_hide(&vm.id));
    Rule::Begin.demands(hidden.is_none(), || match hidden {
        Some(vm) => format!("the Node of {} could not be read", vm.id),
        None => String::new(),
    })?;
    let nodes = evidence.seen.shoot.nodes.known().map(Vec::as_slice).unwrap_or_default();
    let mut ours = nodes.iter().filter(|node| node.vm.as_ref().is_some_and(is_ours));
    let other = ours.find(|node| node.guest != Guest::AliasesOff);
    Rule::Begin.demands(other.is_none(), || match other {
        Some(node) => format!("the guest of node {} may cut it off", node.name),
        None => String::new(),
    })
}

/// Demands that no subnet of the shoot have an IPv6 stack that cannot be changed.
fn stacks(evidence: &Evidence<'_>) -> Judgement {
    for purpose in Purpose::ALL {
        let wanted = evidence.target.subnet(purpose);
        let subnet = evidence.subnet(purpose).zip(wanted).filter(|(subnet, wanted)| {
            let goes = purpose == Purpose::Internal && !wanted.range.contains(&subnet.range);
            let can_be_external = match subnet.stack {
                StackType::Ipv4 | StackType::DualExternal => true,
                StackType::DualInternal | StackType::Other => false,
            };
            !goes && !can_be_external
        });
        Rule::Begin.demands(subnet.is_none(), || {
            let name = subnet.map(|(subnet, _)| subnet.name.to_string()).unwrap_or_default();
            format!("subnet {name} cannot have external IPv6")
        })?;
    }
    Ok(())
}

/// Demands that no other range of a subnet overlap the pod range, and that the name of the pod range be free.
fn ranges(evidence: &Evidence<'_>, pods: Ipv4Net) -> Judgement {
    nothing_meets(evidence, pods)?;
    let nodes = evidence.subnet(Purpose::Nodes);
    let taken = nodes.is_some_and(|nodes| nodes.secondary.iter().any(|range| range.name == POD_RANGE_NAME));
    Rule::Begin.demands(!taken, || format!("another range is called {POD_RANGE_NAME}"))
}

/// Demands that no range of a subnet, in whatever region, overlap `wanted`.
fn nothing_meets(evidence: &Evidence<'_>, wanted: Ipv4Net) -> Judgement {
    let meets = |range: Ipv4Net| range.contains(&wanted) || wanted.contains(&range);
    let in_way =
        |subnet: &&Subnet| meets(subnet.range) || subnet.secondary.iter().any(|range| meets(range.range));
    let subnet = evidence.seen.cloud.subnets.iter().find(in_way);
    Rule::Begin.demands(subnet.is_none(), || match subnet {
        Some(subnet) => format!("a range of subnet {} meets {wanted}", subnet.name),
        None => String::new(),
    })
}

/// Demands that the range of each subnet that is still to be created be free of subnets and of routes.
fn missing_subnets(evidence: &Evidence<'_>) -> Judgement {
    for wanted in evidence.target.subnets.iter().filter(|wanted| evidence.subnet(wanted.purpose).is_none()) {
        nothing_meets(evidence, wanted.range)?;
        let inside = static_routes(evidence).find(|(_, range)| wanted.range.contains(range));
        Rule::Begin.demands(inside.is_none(), || match inside {
            Some((route, _)) => {
                format!("route {} lies inside the range of subnet {}", route.name, wanted.name)
            }
            None => String::new(),
        })?;
    }
    Ok(())
}

/// The routes that somebody made, with their destinations.
fn static_routes<'a>(evidence: &Evidence<'a>) -> impl Iterator<Item = (&'a Route, Ipv4Net)> {
    evidence.seen.cloud.routes.iter().filter_map(|route| match (&route.next_hop, route.destination) {
        (NextHop::Subnet, _) | (_, IpNet::V6(_)) => None,
        (NextHop::Vm(_) | NextHop::Internet | NextHop::Hub | NextHop::Other(_), IpNet::V4(range)) => {
            Some((route, range))
        }
    })
}

/// Demands that no route of others lie inside the pod range or keep the overlap flag on, and that no route of ours be passed over
/// beside it.
fn routes(evidence: &Evidence<'_>, pods: Ipv4Net) -> Judgement {
    let in_way = |(route, range): &(&Route, Ipv4Net)| {
        let ours = evidence.pods.routes.get(route.name.as_str());
        pods.contains(range) && ours.is_none_or(|ours| ours.range == pods || !route.tags.is_empty())
    };
    let route = static_routes(evidence).find(in_way);
    Rule::Begin.demands(route.is_none(), || match route {
        Some((route, _)) => {
            format!("route {} inside the pod range would be shadowed or passed over", route.name)
        }
        None => String::new(),
    })?;
    let Some(nodes) = evidence.subnet(Purpose::Nodes).filter(|nodes| !nodes.overlap) else { return Ok(()) };
    let has = |range: &Ipv4Net| {
        nodes.range.contains(range) || nodes.secondary.iter().any(|other| other.range.contains(range))
    };
    let keeps = static_routes(evidence).find(|(_, range)| has(range));
    Rule::Begin.demands(keeps.is_none(), || match keeps {
        Some((route, _)) => format!("route {} would keep the overlap flag on", route.name),
        None => String::new(),
    })
}

/// Demands that each VM can have its alias, and that no range belong to two VMs.
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

/// Demands that the VPC be within the limits that Google has published for subnets whose ranges overlap routes, unless its owner
/// accepts the risk.
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
