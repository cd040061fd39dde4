//! The methods `networks.get` and `networks.list`.

use crate::api::error::ApiError;
use crate::api::{list, reference};
use crate::resources::call::{Answer, Call};
use crate::state::State;

/// Answers `networks.get`.
pub(crate) fn get(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&[])?;
    let name = call.param("network");
    let missing = || ApiError::not_found(&reference::global(call.project, "networks", name));
    let project = state.store.project(call.project).ok_or_else(missing)?;
    let by_id = |id: u64| project.networks.values().find(|network| network.id == id);
    let network = project.networks.get(name).or_else(|| by_id(name.parse().ok()?));
    Ok(Answer::Read(network.ok_or_else(missing)?.to_json(call.project, project)))
}

/// Answers `networks.list`.
pub(crate) fn list(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let project = state.store.project(call.project);
    let json = |project| {
        let project: &crate::model::store::Project = project;
        project.networks.values().map(|network| network.to_json(call.project, project)).collect()
    };
    let items = project.map(json).unwrap_or_default();
    let path = format!("projects/{}/global/networks", call.project);
    list::list(&call.query, "compute#networkList", &path, items).map(Answer::Read)
}
