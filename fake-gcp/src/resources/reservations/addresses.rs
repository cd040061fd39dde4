//! Ranges of private services access that an initial state gave, as global addresses.

use crate::api::json::Object;
use crate::api::reference::{self, self_link};
use crate::model::ids::{fingerprint, stable_id};
use crate::model::reservations::{Reservation, ReservedRange};
use crate::state::State;
use serde_json::{Value, json};

/// The global addresses of a project.
pub(crate) fn all(state: &State, project: &str) -> Vec<Value> {
    let ranges = super::of(state, project, Reservation::PrivateServices);
    ranges.into_iter().map(|range| print(range, project)).collect()
}

/// A range as a global address is printed.
pub(crate) fn print(range: &ReservedRange, project: &str) -> Value {
    let path = range.path(project);
    let id = stable_id(&path);
    Object::kind("compute#address")
        .with("id", id.to_string())
        .with("creationTimestamp", range.created.to_string())
        .with("name", range.name.clone())
        .with("description", "")
        .with("address", range.cidr.network().to_string())
        .with("prefixLength", json!(range.cidr.prefix_len()))
        .with("status", "RESERVED")
        .with("addressType", "INTERNAL")
        .with("purpose", "VPC_PEERING")
        .with("networkTier", "PREMIUM")
        .with("labelFingerprint", fingerprint(id, 0))
        .with("network", self_link(&reference::global(project, "networks", &range.network)))
        .with("selfLink", self_link(&path))
        .build()
}
