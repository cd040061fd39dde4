//! The VPC of the shoot: created if it is its own, checked if it is the user's.

use std::ops::ControlFlow;

use serde_json::json;

use super::context::Context;
use super::draft::Draft;
use super::resource::{Body, Change, Kind, NewNetwork, ResourceRef};
use super::{Action, FieldChange, Finding, Reason, StepId};
use crate::desired::Ownership;
use crate::snapshot::NetworkMode;

/// The routing mode of an own VPC: routes that a Cloud Router learns reach its region only.
const ROUTING_MODE: &str = "REGIONAL";

/// Plans the VPC; continues only if it exists and can hold subnets.
pub(super) fn plan(context: Context<'_>, draft: &mut Draft) -> ControlFlow<()> {
    let wanted = &context.target.network;
    match (&context.seen.cloud.network, wanted.ownership) {
        (None, Ownership::User) => {
            draft.findings.push(Finding::error(
                "user-vpc-missing",
                format!(
                    "the user-managed VPC {} does not exist in project {}: create it, or correct spec.providerConfig.networks.vpc.name",
                    wanted.name, context.target.project
                ),
            ));
            ControlFlow::Break(())
        }
        (None, Ownership::Own) => {
            draft.act(
                StepId::Network,
                Action::Insert {
                    object: ResourceRef::global(Kind::Network, &wanted.name),
                    body: Body::Network(NewNetwork {
                        mtu: wanted.mtu,
                        routing_mode: ROUTING_MODE.to_owned(),
                    }),
                },
                Reason::NoNetwork,
            );
            for subnet in &context.target.subnets {
                draft.later(
                    StepId::Subnet(subnet.purpose),
                    '+',
                    &subnet.name,
                    format!("create the subnet with range {}", subnet.range),
                    "it lies in the VPC that is made first",
                );
            }
            draft.later(
                StepId::Router,
                '+',
                &context.target.router.name,
                "create the Cloud Router and its NAT",
                "it belongs to the VPC that is made first",
            );
            draft.later(
                StepId::Firewalls,
                '+',
                format!("{}-allow-…", context.target.cluster),
                "create the firewall rules",
                "they belong to the VPC that is made first",
            );
            ControlFlow::Break(())
        }
        (Some(network), Ownership::Own) if network.mode != NetworkMode::Custom => {
            draft.findings.push(Finding::error(
                "vpc-mode",
                format!(
                    "the VPC {} is not in custom mode, as a VPC made by this controller is: somebody else made or changed it; delete it or convert it to custom mode",
                    network.name
                ),
            ));
            ControlFlow::Break(())
        }
        (Some(_), _) => ControlFlow::Continue(()),
    }
}

/// Corrects the routing mode of an own VPC.
pub(super) fn routing(context: Context<'_>, draft: &mut Draft) {
    let Some(network) = &context.seen.cloud.network else { return };
    if context.target.network.ownership == Ownership::User || network.routing_mode == ROUTING_MODE {
        return;
    }
    let change = FieldChange {
        field: "routingConfig.routingMode",
        from: json!(network.routing_mode),
        to: json!(ROUTING_MODE),
    };
    let action = Action::Patch {
        object: ResourceRef::global(Kind::Network, &network.name),
        change: Change::RoutingMode(ROUTING_MODE.to_owned()),
    };
    draft.change(context, StepId::Network, action, vec![change]);
}
