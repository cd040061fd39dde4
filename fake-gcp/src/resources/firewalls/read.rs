//! The methods `firewalls.get` and `firewalls.list`.
use crate::api::error::ApiError;
use crate::api::{list, reference};
use crate::model::firewalls::Firewall;
use crate::resources::call::{Answer, Call};
use crate::state::State;
use serde_json::Value;

/// The rule that a call names, by name or numeric id.
pub(super) fn find<'a>(state: &'a State, call: &Call<'_>) -> Result<&'a Firewall, ApiError> {
    let name = call.param("firewall");
    let mut all = state.store.project(call.project).into_iter().flat_map(|p| p.firewalls.values());
    let found = all.find(|firewall| firewall.name == name || firewall.id.to_string() == name);
    found.ok_or_else(|| ApiError::not_found(&reference::global(call.project, "firewalls", name)))
}

/// Answers `firewalls.get`.
pub(crate) fn get(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&[])?;
    find(state, call).map(|firewall| Answer::Read(firewall.to_json(call.project)))
}

/// Answers `firewalls.list`.
pub(crate) fn list(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let all = state.store.project(call.project).into_iter().flat_map(|p| p.firewalls.values());
    let items = all.map(|firewall| firewall.to_json(call.project)).collect();
    let path = format!("projects/{}/global/firewalls", call.project);
    list::list(&call.query, "compute#firewallList", &path, items).map(Answer::Read)
}

/// All firewall rules of a project, as they are printed.
pub(super) fn all(state: &State, project: &str) -> Vec<Value> {
    let all = state.store.project(project).into_iter().flat_map(|project| project.firewalls.values());
    all.map(|one| one.to_json(project)).collect()
}
