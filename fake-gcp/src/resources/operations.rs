//! Operations as a resource: `get`, `list`, `aggregatedList`, and `wait`, which answers with the current state.

use serde_json::Value;

use crate::api::error::ApiError;
use crate::api::list;
use crate::model::geography;
use crate::model::scope::Scope;
use crate::resources::call::{Answer, Call};
use crate::resources::kind::{Method, ResourceKind};
use crate::state::State;
use crate::state::operations::OperationKey;

/// The methods of Compute on this kind.
const METHODS: &[Method] = &[
    Method::read("compute.globalOperations.list", "global/operations", list),
    Method::read("compute.globalOperations.aggregatedList", "aggregated/operations", aggregated),
    Method::read("compute.globalOperations.get", "global/operations/{operation}", get),
    Method::read("compute.regionOperations.list", "regions/{region}/operations", list),
    Method::read("compute.regionOperations.get", "regions/{region}/operations/{operation}", get),
    Method::read("compute.zoneOperations.list", "zones/{zone}/operations", list),
    Method::read("compute.zoneOperations.get", "zones/{zone}/operations/{operation}", get),
    Method::test("compute.globalOperations.wait", "global/operations/{operation}/wait", get),
    Method::test("compute.regionOperations.wait", "regions/{region}/operations/{operation}/wait", get),
    Method::test("compute.zoneOperations.wait", "zones/{zone}/operations/{operation}/wait", get),
];

/// The entry in the table of kinds.
pub(super) const KIND: ResourceKind = ResourceKind { methods: METHODS, services: &[], rules: &[], dump: &[] };

/// Answers `get` and `wait` of an operation, by name or numeric id.
pub(crate) fn get(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&[])?;
    let key = operation_key(call);
    let operation = state.operations.get(&key).ok_or_else(|| ApiError::not_found(&key.path()))?;
    Ok(Answer::Read(operation.to_json(state.now())))
}

fn in_scope(state: &State, project: &str, scope: &Scope) -> Vec<Value> {
    let all = state.operations.iter().filter(|o| o.key.project == project && o.key.scope == *scope);
    all.map(|operation| operation.to_json(state.now())).collect()
}

/// Answers `list`: the operations of one scope.
pub(crate) fn list(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let scope = operation_scope(call);
    let items = in_scope(state, call.project, &scope);
    let path = format!("projects/{}/{}/operations", call.project, scope.path());
    list::list(&call.query, "compute#operationList", &path, items).map(Answer::Read)
}

/// Answers `aggregatedList`: the operations of all scopes.
pub(crate) fn aggregated(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let global = std::iter::once(Scope::Global);
    let regions = geography::REGIONS.iter().map(|region| Scope::Region(region.name.to_owned()));
    let scopes = global.chain(regions).chain(geography::zones().map(Scope::Zone));
    let scopes = scopes.map(|scope| (scope.path(), in_scope(state, call.project, &scope))).collect();
    let path = format!("projects/{}/aggregated/operations", call.project);
    list::aggregated(&call.query, "compute#operationAggregatedList", &path, "operations", scopes)
        .map(Answer::Read)
}

/// The operation that a call on an operation names.
pub(crate) fn operation_key(call: &Call<'_>) -> OperationKey {
    OperationKey {
        project: call.project.to_owned(),
        scope: operation_scope(call),
        name: call.param("operation").to_owned(),
    }
}

/// The scope that the path of a call names.
pub(crate) fn operation_scope(call: &Call<'_>) -> Scope {
    match (call.param("region"), call.param("zone")) {
        ("", "") => Scope::Global,
        (region, "") => Scope::Region(region.to_owned()),
        (_, zone) => Scope::Zone(zone.to_owned()),
    }
}
