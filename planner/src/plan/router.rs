//! The Cloud Router of the shoot: created if it is its own, checked if it is the user's.

use std::ops::ControlFlow;

use super::context::Context;
use super::draft::Draft;
use super::resource::{Body, Kind, NewRouter, ResourceRef};
use super::{Action, Finding, Reason, StepId};
use crate::desired::Ownership;

/// Plans the router; continues only if it exists and belongs to the VPC.
pub(super) fn plan(context: Context<'_>, draft: &mut Draft) -> ControlFlow<()> {
    let (wanted, cloud) = (&context.target.router, &context.seen.cloud);
    let Some(network) = &cloud.network else { return ControlFlow::Break(()) };
    match (&cloud.router, wanted.ownership) {
        (None, Ownership::User) => {
            draft.findings.push(Finding::error(
                "user-router-missing",
                format!(
                    "the user-managed Cloud Router {} does not exist in region {} of project {}: create it, or correct \
                     spec.providerConfig.networks.vpc.cloudRouter.name",
                    wanted.name, context.target.region, context.target.project
                ),
            ));
            ControlFlow::Break(())
        }
        (None, Ownership::Own) => {
            let action = Action::Insert {
                object: ResourceRef::regional(Kind::Router, &context.target.region, &wanted.name),
                body: Body::Router(NewRouter { network: network.url.clone() }),
            };
            draft.act(StepId::Router, action, Reason::Missing);
            draft.later(
                StepId::Nat,
                '+',
                &wanted.name,
                format!("create the NAT {}", context.target.nat.name),
                "it lives on the router that is made first",
            );
            ControlFlow::Break(())
        }
        (Some(router), _) if router.network != context.target.network_path() => {
            draft.findings.push(Finding::error(
                "router-vpc",
                format!(
                    "the Cloud Router {} belongs to {}, not to the VPC {}: name a router of that VPC",
                    router.name, router.network, network.name
                ),
            ));
            ControlFlow::Break(())
        }
        (Some(_), _) => ControlFlow::Continue(()),
    }
}
