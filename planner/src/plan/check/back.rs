//! The way back: aliases go where a route serves, the range goes with the last of them, and what was made for IPv6 goes at the end.

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use serde_json::Value;

use super::entries;
use super::evidence::Evidence;
use super::rule::{Judgement, Rule};
use crate::desired::{Ownership, Target};
use crate::journal::{Before, Canaries, Entries, Entry, Journal, Phase, State};
use crate::plan::Course;
use crate::plan::resource::ResourceRef;
use crate::snapshot::{NextHop, Route, StackType, Subnet, Vm};
use crate::vocabulary::{Milestone, POD_RANGE_NAME, Purpose, Word, ranges};

/// The data keys with the IPv6 ranges of subnets.
const IPV6_KEYS: [&str; 2] = ["nodes-subnet-ipv6-cidr", "services-subnet-ipv6-cidr"];

/// Judges the removal of aliases out of the pod range from `vm`: each is served by a route, and it is stored that aliases are being removed.
pub(super) fn aliases_off(evidence: &Evidence<'_>, vm: &Vm) -> Judgement {
    let rule = Rule::AliasServed;
    let state = &evidence.seen.state;
    let recorded = state.journal.phase == Some(Phase::Undoing) && !state.unwritten;
    rule.demands(recorded, || "it is not stored that aliases are being removed")?;
    let nodes = rule.finds(evidence.subnet(Purpose::Nodes), || "the nodes subnet was not seen")?;
    rule.demands(nodes.overlap, || "without the overlap flag the routes are shadowed")?;
    let unserved = pod_ranges(vm).find(|range| !is_served(evidence, vm, *range));
    rule.demands(unserved.is_none(), || match unserved {
        Some(range) => format!("no route would serve {range} of {}", vm.id),
        None => String::new(),
    })?;
    let settled = evidence.has_settled(Milestone::RoutesStand, evidence.settings.settle);
    let kept = evidence.after().journal.settling == state.journal.settling;
    rule.demands(settled && kept, || "that the routes stand was not seen long enough")
}

/// Judges the record that aliases are being removed: there are some, or the pod range is in the way of a node that joined, and a route serves
/// every one of them, in two looks.
pub(super) fn undo(evidence: &Evidence<'_>, after: &Journal) -> Judgement {
    let rule = Rule::Undo;
    let before = &evidence.seen.state.journal;
    rule.demands(evidence.makes_way(), || "nothing is to be taken back")?;
    if evidence.course == Course::Held {
        rule.demands(needs_room(evidence), || "no node that joined has waited for room for its route")?;
    } else {
        rule.demands(bearers(evidence).next().is_some(), || "there is no alias to remove")?;
    }
    let free = before.frozen_at.is_none() && !before.releasing;
    rule.demands(free, || "the cloud-controller-manager is not given back yet")?;
    // What was waited for on the way forward counts for nothing on the way back.
    let settling = before.settling.filter(|settling| settling.step == Milestone::RoutesStand);
    let alone = *after == Journal { phase: Some(Phase::Undoing), settling, ..before.clone() };
    rule.demands(alone, || "it is recorded together with what nobody has looked at since")?;
    let unserved = bearers(evidence).find(|vm| pod_ranges(vm).any(|range| !is_served(evidence, vm, range)));
    rule.demands(unserved.is_none(), || "a VM with an alias has no route that would serve it")?;
    let settled = evidence.has_settled(Milestone::RoutesStand, evidence.settings.settle);
    rule.demands(
        settled || bearers(evidence).next().is_none(),
        || "that the routes stand was not seen long enough",
    )
}

/// Judges the record that the migration goes forward again: no VM bears an alias that a late removal could take.
pub(super) fn forward_again(evidence: &Evidence<'_>, after: &Journal) -> Judgement {
    let rule = Rule::Undo;
    let before = &evidence.seen.state.journal;
    let said = &evidence.asked.said;
    let undo = said.shoot.say(Word::Undo) || said.infrastructure.say(Word::Undo);
    rule.demands(evidence.asked.dual_stack && !undo, || "dual-stack is not wanted again")?;
    rule.demands(bearers(evidence).next().is_none(), || "a VM still bears an alias")?;
    // What was seen of canaries with their aliases says nothing of those that come.
    let canaries = Canaries::default();
    let alone =
        *after == Journal { phase: Some(Phase::Preparing), settling: None, canaries, ..before.clone() };
    rule.demands(alone, || "it is recorded together with what nobody has looked at since")
}

