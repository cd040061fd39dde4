//! The methods `firewalls.get` and `firewalls.list`.

use crate::api::error::ApiError;
use crate::api::reference;
use crate::model::firewalls::Firewall;
use crate::resources::call::{Answer, Call};
use crate::resources::paging::{self, Names};
use crate::state::State;
use serde_json::Value;

const NAMES: Names<'static> = Names { list: "compute#firewallList", aggregated: "", collection: "firewalls" };

/// The rule that a call names, by name or numeric id.
pub(super) fn find<'a>(state: &'a State, call: &Call<'_>) -> Result<&'a Firewall, ApiError> {
    let name = call.param("firewall");
    let found = state.store.project(call.project).and_then(|project| project.firewalls.find("", name));
    found.ok_or_else(|| ApiError::not_found(&reference::global(call.project, NAMES.collection, name)))
}

/// Answers `firewalls.get`.
pub(crate) fn get(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&[])?;
    find(state, call).map(|firewall| Answer::Read(firewall.to_json(call.project)))
}

/// Answers `firewalls.list`.
pub(crate) fn list(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let firewalls = state.store.project(call.project).map(|project| &project.firewalls);
    paging::of_place(firewalls, call, NAMES, |firewall| firewall.to_json(call.project))
}

/// All firewall rules of a project, as they are printed.
pub(super) fn all(state: &State, project: &str) -> Vec<Value> {
    let all = state.store.project(project).into_iter().flat_map(|project| project.firewalls.values());
    all.map(|one| one.to_json(project)).collect()
}
