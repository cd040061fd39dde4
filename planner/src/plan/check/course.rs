//! The course: it follows from what is recorded, and no step is carried out that has to wait for its end.

use super::evidence::Evidence;
use super::firewalls::is_for_ipv6;
use super::rule::{Judgement, Rule};
use crate::desired::Goal;
use crate::journal::{CanaryVerdict, Phase};
use crate::plan::resource::{Body, Change, Kind, ResourceRef, SubnetChange};
use crate::plan::{Action, BackCause, Course, RestCause};
use crate::snapshot::{StackType, Vm};
use crate::vocabulary::{POD_RANGE_NAME, Purpose, Word, subnet_name};

/// Whether the course is the one that follows from what is asked for, the state, and what was seen.
pub(super) fn follows(evidence: &Evidence<'_>) -> Judgement {
    let (asked, state) = (evidence.asked, &evidence.seen.state);
    let phase = state.journal.phase;
    let wanted = asked.dual_stack;
    let recorded = !state.journal.entries.is_empty() || !evidence.pods.routes.is_empty();
    let pending = wanted && (recorded || !asked.reported && has_bare_node(evidence));
    let left_over = phase.is_none() && !wanted && is_left_over(evidence);
    let forward_only = left_over && is_forward_only(evidence);
    let stays = asked.goal == Goal::Present
        && phase != Some(Phase::Deleting)
        && !(asked.going && (phase.is_some() || pending || left_over));
    let (none, preparing) = (stays && phase.is_none(), stays && phase == Some(Phase::Preparing));
    let says = |word| asked.said.shoot.say(word) || asked.said.infrastructure.say(word);
    let refused = state.lasting.refused.as_ref().is_some_and(|refusal| {
        let by_owner = asked.said.shoot.say(Word::TryAgain) && !refusal.used_up;
        !asked.said.infrastructure.say(Word::TryAgain) && !by_owner
    });
    let failed = state.lasting.canary_failed.as_ref().is_some_and(|failure| {
        let by_owner = asked.said.shoot.say(Word::CanaryAgain) && !failure.used_up;
        let passed_over = failure.verdict != CanaryVerdict::Failed && says(Word::SkipNodeCheck);
        let again = asked.said.infrastructure.say(Word::CanaryAgain) || by_owner;
        // Held, no attempt begins, and the canary would stay cut off.
        !passed_over && (!again || says(Word::Hold))
    });
    let ended = refused || failed;
    let (undo, hold) = (says(Word::Undo), says(Word::Hold));
    let free = !asked.reported;
    let holds = match evidence.course {
        Course::Leaving => asked.goal == Goal::Absent,
        Course::Committed => {
            asked.goal == Goal::Present && phase == Some(Phase::Deleting) || none && forward_only
        }
        Course::Announced => asked.goal == Goal::Present && phase != Some(Phase::Deleting) && !stays,
        Course::Undoing => stays && phase == Some(Phase::Undoing),
        Course::Back(BackCause::NotWanted) => preparing && !wanted,
        Course::Back(BackCause::Undo) => preparing && wanted && free && undo,
        Course::Back(BackCause::Refused) => preparing && wanted && free && !undo && refused,
        Course::Back(BackCause::Canary) => preparing && wanted && free && !undo && !refused && failed,
        Course::Back(BackCause::LeftOver) => none && left_over && !forward_only,
        Course::Held => preparing && wanted && hold && !(free && (undo || ended)),
        Course::Preparing { begun: true } => preparing && wanted && !hold && !(free && (undo || ended)),
        Course::Rests(RestCause::Undo) => none && pending && undo,
        Course::Rests(RestCause::Hold) => none && pending && !undo && hold,
        Course::Rests(RestCause::Refused) => none && pending && !undo && !hold && refused,
        Course::Rests(RestCause::Canary) => none && pending && !undo && !hold && !refused && failed,
        Course::Preparing { begun: false } => none && pending && !undo && !hold && !ended,
        Course::Steady => none && !pending && !left_over,
    };
    Rule::Course.demands(holds, || {
        let phase = phase.map_or_else(|| "no phase".to_owned(), |phase| format!("the phase {phase}"));
        format!("the course {:?} does not follow from {phase} and from what shall be", evidence.course)
    })
}

/// Whether something of dual-stack is there for a shoot that never reported it.
fn is_left_over(evidence: &Evidence<'_>) -> bool {
    let dual =
        |purpose| evidence.subnet(purpose).is_some_and(|subnet| subnet.stack == StackType::DualExternal);
    let services = evidence.subnet(Purpose::Services);
    let services = services.is_some_and(|subnet| subnet.description == "gardener-managed services subnet");
    !evidence.asked.reported
        && (evidence.seen.state.journal.overlap_before.is_some()
            || evidence.has_pod_range()
            || dual(Purpose::Nodes)
            || dual(Purpose::Internal)
            || services)
}

/// Whether a Node's range is no alias of its VM.
fn has_bare_node(evidence: &Evidence<'_>) -> bool {
    let mut ranges = evidence.nodes.ranges().iter();
    ranges.any(|(vm, range)| !evidence.pods.bears(vm, *range))
}

/// Whether nodes are served by aliases alone and nothing makes routes.
fn is_forward_only(evidence: &Evidence<'_>) -> bool {
    let cluster = &evidence.asked.cluster;
    let bears = |vm: &Vm| {
        let mut names = vm.nic.aliases.iter().filter_map(|alias| alias.range_name.as_deref());
        vm.has_tag(cluster) && names.any(|name| name == POD_RANGE_NAME)
    };
    evidence.asked.services.is_some()
        && evidence.seen.state.journal.entries.is_empty()
        && evidence.pods.routes.is_empty()
        && evidence.seen.cloud.vms.values().any(bears)
        && !evidence.may_make_routes()
}

/// Whether the course has a place for `action`. How far a migration must be for its steps is said by the rules of these steps.
pub(super) fn allows(evidence: &Evidence<'_>, action: &Action) -> Judgement {
    let (allowed, why) = match evidence.course {
        Course::Leaving => (takes_away(action), "nothing is made or changed for a shoot that goes"),
        Course::Committed => (
            !can_be_put_off(evidence, action),
            "past the point of no return nothing is done that could be put off",
        ),
        Course::Announced
        | Course::Undoing
        | Course::Back(_)
        | Course::Held
        | Course::Rests(_)
        | Course::Preparing { .. }
        | Course::Steady => (true, ""),
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
        | Action::TakeWords { .. }
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
                SubnetChange::Overlap(_)
                | SubnetChange::SecondaryRanges(_)
                | SubnetChange::DualStack
                | SubnetChange::Ipv4Only => false,
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
        | Action::TakeWords { .. }
        | Action::IgnoreControlPlane { .. }
        | Action::ScaleCcm { .. } => false,
    }
}
