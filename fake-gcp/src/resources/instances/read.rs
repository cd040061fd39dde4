//! The methods `instances.get`, `list` and `aggregatedList`.
use crate::api::error::ApiError;
use crate::api::{list, reference};
use crate::model::geography;
use crate::model::instances::Instance;
use crate::resources::call::{Answer, Call};
use crate::state::State;
use serde_json::Value;

/// The instance that a call names, by name or numeric id.
pub(crate) fn find<'a>(state: &'a State, call: &Call<'_>) -> Result<&'a Instance, ApiError> {
    let (zone, name) = (call.param("zone"), call.param("instance"));
    let found =
        in_zone(state, call.project, zone).into_iter().find(|i| i.name == name || i.id.to_string() == name);
    found.ok_or_else(|| ApiError::not_found(&reference::zonal(call.project, zone, "instances", name)))
}

fn in_zone<'a>(state: &'a State, project: &str, zone: &str) -> Vec<&'a Instance> {
    let project = state.store.project(project);
    let all = project.into_iter().flat_map(|project| project.instances.values());
    all.filter(|instance| instance.zone == zone).collect()
}

/// Answers `instances.get`.
pub(crate) fn get(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&[])?;
    find(state, call).map(|instance| Answer::Read(instance.to_json(state.settings.switches.alias_order)))
}

/// Answers `instances.list`: the instances of a zone.
pub(crate) fn list(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let zone = call.param("zone");
    let items = in_zone(state, call.project, zone)
        .into_iter()
        .map(|instance| instance.to_json(state.settings.switches.alias_order))
        .collect();
    let path = format!("projects/{}/zones/{zone}/instances", call.project);
    list::list(&call.query, "compute#instanceList", &path, items).map(Answer::Read)
}

/// Answers `instances.aggregatedList`: the instances of all zones.
pub(crate) fn aggregated(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let scope = |zone: String| {
        let items = in_zone(state, call.project, &zone)
            .into_iter()
            .map(|instance| instance.to_json(state.settings.switches.alias_order))
            .collect();
        (format!("zones/{zone}"), items)
    };
    let scopes = geography::zones().map(scope).collect();
    let path = format!("projects/{}/aggregated/instances", call.project);
    list::aggregated(&call.query, "compute#instanceAggregatedList", &path, "instances", scopes)
        .map(Answer::Read)
}

/// All instances of a project, as they are printed.
pub(super) fn all(state: &State, project: &str) -> Vec<Value> {
    let all = state.store.project(project).into_iter().flat_map(|project| project.instances.values());
    all.map(|one| one.to_json(state.settings.switches.alias_order)).collect()
}
