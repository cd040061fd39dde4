//! The Cloud Router: made and deleted only where it is the shoot's own.

use super::evidence::Evidence;
use super::nats;
use super::rule::{Judgement, Rule};
use crate::desired::Ownership;
use crate::plan::resource::{NewRouter, ResourceRef};
use crate::vocabulary::{Purpose, subnet_name};

/// Judges the creation of the router.
pub(super) fn insert(evidence: &Evidence<'_>, object: &ResourceRef, body: &NewRouter) -> Judgement {
    evidence.in_region(object)?;
    let rule = Rule::RouterInsert;
    is_own(evidence, object, rule)?;
    rule.demands(evidence.seen.cloud.router.is_none(), || "there is one already")?;
    let NewRouter { network } = body;
    evidence.in_our_vpc(network)
}

/// Judges the deletion of the router, with all NATs on it.
pub(super) fn delete(evidence: &Evidence<'_>, object: &ResourceRef) -> Judgement {
    evidence.in_region(object)?;
    let rule = Rule::RouterDelete;
    rule.demands(evidence.leaves(), || "the shoot still needs it")?;
    is_own(evidence, object, rule)?;
    let router = evidence.seen.cloud.router.as_ref().filter(|router| router.name == object.name);
    let router = rule.finds(router, || "it was not seen")?;
    rule.demands(router.network == evidence.target.network_path(), || "it is another VPC's")?;
    let nodes = subnet_name(&evidence.target.cluster, Purpose::Nodes);
    rule.demands(!evidence.others.are_in(&nodes), || "VMs of others leave through it")?;
    let foreign = router.nats.iter().filter(|nat| !nats::is_own(evidence, nat)).count();
    let alone = foreign == 0 || (evidence.owns_network() && evidence.others.things.is_empty());
    rule.demands(alone, || format!("{foreign} NAT(s) of others would go with it"))
}

fn is_own(evidence: &Evidence<'_>, object: &ResourceRef, rule: Rule) -> Judgement {
    let wanted = &evidence.target.router;
    let holds = wanted.ownership == Ownership::Own
        && wanted.name == object.name
        && object.name == format!("{}-cloud-router", evidence.target.cluster);
    rule.demands(holds, || "it is no router that was made for this shoot")
}
