//! Heed: what people say is followed, whoever says it and wherever, and no more is done for it than it asks for. Knows nothing of courses.

use planner::journal::{CanaryVerdict, Phase, State};
use planner::plan::Action;
use planner::snapshot::ManagedResource;
use planner::vocabulary::{POD_RANGE_NAME, Word, Words};

use super::world::World;

/// What `action` does against what people say; none: it follows.
pub(crate) fn unheeded(world: &World, action: &Action) -> Option<String> {
    match action {
        Action::WriteState(next) => goes_on(world, next),
        Action::TakeWords { words } => is_lost(world, words),
        Action::Insert { .. }
        | Action::Patch { .. }
        | Action::Delete { .. }
        | Action::SetNats { .. }
        | Action::SetAliases { .. }
        | Action::IgnoreControlPlane { .. }
        | Action::ScaleCcm { .. } => None,
    }
}

/// Whether anybody says `word`: it counts in both places.
fn says(world: &World, word: Word) -> bool {
    world.asked.on_shoot.say(word) || world.asked.on_infrastructure.say(word)
}

/// A migration that begins, begins again or passes the point of no return although somebody says that it shall not.
fn goes_on(world: &World, next: &State) -> Option<String> {
    let (hold, undo) = (says(world, Word::Hold), says(world, Word::Undo));
    let against = match (world.state.journal.phase, next.journal.phase) {
        (None, Some(Phase::Preparing)) => hold || undo,
        (Some(Phase::Undoing), Some(Phase::Preparing)) => undo,
        // What was reported is never taken back.
        (Some(Phase::Preparing), Some(Phase::Deleting)) => hold || undo && !world.state.has_reported_both(),
        _ => false,
    };
    against.then(|| format!("{:?} becomes {:?}", world.state.journal.phase, next.journal.phase))
}

/// Words that are taken away before what they ask for has begun.
fn is_lost(world: &World, words: &Words) -> Option<String> {
    let in_doubt = world.state.journal.canaries.tried.iter().find(|canary| match canary.verdict {
        Some(
            CanaryVerdict::Failed | CanaryVerdict::Unknown | CanaryVerdict::Unseen | CanaryVerdict::Gone,
        ) => true,
        None | Some(CanaryVerdict::Proven) => false,
    });
    let lasting = &world.state.lasting;
    let refused = words.say(Word::TryAgain) && lasting.refused.is_some();
    let failed = words.say(Word::CanaryAgain) && (lasting.canary_failed.is_some() || in_doubt.is_some());
    (refused || failed).then(|| format!("{words} is used up, and nothing is tried again"))
}

/// Why nothing needs that the cloud-controller-manager be stopped: no migration is under way or it is not to go on, or no route is left that
/// could be made anew, and nothing that would refuse one. None: it is needed.
pub(crate) fn needless_stop(world: &World) -> Option<&'static str> {
    match world.state.journal.phase {
        None | Some(Phase::Undoing) => Some("no migration is under way"),
        Some(Phase::Preparing) if says(world, Word::Hold) => Some("it is held"),
        Some(Phase::Preparing) => {
            let loses_flag = world.subnet("nodes").is_some_and(|nodes| nodes.overlap)
                && world.state.journal.overlap_before == Some(false);
            let needed = loses_flag || world.node_routes().next().is_some();
            (!needed).then_some("no route is left")
        }
        Some(Phase::Deleting) => None,
    }
}

/// Why the control plane is to be looked after again: a run ends in an error, so nobody else lets it go, and it is left alone for no
/// migration. None: it is looked after, it is stopped for one, or routes would be refused, as the pod range stands without the flag.
pub(crate) fn left_alone(world: &World) -> Option<&'static str> {
    let left = world.ccm.managed_resource.is_some_and(ManagedResource::annotated);
    let needs_it = world.state.journal.phase == Some(Phase::Deleting) || world.state.has_reported_both();
    let refuses = world.subnet("nodes").is_some_and(|nodes| {
        !nodes.overlap && nodes.secondary.iter().any(|range| range.name == *POD_RANGE_NAME)
    });
    (left && !needs_it && !refuses).then_some("the control plane is left alone")
}
