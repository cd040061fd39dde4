//! What a decision rests on: the parts of the cloud that were read for it, and not merely kept from an earlier look of the same run.
//!
//! Who waits needs to read nothing but what is waited for, and after a change only what was changed is read back. What is kept may
//! be a little old; so before anything is done, reported or refused, all that it rests on is read, and decided anew.

use super::resource::{Change, SubnetChange, Traffic};
use super::{Action, Decision, Step, Verdict};
use crate::snapshot::{Part, Parts, Snapshot};

/// The parts that `decision` rests on, and that were not `read` for it. `known` were read some time in this run: that no operation
/// of an earlier process is under way need be seen only once, as all others are awaited.
pub fn unread(decision: &Decision, seen: &Snapshot, read: &Parts, known: &Parts) -> Parts {
    let (basis, changes) = match &decision.verdict {
        Verdict::LookAgain { .. } => (Parts::new(), false),
        Verdict::Done | Verdict::Report(_) | Verdict::Refuse | Verdict::Stuck { .. } => {
            (Parts::from(Part::STANDING), false)
        }
        Verdict::Act(steps) => {
            let basis = steps.iter().flat_map(|step| basis(&step.action, seen)).collect();
            (basis, steps.iter().any(|step| step.action.object().is_some() || begins(&step.action, seen)))
        }
    };
    let mut unread: Parts = basis.difference(read).copied().collect();
    if unread.contains(&Part::Operations) {
        // What may make a route is read before the routes are.
        unread.insert(Part::Traffic);
    }
    if changes && !known.contains(&Part::Operations) {
        unread.insert(Part::Operations);
    }
    unread
}

/// Whether `action` begins a migration: not where what is under way may not be seen, as later it could not go on.
fn begins(action: &Action, seen: &Snapshot) -> bool {
    let before = seen.state.journal.phase;
    matches!(action, Action::WriteState(state) if before.is_none() && state.journal.phase.is_some())
}

/// The parts that `steps` change, which have to be read back.
pub fn changed(steps: &[Step]) -> Parts {
    steps.iter().flat_map(|step| changes(&step.action)).copied().collect()
}

/// The parts that must have been read for `action` to be right.
fn basis(action: &Action, seen: &Snapshot) -> Parts {
    match action {
        // What is written down is what was seen, whenever that was; but a phase is where the migration goes on from.
        Action::WriteState(state) if state.journal.phase == seen.state.journal.phase => Parts::new(),
        Action::WriteState(state) if state.is_committed_to_dual_stack() => {
            Parts::from([Part::Subnets, Part::Operations, Part::Traffic])
        }
        // The freeze comes last: it needs all else to be in order.
        Action::WriteState(_) | Action::IgnoreControlPlane { ignore: true } => Parts::from(Part::STANDING),
        Action::Patch { change: Change::Subnet { change: SubnetChange::Overlap(false), .. }, .. } => {
            Parts::from([Part::Subnets, Part::Traffic])
        }
        other => changes(other).iter().copied().collect(),
    }
}

/// The parts that `action` changes.
fn changes(action: &Action) -> &'static [Part] {
    match action {
        // Nobody makes it anew.
        Action::Delete { traffic: Some(Traffic::Internet), .. } => &[Part::Traffic],
        // Those of the state and of the cloud-controller-manager are not of the cloud; what they change is read in every look.
        action => action.object().map_or(&[], |object| object.kind.row().shows_in),
    }
}
