//! The methods `get`, `list` and `aggregatedList` of kinds that are kept as they were sent.

use serde_json::Value;

use super::Kept;
use super::document::{Document, path, place};
use crate::api::error::ApiError;
use crate::model::geography;
use crate::model::scope::Scope;
use crate::resources::call::{Answer, Call};
use crate::resources::paging::{self, Names};
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

/// Answers `get`.
pub(crate) fn get<K: Kept>(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&[])?;
    find::<K>(state, call).map(|document| Answer::Read(document.to_json(state, call.project)))
}

/// Answers `list`: the resources of a scope.
pub(crate) fn list<K: Kept>(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let (list, documents) =
        (format!("compute#{}List", K::NAME), state.table_of_others::<Document<K>>(call.project));
    let names = Names { list: &list, aggregated: "", collection: K::COLLECTION };
    paging::of_place(documents, call, names, |document| document.to_json(state, call.project))
}

/// Answers `aggregatedList`: the resources of all scopes.
pub(crate) fn aggregated<K: Kept>(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let regions = geography::REGIONS.iter().map(|region| Scope::Region(region.name.to_owned()));
    let scopes = std::iter::once(Scope::Global).chain(regions).chain(geography::zones().map(Scope::Zone));
    let scopes = scopes.map(|scope| scope.path()).collect();
    let aggregated = format!("compute#{}AggregatedList", K::NAME);
    let documents = state.table_of_others::<Document<K>>(call.project);
    let names = Names { list: "", aggregated: &aggregated, collection: K::COLLECTION };
    paging::of_all_places(documents, call, names, scopes, Vec::new(), |document| {
        document.to_json(state, call.project)
    })
}

/// All resources of the kind in a project, as they are printed.
pub(crate) fn all<K: Kept>(state: &State, project: &str) -> Vec<Value> {
    state.others::<Document<K>>(project).map(|document| document.to_json(state, project)).collect()
}
