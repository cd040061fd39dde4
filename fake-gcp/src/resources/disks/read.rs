//! The methods `disks.get`, `list` and `aggregatedList`.

use serde_json::Value;

use super::disk::Disk;
use crate::api::error::ApiError;
use crate::api::reference::self_link;
use crate::api::{list, reference};
use crate::model::geography;
use crate::resources::call::{Answer, Call};
use crate::state::State;

/// The disk that a call names, by name or numeric id.
pub(super) fn find<'a>(state: &'a State, call: &Call<'_>) -> Result<&'a Disk, ApiError> {
    let (zone, name) = (call.param("zone"), call.param("disk"));
    let by_id =
        || state.others::<Disk>(call.project).find(|disk| disk.zone == zone && disk.id.to_string() == name);
    let found = state.other::<Disk>(call.project, zone, name).or_else(by_id);
    found.ok_or_else(|| ApiError::not_found(&reference::zonal(call.project, zone, "disks", name)))
}

/// The links of the instances that a disk is attached to.
pub(super) fn users(state: &State, project: &str, disk: &Disk) -> Vec<Value> {
    let Some(owner) = state.store.project(project) else { return Vec::new() };
    let link = self_link(&disk.path(project));
    owner.instances.with_disk(&link).map(|instance| self_link(&instance.path()).into()).collect()
}

fn shown<'a>(state: &'a State, project: &'a str, zone: &str) -> Vec<Value> {
    let disks = state.others::<Disk>(project).filter(|disk| disk.zone == zone);
    disks.map(|disk| disk.to_json(project, users(state, project, disk))).collect()
}

/// All disks of a project, as they are printed.
pub(super) fn all(state: &State, project: &str) -> Vec<Value> {
    state.others::<Disk>(project).map(|disk| disk.to_json(project, users(state, project, disk))).collect()
}

/// Answers `disks.get`.
pub(crate) fn get(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&[])?;
    let disk = find(state, call)?;
    Ok(Answer::Read(disk.to_json(call.project, users(state, call.project, disk))))
}

/// Answers `disks.list`: the disks of a zone.
pub(crate) fn list(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let zone = call.param("zone");
    let path = format!("projects/{}/zones/{zone}/disks", call.project);
    let items = shown(state, call.project, zone);
    list::list(&call.query, "compute#diskList", &path, items).map(Answer::Read)
}

/// Answers `disks.aggregatedList`: the disks of all zones.
pub(crate) fn aggregated(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let scope = |zone: String| (format!("zones/{zone}"), shown(state, call.project, &zone));
    let path = format!("projects/{}/aggregated/disks", call.project);
    let scopes = geography::zones().map(scope).collect();
    list::aggregated(&call.query, "compute#diskAggregatedList", &path, "disks", scopes).map(Answer::Read)
}
