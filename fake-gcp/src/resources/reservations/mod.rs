//! Ranges of a network that are reserved for something else than subnets: private services access, internal ranges. They are
//! part of an initial state and never change.

pub(crate) mod addresses;
pub(crate) mod internal_ranges;

use serde_json::{Value, json};

use crate::governance::services::Service;
use crate::model::reservations::Reservation;
use crate::model::reservations::ReservedRange;
use crate::resources::kind::{ResourceKind, ServiceMethod};
use crate::state::State;
use crate::state::requests::CallKind;

/// The methods of other services on this kind.
const SERVICES: &[ServiceMethod] = &[ServiceMethod {
    id: "networkconnectivity.projects.locations.internalRanges.list",
    permission: Some("networkconnectivity.internalRanges.list"),
    service: Service::NetworkConnectivity,
    http: "GET",
    path: "/locations/global/internalRanges",
    kind: CallKind::Read,
    handler: internal_ranges::list,
}];

/// The entry in the table of kinds.
pub(super) const KIND: ResourceKind =
    ResourceKind { methods: &[], services: SERVICES, rules: &[], dump: &[("reservedRanges", as_given)] };

/// The reserved ranges of one kind in a project, by name.
fn of<'a>(state: &'a State, project: &str, reservation: Reservation) -> Vec<&'a ReservedRange> {
    let all = state.store.project(project).into_iter().flat_map(|project| &project.reserved_ranges);
    let mut ranges: Vec<_> = all.filter(|range| range.reservation == reservation).collect();
    ranges.sort_by(|a, b| a.name.cmp(&b.name));
    ranges
}

/// The reserved ranges of a project, as an initial state gave them.
fn as_given(state: &State, project: &str) -> Vec<Value> {
    let ranges = state.store.project(project).into_iter().flat_map(|project| &project.reserved_ranges);
    let print = |range: &ReservedRange| {
        json!({
            "network": range.network, "name": range.name, "cidr": range.cidr,
            "reservation": range.reservation,
        })
    };
    ranges.map(print).collect()
}
