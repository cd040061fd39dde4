//! The self-check, the last look at a plan before the first call: a step that no rule allows is refused.
//!
//! It is a second opinion, written from the invariants and not from the steps: it calls nothing of the planner's, and derives from target
//! and snapshot anew whose a thing is, which pods are reached how, and what must come before what. Where both say the same thing twice,
//! that is the point. `docs/self-check.md` has the rules in a table.

mod accounts;
mod aliases;
mod back;
mod canaries;
mod course;
mod entries;
mod evidence;
mod firewalls;
mod freeze;
mod journal;
mod names;
mod nats;
mod networks;
mod nodes;
mod nodes_subnet;
mod order;
mod others;
mod over;
mod owned;
mod pods;
mod pools;
mod preflight;
mod routers;
mod routes;
mod rule;
mod state;
mod subnets;
mod teardown;
mod told;
mod waits;
mod words;

use thiserror::Error;

pub use rule::rules;

use super::resource::{Body, Change, Kind, ResourceRef, Traffic};
use super::{Action, Course, Step, StepId, Verdict};
use crate::desired::Target;
use crate::journal::{Journal, State};
use crate::snapshot::{Settings, Snapshot};
use crate::vocabulary::Milestone;
use evidence::Evidence;
use order::Order;
use rule::{Breach, Judgement, Rule};

/// A plan that would break an invariant. A defect of this program: nothing is carried out.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("step {step} would break the invariant {invariant}: {detail}; nothing was done")]
pub struct Violation {
    /// The step that breaks the invariant.
    pub step: String,
    /// The name of the rule that does not allow the step.
    pub rule: &'static str,
    /// The name of the invariant that the rule keeps.
    pub invariant: &'static str,
    /// The reason why the rule does not allow the step.
    pub detail: String,
}

/// Whether all that `verdict` would have done is what the rules allow, judged by what is asked for, what was `seen`, and the course.
///
/// # Errors
/// The first [`Violation`].
pub fn check(
    verdict: &Verdict,
    target: &Target,
    seen: &Snapshot,
    course: Course,
    settings: &Settings,
) -> Result<(), Violation> {
    let (asked, target) = (target, &*course.target(target));
    match verdict {
        Verdict::Act(steps) => {
            let evidence = Evidence::new(steps, target, asked, seen, course, settings);
            let mut order = Order::default();
            steps.iter().try_for_each(|step| {
                judge(&evidence, &mut order, step).map_err(|breach| {
                    let about =
                        if step.target().is_empty() { String::new() } else { format!("{}: ", step.target()) };
                    violation(&step.id, &about, breach)
                })
            })
        }
        Verdict::Report(state) => {
            let evidence = Evidence::new(&[], target, asked, seen, course, settings);
            let judged = course::follows(&evidence).and_then(|()| write_state(&evidence, state, true));
            judged.map_err(|breach| violation(&StepId::milestone(Milestone::Report), "", breach))
        }
        Verdict::Done | Verdict::LookAgain { .. } | Verdict::Refuse | Verdict::Stuck { .. } => Ok(()),
    }
}

fn violation(step: &StepId, about: &str, Breach { rule, detail }: Breach) -> Violation {
    let detail = format!("{about}{detail}");
    Violation { step: step.to_string(), rule: rule.name(), invariant: rule.invariant(), detail }
}

fn judge<'a>(evidence: &Evidence<'_>, order: &mut Order<'a>, step: &'a Step) -> Judgement {
    course::follows(evidence)?;
    state::is_of_project(evidence)?;
    course::allows(evidence, &step.action)?;
    order.next(evidence, step)?;
    match &step.action {
        Action::Insert { object, body } => insert(evidence, object, body),
        Action::Patch { object, change } => patch(evidence, object, change),
        Action::Delete { object, traffic } => delete(evidence, object, traffic.as_ref()),
        Action::SetNats { router, nat, before, nats } => {
            kind(router, Kind::Router)?;
            if !evidence.leaves() {
                state::is_written_ahead(evidence)?;
            }
            nats::set(evidence, router, nat, before, nats)
        }
        Action::SetAliases { vm, nic, fingerprint, aliases } => {
            aliases::set(evidence, vm, nic, fingerprint, aliases)
        }
        Action::WriteState(state) => write_state(evidence, state, false),
        Action::TakeWords { words } => words::take(evidence, words),
        Action::IgnoreControlPlane { ignore, version } => freeze::ignore(evidence, *ignore, version),
        Action::ScaleCcm { replicas, version } => freeze::scale(evidence, *replicas, version),
    }?;
    names::fits(evidence, step)
}

