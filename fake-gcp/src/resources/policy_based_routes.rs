//! Policy-based routes of Network Connectivity, which are part of an initial state: fields, and the method
//! `policyBasedRoutes.list`. The data plane does not look at them.

use serde_json::Value;

use crate::api::list;
use crate::api::status::StatusError;
use crate::governance::services::Service;
use crate::resources::call::ServiceCall;
use crate::resources::kind::{ResourceKind, ServiceMethod};
use crate::state::State;
use crate::state::requests::CallKind;

/// The methods of other services on this kind.
const SERVICES: &[ServiceMethod] = &[ServiceMethod {
    id: "networkconnectivity.projects.locations.global.policyBasedRoutes.list",
    permission: Some("networkconnectivity.policyBasedRoutes.list"),
    service: Service::NetworkConnectivity,
    http: "GET",
    path: "/locations/global/policyBasedRoutes",
    kind: CallKind::Read,
    handler: list,
}];

/// The entry in the table of kinds.
pub(super) const KIND: ResourceKind =
    ResourceKind { methods: &[], services: SERVICES, rules: &[], dump: &[("policyBasedRoutes", all)] };

/// The policy-based routes of a project, as they are printed.
pub(crate) fn all(state: &State, project: &str) -> Vec<Value> {
    let routes = state.store.project(project).into_iter().flat_map(|project| &project.policy_based_routes);
    routes.map(|route| route.to_json(project)).collect()
}

/// Answers `policyBasedRoutes.list`.
pub(crate) fn list(state: &mut State, call: &ServiceCall<'_>) -> Result<Value, StatusError> {
    list::by_name(&call.query, "policyBasedRoutes", all(state, call.project))
}
