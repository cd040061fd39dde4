//! The methods `firewalls.get` and `firewalls.list`.
use crate::api::error::ApiError;
use crate::api::{list, reference};
use crate::engine::World;
use crate::engine::call::{Answer, Call};
use crate::model::firewalls::Firewall;

/// The rule that a call names, by name or numeric id.
pub(super) fn find<'a>(world: &'a World, call: &Call<'_>) -> Result<&'a Firewall, ApiError> {
    let name = call.param("firewall");
    let mut all = world.store.project(call.project).into_iter().flat_map(|p| p.firewalls.values());
    let found = all.find(|firewall| firewall.name == name || firewall.id.to_string() == name);
    found.ok_or_else(|| ApiError::not_found(&reference::global(call.project, "firewalls", name)))
}

/// Answers `firewalls.get`.
pub(crate) fn get(world: &World, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&[])?;
    find(world, call).map(|firewall| Answer::Read(firewall.to_json(call.project)))
}

/// Answers `firewalls.list`.
pub(crate) fn list(world: &World, call: &Call<'_>) -> Result<Answer, ApiError> {
    let all = world.store.project(call.project).into_iter().flat_map(|p| p.firewalls.values());
    let items = all.map(|firewall| firewall.to_json(call.project)).collect();
    let path = format!("projects/{}/global/firewalls", call.project);
    list::list(&call.query, "compute#firewallList", &path, items).map(Answer::Read)
}
