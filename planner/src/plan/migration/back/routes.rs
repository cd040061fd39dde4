//! U2 routes stand: every VM that bears an alias has a route that serves it as soon as the alias goes.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use ipnet::{IpNet, Ipv4Net};

use crate::journal::Settling;
use crate::plan::context::Context;
use crate::plan::draft::Draft;
use crate::plan::migration::facts::Facts;
use crate::plan::migration::prepare::settled;
use crate::plan::migration::remedy::IPV4;
use crate::plan::resource::SubnetChange;
use crate::plan::step::{Part, StepId};
use crate::plan::subnets::later_than;
use crate::plan::{Action, BackCause, Course, Reason};
use crate::snapshot::{NextHop, Route, StackType, Vm};
use crate::text::listed;
use crate::vocabulary::{Milestone, Purpose, Region, VmRef, ranges};

/// U2. The routes are seen to stand in all looks of a settle time, before aliases go and while they do: whenever one is missing, that time
/// is counted anew, as a route that has just come may not have reached every host.
pub(in crate::plan::migration) fn stand(
    context: Context<'_>,
    facts: &Facts<'_>,
    draft: &mut Draft,
) -> ControlFlow<()> {
    if facts.bearers.is_empty() {
        return ControlFlow::Continue(());
    }
    if !facts.subnet.overlap && facts.pod_range().is_some() {
        flag(context, facts, draft);
        return ControlFlow::Break(());
    }
    let serving = Serving::of(context, facts);
    let unserved: Vec<&Vm> = facts.bearers.iter().copied().filter(|vm| !serving.serves(facts, vm)).collect();
    if unserved.is_empty() {
        let why =
            "every VM with an alias has its route; it is looked at once more before the next alias goes";
        return settled(context, draft, Milestone::RoutesStand, context.settings.settle, why);
    }
    let vms = names(&unserved);
    if context.seen.ccm.may_make_routes() {
        let Some(until) = awaited_until(context, facts, draft) else { return ControlFlow::Break(()) };
        if until <= context.seen.at {
            draft.stuck(format!(
                "U2: in {} s no route has come that would serve these VMs, which keep their aliases, so nothing is cut off: {vms}; look why \
                 the cloud-controller-manager makes none, and if Google lets it make none beside the pod range, replace them{}",
                context.settings.routes_deadline.as_secs(),
                or_forward(context)
            ));
            return ControlFlow::Break(());
        }
        draft.wait(
            later_than(context, context.settings.look_again),
            format!(
                "these VMs have no route yet that would serve them, and keep their aliases until then: {vms}; the cloud-controller-manager \
                 makes it, unless Google lets it make none beside the pod range: then replace these VMs{}",
                or_forward(context)
            ),
        );
    } else if draft.state.journal.settling.take().is_some() {
        // A route that came since may not have reached every host, whoever looks next.
        draft.write_state(StepId::State, Reason::CountedAnew);
    } else if context.asked.dual_stack {
        draft.stuck(format!(
            "U2: these VMs have no route, and no cloud-controller-manager makes any: {vms}; they keep their aliases, nothing is cut off; \
             wake the shoot up{}{}",
            or_ipv4(context),
            or_forward(context)
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

/// The instant until which a cloud-controller-manager may take to make the routes. It is counted from when they were first missed, by
/// whoever looks; `None`: that is still to be written.
fn awaited_until(context: Context<'_>, facts: &Facts<'_>, draft: &mut Draft) -> Option<jiff::Timestamp> {
    let awaited =
        |settling: &Settling| settling.step == Milestone::Release && settling.since <= context.seen.at;
    if let Some(settling) = facts.journal.settling.filter(awaited) {
        return Some(settling.until(context.settings.routes_deadline));
    }
    // What was seen to stand until now is counted anew: a route that comes may not have reached every host.
    draft.state.journal.settling = Some(Settling { step: Milestone::Release, since: context.seen.at });
    draft.write_state(StepId::Migration(Milestone::Release, Part::Settle), Reason::RoutesMissed);
    None
}

/// How a control plane comes that makes routes, in words that follow others: where a shoot is restored there is none before its
/// infrastructure is reported, and one that is asleep is not woken up before that.
fn or_ipv4(context: Context<'_>) -> String {
    if context.asked.reported { String::new() } else { format!(", or {IPV4}") }
}

/// How the migration goes forward instead, in words that follow others. Once it is recorded that aliases go there is no such way: those that
/// are left have to go first, for which they need their routes.
fn or_forward(context: Context<'_>) -> &'static str {
    match context.course {
        Course::Back(BackCause::NotWanted | BackCause::LeftOver) => {
            ", or let the migration go on: set ipFamilies to [IPv4, IPv6]"
        }
        Course::Back(BackCause::Undo) => ", or let the migration go on: remove the word undo",
        Course::Back(BackCause::Refused) => ", or let the migration go on: say try-again",
        Course::Back(BackCause::Canary) => ", or let the migration go on: say canary-again",
        Course::Held => ", or let the migration go on: remove the word hold",
        Course::Undoing
        | Course::Leaving
        | Course::Announced
        | Course::Committed
        | Course::Rests(_)
        | Course::Preparing { .. }
        | Course::Steady => "",
    }
}

/// Puts the flag on. If Google will not have it on a dual-stack subnet, IPv6 goes first, on which nobody depends who never reported it.
fn flag(context: Context<'_>, facts: &Facts<'_>, draft: &mut Draft) {
    let part = |part| StepId::Migration(Milestone::RoutesStand, part);
    let refusal = |id: &StepId| context.history.refusal(id);
    let (first, again) = (part(Part::Whole), part(Part::FlagFirst));
    let ipv4 = part(Part::Subnet(Purpose::Nodes));
    let gives_way = facts.subnet.stack == StackType::DualExternal && !context.asked.reported;
    let id = if refusal(&first).is_none() {
        first
    } else if gives_way {
        ipv4.clone()
    } else {
        again
    };
    if let Some(refusal) = refusal(&id) {
        draft.stuck(format!(
            "U2: Google refuses the overlap flag on subnet {}, without which no route serves beside the pod range: {}; every VM keeps its \
             alias, nothing is cut off; put that right{}",
            facts.subnet.name,
            refusal.text,
            or_forward(context)
        ));
        return;
    }
    draft.state.journal.settling = None;
    if id == ipv4 {
        let action = Action::patch_subnet(facts.subnet, SubnetChange::Ipv4Only);
        draft.act(id, action, Reason::FlagBeforeIpv6);
        return;
    }
    // What is left over of an attempt that nobody recorded had no flag.
    draft.state.journal.overlap_before.get_or_insert(false);
    draft.act(id, Action::patch_subnet(facts.subnet, SubnetChange::Overlap(true)), Reason::RoutesNeedFlag);
}

/// The names of `vms`, for people.
fn names(vms: &[&Vm]) -> String {
    let ids: Vec<_> = vms.iter().map(|vm| &vm.id).collect();
    listed(&ids, ", ")
}

/// The routes by which VMs are served once their aliases are gone.
struct Serving<'a> {
    /// The best priority of the own routes without a network tag, by VM and range.
    own: BTreeMap<(&'a VmRef, Ipv4Net), u32>,
    /// The routes of anyone but those that Google makes for subnets, by destination.
    all: BTreeMap<Ipv4Net, Vec<&'a Route>>,
    region: &'a Region,
}

impl<'a> Serving<'a> {
    fn of(context: Context<'a>, facts: &'a Facts<'_>) -> Self {
        let mut serving = Self { own: BTreeMap::new(), all: BTreeMap::new(), region: &context.target.region };
        for own in facts.routes.iter().filter(|own| own.route.tags.is_empty()) {
            let first = serving.own.entry((own.vm, own.destination)).or_insert(own.route.priority);
            *first = own.route.priority.min(*first);
        }
        for route in context.seen.cloud.routes.iter().filter(|route| route.next_hop != NextHop::Subnet) {
            match route.destination {
                IpNet::V4(destination) => serving.all.entry(destination).or_default().push(route),
                IpNet::V6(_) => {}
            }
        }
        serving
    }

    /// Whether each alias of `vm` from the pod range can go, because a route of the shoot serves it, or it serves nobody: there is no Node,
    /// or it has another range. A route that leads out of the region is dropped beside the range, and one to a VM that does not forward
    /// serves nobody.
    fn serves(&self, facts: &Facts<'_>, vm: &Vm) -> bool {
        let zone = vm.id.zone.strip_prefix(self.region.as_str());
        let at_home = zone.is_some_and(|rest| rest.starts_with('-'));
        let serves = |range| {
            let first = self.own.get(&(&vm.id, range)).filter(|_| vm.can_forward && at_home);
            first.is_some_and(|first| !self.is_overridden(&vm.id, range, *first))
        };
        facts.nodes.lack(&vm.id)
            || vm.pod_ranges().all(|range| serves(range) || facts.nodes.contradict(&vm.id, range))
    }

    /// Whether a route of anyone leads `range`, or a part of it, elsewhere than to `vm`, and is followed before one of priority `first`.
    fn is_overridden(&self, vm: &VmRef, range: Ipv4Net, first: u32) -> bool {
        // Of two that are as good as each other, either is followed.
        let comes_first = |route: &&Route| {
            route.priority <= first && !matches!(&route.next_hop, NextHop::Vm(hop) if hop == vm)
        };
        ranges::inside(&self.all, range)
            .any(|(destination, routes)| *destination != range || routes.iter().any(comes_first))
    }
}
