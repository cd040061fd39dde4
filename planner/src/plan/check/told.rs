//! What the state tells people of a migration: on this course, counted from this look, or as it was told before.

use super::evidence::Evidence;
use super::rule::{Judgement, Rule};
use crate::journal::{Place, Told};
use crate::plan::{Course, RestCause};

/// Demands that `after` be what was told before, or be said of this course at the instant of this look.
pub(super) fn follows(evidence: &Evidence<'_>, after: &Told) -> Judgement {
    let (before, at) = (&evidence.seen.state.told, evidence.seen.at);
    let is_at = |place: &Place| {
        let same = |told: &Place| told.course == place.course && told.step == place.step && told.since <= at;
        let since = before.place.as_ref().filter(|told| same(told)).map_or(at, |told| told.since);
        Some(place.course) == evidence.course.name() && place.since == since && place.done <= place.nodes
    };
    let place = after.place.as_ref().is_none_or(is_at);
    let holds = matches!(evidence.course, Course::Held | Course::Rests(RestCause::Hold));
    let since = before.hold_since.filter(|since| *since <= at).unwrap_or(at);
    let hold = after.hold_since.is_none_or(|told| holds && told == since);
    Rule::OwnState.demands(
        after == before || (place && hold),
        || "people would be told what does not follow from this look",
    )
}
