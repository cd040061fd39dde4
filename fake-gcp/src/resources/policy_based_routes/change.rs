//! The method `policyBasedRoutes.delete`.

use serde_json::Value;

use super::TYPE;
use crate::api::status::StatusError;
use crate::dataplane::What;
use crate::resources::call::ServiceCall;
use crate::resources::service_operations::{self, Change, missing};
use crate::state::State;

/// Deletes the route.
pub(super) fn delete(state: &mut State, call: &ServiceCall<'_>) -> Result<Value, StatusError> {
    call.query.only(&["requestId"])?;
    let path = service_operations::path(call.project, "policyBasedRoutes", call.name);
    let routes = &mut state.store.project_mut(call.project).policy_based_routes;
    let place = routes.iter().position(|route| route.name == call.name).ok_or_else(|| missing(&path))?;
    let fact = routes.remove(place).fact(call.project);
    let context =
        service_operations::context(state, call, "networkconnectivity.policyBasedRoutes.delete", &path);
    state.record(&context, What::PolicyRouteRemoved { network: fact.network, name: fact.name });
    let change = Change { verb: "delete", target: path, of: TYPE, result: None };
    Ok(service_operations::answer(state, call, change))
}