/// Judges the removal of the pod range from the secondary ranges: nobody is seen to use it.
pub(super) fn range_off(evidence: &Evidence<'_>, present: &Subnet, ranges: &[Value]) -> Judgement {
    let rule = Rule::RangeOff;
    rule.demands(evidence.course.goes_back(), || "nothing is to be taken back")?;
    let ours = |name: &str, range: Ipv4Net| name == POD_RANGE_NAME && Some(range) == evidence.asked.pods;
    let kept = present.secondary.iter().filter(|range| !ours(&range.name, range.range));
    let kept: Vec<&Value> = kept.map(|range| &range.raw).collect();
    let as_read = kept.len() < present.secondary.len() && ranges.iter().eq(kept);
    Rule::RangesKept.demands(as_read, || "the other secondary ranges are not kept as they were read")?;
    let mut vms = evidence.seen.cloud.vms.values();
    let user = vms.find(|vm| vm.nic.subnet == present.name && pod_ranges(vm).next().is_some());
    rule.demands(user.is_none(), || "a VM still bears an alias out of it")?;
    let waited = match evidence.seen.state.journal.phase {
        Some(Phase::Undoing) => evidence.has_settled(Milestone::SettleBack, evidence.alias_settle()),
        Some(Phase::Preparing) | None => true,
        Some(Phase::Deleting) => false,
    };
    rule.demands(waited, || "that the aliases are gone may not have reached every host")
}

/// Judges turning on the overlap flag, so that routes inside the pod range serve again.
pub(super) fn flag_for_routes(evidence: &Evidence<'_>) -> Judgement {
    let makes_way = evidence.makes_way() && evidence.has_pod_range();
    Rule::OverlapOn
        .demands(makes_way && bearers(evidence).next().is_some(), || "no alias is to be removed")?;
    let recorded = evidence.after().journal.overlap_before.is_some();
    Rule::OverlapOn.demands(recorded, || "how it stood is not recorded")?;
    let waits = evidence.after().journal.settling.is_some();
    Rule::OverlapOn.demands(!waits, || "what was waited for until now would count for this change too")
}

/// Judges turning off IPv6 on a subnet that had none before.
pub(super) fn ipv4_only(evidence: &Evidence<'_>, purpose: Purpose, present: &Subnet) -> Judgement {
    let rule = Rule::TakenBack;
    rule.demands(present.stack == StackType::DualExternal, || "it has no external IPv6, as far as was read")?;
    let journal = &evidence.seen.state.journal;
    let before = journal.made.as_ref().and_then(|made| made.before(purpose));
    let forward = evidence.course == (Course::Preparing { begun: true });
    let gives_way = purpose == Purpose::Nodes
        && evidence.makes_way()
        && evidence.has_pod_range()
        && !present.overlap
        && bearers(evidence).next().is_some();
    let left_over = (forward || gives_way) && !evidence.asked.reported;
    rule.demands(before != Some(Before::Dual) || left_over, || "it had IPv6 before the migration")?;
    if forward {
        let flag_first = purpose == Purpose::Nodes && journal.flag_first && !present.overlap;
        let unused = evidence.pods.routes.is_empty() || !evidence.has_pod_range();
        return rule.demands(flag_first && unused, || "the flag does not come before its IPv6 range");
    }
    // Routes serve beside the pod range only with the flag, which Google may refuse on a dual-stack subnet.
    if gives_way {
        return Ok(());
    }
    at_the_very_end(evidence)
}

/// Judges the deletion of the services subnet, which was made for dual-stack.
pub(super) fn services(evidence: &Evidence<'_>, present: &Subnet) -> Judgement {
    let rule = Rule::TakenBack;
    let made = evidence.seen.state.journal.made.as_ref();
    let before = made.and_then(|made| made.before(Purpose::Services));
    let ours = present.description == "gardener-managed services subnet";
    rule.demands(ours && before.is_none_or(|before| before == Before::Absent), || "it was there before")?;
    at_the_very_end(evidence)
}

