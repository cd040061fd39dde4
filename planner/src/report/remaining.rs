//! How long a migration is going to take, roughly: the waits that are left, and the nodes that are left at the pace of this run.

use std::time::Duration;

use jiff::Timestamp;

use crate::journal::Place;
use crate::snapshot::Settings;
use crate::vocabulary::{CourseName, Milestone};

/// The time per node as long as none is finished with its step.
const PER_NODE: Duration = Duration::from_secs(1);
/// The time that the cloud-controller-manager usually takes to stop.
const FREEZE: Duration = Duration::from_secs(30);

/// The time from `now` to the end; `None` before nodes are changed, and where nothing goes on by itself.
pub(super) fn remaining(place: &Place, settings: &Settings, now: Timestamp) -> Option<Duration> {
    let goes_on = match place.course {
        CourseName::Preparing | CourseName::Committed | CourseName::Back | CourseName::Undoing => true,
        CourseName::Announced | CourseName::Held | CourseName::Rests => false,
    };
    let begun =
        place.step >= Milestone::AliasesOff || (Milestone::Aliases..=Milestone::Report).contains(&place.step);
    if !goes_on || !begun {
        return None;
    }
    let elapsed = Duration::try_from(now.duration_since(place.since)).unwrap_or_default();
    let number = |nodes: usize| u32::try_from(nodes).unwrap_or(u32::MAX);
    let per_node = match number(place.done) {
        done if done > 0 && is_per_node(place.step) => elapsed / done,
        _ => PER_NODE,
    };
    let nodes = |nodes: usize| per_node.saturating_mul(number(nodes));
    let present = if is_per_node(place.step) {
        nodes(place.nodes.saturating_sub(place.done))
    } else {
        wait(place.step, place.nodes, settings).saturating_sub(elapsed)
    };
    let later = place.step.way().iter().filter(|step| **step > place.step);
    Some(later.fold(present, |sum, step| {
        let work = if is_per_node(*step) { nodes(place.nodes) } else { Duration::ZERO };
        sum.saturating_add(wait(*step, place.nodes, settings)).saturating_add(work)
    }))
}

fn is_per_node(step: Milestone) -> bool {
    matches!(step, Milestone::Aliases | Milestone::DeleteRoutes | Milestone::AliasesOff)
}

/// The wait that belongs to `step`.
fn wait(step: Milestone, nodes: usize, settings: &Settings) -> Duration {
    let nodes = u32::try_from(nodes).unwrap_or(u32::MAX);
    match step {
        Milestone::Settle | Milestone::SettleBack => {
            settings.settle.max(settings.settle_per_alias.saturating_mul(nodes))
        }
        Milestone::OverlapOn | Milestone::OverlapOff | Milestone::OverlapBack | Milestone::RoutesStand => {
            settings.settle
        }
        Milestone::Freeze => FREEZE,
        Milestone::Detect
        | Milestone::Preflight
        | Milestone::Journal
        | Milestone::Ipv6First
        | Milestone::SecondaryRange
        | Milestone::Aliases
        | Milestone::LookAgain
        | Milestone::Recheck
        | Milestone::DeleteRoutes
        | Milestone::Ipv6
        | Milestone::Report
        | Milestone::Release
        | Milestone::RecordUndo
        | Milestone::AliasesOff
        | Milestone::RangeOff
        | Milestone::AsBefore => Duration::ZERO,
    }
}
