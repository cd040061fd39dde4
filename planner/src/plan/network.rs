//! The VPC.

use std::ops::ControlFlow;

use serde_json::json;

use super::draft::Draft;
use super::{Action, Context, FieldChange, Finding};
use crate::desired::Ownership;
use crate::snapshot::NetworkMode;

/// How far routes that a VPC of ours learns reach.
const ROUTING_MODE: &str = "REGIONAL";

/// Goes on only once the VPC exists and can hold subnets.
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
                "network",
                &wanted.name,
                Action::InsertNetwork { name: wanted.name.clone(), mtu: wanted.mtu },
                "the shoot has no VPC of its own yet",
            );
            for subnet in &context.target.subnets {
                draft.later(
                    &format!("subnet/{}", subnet.purpose.as_str()),
                    '+',
                    &subnet.name,
                    format!("create the subnet with range {}", subnet.range),
                    "it lies in the VPC that is made first",
                );
            }
            let then = [("router", &context.target.router.name, "the Cloud Router and its NAT")];
            for (id, name, what) in then {
                draft.later(
                    id,
                    '+',
                    name,
                    format!("create {what}"),
                    "it belongs to the VPC that is made first",
                );
            }
            draft.later(
                "firewall",
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

/// Puts right how far routes that a VPC of ours learns reach.
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
    let action = Action::SetRoutingMode { name: network.name.clone(), mode: ROUTING_MODE.to_owned() };
    draft.change(context, "network", &network.name, action, vec![change]);
}
