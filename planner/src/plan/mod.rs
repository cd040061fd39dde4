//! The planning stage: a pure and total function from target and snapshot to what this pass does and what later ones will.
//!
//! Creation, change, migration, repair, deletion and the dry run are one mechanism. The first unfulfilled step decides; what
//! depends on a value that this pass changes is forecast, not planned. So there is at most one change per object in a pass, with
//! its body and fingerprint in the plan, and the observation of the next pass is the read-back. Resuming, a lost race (412) and
//! another look at the routes need no code of their own: they are planning again.
//!
//! No client, clock or runtime; the only time is the snapshot's.

mod action;
mod addresses;
mod basis;
mod check;
mod context;
mod course;
mod decision;
mod difference;
mod draft;
mod effect;
mod firewalls;
mod flow_logs;
mod history;
mod in_flight;
mod ipv6;
pub mod migration;
mod nat;
mod network;
mod nodes;
mod others;
mod ownership;
mod pools;
mod reads;
mod reason;
pub mod resource;
mod router;
mod service_account;
mod state;
mod step;
mod subnets;
mod teardown;
mod told;
mod words;

pub use action::{Action, Method, Request};
pub use addresses::NAT_ADDRESS;
pub use basis::{changed, unread};
pub use check::{Violation, check, rules};
pub use course::{BackCause, Course, RestCause};
pub use decision::{Blame, Decision, Finding, Forecast, Severity, Verdict};
pub use difference::FieldChange;
pub use effect::effect;
pub use history::{History, REPEATS, Refused};
pub use migration::{Progress, canary_pods, way_on};
pub use pools::worker_pool;
pub use reads::{
    Moment, PreflightReads, ReadSet, RouterScope, VmScope, at_subnet, at_vm, keeping_vms, lacking,
    measured as measured_canaries, moment, nodes as lists_nodes, passthrough_rules, pods as lists_pods,
    preflight, reads, unconfirmed, vms, whole,
};
pub use reason::Reason;
pub use step::{Part as StepPart, Step, StepId};
pub use teardown::IN_THE_WAY;
pub use words::{UNKNOWN as WORD_UNKNOWN, WITHOUT_EFFECT as WORD_WITHOUT_EFFECT};

use std::ops::ControlFlow;

use context::Context;
use draft::Draft;
use firewalls::Rules;

use crate::desired::Target;
use crate::journal::State;
use crate::snapshot::{Ccm, Settings, Snapshot};
use crate::vocabulary::Purpose;

/// The decision for `target`, given the snapshot `seen` and the outcomes of earlier passes.
pub fn plan(target: &Target, seen: &Snapshot, settings: &Settings, history: &History) -> Decision {
    let (asked, course) = (target, Course::of(target, seen));
    let target = &*course.target(asked);
    let context = Context { target, asked, seen, settings, history, course };
    let mut draft = Draft::new(seen);
    match course {
        Course::Leaving => {
            state::elsewhere(context, &mut draft);
            teardown::plan(context, &mut draft);
        }
        Course::Committed => {
            if network::plan(context, &mut draft).is_continue() {
                committed(context, &mut draft);
                pods(context, &mut draft);
            }
            state::plan(context, &mut draft);
        }
        Course::Preparing { .. } | Course::Steady => {
            if network_and_subnets(context, &mut draft, Rules::All).is_continue() {
                pods(context, &mut draft);
            }
            state::plan(context, &mut draft);
        }
        // What was made for dual-stack is neither made nor taken away beside the migration.
        Course::Announced | Course::Undoing | Course::Back(_) | Course::Held | Course::Rests(_) => {
            let rules = if target.dual_stack { Rules::All } else { Rules::Ipv4 };
            if network_and_subnets(context, &mut draft, rules).is_continue() {
                migration::plan(context, &mut draft);
            }
            state::plan(context, &mut draft);
        }
    }
    let mut draft = nothing_frozen_in_vain(context, draft);
    words::tell(context, &mut draft);
    in_flight::hold(context, &mut draft);
    draft.decide(course)
}

/// The plan `ending`, or one that gives the control plane back first: it is left alone for nothing if all ends in an error, as nobody
/// reconciles it then.
fn nothing_frozen_in_vain(context: Context<'_>, ending: Draft) -> Draft {
    let mut first = Draft::new(context.seen);
    if !ending.fails() || migration::frozen_in_vain(context, &mut first).is_continue() {
        return ending;
    }
    state::plan(context, &mut first);
    first.precede(ending);
    first
}

/// Plans everything that does not depend on how pods are reached; continues if the VPC exists.
fn network_and_subnets(context: Context<'_>, draft: &mut Draft, rules: Rules) -> ControlFlow<()> {
    addresses::check(context, draft);
    service_account::plan(context, draft);
    network::plan(context, draft)?;
    subnets::adapt(context, draft);
    subnets::make(context, draft);
    firewalls::plan(context, draft, rules);
    routing_and_egress(context, draft);
    ControlFlow::Continue(())
}

/// The plan past the point of no return. Only what the report needs may delay the migration: subnets, and rules for their IPv6
/// ranges.
fn committed(context: Context<'_>, draft: &mut Draft) {
    let mut rest = Draft::new(context.seen);
    addresses::check(context, &mut rest);
    subnets::adapt(context, &mut rest);
    subnets::make(context, draft);
    firewalls::plan(context, draft, Rules::Ipv6);
    routing_and_egress(context, &mut rest);
    draft.put_off(rest);
}

/// Plans how pods are reached.
fn pods(context: Context<'_>, draft: &mut Draft) {
    ipv6::plan(context, draft);
    migration::plan(context, draft);
}

/// Plans the routing mode, flow logs, router and NAT.
fn routing_and_egress(context: Context<'_>, draft: &mut Draft) {
    network::routing(context, draft);
    if context.course.is_begun() {
        nodes_subnet_later(context, draft);
    } else {
        flow_logs::plan(context, draft);
    }
    if router::plan(context, draft).is_continue() {
        nat::plan(context, draft);
    }
}

/// Forecasts the changes of the nodes subnet that a migration puts off, as only one change of it may be under way.
fn nodes_subnet_later(context: Context<'_>, draft: &mut Draft) {
    let Some(wanted) = context.target.subnet(Purpose::Nodes) else { return };
    let present = context.seen.cloud.subnet(&context.target.region, &wanted.name);
    let differs =
        present.is_some_and(|subnet| subnet.range != wanted.range || subnet.flow_logs != wanted.flow_logs);
    if differs {
        draft.later(
            StepId::Subnet(Purpose::Nodes),
            '~',
            &wanted.name,
            "put its range and its flow logs right",
            "put off until the migration is over",
        );
    }
}

/// The step that takes back the marker of existing resources if nothing was created after all, given what was `seen` since. The
/// caller makes sure that no operation is under way that could still create something.
pub fn on_nothing_made(target: &Target, seen: &Snapshot) -> Option<Step> {
    state::take_back(target, seen)
}

/// The next step to put right before a reconciliation ends without having reached its goal; called again after each one.
///
/// It depends on the state and the cloud-controller-manager only, so that it works when nothing else can be read.
pub fn on_give_up(state: &State, ccm: &Ccm) -> Option<Step> {
    migration::release(state, ccm)
}
