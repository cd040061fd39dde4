//! The names of steps: each says what its step does, as plans, events and waits go by it.

use super::evidence::Evidence;
use super::rule::{Judgement, Rule};
use super::{aliases, canaries};
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
            let in_migration = gives_ipv6(evidence, action) || evidence.course.goes_back() && goes(action);
            let in_migration =
                in_migration && *purpose != Purpose::Nodes && !is_internal_unwanted(evidence, *purpose);
            is(Kind::Subnet).is_some_and(named) && !other && !own_name && !in_migration
        }
        StepId::FlowLogs => match subnet_change(action) {
            Some(SubnetChange::FlowLogs(_) | SubnetChange::LogConfig(_)) => true,
            Some(
                SubnetChange::Overlap(_)
                | SubnetChange::SecondaryRanges(_)
                | SubnetChange::DualStack
                | SubnetChange::Ipv4Only,
            )
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
        StepId::Repair(named) => {
            matches!(action, Action::SetAliases { vm, .. } if vm == named) && aliases::repairs(evidence)
        }
        StepId::Migration(milestone, part) => of_migration(evidence, *milestone, part, action),
        // These are only forecast.
        StepId::Firewalls | StepId::PutOff => false,
    };
    Rule::StepName.demands(fits, || "that is not what it does")
}

/// Whether IPv6 comes first and this is a part of it.
fn gives_ipv6(evidence: &Evidence<'_>, action: &Action) -> bool {
    let makes = matches!(action, Action::Insert { .. });
    evidence.gives_ipv6() && (makes || subnet_change(action) == Some(&SubnetChange::DualStack))
}

fn goes(action: &Action) -> bool {
    matches!(action, Action::Delete { .. })
}

/// Whether `purpose` is that of an internal subnet, which comes and goes with the configuration.
fn is_internal_unwanted(evidence: &Evidence<'_>, purpose: Purpose) -> bool {
    purpose == Purpose::Internal && !evidence.gives_ipv6()
}

fn of_migration(evidence: &Evidence<'_>, milestone: Milestone, part: &StepPart, action: &Action) -> bool {
    match action {
        Action::WriteState(state) => of_write(evidence, milestone, part, &state.journal),
        Action::SetAliases { vm, .. } => {
            let way = if evidence.course.goes_back() { Milestone::AliasesOff } else { Milestone::Aliases };
            !aliases::repairs(evidence)
                && milestone == way
                && matches!(part, StepPart::Vm(named) if named == vm)
        }
        Action::TakeWords { .. } => (milestone, part) == (Milestone::Journal, &StepPart::Words),
        Action::IgnoreControlPlane { ignore, .. } => is_freeze(milestone, part, *ignore, StepPart::Ignore),
        Action::ScaleCcm { replicas, .. } => is_freeze(milestone, part, *replicas == 0, StepPart::Scale),
        Action::Delete { object, .. } => {
            let named = match part {
                StepPart::Route(named) => *named == object.name && object.kind == Kind::Route,
                StepPart::Subnet(purpose) => {
                    evidence.course.goes_back()
                        && object.name == subnet_name(&evidence.target.cluster, *purpose)
                }
                _ => false,
            };
            let way = if evidence.course.goes_back() { Milestone::AsBefore } else { Milestone::DeleteRoutes };
            milestone == way && named && !evidence.leaves()
        }
        Action::Patch { object, .. } => {
            let purpose = match part {
                StepPart::Subnet(purpose) => *purpose,
                _ => Purpose::Nodes,
            };
            object.name == subnet_name(&evidence.target.cluster, purpose)
                && subnet_change(action).is_some_and(|change| of_subnet(evidence, milestone, part, change))
        }
        Action::Insert { object, .. } => {
            let named = |purpose| object.name == subnet_name(&evidence.target.cluster, purpose);
            milestone == Milestone::Ipv6First
                && evidence.gives_ipv6()
                && matches!(part, StepPart::Subnet(purpose) if named(*purpose))
        }
        Action::SetNats { .. } => false,
    }
}