fn insert(evidence: &Evidence<'_>, object: &ResourceRef, body: &Body) -> Judgement {
    match body {
        Body::Network(body) => {
            kind(object, Kind::Network)?;
            networks::insert(evidence, object, body)?;
        }
        Body::Subnet(body) => {
            kind(object, Kind::Subnet)?;
            subnets::insert(evidence, object, body)?;
        }
        Body::Router(body) => {
            kind(object, Kind::Router)?;
            routers::insert(evidence, object, body)?;
        }
        Body::Firewall(body) => {
            kind(object, Kind::Firewall)?;
            firewalls::insert(evidence, object, body)?;
        }
        Body::ServiceAccount(body) => {
            kind(object, Kind::ServiceAccount)?;
            accounts::insert(evidence, object, body)?;
            state::account_is_written_ahead(evidence)?;
        }
    }
    state::is_written_ahead(evidence)
}

fn patch(evidence: &Evidence<'_>, object: &ResourceRef, change: &Change) -> Judgement {
    match change {
        Change::RoutingMode(mode) => {
            kind(object, Kind::Network)?;
            networks::patch(evidence, object, mode)
        }
        Change::Subnet { fingerprint, change } => {
            kind(object, Kind::Subnet)?;
            subnets::patch(evidence, object, fingerprint, change)
        }
        Change::Range(range) => {
            kind(object, Kind::Subnet)?;
            subnets::widen(evidence, object, *range)
        }
        Change::Firewall(rule) => {
            kind(object, Kind::Firewall)?;
            firewalls::patch(evidence, object, rule)
        }
    }
}

fn delete(evidence: &Evidence<'_>, object: &ResourceRef, traffic: Option<&Traffic>) -> Judgement {
    let route = object.kind == Kind::Route;
    Rule::Allowed.demands(route || traffic.is_none(), || "it is no route, and carries nothing")?;
    match object.kind {
        Kind::Network => networks::delete(evidence, object),
        Kind::Subnet => subnets::delete(evidence, object),
        Kind::Router => routers::delete(evidence, object),
        Kind::Firewall => firewalls::delete(evidence, object),
        Kind::Route => routes::delete(evidence, object, traffic),
        Kind::ServiceAccount => accounts::delete(evidence, object),
        Kind::Vm => Rule::Allowed.demands(false, || "VMs are not this controller's to delete"),
    }
}

fn write_state(evidence: &Evidence<'_>, state: &State, reports: bool) -> Judgement {
    state::write(evidence, state)?;
    let before = &evidence.seen.state.journal;
    // Where a freeze is taken back, that is all that ends.
    let entries = state.journal.entries.clone();
    let left = !entries.is_empty() && before.phase.is_some() && evidence.course.goes_back();
    let bare = state.journal == Journal { entries, ..Journal::default() };
    let ends = bare && !before.is_empty() && (reports || !before.releasing);
    let ends = ends && (left || state.journal.is_empty());
    if ends && evidence.course.goes_back() {
        return back::over(evidence, state, reports);
    }
    if reports && evidence.course.goes_back() {
        // The control plane follows, and makes the routes that the aliases wait for.
        let kept = state.journal == Journal { settling: None, ..before.clone() };
        return Rule::MigrationOver
            .demands(kept && !evidence.asked.dual_stack, || "something is still pending");
    }
    if ends {
        return over::write(evidence, state, reports);
    }
    Rule::MigrationOver.demands(!reports, || "something is still pending")?;
    journal::write(evidence, &state.journal)
}

/// Demands that `object` be of this kind.
fn kind(object: &ResourceRef, kind: Kind) -> Judgement {
    Rule::Allowed
        .demands(object.kind == kind, || format!("a {} is no {}", object.kind.row().label, kind.row().label))
}
