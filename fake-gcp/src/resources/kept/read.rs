//! The methods `get`, `list` and `aggregatedList` of kinds that are kept as they were sent.

use serde_json::Value;

use super::Kept;
use super::document::{Document, path, place};
use crate::api::error::ApiError;
use crate::api::list;
use crate::model::geography;
use crate::model::scope::Scope;
use crate::resources::call::{Answer, Call};
use crate::state::State;

/// The scope that the path of a call names.
pub(super) fn scope(call: &Call<'_>) -> Scope {
    match (call.param("region"), call.param("zone")) {
        ("", "") => Scope::Global,
        ("", zone) => Scope::Zone(zone.to_owned()),
        (region, _) => Scope::Region(region.to_owned()),
    }
}

/// The resource that a call names, by name or numeric id.
pub(crate) fn find<'a, K: Kept>(state: &'a State, call: &Call<'_>) -> Result<&'a Document<K>, ApiError> {
    let (scope, name) = (scope(call), call.param(K::NAME));
    let others = state.store.project(call.project).map(|project| &project.others);
    let found = others.and_then(|others| others.find::<Document<K>>(place(&scope), name));
    found.ok_or_else(|| ApiError::not_found(&path::<K>(call.project, &scope, name)))
}

fn within<K: Kept>(state: &State, project: &str, scope: &Scope) -> Vec<Value> {
    let all = state.others::<Document<K>>(project).filter(|document| document.scope == *scope);
    all.map(|document| document.to_json(state, project)).collect()
}

/// Answers `get`.
pub(crate) fn get<K: Kept>(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&[])?;
    find::<K>(state, call).map(|document| Answer::Read(document.to_json(state, call.project)))
}

/// Answers `list`: the resources of a scope.
pub(crate) fn list<K: Kept>(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let scope = scope(call);
    let path = format!("projects/{}/{}/{}", call.project, scope.path(), K::COLLECTION);
    let items = within::<K>(state, call.project, &scope);
    list::list(&call.query, &format!("compute#{}List", K::NAME), &path, items).map(Answer::Read)
}

/// Answers `aggregatedList`: the resources of all scopes.
pub(crate) fn aggregated<K: Kept>(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let regions = geography::REGIONS.iter().map(|region| Scope::Region(region.name.to_owned()));
    let scopes = std::iter::once(Scope::Global).chain(regions).chain(geography::zones().map(Scope::Zone));
    let scopes = scopes.map(|scope| (scope.path(), within::<K>(state, call.project, &scope))).collect();
    let path = format!("projects/{}/aggregated/{}", call.project, K::COLLECTION);
    list::aggregated(&call.query, &format!("compute#{}AggregatedList", K::NAME), &path, K::COLLECTION, scopes)
        .map(Answer::Read)
}

/// All resources of the kind in a project, as they are printed.
pub(crate) fn all<K: Kept>(state: &State, project: &str) -> Vec<Value> {
    state.others::<Document<K>>(project).map(|document| document.to_json(state, project)).collect()
}
