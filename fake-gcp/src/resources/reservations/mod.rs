//! Ranges of a network that are reserved for something else than subnets, and are part of an initial state: as global addresses,
//! and in the dump. The folders `global_addresses` and `internal_ranges` have what changes them.

pub(crate) mod addresses;

use serde_json::{Value, json};

use crate::model::reservations::Reservation;
use crate::model::reservations::ReservedRange;
use crate::resources::kind::ResourceKind;
use crate::state::State;

/// The entry in the table of kinds.
pub(super) const KIND: ResourceKind =
    ResourceKind { methods: &[], services: &[], rules: &[], dump: &[("reservedRanges", as_given)] };

/// The reserved ranges of one kind in a project, by name.
fn of<'a>(state: &'a State, project: &str, reservation: Reservation) -> Vec<&'a ReservedRange> {
    let all = state.store.project(project).into_iter().flat_map(|project| project.reserved_ranges.values());
    let mut ranges: Vec<_> = all.filter(|range| range.reservation == reservation).collect();
    ranges.sort_by(|a, b| a.name.cmp(&b.name));
    ranges
}

/// The reserved ranges of a project, as an initial state gave them.
fn as_given(state: &State, project: &str) -> Vec<Value> {
    let ranges =
        state.store.project(project).into_iter().flat_map(|project| project.reserved_ranges.values());
    let print = |range: &ReservedRange| {
        json!({
            "network": range.network, "name": range.name, "cidr": range.cidr,
            "reservation": range.reservation,
        })
    };
    ranges.map(print).collect()
}
