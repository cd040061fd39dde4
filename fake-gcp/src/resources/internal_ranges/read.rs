//! The methods `internalRanges.get` and `list`, and how a range is found by what it is called.

use serde_json::Value;

use super::print::to_json;
use crate::api::list;
use crate::api::status::StatusError;
use crate::model::reservations::{Reservation, ReservedRange};
use crate::model::store::Project;
use crate::resources::call::ServiceCall;
use crate::resources::service_operations;
use crate::state::State;

/// The internal range of a name.
pub(super) fn find<'a>(project: &'a Project, name: &str) -> Option<&'a ReservedRange> {
    project.reserved_ranges.get(&Reservation::InternalRange.place(name))
}

/// What is said of a range that is not there.
pub(super) fn missing(call: &ServiceCall<'_>) -> StatusError {
    service_operations::missing(&service_operations::path(call.project, "internalRanges", call.name))
}

/// Answers `internalRanges.get`.
pub(super) fn get(state: &mut State, call: &ServiceCall<'_>) -> Result<Value, StatusError> {
    call.query.only(&[])?;
    let project = state.store.project(call.project).ok_or_else(|| missing(call))?;
    let range = find(project, call.name).ok_or_else(|| missing(call))?;
    Ok(to_json(range, call.project, project))
}

/// Answers `internalRanges.list`.
pub(super) fn list(state: &mut State, call: &ServiceCall<'_>) -> Result<Value, StatusError> {
    let items = state.store.project(call.project).map(|project| {
        let ranges = project.reserved_ranges.values();
        let internal = ranges.filter(|range| range.reservation == Reservation::InternalRange);
        internal.map(|range| to_json(range, call.project, project)).collect()
    });
    list::by_name(&call.query, "internalRanges", items.unwrap_or_default())
}
