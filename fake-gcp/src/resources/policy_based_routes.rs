//! Policy-based routes of Network Connectivity, which are part of an initial state: fields, and the method
//! `policyBasedRoutes.list`. The data plane does not look at them.

use serde_json::Value;

use crate::api::list;
use crate::api::status::StatusError;
use crate::engine::World;
use crate::engine::services::Call;

/// The policy-based routes of a project, as they are printed.
pub(crate) fn all(world: &World, project: &str) -> Vec<Value> {
    let routes = world.store.project(project).into_iter().flat_map(|project| &project.policy_based_routes);
    routes.map(|route| route.to_json(project)).collect()
}

/// Answers `policyBasedRoutes.list`.
pub(crate) fn list(world: &mut World, call: &Call<'_>) -> Result<Value, StatusError> {
    list::by_name(&call.query, "policyBasedRoutes", all(world, call.project))
}
