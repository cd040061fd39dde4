//! The nodes subnet on its way from routes to aliases: its overlap flag and its secondary ranges.

use ipnet::IpNet;
use serde_json::{Value, json};

use super::evidence::Evidence;
use super::pods::DESCRIPTION;
use super::rule::{Judgement, Rule};
use super::{back, preflight};
use crate::journal::Phase;
use crate::plan::Course;
use crate::snapshot::{NextHop, Subnet};
use crate::vocabulary::{Milestone, POD_RANGE_NAME, Purpose};

/// Judges turning on the overlap flag, so that the pod range can be added while the routes are there.
pub(super) fn overlap_on(evidence: &Evidence<'_>, purpose: Purpose, present: &Subnet) -> Judgement {
    let rule = Rule::OverlapOn;
    is_of_nodes(purpose, rule)?;
    rule.demands(!present.overlap, || "it is on")?;
    if evidence.makes_way() {
        return back::flag_for_routes(evidence);
    }
    rule.demands(evidence.target.dual_stack, || "dual-stack is not wanted")?;
    let recorded = match evidence.seen.state.journal.phase {
        Some(Phase::Preparing | Phase::Deleting) => true,
        Some(Phase::Undoing) | None => false,
    };
    rule.demands(recorded, || "it is not recorded that a migration was begun, and how the flag stood")?;
    let lacks = evidence.gives_ipv6().then(|| lacks_ipv6(evidence)).flatten();
    rule.demands(lacks.is_none(), || match lacks {
        Some(subnet) => format!("subnet {subnet} has no IPv6 range yet, which comes first"),
        None => String::new(),
    })?;
    rule.demands(
        evidence.after().journal.settling.is_none(),
        || "what was waited for until now would count for this change too",
    )
}

/// Judges turning off the overlap flag, as it was before.
pub(super) fn overlap_off(evidence: &Evidence<'_>, purpose: Purpose, present: &Subnet) -> Judgement {
    let rule = Rule::OverlapOff;
    is_of_nodes(purpose, rule)?;
    rule.demands(present.overlap, || "it is off")?;
    let journal = &evidence.seen.state.journal;
    rule.demands(journal.overlap_before == Some(false), || "it is not recorded that it was off before")?;
    let goes_back = evidence.course.goes_back();
    rule.demands(!goes_back || !evidence.has_pod_range(), || "the pod range is still there")?;
    let milestone = if goes_back { Milestone::OverlapBack } else { Milestone::OverlapOff };
    let shadowed = evidence.route_inside(present);
    rule.demands(shadowed.is_none(), || {
        format!("route {} lies inside its ranges and would be shadowed", shadowed.unwrap_or_default())
    })?;
    rule.demands(
        evidence.has_settled(milestone, evidence.settings.settle),
        || "that no route lies inside its ranges was not seen long enough",
    )
}

/// Judges the addition of the pod range to the secondary ranges.
pub(super) fn pod_range(
    evidence: &Evidence<'_>,
    purpose: Purpose,
    present: &Subnet,
    ranges: &[Value],
) -> Judgement {
    let rule = Rule::PodRange;
    is_of_nodes(purpose, rule)?;
    if evidence.course.goes_back() {
        return back::range_off(evidence, present, ranges);
    }
    let kept = present.secondary.iter().map(|range| &range.raw);
    let (before, added) = ranges.split_at(ranges.len().min(present.secondary.len()));
    Rule::RangesKept
        .demands(before.iter().eq(kept), || "the secondary ranges that were read are not kept as they are")?;
    let pods = rule.finds(evidence.target.pods, || "the shoot has no pod range")?;
    rule.demands(evidence.target.dual_stack, || "dual-stack is not wanted")?;
    let ours = json!({ "rangeName": POD_RANGE_NAME, "ipCidrRange": pods });
    rule.demands(added == [ours], || format!("what is added is not {POD_RANGE_NAME} with {pods}"))?;
    let led = |route: &crate::snapshot::Route| match (&route.next_hop, route.destination) {
        (NextHop::Vm(vm), IpNet::V4(range)) => {
            route.description == DESCRIPTION && pods.contains(&range) && is_of_shoot(evidence, vm)
        }
        (NextHop::Vm(_) | NextHop::Subnet | NextHop::Internet | NextHop::Hub | NextHop::Other(_), _) => false,
    };
    if evidence.seen.state.journal.phase.is_none() {
        preflight::may_begin(evidence, &evidence.seen.state.journal.entries)?;
        rule.demands(
            evidence.course == Course::Steady,
            || "it is not recorded that nodes are given aliases",
        )?;
    }
    if !evidence.seen.cloud.routes.iter().any(led) && evidence.pods.routes.is_empty() {
        return Ok(());
    }
    rule.demands(present.overlap, || "without the overlap flag it would shadow the routes to pods")?;
    let settled = match evidence.seen.state.journal.phase {
        Some(Phase::Preparing) => evidence.has_settled(Milestone::OverlapOn, evidence.settings.settle),
        // Routes were deleted: the range was there before.
        Some(Phase::Deleting) => true,
        Some(Phase::Undoing) | None => false,
    };
    rule.demands(settled, || "the overlap flag may not have reached every host")
}

/// A subnet that is to have IPv6 first and has none.
fn lacks_ipv6<'a>(evidence: &Evidence<'a>) -> Option<&'a str> {
    let flag_first = evidence.seen.state.journal.flag_first;
    let wanted = evidence.target.subnets.iter();
    let mut wanted = wanted.filter(|wanted| wanted.purpose != Purpose::Nodes || !flag_first);
    let lacks = wanted
        .find(|wanted| evidence.subnet(wanted.purpose).is_none_or(|subnet| subnet.ipv6_prefix.is_none()));
    lacks.map(|wanted| wanted.name.as_str())
}

/// Whether nothing is left to migrate on the nodes subnet but its IPv6 range.
pub(super) fn is_migrated(evidence: &Evidence<'_>, nodes: &Subnet) -> bool {
    let journal = &evidence.seen.state.journal;
    let covered = journal.entries.iter().all(|entry| evidence.is_covered(entry));
    let ranged = evidence.target.pods.is_none() || evidence.has_pod_range();
    // It stays on where that is how it stood, where nobody knows, where routes of others need it, and where all was waited for and Google
    // does not set it back.
    let stays = journal.phase.is_none()
        || journal.overlap_before != Some(false)
        || evidence.route_inside(nodes).is_some()
        || evidence.has_settled(Milestone::OverlapOff, evidence.settings.settle);
    evidence.pods.routes.is_empty() && covered && ranged && (stays || !nodes.overlap)
}

fn is_of_nodes(purpose: Purpose, rule: Rule) -> Judgement {
    rule.demands(purpose == Purpose::Nodes, || "only the nodes subnet is migrated")
}

fn is_of_shoot(evidence: &Evidence<'_>, vm: &crate::vocabulary::VmRef) -> bool {
    evidence.seen.cloud.vms.get(vm).is_some_and(|vm| vm.has_tag(&evidence.target.cluster))
}
