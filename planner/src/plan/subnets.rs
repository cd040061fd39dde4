//! The shoot's subnets: created if they are missing, widened if their range grew, given IPv6 if the shoot is dual-stack.
//!
//! The overlap flag, the secondary range and the IPv6 range of an existing nodes subnet belong to [`super::migration`], because
//! their order keeps the nodes reachable.

use std::ops::ControlFlow;

use super::context::Context;
use super::draft::Draft;
use super::migration::of_subnet;
use super::resource::{Body, Change, Kind, NewSubnet, ResourceRef, SubnetChange};
use super::{Action, Course, Finding, Reason, StepId};
use crate::desired::SubnetTarget;
use crate::snapshot::{Part, Parts, StackType, Subnet};
use crate::vocabulary::{POD_RANGE_NAME, Purpose, subnet_name};

/// Deletes an internal subnet that is not configured any more, and widens subnets whose range grew.
pub(super) fn adapt(context: Context<'_>, draft: &mut Draft) {
    unwanted_internal(context, draft);
    let migrating = context.course.is_begun();
    for wanted in &context.target.subnets {
        let Some(subnet) = context.seen.cloud.subnet(&context.target.region, &wanted.name) else { continue };
        if subnet.range == wanted.range {
            continue;
        }
        match wanted.purpose {
            // A migration under way is finished first, as only one change of the subnet may be under way.
            Purpose::Nodes if migrating => {}
            Purpose::Services if context.course == Course::Steady => other_range(draft, wanted, subnet),
            // The preflight of the migration tells it.
            Purpose::Services => {}
            Purpose::Nodes | Purpose::Internal => expand(context, draft, wanted, subnet),
        }
    }
}

/// Creates missing subnets, and gives IPv6 to those that lack it.
pub(super) fn make(context: Context<'_>, draft: &mut Draft) {
    let committed = context.course.is_committed();
    let in_migration = context.gives_ipv6();
    for wanted in &context.target.subnets {
        if in_migration && wanted.purpose != Purpose::Nodes {
            continue;
        }
        let Some(subnet) = context.seen.cloud.subnet(&context.target.region, &wanted.name) else {
            if committed && wanted.purpose == Purpose::Internal {
                // The report of a migration does not need the internal subnet.
                let action = format!("create the subnet with range {}", wanted.range);
                draft.later(
                    StepId::Subnet(Purpose::Internal),
                    '+',
                    &wanted.name,
                    action,
                    "put off until the migration is over",
                );
            } else {
                insert(context, draft, StepId::Subnet(wanted.purpose), wanted);
            }
            continue;
        };
        if wanted.purpose != Purpose::Nodes && !draft.touches(subnet) {
            let _ = dual_stack(context, draft, StepId::Subnet(wanted.purpose), wanted, subnet);
        }
    }
}

/// Changes `subnet` to dual-stack, or waits for its IPv6 range; continues once it has one, or shall have none.
pub(super) fn dual_stack(
    context: Context<'_>,
    draft: &mut Draft,
    id: StepId,
    wanted: &SubnetTarget,
    subnet: &Subnet,
) -> ControlFlow<()> {
    if !wanted.dual_stack {
        return ControlFlow::Continue(());
    }
    match (subnet.stack, &subnet.ipv6_prefix) {
        (StackType::Ipv4, _) => {
            draft.act(id, Action::patch_subnet(subnet, SubnetChange::DualStack), Reason::NoIpv6)
        }
        (StackType::DualExternal, Some(_)) => return ControlFlow::Continue(()),
        (StackType::DualExternal, None) => draft.wait_for(
            later_than(context, context.settings.look_again),
            format!("the external IPv6 range of subnet {} is on its way", subnet.name),
            Parts::from([Part::Subnets]),
        ),
        (StackType::DualInternal | StackType::Other, _) => draft.stuck(format!(
            "subnet {} has an IPv6 stack that cannot become external IPv6 (ipv6AccessType is immutable): {}",
            subnet.name,
            way_out(context, wanted)
        )),
    }
    ControlFlow::Break(())
}

