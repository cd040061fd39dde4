//! The nodes subnet on its way from routes to aliases: its overlap flag and its secondary ranges.

use ipnet::{IpNet, Ipv4Net};
use serde_json::{Value, json};

use super::evidence::Evidence;
use super::pods::DESCRIPTION;
use super::preflight;
use super::rule::{Judgement, Rule};
use crate::journal::Phase;
use crate::snapshot::{NextHop, Subnet};
use crate::vocabulary::{Milestone, POD_RANGE_NAME, Purpose};

/// Judges turning on the overlap flag, so that the pod range can be added while the routes are there.
pub(super) fn overlap_on(evidence: &Evidence<'_>, purpose: Purpose, present: &Subnet) -> Judgement {
    let rule = Rule::OverlapOn;
    is_of_nodes(purpose, rule)?;
    rule.demands(evidence.target.dual_stack, || "dual-stack is not wanted")?;
    rule.demands(!present.overlap, || "it is on")?;
    let recorded = match evidence.seen.state.journal.phase {
        Some(Phase::Preparing | Phase::Deleting) => true,
        Some(Phase::Undoing) | None => false,
    };
    rule.demands(recorded, || "it is not recorded that a migration was begun, and how the flag stood")?;
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
    rule.demands(
        journal.phase.is_some() && journal.overlap_before == Some(false),
        || "it is not recorded that it was off before",
    )?;
    let shadowed = route_inside(evidence, present);
    rule.demands(shadowed.is_none(), || {
        format!("route {} lies inside its ranges and would be shadowed", shadowed.unwrap_or_default())
    })?;
    rule.demands(
        evidence.has_settled(Milestone::OverlapOff, evidence.settings.settle),
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

/// Whether nothing is left to migrate on the nodes subnet but its IPv6 range.
pub(super) fn is_migrated(evidence: &Evidence<'_>, nodes: &Subnet) -> bool {
    let journal = &evidence.seen.state.journal;
    let covered = journal.entries.iter().all(|entry| evidence.is_covered(entry));
    let ranged = evidence.target.pods.is_none() || evidence.has_pod_range();
    // It stays on where that is how it stood, where nobody knows, and where routes of others need it.
    let stays = journal.phase.is_none()
        || journal.overlap_before != Some(false)
        || route_inside(evidence, nodes).is_some();
    evidence.pods.routes.is_empty() && covered && ranged && (stays || !nodes.overlap)
}

/// The name of a route of anyone that lies inside a range of `subnet`, primary or secondary.
pub(super) fn route_inside(evidence: &Evidence<'_>, subnet: &Subnet) -> Option<String> {
    let ranges: Vec<Ipv4Net> =
        std::iter::once(subnet.range).chain(subnet.secondary.iter().map(|range| range.range)).collect();
    let inside = |route: &&crate::snapshot::Route| match route.destination {
        IpNet::V4(destination) => {
            route.next_hop != NextHop::Subnet && ranges.iter().any(|range| range.contains(&destination))
        }
        IpNet::V6(_) => false,
    };
    evidence.seen.cloud.routes.iter().find(inside).map(|route| route.name.to_string())
}

fn is_of_nodes(purpose: Purpose, rule: Rule) -> Judgement {
    rule.demands(purpose == Purpose::Nodes, || "only the nodes subnet is migrated")
}

fn is_of_shoot(evidence: &Evidence<'_>, vm: &crate::vocabulary::VmRef) -> bool {
    evidence.seen.cloud.vms.get(vm).is_some_and(|vm| vm.has_tag(&evidence.target.cluster))
}