/// Judges the deletion of the route to the IPv6 internet, in a VPC of the shoot's own in which no subnet has IPv6 any more.
pub(super) fn internet_route(evidence: &Evidence<'_>, object: &ResourceRef) -> Judgement {
    let rule = Rule::TakenBack;
    let Target { network, cluster, .. } = evidence.asked;
    let own = network.ownership == Ownership::Own && network.name == **cluster;
    rule.demands(own, || "the VPC is not the shoot's own")?;
    let mut routes = evidence.seen.cloud.routes.iter();
    let seen = routes.any(|route| {
        let ipv6 = matches!(route.destination, IpNet::V6(destination) if destination.prefix_len() == 0);
        route.name == object.name && route.next_hop == NextHop::Internet && ipv6
    });
    rule.demands(seen, || "it was not seen to lead to the IPv6 internet")?;
    let needs = evidence.seen.cloud.subnets.iter().find(|subnet| keeps_ipv6(evidence, subnet));
    rule.demands(
        needs.is_none(),
        || "a subnet keeps external IPv6, which nothing would lead out of the VPC",
    )?;
    let mut routes = evidence.seen.cloud.routes.iter();
    let elsewhere = routes.find(|route| leads_to_unseen_ipv6(evidence, route));
    rule.demands(elsewhere.is_none(), || "a subnet that was not seen has external IPv6")?;
    at_the_end(evidence)
}

/// Whether `subnet` has external IPv6 and is not one that loses it on the way back.
fn keeps_ipv6(evidence: &Evidence<'_>, subnet: &Subnet) -> bool {
    let made = evidence.seen.state.journal.made.as_ref();
    let loses = |purpose: Purpose| {
        let ours = evidence.subnet(purpose).is_some_and(|own| own == subnet);
        let before = made.and_then(|made| made.before(purpose));
        let of_somebody = purpose == Purpose::Services
            && before != Some(Before::Ipv4)
            && subnet.description != "gardener-managed services subnet";
        ours && before != Some(Before::Dual) && !of_somebody
    };
    subnet.stack == StackType::DualExternal && !Purpose::ALL.into_iter().any(loses)
}

/// Whether Google made `route` for an external IPv6 range that no subnet was seen to have.
fn leads_to_unseen_ipv6(evidence: &Evidence<'_>, route: &Route) -> bool {
    let IpNet::V6(range) = route.destination else { return false };
    let mut prefixes = evidence.seen.cloud.subnets.iter().filter_map(|subnet| subnet.ipv6_prefix.as_deref());
    let known =
        prefixes.any(|prefix| prefix.parse().is_ok_and(|prefix: Ipv6Net| prefix.trunc() == range.trunc()));
    route.next_hop == NextHop::Subnet && !range.addr().is_unique_local() && !known
}

/// Judges the write that empties the journal once nothing of the way back is pending.
pub(super) fn over(evidence: &Evidence<'_>, state: &State, reports: bool) -> Judgement {
    let rule = Rule::MigrationOver;
    rule.demands(
        reports != evidence.asked.dual_stack,
        || "IPv4 is reported while both families are asked for, or not reported although it is",
    )?;
    let kept = IPV6_KEYS.iter().any(|key| state.data.contains_key(*key));
    rule.demands(!kept, || "the state would still say IPv6 ranges")?;
    unserved(evidence, &state.journal.entries)?;
    at_the_end(evidence)
}

/// Demands that what stays listed be the nodes to which no route leads, as long as both families are asked for.
fn unserved(evidence: &Evidence<'_>, after: &Entries) -> Judgement {
    let before = &evidence.seen.state.journal.entries;
    let bare = |entry: &Entry| {
        let seen = evidence.seen.cloud.vms.contains_key(&entry.vm);
        let stale = entries::is_stale(evidence, &entry.vm, entry.range);
        evidence.asked.dual_stack && seen && !stale && !evidence.pods.has_route(&entry.vm, entry.range)
    };
    let as_wanted = before.iter().filter(|entry| bare(entry)).eq(after.iter());
    Rule::MigrationOver
        .demands(as_wanted, || "a node without a route would be forgotten, or one that is served stay listed")
}

