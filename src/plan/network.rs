//! The VPC.

use std::ops::ControlFlow;

use super::draft::Draft;
use super::{Action, Context, Finding};
use crate::snapshot::NetworkMode;
use crate::target::Ownership;

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
