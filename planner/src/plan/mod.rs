//! Decide: (target, snapshot) to what to do now and what will follow. Pure and total.
//!
//! Create, change, migrate, repair, delete and dry run are the same decision. The earliest unfulfilled step wins; what needs a value
//! that this pass changes is forecast, never executed. So there is at most one change per object in a pass, every body and
//! fingerprint stands in the plan, and the next pass's observation is the read-back: resuming, a lost race (412) and
//! "look again" are planning again, and need no code of their own.
//!
//! May not know: any client, the clock (the only time is the snapshot's), the runtime.

mod action;
mod addresses;
mod basis;
mod check;
mod context;
mod course;
mod decision;
mod difference;
mod draft;
mod firewalls;
mod flow_logs;
mod history;
mod in_flight;
mod ipv6;
pub mod migration;
mod nat;
mod network;
mod others;
mod ownership;
mod reason;
pub mod resource;
mod router;
mod service_account;
mod state;
mod step;
mod subnets;
mod teardown;

pub use action::{Action, Method, Request};
pub use addresses::NAT_ADDRESS;
pub use basis::{changed, unread};
pub use check::{Violation, check};
pub use course::Course;
pub use decision::{Blame, Decision, Finding, Forecast, Severity, Verdict};
pub use difference::FieldChange;
pub use history::{History, REPEATS};
pub use migration::Progress;
pub use reason::Reason;
pub use step::{Part as StepPart, Step, StepId};
pub use teardown::IN_THE_WAY;

use context::Context;
use draft::Draft;
use firewalls::Rules;

use crate::desired::Target;
use crate::journal::State;
use crate::snapshot::{Ccm, Settings, Snapshot};
use crate::vocabulary::Purpose;

/// What to do about `target`, given what was `seen`, and what became of earlier steps.
pub fn plan(target: &Target, seen: &Snapshot, settings: &Settings, history: &History) -> Decision {
    let context = Context { target, seen, settings, history, course: Course::of(target, seen) };
    let mut draft = Draft::new(seen);
    match context.course {
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
        Course::Undoing | Course::Reverted | Course::Preparing { .. } | Course::Steady => {
            addresses::check(context, &mut draft);
            service_account::plan(context, &mut draft);
            if network::plan(context, &mut draft).is_continue() {
                subnets::adapt(context, &mut draft);
                subnets::make(context, &mut draft);
                firewalls::plan(context, &mut draft, Rules::All);
                around(context, &mut draft);
                pods(context, &mut draft);
            }
            state::plan(context, &mut draft);
        }
    }
    in_flight::hold(context, &mut draft);
    draft.decide()
}

/// Past the point of no return only what the report needs may hold it up: subnets, and rules for their IPv6 ranges.
fn committed(context: Context<'_>, draft: &mut Draft) {
    let mut rest = Draft::new(context.seen);
    addresses::check(context, &mut rest);
    subnets::adapt(context, &mut rest);
    subnets::make(context, draft);
    firewalls::plan(context, draft, Rules::Ipv6);
    around(context, &mut rest);
    draft.put_off(rest);
}

/// How pods are reached.
fn pods(context: Context<'_>, draft: &mut Draft) {
    ipv6::plan(context, draft);
    migration::plan(context, draft);
}

/// What is around the subnets.
fn around(context: Context<'_>, draft: &mut Draft) {
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

/// What a migration under way puts off: one change of the nodes subnet at a time is enough.
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

/// What is to be put right after a creation of which nothing was carried out, given what was `seen` since: the state says that something
/// may exist before it does. Only where nothing is under way any more that could still make it.
pub fn on_nothing_made(target: &Target, seen: &Snapshot) -> Option<Step> {
    state::take_back(target, seen)
}

/// The next thing to put right before a reconciliation ends without having reached its goal; asked again after each one.
///
/// It needs no more than the state and the cloud-controller-manager: it must be possible when nothing else can be read.
pub fn on_give_up(state: &State, ccm: &Ccm) -> Option<Step> {
    migration::release(state, ccm)
}
