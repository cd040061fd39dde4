//! Where a migration is, for people, as the state has it. It is written with whatever else is, and by itself once the run is idle.

use super::context::Context;
use super::course::{Course, RestCause};
use super::draft::Draft;
use crate::journal::{Place, Told};

/// Puts the place of the migration into the state that `draft` may write.
pub(super) fn keep(context: Context<'_>, draft: &mut Draft) {
    let (before, at) = (&context.seen.state.told, context.seen.at);
    let progress = draft.progress.or(draft.stands).filter(|_| !draft.reports());
    let place = context.course.name().zip(progress).map(|(course, progress)| {
        let same = |place: &Place| place.course == course && place.step == progress.step && place.since <= at;
        let since = before.place.as_ref().filter(|place| same(place)).map_or(at, |place| place.since);
        Place { course, step: progress.step, done: progress.done, nodes: progress.nodes, since }
    });
    let holds = match context.course {
        Course::Held | Course::Rests(RestCause::Hold) => true,
        Course::Leaving
        | Course::Announced
        | Course::Committed
        | Course::Undoing
        | Course::Back(_)
        | Course::Rests(RestCause::Undo | RestCause::Refused | RestCause::Canary)
        | Course::Preparing { .. }
        | Course::Steady => false,
    };
    let hold_since = holds.then(|| before.hold_since.filter(|since| *since <= at).unwrap_or(at));
    draft.state.told = Told { place, hold_since };
}
