//! The basis of a decision: the parts of the cloud that must have been read for it, in the same observation.
//!
//! A wait needs only the parts that it waits for, and after a change only what was changed is read back; other parts are kept
//! from an earlier observation of the same run and may be a little old. So before anything is done, reported or refused, the
//! missing parts of its basis are read, and it is decided again.

use super::resource::{Change, SubnetChange, Traffic};
use super::{Action, Decision, Step, Verdict};
use crate::journal::{CanaryVerdict, State};
use crate::snapshot::{Part, Parts, Snapshot};

/// The parts that `decision` rests on but that were not `read` for it. `known` parts were read earlier in this run: operations of
/// an earlier process need to be seen only once, as those of this process are awaited.
pub fn unread(decision: &Decision, seen: &Snapshot, read: &Parts, known: &Parts) -> Parts {
    let (basis, changes) = match &decision.verdict {
        Verdict::LookAgain { .. } => (Parts::new(), false),
        Verdict::Done | Verdict::Report(_) | Verdict::Refuse | Verdict::Stuck { .. } => {
            let begins = seen.state.journal.phase.is_none().then_some(Part::Preflight);
            (Part::STANDING.into_iter().chain(begins).collect(), false)
        }
        Verdict::Act(steps) => {
            let mut basis: Parts = steps.iter().flat_map(|step| basis(&step.action, seen)).collect();
            if decision.course.goes_back() {
                // Whatever goes must not be what a node is reached by.
                basis.extend([Part::Subnets, Part::Traffic]);
            }
            (basis, steps.iter().any(|step| step.action.object().is_some() || begins(&step.action, seen)))
        }
    };
    let mut unread: Parts = basis.difference(read).copied().collect();
    if unread.contains(&Part::Operations) {
        // Routes are read again after the operations, so that an insert that has ended in between shows in one of both.
        unread.insert(Part::Traffic);
    }
    if changes && !known.contains(&Part::Operations) {
        unread.insert(Part::Operations);
    }
    unread
}

/// Whether `action` records the start of a migration. None begins unless operations can be listed, because it could not be
/// continued.
fn begins(action: &Action, seen: &Snapshot) -> bool {
    let before = seen.state.journal.phase;
    matches!(action, Action::WriteState(state) if before.is_none() && state.journal.phase.is_some())
}

/// The parts that `steps` change and that have to be read back.
pub fn changed(steps: &[Step]) -> Parts {
    steps.iter().flat_map(|step| changes(&step.action)).copied().collect()
}

/// The parts that must have been read for `action`.
fn basis(action: &Action, seen: &Snapshot) -> Parts {
    match action {
        // Whoever is chosen, or left out because nobody can be, must be as it is now.
        Action::WriteState(state) if chooses(seen, state) => Parts::from([Part::Traffic]),
        // Entries record what was observed, however old; only a change of phase rests on the present state of the cloud.
        Action::WriteState(state) if state.journal.phase == seen.state.journal.phase => Parts::new(),
        Action::WriteState(state) if state.is_committed_to_dual_stack() => {
            Parts::from([Part::Subnets, Part::Operations, Part::Traffic, Part::Preflight])
        }
        Action::WriteState(_) if seen.state.journal.phase.is_none() => {
            Part::STANDING.into_iter().chain([Part::Preflight]).collect()
        }
        // The freeze comes last and requires that everything else is in order.
        Action::WriteState(_) | Action::IgnoreControlPlane { ignore: true, .. } => {
            Parts::from(Part::STANDING)
        }
        Action::Patch { change: Change::Subnet { change: SubnetChange::Overlap(false), .. }, .. } => {
            Parts::from([Part::Subnets, Part::Traffic])
        }
        Action::Insert { .. }
        | Action::Patch { .. }
        | Action::Delete { .. }
        | Action::SetNats { .. }
        | Action::SetAliases { .. }
        | Action::TakeWords { .. }
        | Action::IgnoreControlPlane { ignore: false, .. }
        | Action::ScaleCcm { .. } => changes(action).iter().copied().collect(),
    }
}

/// Whether the state that is written has a canary that the one which was `seen` has not, or says of worker pools that none can be had.
fn chooses(seen: &Snapshot, state: &State) -> bool {
    let (was, is) = (&seen.state.journal.canaries, &state.journal.canaries);
    let unknown = |state: &State| {
        let failure = state.lasting.canary_failed.as_ref();
        failure.is_some_and(|failure| failure.verdict == CanaryVerdict::Unknown)
    };
    is.tried.len() > was.tried.len() || is.waived != was.waived || unknown(state) && !unknown(&seen.state)
}

/// The parts that `action` changes.
fn changes(action: &Action) -> &'static [Part] {
    match action {
        // Nothing makes a route to the internet anew, so operations do not matter.
        Action::Delete { traffic: Some(Traffic::Internet), .. } => &[Part::Traffic],
        // Without an object: the state and the cloud-controller-manager are no parts of the cloud and are read in every observation.
        Action::Insert { .. }
        | Action::Patch { .. }
        | Action::Delete { traffic: Some(Traffic::Pods { .. }) | None, .. }
        | Action::SetNats { .. }
        | Action::SetAliases { .. }
        | Action::WriteState(_)
        | Action::TakeWords { .. }
        | Action::IgnoreControlPlane { .. }
        | Action::ScaleCcm { .. } => action.object().map_or(&[], |object| object.kind.row().shows_in),
    }
}
