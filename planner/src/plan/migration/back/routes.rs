//! U2 routes stand: every VM that bears an alias has a route that serves it as soon as the alias goes.

use std::ops::ControlFlow;

use ipnet::{IpNet, Ipv4Net};

use crate::journal::Phase;
use crate::plan::context::Context;
use crate::plan::draft::Draft;
use crate::plan::migration::facts::{Facts, pod_aliases};
use crate::plan::migration::prepare::settled;
use crate::plan::resource::SubnetChange;
use crate::plan::step::StepId;
use crate::plan::subnets::later_than;
use crate::plan::{Action, Reason};
use crate::snapshot::{NextHop, Vm};
use crate::text::listed;
use crate::vocabulary::Milestone;

/// U2. The routes are seen to stand in two looks a settle time apart. Once aliases are being removed, each look decides for itself.
pub(in crate::plan::migration) fn stand(
    context: Context<'_>,
    facts: &Facts<'_>,
    draft: &mut Draft,
) -> ControlFlow<()> {
    if facts.bearers.is_empty() {
        return ControlFlow::Continue(());
    }
    if !facts.subnet.overlap && facts.pod_range().is_some() {
        draft.state.journal.settling = None;
        draft.act(
            StepId::milestone(Milestone::RoutesStand),
            Action::patch_subnet(facts.subnet, SubnetChange::Overlap(true)),
            Reason::RoutesNeedFlag,
        );
        return ControlFlow::Break(());
    }
    let unserved: Vec<&Vm> =
        facts.bearers.iter().copied().filter(|vm| !is_served(context, facts, vm)).collect();
    let undoing = facts.journal.phase == Some(Phase::Undoing);
    if unserved.is_empty() {
        if undoing {
            return ControlFlow::Continue(());
        }
        let why =
            "every VM with an alias has its route; it is looked at once more before the first alias goes";
        return settled(context, draft, Milestone::RoutesStand, context.settings.settle, why);
    }
    if undoing && unserved.len() < facts.bearers.len() {
        // The others can go on.
        return ControlFlow::Continue(());
    }
    draft.state.journal.settling = None;
    let vms: Vec<_> = unserved.iter().map(|vm| &vm.id).collect();
    let vms = listed(&vms, ", ");
    if context.seen.ccm.may_make_routes() {
        draft.wait(
            later_than(context, context.settings.look_again),
            format!("the cloud-controller-manager has not made a route yet to these VMs, which keep their aliases until then: {vms}"),
        );
    } else if context.asked.dual_stack {
        draft.stuck(format!(
            "U2: these VMs have no route, and no cloud-controller-manager makes any: {vms}; they keep their aliases, nothing is cut off; \
             wake the shoot up, or let the migration go on by removing the word undo"
        ));
    } else if draft.is_idle() {
        // With IPv4 reported the control plane follows, and makes the routes.
        draft.later(
            StepId::milestone(Milestone::AliasesOff),
            '-',
            vms,
            "remove their aliases",
            "once the control plane has made their routes",
        );
        draft.report();
    }
    ControlFlow::Break(())
}

/// Whether each alias of `vm` from the pod range can go, because a route of the shoot serves it.
pub(super) fn is_served(context: Context<'_>, facts: &Facts<'_>, vm: &Vm) -> bool {
    pod_aliases(vm).all(|range| {
        let untagged = facts
            .routes
            .iter()
            .any(|own| own.destination == range && *own.vm == vm.id && own.route.tags.is_empty());
        untagged && !is_overridden(context, range)
    })
}

/// Whether a route of anyone leads a part of `range` elsewhere.
fn is_overridden(context: Context<'_>, range: Ipv4Net) -> bool {
    let more_specific = |destination: IpNet| match destination {
        IpNet::V4(destination) => destination != range && range.contains(&destination),
        IpNet::V6(_) => false,
    };
    let mut routes = context.seen.cloud.routes.iter();
    routes.any(|route| route.next_hop != NextHop::Subnet && more_specific(route.destination))
}
