//! The course: it follows from what is recorded, and no step is carried out that has to wait for its end.

use super::evidence::Evidence;
use super::firewalls::is_for_ipv6;
use super::rule::{Judgement, Rule};
use crate::desired::Goal;
use crate::journal::Phase;
use crate::plan::resource::{Body, Change, Kind, ResourceRef, SubnetChange};
use crate::plan::{Action, Course};
use crate::vocabulary::{Purpose, subnet_name};

/// Whether the course is the one that follows from target, state and routes.
pub(super) fn follows(evidence: &Evidence<'_>) -> Judgement {
    let (journal, dual_stack) = (&evidence.seen.state.journal, evidence.target.dual_stack);
    let stands = evidence.target.goal == Goal::Present;
    let pending = dual_stack && (!journal.entries.is_empty() || !evidence.pods.routes.is_empty());
    let phase = journal.phase;
    let holds = match evidence.course {
        Course::Leaving => !stands,
        Course::Committed => stands && phase == Some(Phase::Deleting),
        Course::Undoing => stands && phase == Some(Phase::Undoing),
        Course::Reverted => stands && phase == Some(Phase::Preparing) && !dual_stack,
        Course::Preparing { begun: true } => stands && phase == Some(Phase::Preparing) && dual_stack,
        Course::Preparing { begun: false } => stands && phase.is_none() && pending,
        Course::Steady => stands && phase.is_none() && !pending,
    };
    Rule::Course.demands(holds, || {
        let phase = phase.map_or_else(|| "no phase".to_owned(), |phase| format!("the phase {phase}"));
        format!("the course {:?} does not follow from {phase} and from what shall be", evidence.course)
    })
}

/// Whether the course has a place for `action`. How far a migration must be for its steps is said by the rules of these steps.
pub(super) fn allows(evidence: &Evidence<'_>, action: &Action) -> Judgement {
    let (allowed, why) = match evidence.course {
        Course::Leaving => (takes_away(action), "nothing is made or changed for a shoot that goes"),
        Course::Committed => (
            !can_be_put_off(evidence, action),
            "past the point of no return nothing is done that could be put off",
        ),
        Course::Undoing | Course::Reverted | Course::Preparing { .. } | Course::Steady => (true, ""),
    };
    Rule::Course.demands(allowed, || why)
}

fn takes_away(action: &Action) -> bool {
    match action {
        Action::Delete { .. } | Action::SetNats { .. } => true,
        Action::Insert { .. }
        | Action::Patch { .. }
        | Action::SetAliases { .. }
        | Action::WriteState(_)
        | Action::IgnoreControlPlane { .. }
        | Action::ScaleCcm { .. } => false,
    }
}

/// Whether both families can be reported without `action`. A missing VPC cannot wait: nothing goes on without one.
fn can_be_put_off(evidence: &Evidence<'_>, action: &Action) -> bool {
    let ipv4_rule = |object: &ResourceRef| !is_for_ipv6(&evidence.target.cluster, &object.name);
    match action {
        Action::Insert { object, body } => match body {
            Body::Network(_) => false,
            Body::Subnet(_) => object.name == subnet_name(&evidence.target.cluster, Purpose::Internal),
            Body::Router(_) | Body::ServiceAccount(_) => true,
            Body::Firewall(_) => ipv4_rule(object),
        },
        Action::Patch { object, change } => match change {
            Change::RoutingMode(_) | Change::Range(_) => true,
            Change::Firewall(_) => ipv4_rule(object),
            Change::Subnet { change, .. } => match change {
                SubnetChange::FlowLogs(_) | SubnetChange::LogConfig(_) => true,
                SubnetChange::Overlap(_) | SubnetChange::SecondaryRanges(_) | SubnetChange::DualStack => {
                    false
                }
            },
        },
        Action::Delete { object, .. } => match object.kind {
            Kind::Route => false,
            Kind::Network
            | Kind::Subnet
            | Kind::Router
            | Kind::Firewall
            | Kind::Vm
            | Kind::ServiceAccount => true,
        },
        Action::SetNats { .. } => true,
        Action::SetAliases { .. }
        | Action::WriteState(_)
        | Action::IgnoreControlPlane { .. }
        | Action::ScaleCcm { .. } => false,
    }
}
