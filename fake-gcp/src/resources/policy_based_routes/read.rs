//! The methods `policyBasedRoutes.get` and `list`.

use serde_json::Value;

use crate::api::list;
use crate::api::status::StatusError;
use crate::resources::call::ServiceCall;
use crate::resources::service_operations::{missing, path};
use crate::state::State;

/// The policy-based routes of a project, as they are printed.
pub(crate) fn all(state: &State, project: &str) -> Vec<Value> {
    let routes = state.store.project(project).into_iter().flat_map(|project| &project.policy_based_routes);
    routes.map(|route| route.to_json(project)).collect()
}

/// Answers `policyBasedRoutes.list`.
pub(super) fn list(state: &mut State, call: &ServiceCall<'_>) -> Result<Value, StatusError> {
    list::by_name(&call.query, "policyBasedRoutes", all(state, call.project))
}

/// Answers `policyBasedRoutes.get`.
pub(super) fn get(state: &mut State, call: &ServiceCall<'_>) -> Result<Value, StatusError> {
    call.query.only(&[])?;
    let project = state.store.project(call.project);
    let mut routes = project.into_iter().flat_map(|project| &project.policy_based_routes);
    let found = routes.find(|route| route.name == call.name);
    let path = path(call.project, "policyBasedRoutes", call.name);
    found.map(|route| route.to_json(call.project)).ok_or_else(|| missing(&path))
}