/// Whether a change of a subnet is the one that a milestone is called for.
fn of_subnet(evidence: &Evidence<'_>, milestone: Milestone, part: &StepPart, change: &SubnetChange) -> bool {
    let back = evidence.course.goes_back();
    match change {
        SubnetChange::Overlap(true) if evidence.makes_way() => {
            milestone == Milestone::RoutesStand && matches!(part, StepPart::Whole | StepPart::FlagFirst)
        }
        SubnetChange::Overlap(true) => {
            milestone == Milestone::OverlapOn && matches!(part, StepPart::Whole | StepPart::FlagFirst)
        }
        SubnetChange::Overlap(false) => {
            let way = if back { Milestone::OverlapBack } else { Milestone::OverlapOff };
            (milestone, part) == (way, &StepPart::Whole)
        }
        SubnetChange::SecondaryRanges(_) => {
            let way = if back { Milestone::RangeOff } else { Milestone::SecondaryRange };
            (milestone, part) == (way, &StepPart::Whole)
        }
        SubnetChange::DualStack => match part {
            StepPart::Subnet(_) => milestone == Milestone::Ipv6First && evidence.gives_ipv6(),
            part => {
                let first = evidence.gives_ipv6() && !evidence.seen.state.journal.flag_first;
                (milestone, part) == (Milestone::Ipv6, &StepPart::Whole) && !first
            }
        },
        SubnetChange::Ipv4Only => {
            let way = match milestone {
                Milestone::AsBefore => back,
                Milestone::RoutesStand => evidence.makes_way(),
                _ => milestone == Milestone::OverlapOn && !evidence.makes_way(),
            };
            way && matches!(part, StepPart::Subnet(_))
        }
        SubnetChange::FlowLogs(_) | SubnetChange::LogConfig(_) => false,
    }
}

/// Whether a write of the state is the one that a milestone is called for.
fn of_write(evidence: &Evidence<'_>, milestone: Milestone, part: &StepPart, after: &Journal) -> bool {
    let before = &evidence.seen.state.journal;
    let enters = |phase| before.phase != Some(phase) && after.phase == Some(phase);
    let (said, says) = (&evidence.seen.state.lasting.refused, &evidence.after().lasting.refused);
    let refuses = || said != says && says.is_some();
    let (failed, fails) =
        (&evidence.seen.state.lasting.canary_failed, &evidence.after().lasting.canary_failed);
    let forgets = || said.is_some() && says.is_none() || failed.is_some() && fails.is_none();
    let turns = after.flag_first && !before.flag_first;
    if turns && (milestone, part) != (Milestone::OverlapOn, &StepPart::Record) {
        return false;
    }
    match (milestone, part) {
        (Milestone::RecordUndo, StepPart::Whole) => enters(Phase::Undoing),
        (Milestone::Journal, StepPart::Record) => {
            before.phase == Some(Phase::Undoing) && enters(Phase::Preparing)
        }
        (Milestone::AsBefore, StepPart::Whole) => evidence.course.goes_back() && after.phase.is_none(),
        (Milestone::AsBefore, StepPart::Record) => {
            evidence.course.goes_back() && evidence.after().data != evidence.seen.state.data
        }
        (Milestone::Aliases, StepPart::Record) => {
            before.canaries != after.canaries
                || evidence.seen.state.lasting.canary_failed != evidence.after().lasting.canary_failed
        }
        (Milestone::OverlapOn, StepPart::Record) => refuses() || turns,
        (Milestone::Ipv6First | Milestone::SecondaryRange | Milestone::Ipv6, StepPart::Record) => refuses(),
        (Milestone::Freeze, StepPart::Releasing) => after.releasing && !before.releasing,
        (Milestone::Journal, StepPart::Whole) => {
            !records_no_return(evidence)
                && (before.entries != after.entries
                    || before.phase.is_none() && after.phase.is_some()
                    || forgets()
                    || canaries::is_asked_again(evidence) && before.canaries != after.canaries)
        }
        (Milestone::DeleteRoutes, StepPart::Record) => records_no_return(evidence),
        (Milestone::Freeze, StepPart::Released) => evidence.ends_release,
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
        | Action::TakeWords { .. }
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
        | Action::TakeWords { .. }
        | Action::IgnoreControlPlane { .. }
        | Action::ScaleCcm { .. } => None,
    }
}