/// What helps if a subnet can get no external IPv6.
fn way_out(context: Context<'_>, wanted: &SubnetTarget) -> &'static str {
    match wanted.purpose {
        Purpose::Nodes if context.asked.reported || context.course.is_committed() => {
            "nothing can change that while nodes are in it, and it is not taken back any more: every node is served as it is; move to a new shoot for IPv6"
        }
        Purpose::Nodes | Purpose::Internal | Purpose::Services => of_subnet(wanted),
    }
}

/// The instant `duration` after the snapshot.
pub(super) fn later_than(context: Context<'_>, duration: std::time::Duration) -> jiff::Timestamp {
    context.seen.at.checked_add(duration).unwrap_or(jiff::Timestamp::MAX)
}

/// Creates a subnet.
pub(super) fn insert(context: Context<'_>, draft: &mut Draft, id: StepId, wanted: &SubnetTarget) {
    let Some(network) = &context.seen.cloud.network else { return };
    draft.act(
        id,
        Action::Insert {
            object: object(context, wanted),
            body: Body::Subnet(NewSubnet {
                description: wanted.purpose.description().to_owned(),
                network: network.url.clone(),
                range: wanted.range,
                dual_stack: wanted.dual_stack,
                secondary: wanted.pod_range.map(|range| (POD_RANGE_NAME.into(), range)),
                flow_logs: wanted.flow_logs.clone(),
            }),
        },
        Reason::Missing,
    );
}

fn object(context: Context<'_>, wanted: &SubnetTarget) -> ResourceRef {
    ResourceRef::regional(Kind::Subnet, &context.target.region, &wanted.name)
}

/// Deletes the internal subnet if it is not configured any more; users may remove it, or replace its range.
fn unwanted_internal(context: Context<'_>, draft: &mut Draft) {
    let name = subnet_name(&context.target.cluster, Purpose::Internal);
    let present = context.seen.cloud.subnet(&context.target.region, &name);
    if let (Some(subnet), None) = (present, context.target.subnet(Purpose::Internal)) {
        delete(draft, subnet, Reason::NotConfigured);
    }
}

fn delete(draft: &mut Draft, subnet: &Subnet, why: Reason) {
    let object = ResourceRef::regional(Kind::Subnet, &subnet.region, &subnet.name);
    draft.act(StepId::Subnet(Purpose::Internal), Action::delete(object), why);
}

/// The range of a shoot's services never changes, and a subnet that grew never shrinks: with another range it is somebody else's making. A
/// shoot that works with it goes on.
fn other_range(draft: &mut Draft, wanted: &SubnetTarget, subnet: &Subnet) {
    draft.findings.push(Finding::warn(
        "subnet-range",
        format!(
            "subnet {} has the range {} and not {}: delete it by hand if nobody needs it, so that it is made anew",
            subnet.name, subnet.range, wanted.range
        ),
    ));
}

fn expand(context: Context<'_>, draft: &mut Draft, wanted: &SubnetTarget, subnet: &Subnet) {
    let grows = wanted.range.contains(&subnet.range);
    if !grows && wanted.purpose == Purpose::Internal {
        delete(draft, subnet, Reason::MadeAnew { present: subnet.range, wanted: wanted.range });
        draft.later(
            StepId::Subnet(Purpose::Internal),
            '+',
            &wanted.name,
            format!("create the subnet with range {}", wanted.range),
            "it is made anew",
        );
        return;
    }
    if !grows {
        draft.findings.push(Finding::error(
            "subnet-range",
            format!(
                "subnet {} has the range {} and cannot become {}: a range can only grow",
                subnet.name, subnet.range, wanted.range
            ),
        ));
        return;
    }
    draft.act(
        StepId::Subnet(wanted.purpose),
        Action::Patch { object: object(context, wanted), change: Change::Range(wanted.range) },
        Reason::TooNarrow { present: subnet.range },
    );
}
