//! The method `internalRanges.list` of Network Connectivity.

use crate::api::json::Object;
use crate::api::list;
use crate::api::reference::{self, self_link};
use crate::api::status::StatusError;
use crate::model::reservations::{Reservation, ReservedRange};
use crate::resources::call::ServiceCall;
use crate::state::State;
use serde_json::{Map, Value, json};

fn print(range: &ReservedRange, project: &str) -> Value {
    Object::from_map(Map::new())
        .with("name", range.path(project))
        .with("ipCidrRange", range.cidr.to_string())
        .with("network", self_link(&reference::global(project, "networks", &range.network)))
        .with("usage", "EXTERNAL_TO_VPC")
        .with("peering", "FOR_SELF")
        .with("prefixLength", json!(range.cidr.prefix_len()))
        .build()
}

/// Answers `internalRanges.list`.
pub(crate) fn list(state: &mut State, call: &ServiceCall<'_>) -> Result<Value, StatusError> {
    let ranges = super::of(state, call.project, Reservation::InternalRange);
    let items = ranges.into_iter().map(|range| print(range, call.project)).collect();
    list::by_name(&call.query, "internalRanges", items)
}