/// Demands that the rules for IPv6 be gone too, as subnets are the last by which it is known that something is left over.
fn at_the_very_end(evidence: &Evidence<'_>) -> Judgement {
    let cluster = &evidence.asked.cluster;
    let mut rules = evidence.seen.cloud.firewalls.iter();
    let left = rules.any(|rule| {
        let role = rule.name.strip_prefix(cluster.as_str());
        role == Some("-allow-internal-access-ipv6") || role == Some("-allow-health-checks-ipv6")
    });
    Rule::TakenBack.demands(!left, || "the rules for IPv6 are still there")?;
    at_the_end(evidence)
}

/// Demands that nothing be left of the migration but what was made for IPv6.
pub(super) fn at_the_end(evidence: &Evidence<'_>) -> Judgement {
    let rule = Rule::TakenBack;
    rule.demands(evidence.course.goes_back(), || "nothing is to be taken back")?;
    rule.demands(!evidence.has_pod_range(), || "the nodes subnet still has the pod range")?;
    let journal = &evidence.seen.state.journal;
    let flagged = evidence.subnet(Purpose::Nodes).filter(|nodes| nodes.overlap);
    // Where all was waited for, it is Google that does not set it back.
    let waited = evidence.has_settled(Milestone::OverlapBack, evidence.settings.settle);
    let stays =
        |nodes| waited || journal.overlap_before != Some(false) || evidence.route_inside(nodes).is_some();
    rule.demands(flagged.is_none_or(stays), || "the overlap flag does not stand as it did before")?;
    let free = journal.frozen_at.is_none() && !journal.releasing;
    rule.demands(free, || "the cloud-controller-manager is not given back yet")?;
    let says = IPV6_KEYS.iter().any(|key| evidence.seen.state.data.contains_key(*key));
    rule.demands(!says, || "the state says IPv6 ranges, which rules and reports would follow")
}

/// Whether the pod range is in the way of a node that joined during a hold: neither a route nor an alias leads to it, long after its VM was
/// created.
fn needs_room(evidence: &Evidence<'_>) -> bool {
    let cluster = evidence.asked.cluster.to_string();
    let patience = evidence.settings.route_patience;
    let waited = |vm: &Vm| {
        let until = vm.created.and_then(|created| created.checked_add(patience).ok());
        until.is_some_and(|until| until <= evidence.seen.at)
    };
    let mut own = evidence.seen.cloud.vms.values().filter(|vm| vm.has_tag(&cluster) && vm.is_running());
    evidence.has_pod_range()
        && own.any(|vm| waited(vm) && !evidence.pods.is_reached(&vm.id) && !evidence.nodes.has_none(&vm.id))
}

/// The shoot's VMs that bear an alias out of the pod range.
fn bearers<'a>(evidence: &Evidence<'a>) -> impl Iterator<Item = &'a Vm> {
    let (cluster, pods) = (evidence.asked.cluster.to_string(), evidence.asked.pods);
    let ours = move |range: Ipv4Net| pods.is_some_and(|pods| pods.contains(&range));
    let vms = evidence.seen.cloud.vms.values();
    vms.filter(move |vm| vm.has_tag(&cluster) && pod_ranges(vm).any(ours))
}

fn pod_ranges(vm: &Vm) -> impl Iterator<Item = Ipv4Net> + '_ {
    let ours = vm.nic.aliases.iter().filter(|alias| alias.range_name.as_deref() == Some(POD_RANGE_NAME));
    ours.map(|alias| alias.range)
}

/// Whether an untagged own route leads to `range` on `vm`, and no route of anyone leads a part of it elsewhere; or there is no pod.
fn is_served(evidence: &Evidence<'_>, vm: &Vm, range: Ipv4Net) -> bool {
    let best = evidence.pods.untagged.get(&(&vm.id, range));
    let elsewhere = |best: u32| {
        let first = |route: &&Route| {
            route.priority <= best && !matches!(&route.next_hop, NextHop::Vm(hop) if hop == &vm.id)
        };
        let mut inside = ranges::inside(&evidence.pods.destinations, range);
        inside.any(|(part, routes)| *part != range || routes.iter().any(first))
    };
    let region = format!("{}-", evidence.target.region);
    let routed =
        vm.can_forward && vm.id.zone.starts_with(&region) && best.is_some_and(|best| !elsewhere(*best));
    routed || evidence.nodes.has_none(&vm.id) || evidence.nodes.deny(&vm.id, range)
}
