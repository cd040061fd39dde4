//! The methods `routes.get` and `routes.list`: static routes and the routes of subnets together.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{subnet, warnings};
use crate::api::error::ApiError;
use crate::api::{list, reference};
use crate::resources::call::{Answer, Call};
use crate::state::State;

/// All routes of a project by name.
pub(crate) fn all(state: &State, project_id: &str) -> BTreeMap<String, Value> {
    let Some(project) = state.store.project(project_id) else { return BTreeMap::new() };
    let of_subnets = subnet::all(project_id, project);
    let fixed = project
        .routes
        .values()
        .map(|route| (route.name.clone(), route.to_json(project_id, warnings::of(state, project_id, route))));
    of_subnets.into_iter().chain(fixed).collect()
}

/// Answers `routes.get`.
pub(crate) fn get(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&[])?;
    let name = call.param("route");
    let found = all(state, call.project).remove(name);
    found
        .map(Answer::Read)
        .ok_or_else(|| ApiError::not_found(&reference::global(call.project, "routes", name)))
}

/// Answers `routes.list`: all routes.
pub(crate) fn list(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let items = all(state, call.project).into_values().collect();
    let path = format!("projects/{}/global/routes", call.project);
    list::list(&call.query, "compute#routeList", &path, items).map(Answer::Read)
}

/// All routes of a project in order of name, as they are printed.
pub(super) fn dump(state: &State, project_id: &str) -> Vec<Value> {
    all(state, project_id).into_values().collect()
}
