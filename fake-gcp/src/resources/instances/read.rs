//! The methods `instances.get`, `list` and `aggregatedList`.
use crate::api::error::ApiError;
use crate::api::{list, reference};
use crate::model::geography;
use crate::model::instances::Instance;
use crate::model::scope::Scoped;
use crate::resources::call::{Answer, Call};
use crate::state::State;
use serde_json::Value;

/// The instance that a call names, by name or numeric id.
pub(crate) fn find<'a>(state: &'a State, call: &Call<'_>) -> Result<&'a Instance, ApiError> {
    let (zone, name) = (call.param("zone"), call.param("instance"));
    let found = state.store.project(call.project).and_then(|project| project.instances.find(zone, name));
    found.ok_or_else(|| ApiError::not_found(&reference::zonal(call.project, zone, "instances", name)))
}

/// The place of the instance with a link; without one, that before all of a zone.
fn place(call: &Call<'_>, last: Option<String>) -> Scoped {
    let named = last.and_then(|last| reference::parse(&last, call.project, "instances"));
    named.map_or_else(|| (call.param("zone").to_owned(), String::new()), |(_, zone, name)| (zone, name))
}

/// Answers `instances.get`.
pub(crate) fn get(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&[])?;
    find(state, call).map(|instance| Answer::Read(instance.to_json(state.settings.switches.alias_order)))
}

/// Answers `instances.list`: the instances of a zone.
pub(crate) fn list(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let (zone, order) = (call.param("zone"), state.settings.switches.alias_order);
    let path = format!("projects/{}/zones/{zone}/instances", call.project);
    let project = state.store.project(call.project).into_iter();
    let items = |last| {
        let place = place(call, last);
        let rest = project.flat_map(move |project| project.instances.after(place.clone()));
        rest.take_while(|instance| instance.zone == zone).map(|instance| instance.to_json(order))
    };
    list::printed_when_asked(&call.query, "compute#instanceList", &path, items).map(Answer::Read)
}

/// Answers `instances.aggregatedList`: the instances of all zones.
pub(crate) fn aggregated(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let order = state.settings.switches.alias_order;
    let path = format!("projects/{}/aggregated/instances", call.project);
    let scopes = geography::zones().map(|zone| format!("zones/{zone}")).collect();
    let collection =
        list::Collection { kind: "compute#instanceAggregatedList", path: &path, name: "instances" };
    let project = state.store.project(call.project).into_iter();
    let items = |last| {
        let place = place(call, last);
        let rest = project.flat_map(move |project| project.instances.after(place.clone()));
        rest.map(|instance| instance.to_json(order))
    };
    list::aggregated_when_asked(&call.query, &collection, scopes, items).map(Answer::Read)
}

/// All instances of a project, as they are printed.
pub(super) fn all(state: &State, project: &str) -> Vec<Value> {
    let all = state.store.project(project).into_iter().flat_map(|project| project.instances.values());
    all.map(|one| one.to_json(state.settings.switches.alias_order)).collect()
}
