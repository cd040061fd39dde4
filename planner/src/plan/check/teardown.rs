//! The order of a deletion: the VPC goes after all that is in it, the nodes subnet after the NAT that serves it.

use std::collections::BTreeSet;

use super::evidence::Evidence;
use super::owned;
use super::rule::{Judgement, Rule};
use crate::plan::resource::{Kind, ResourceRef};
use crate::plan::{Action, Step, StepId};
use crate::vocabulary::{Purpose, subnet_name};

/// Demands that the step wait for the steps that delete what has to go before it.
pub(super) fn in_order(evidence: &Evidence<'_>, step: &Step) -> Judgement {
    let Action::Delete { object, .. } = &step.action else { return Ok(()) };
    match object.kind {
        Kind::Network | Kind::Subnet => {}
        // Before these nothing has to go, and routes are so many that not each can be held against all steps.
        Kind::Router | Kind::Firewall | Kind::Route | Kind::Vm | Kind::ServiceAccount => return Ok(()),
    }
    let needs: BTreeSet<&StepId> = step.needs.iter().collect();
    let mut going = BTreeSet::new();
    for (id, other) in evidence.steps.iter().filter_map(|other| Some((&other.id, other.action.object()?))) {
        let waits = !goes_first(evidence, object, &other) || needs.contains(id);
        Rule::TeardownOrder.demands(waits, || format!("it does not wait for {id}, which is {other}"))?;
        going.insert(other);
    }
    for thing in in_the_way(evidence, object) {
        let goes = going.contains(&thing);
        Rule::TeardownOrder.demands(goes, || format!("{thing} is still there and does not go before it"))?;
    }
    Ok(())
}

/// Whether a step on `other` has to be done before `object` goes.
fn goes_first(evidence: &Evidence<'_>, object: &ResourceRef, other: &ResourceRef) -> bool {
    match (object.kind, other.kind) {
        (Kind::Network, Kind::Network | Kind::ServiceAccount) => false,
        (Kind::Network, Kind::Subnet | Kind::Router | Kind::Firewall | Kind::Route | Kind::Vm) => true,
        (Kind::Subnet, Kind::Router) => is_nodes_subnet(evidence, object),
        (Kind::Subnet | Kind::Router | Kind::Firewall | Kind::Route | Kind::Vm | Kind::ServiceAccount, _) => {
            false
        }
    }
}

/// The things of the shoot's own that were seen and have to go before `object`.
fn in_the_way(evidence: &Evidence<'_>, object: &ResourceRef) -> Vec<ResourceRef> {
    match object.kind {
        Kind::Network => {
            let things = owned::things(evidence).into_iter();
            things.filter(|thing| goes_first(evidence, object, thing)).collect()
        }
        Kind::Subnet if is_nodes_subnet(evidence, object) => {
            owned::router_with_nat(evidence).into_iter().collect()
        }
        Kind::Subnet | Kind::Router | Kind::Firewall | Kind::Route | Kind::Vm | Kind::ServiceAccount => {
            Vec::new()
        }
    }
}

fn is_nodes_subnet(evidence: &Evidence<'_>, object: &ResourceRef) -> bool {
    evidence.leaves() && object.name == subnet_name(&evidence.target.cluster, Purpose::Nodes)
}
