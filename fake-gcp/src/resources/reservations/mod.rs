//! Ranges of a network that are reserved for something else than subnets: private services access, internal ranges. They are
//! part of an initial state and never change.

pub(crate) mod addresses;
pub(crate) mod internal_ranges;

use crate::engine::World;
use crate::model::reservations::Reservation;
use crate::model::reservations::ReservedRange;

/// The reserved ranges of one kind in a project, by name.
fn of<'a>(world: &'a World, project: &str, reservation: Reservation) -> Vec<&'a ReservedRange> {
    let all = world.store.project(project).into_iter().flat_map(|project| &project.reserved_ranges);
    let mut ranges: Vec<_> = all.filter(|range| range.reservation == reservation).collect();
    ranges.sort_by(|a, b| a.name.cmp(&b.name));
    ranges
}
