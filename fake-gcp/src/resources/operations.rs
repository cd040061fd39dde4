//! Operations as a resource: `get`, `list`, `aggregatedList`, and `wait`, which answers with the current state.

use crate::api::error::ApiError;
use crate::api::{list, reference};
use crate::model::geography;
use crate::model::scope::Scope;
use crate::resources::call::{Answer, Call};
use crate::resources::kind::{Method, ResourceKind};
use crate::state::State;
use crate::state::operations::{Operation, OperationKey};

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

/// The operations of a project behind the one with a link, or from a scope on, in order of scope and name.
fn after<'a>(
    state: &'a State,
    project: &str,
    scope: Scope,
    last: Option<String>,
) -> impl Iterator<Item = &'a Operation> + use<'a> {
    let first = OperationKey { project: project.to_owned(), scope, name: String::new() };
    let project = project.to_owned();
    let key = last.and_then(|link| key_of(&link, &project)).unwrap_or(first);
    state.operations.after(key).take_while(move |operation| operation.key.project == project)
}

/// The key that a link means.
fn key_of(link: &str, project: &str) -> Option<OperationKey> {
    let (project, place, name) = reference::parse(link, project, "operations")?;
    let scope = match geography::region(&place) {
        _ if place.is_empty() => Scope::Global,
        Some(_) => Scope::Region(place),
        None => Scope::Zone(place),
    };
    Some(OperationKey { project, scope, name })
}

/// Answers `list`: the operations of one scope.
pub(crate) fn list(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let scope = operation_scope(call);
    let path = format!("projects/{}/{}/operations", call.project, scope.path());
    let items = |last| {
        let rest = after(state, call.project, scope.clone(), last);
        rest.take_while(|operation| operation.key.scope == scope).map(|one| one.to_json(state.now()))
    };
    list::printed_when_asked(&call.query, "compute#operationList", &path, items).map(Answer::Read)
}

/// Answers `aggregatedList`: the operations of all scopes.
pub(crate) fn aggregated(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let global = std::iter::once(Scope::Global);
    let regions = geography::REGIONS.iter().map(|region| Scope::Region(region.name.to_owned()));
    let scopes = global.chain(regions).chain(geography::zones().map(Scope::Zone));
    let path = format!("projects/{}/aggregated/operations", call.project);
    let collection =
        list::Collection { kind: "compute#operationAggregatedList", path: &path, name: "operations" };
    let items = |last| after(state, call.project, Scope::Global, last).map(|one| one.to_json(state.now()));
    let scopes = scopes.map(|scope| scope.path()).collect();
    list::aggregated_when_asked(&call.query, &collection, scopes, items).map(Answer::Read)
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
