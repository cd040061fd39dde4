//! The methods `disks.get`, `list` and `aggregatedList`.

use serde_json::Value;

use super::disk::Disk;
use crate::api::error::ApiError;
use crate::api::reference;
use crate::api::reference::self_link;
use crate::model::geography;
use crate::resources::call::{Answer, Call};
use crate::resources::paging::{self, Names};
use crate::state::State;

const NAMES: Names =
    Names { list: "compute#diskList", aggregated: "compute#diskAggregatedList", collection: "disks" };

/// The disk that a call names, by name or numeric id.
pub(super) fn find<'a>(state: &'a State, call: &Call<'_>) -> Result<&'a Disk, ApiError> {
    let (zone, name) = (call.param("zone"), call.param("disk"));
    let found = state.find_other::<Disk>(call.project, zone, name);
    found.ok_or_else(|| ApiError::not_found(&reference::zonal(call.project, zone, "disks", name)))
}

/// The links of the instances that a disk is attached to.
pub(super) fn users(state: &State, project: &str, disk: &Disk) -> Vec<Value> {
    let Some(owner) = state.store.project(project) else { return Vec::new() };
    let link = self_link(&disk.path(project));
    owner.instances.with_disk(&link).map(|instance| self_link(&instance.path()).into()).collect()
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
    let print = |disk: &Disk| disk.to_json(call.project, users(state, call.project, disk));
    paging::of_place(state.table_of_others(call.project), call, NAMES, print)
}

/// Answers `disks.aggregatedList`: the disks of all zones.
pub(crate) fn aggregated(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let print = |disk: &Disk| disk.to_json(call.project, users(state, call.project, disk));
    let (disks, scopes) = (state.table_of_others(call.project), geography::zone_scopes());
    paging::of_all_places(disks, call, NAMES, scopes, Vec::new(), print)
}
