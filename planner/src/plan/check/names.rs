//! The names of steps: each says what its step does, as plans, events and waits go by it.

use super::evidence::Evidence;
use super::rule::{Judgement, Rule};
use crate::journal::{Journal, Phase};
use crate::plan::resource::{Change, Kind, ResourceRef, SubnetChange};
use crate::plan::{Action, Step, StepId, StepPart};
use crate::vocabulary::{Milestone, Purpose, subnet_name};

/// Whether a step is called by what it does.
pub(super) fn fits(evidence: &Evidence<'_>, step: &Step) -> Judgement {
    let (action, cluster) = (&step.action, &evidence.target.cluster);
    let is = |kind: Kind| object(action).filter(|object| object.kind == kind);
    let fits = match &step.id {
        StepId::State => matches!(action, Action::WriteState(_)) && !records_no_return(evidence),
        StepId::ServiceAccount => is(Kind::ServiceAccount).is_some(),
        StepId::Network => is(Kind::Network).is_some(),
        StepId::Subnet(purpose) => {
            // What is done to the nodes subnet but to make and to widen it bears names of its own.
            let other = subnet_change(action).is_some_and(|change| *change != SubnetChange::DualStack);
            let own_name = subnet_change(action).is_some() && *purpose == Purpose::Nodes;
            let named = |object: &ResourceRef| object.name == subnet_name(cluster, *purpose);
            is(Kind::Subnet).is_some_and(named) && !other && !own_name
        }
        StepId::FlowLogs => match subnet_change(action) {
            Some(SubnetChange::FlowLogs(_) | SubnetChange::LogConfig(_)) => true,
            Some(SubnetChange::Overlap(_) | SubnetChange::SecondaryRanges(_) | SubnetChange::DualStack)
            | None => false,
        },
        StepId::Router => is(Kind::Router).is_some(),
        StepId::Nat => matches!(action, Action::SetNats { .. }),
        StepId::Firewall(role) => {
            let name = format!("{cluster}-{}", role.as_str());
            is(Kind::Firewall).is_some_and(|object| object.name == name)
        }
        StepId::FirewallRule(name) => {
            evidence.leaves() && is(Kind::Firewall).is_some_and(|object| object.name == *name)
        }
        StepId::Route(name) => {
            evidence.leaves() && is(Kind::Route).is_some_and(|object| object.name == *name)
        }
        StepId::Migration(milestone, part) => of_migration(evidence, *milestone, part, action),
        // These are only forecast.
        StepId::Firewalls | StepId::PutOff => false,
    };
    Rule::StepName.demands(fits, || "that is not what it does")
}

fn of_migration(evidence: &Evidence<'_>, milestone: Milestone, part: &StepPart, action: &Action) -> bool {
    match action {
        Action::WriteState(state) => of_write(evidence, milestone, part, &state.journal),
        Action::SetAliases { vm, .. } => {
            milestone == Milestone::Aliases && matches!(part, StepPart::Vm(named) if named == vm)
        }
        Action::IgnoreControlPlane { ignore } => is_freeze(milestone, part, *ignore, StepPart::Ignore),
        Action::ScaleCcm { replicas } => is_freeze(milestone, part, *replicas == 0, StepPart::Scale),
        Action::Delete { object, .. } => {
            let named = matches!(part, StepPart::Route(named) if *named == object.name);
            milestone == Milestone::DeleteRoutes && object.kind == Kind::Route && named && !evidence.leaves()
        }
        Action::Patch { object, .. } => {
            *part == StepPart::Whole
                && object.name == subnet_name(&evidence.target.cluster, Purpose::Nodes)
                && match subnet_change(action) {
                    Some(SubnetChange::Overlap(true)) => milestone == Milestone::OverlapOn,
                    Some(SubnetChange::Overlap(false)) => milestone == Milestone::OverlapOff,
                    Some(SubnetChange::SecondaryRanges(_)) => milestone == Milestone::SecondaryRange,
                    Some(SubnetChange::DualStack) => milestone == Milestone::Ipv6,
                    Some(SubnetChange::FlowLogs(_) | SubnetChange::LogConfig(_)) | None => false,
                }
        }
        Action::Insert { .. } | Action::SetNats { .. } => false,
    }
}

/// Whether a write of the state is the one that a milestone is called for.
fn of_write(evidence: &Evidence<'_>, milestone: Milestone, part: &StepPart, after: &Journal) -> bool {
    let before = &evidence.seen.state.journal;
    match (milestone, part) {
        (Milestone::Journal, StepPart::Whole) => {
            !records_no_return(evidence)
                && (before.entries != after.entries || before.phase.is_none() && after.phase.is_some())
        }
        (Milestone::DeleteRoutes, StepPart::Record) => records_no_return(evidence),
        (Milestone::Freeze, StepPart::Released) => evidence.ends_release(),
        (_, StepPart::Settle) => {
            before.settling != after.settling
                && after.settling.is_some_and(|settling| settling.step == milestone)
                && !records_no_return(evidence)
        }
        // Deny by default: no other name is that of a write.
        (_, _) => false,
    }
}

fn records_no_return(evidence: &Evidence<'_>) -> bool {
    let is_recorded = |journal: &Journal| journal.phase == Some(Phase::Deleting);
    !is_recorded(&evidence.seen.state.journal) && is_recorded(&evidence.after().journal)
}

fn is_freeze(milestone: Milestone, part: &StepPart, stops: bool, stop: StepPart) -> bool {
    milestone == Milestone::Freeze && *part == if stops { stop } else { StepPart::Release }
}

/// The resource that is made, changed as a whole or taken away.
fn object(action: &Action) -> Option<&ResourceRef> {
    match action {
        Action::Insert { object, .. } | Action::Patch { object, .. } | Action::Delete { object, .. } => {
            Some(object)
        }
        Action::SetNats { .. }
        | Action::SetAliases { .. }
        | Action::WriteState(_)
        | Action::IgnoreControlPlane { .. }
        | Action::ScaleCcm { .. } => None,
    }
}

fn subnet_change(action: &Action) -> Option<&SubnetChange> {
    match action {
        Action::Patch { change, .. } => match change {
            Change::Subnet { change, .. } => Some(change),
            Change::RoutingMode(_) | Change::Range(_) | Change::Firewall(_) => None,
        },
        Action::Insert { .. }
        | Action::Delete { .. }
        | Action::SetNats { .. }
        | Action::SetAliases { .. }
        | Action::WriteState(_)
        | Action::IgnoreControlPlane { .. }
        | Action::ScaleCcm { .. } => None,
    }
}
