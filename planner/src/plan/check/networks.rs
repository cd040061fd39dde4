//! The VPC: made, changed and deleted only where it is the shoot's own.

use super::evidence::Evidence;
use super::rule::{Judgement, Rule};
use crate::plan::resource::{NewNetwork, ResourceRef};

/// The routing mode of a VPC of the shoot's: routes that it learns reach one region.
const ROUTING_MODE: &str = "REGIONAL";

/// Judges the creation of the VPC.
pub(super) fn insert(evidence: &Evidence<'_>, object: &ResourceRef, body: &NewNetwork) -> Judgement {
    evidence.global(object)?;
    let rule = Rule::NetworkInsert;
    is_own(evidence, object, rule)?;
    rule.demands(evidence.seen.cloud.network.is_none(), || "there is one already")?;
    let NewNetwork { mtu, routing_mode } = body;
    rule.demands(*mtu == evidence.target.network.mtu, || "its MTU is not the one that is asked for")?;
    rule.demands(routing_mode == ROUTING_MODE, || format!("its routing mode is {routing_mode}"))
}

/// Judges the correction of the VPC's routing mode.
pub(super) fn patch(evidence: &Evidence<'_>, object: &ResourceRef, mode: &str) -> Judgement {
    evidence.global(object)?;
    let rule = Rule::NetworkPatch;
    is_own(evidence, object, rule)?;
    let differs = evidence.network().is_some_and(|network| network.routing_mode != mode);
    rule.demands(differs, || "it was not seen, or is so already")?;
    rule.demands(mode == ROUTING_MODE, || format!("no VPC of a shoot has the routing mode {mode}"))
}

/// Judges the deletion of the VPC.
pub(super) fn delete(evidence: &Evidence<'_>, object: &ResourceRef) -> Judgement {
    evidence.global(object)?;
    goes(evidence, Rule::NetworkDelete)?;
    is_own(evidence, object, Rule::NetworkDelete)
}

/// Demands that the VPC can go: it is the shoot's own, the shoot goes, and nobody else has anything in it.
pub(super) fn goes(evidence: &Evidence<'_>, rule: Rule) -> Judgement {
    rule.demands(evidence.leaves(), || "the shoot stays")?;
    rule.demands(evidence.owns_network(), || "the VPC was not made for this shoot")?;
    rule.demands(evidence.network().is_some(), || "the VPC was not seen")?;
    let others: Vec<&String> = evidence.others.things.iter().chain(&evidence.others.blockers).collect();
    rule.demands(others.is_empty(), || format!("others use the VPC: {}", crate::text::listed(others, ", ")))
}

fn is_own(evidence: &Evidence<'_>, object: &ResourceRef, rule: Rule) -> Judgement {
    let holds = evidence.owns_network() && object.name == *evidence.target.cluster;
    rule.demands(holds, || format!("{} is no VPC that was made for this shoot", object.name))
}
