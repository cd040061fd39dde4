//! The methods `internalRanges.patch` and `delete`.

use serde_json::Value;

use super::{TYPE, print, read};
use crate::api::body::Body;
use crate::api::status::StatusError;
use crate::model::reservations::Reservation;
use crate::resources::call::ServiceCall;
use crate::resources::service_operations::{self, Change};
use crate::state::State;

/// Fields that can be changed.
const CHANGEABLE: [&str; 2] = ["description", "labels"];

/// Changes the fields that `updateMask` names.
pub(super) fn patch(state: &mut State, call: &ServiceCall<'_>) -> Result<Value, StatusError> {
    call.query.only(&["updateMask", "requestId"])?;
    let body = Body::parse(call.body)?;
    let mask: Vec<&str> =
        call.query.get("updateMask").unwrap_or_default().split(',').map(str::trim).collect();
    if let Some(other) = mask.iter().find(|field| !CHANGEABLE.contains(field)) {
        return Err(crate::api::error::ApiError::not_modelled(&format!("a change of '{other}'")).into());
    }
    let now = state.now();
    let project = state.store.project_mut(call.project);
    let place = Reservation::InternalRange.place(call.name);
    let path = project.reserved_ranges.change(&place, |range| {
        for field in mask {
            match body.raw(field) {
                Some(value) => range.fields.insert(field.to_owned(), value.clone()),
                None => range.fields.remove(field),
            };
        }
        range.updated = now;
        range.path(call.project)
    });
    let path = path.ok_or_else(|| read::missing(call))?;
    let shown = read::find(project, call.name).map(|range| print::to_json(range, call.project, project));
    let change = Change { verb: "update", target: path, of: TYPE, result: shown };
    Ok(service_operations::answer(state, call, change))
}

/// Deletes the range, unless a subnet names it.
pub(super) fn delete(state: &mut State, call: &ServiceCall<'_>) -> Result<Value, StatusError> {
    call.query.only(&["requestId"])?;
    let project = state.store.project_mut(call.project);
    let range = read::find(project, call.name).ok_or_else(|| read::missing(call))?;
    let path = range.path(call.project);
    if let Some(user) = print::users(range, call.project, project).next() {
        let why = format!("Resource '{path}' is in use by '{}'", user.path(call.project));
        return Err(StatusError::failed_precondition(why));
    }
    project.reserved_ranges.remove(&Reservation::InternalRange.place(call.name));
    let change = Change { verb: "delete", target: path, of: TYPE, result: None };
    Ok(service_operations::answer(state, call, change))
}
