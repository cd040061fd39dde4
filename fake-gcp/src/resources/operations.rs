//! Operations as a resource: `get`, `list`, `aggregatedList`, and `wait`, which answers with the current state.

use serde_json::Value;

use crate::api::error::ApiError;
use crate::api::list;
use crate::engine::World;
use crate::engine::call::{Answer, Call};
use crate::engine::compute::{operation_key, operation_scope};
use crate::model::geography;
use crate::model::scope::Scope;

/// Answers `get` and `wait` of an operation, by name or numeric id.
pub(crate) fn get(world: &World, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&[])?;
    let key = operation_key(call);
    let operation = world.operations.get(&key).ok_or_else(|| ApiError::not_found(&key.path()))?;
    Ok(Answer::Read(operation.to_json(world.now())))
}

fn in_scope(world: &World, project: &str, scope: &Scope) -> Vec<Value> {
    let all = world.operations.iter().filter(|o| o.key.project == project && o.key.scope == *scope);
    all.map(|operation| operation.to_json(world.now())).collect()
}

/// Answers `list`: the operations of one scope.
pub(crate) fn list(world: &World, call: &Call<'_>) -> Result<Answer, ApiError> {
    let scope = operation_scope(call);
    let items = in_scope(world, call.project, &scope);
    let path = format!("projects/{}/{}/operations", call.project, scope.path());
    list::list(&call.query, "compute#operationList", &path, items).map(Answer::Read)
}

/// Answers `aggregatedList`: the operations of all scopes.
pub(crate) fn aggregated(world: &World, call: &Call<'_>) -> Result<Answer, ApiError> {
    let global = std::iter::once(Scope::Global);
    let regions = geography::REGIONS.iter().map(|region| Scope::Region(region.name.to_owned()));
    let scopes = global.chain(regions).chain(geography::zones().map(Scope::Zone));
    let scopes = scopes.map(|scope| (scope.path(), in_scope(world, call.project, &scope))).collect();
    let path = format!("projects/{}/aggregated/operations", call.project);
    list::aggregated(&call.query, "compute#operationAggregatedList", &path, "operations", scopes)
        .map(Answer::Read)
}
