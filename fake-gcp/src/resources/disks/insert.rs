//! The method `disks.insert`, and the disks that are made along with an instance.

use serde_json::{Map, Value};

use super::disk::Disk;
use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::api::reference::{self, self_link};
use crate::model::scope::Scope;
use crate::resources::call::{Answer, Call, Mutation};
use crate::resources::checks;
use crate::state::{Context, Effect, State};

const FIELDS: [&str; 9] = [
    "kind",
    "name",
    "description",
    "zone",
    "sizeGb",
    "type",
    "labels",
    "sourceImage",
    "physicalBlockSizeBytes",
];

/// Size of a disk that is given none, in GB.
const DEFAULT_SIZE_GB: i64 = 10;

/// Checks the request, and gives the mutation that may start.
pub(crate) fn check(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&["requestId", "sourceImage"])?;
    let (body, zone) = (call.body()?, call.param("zone"));
    body.only(&FIELDS)?;
    let name = checks::name(&body)?;
    let target = reference::zonal(call.project, zone, "disks", &name);
    checks::require_new(state, &target, state.other::<Disk>(call.project, zone, &name).is_some())?;
    let disk = read(state, call.project, zone, name, &body, "type", "sizeGb")?;
    Ok(Answer::Start(Box::new(Mutation {
        scope: Scope::Zone(zone.to_owned()),
        operation_type: "insert",
        target,
        target_id: None,
        effect: Effect::new(move |state, context| {
            add(state, context, context.target_id, disk.clone());
            Ok(())
        }),
    })))
}

/// The disk that an entry of an instance's `disks` asks for by `initializeParams`.
pub(crate) fn along(
    state: &State,
    project: &str,
    zone: &str,
    name: String,
    params: &Body,
) -> Result<Disk, ApiError> {
    read(state, project, zone, name, params, "diskType", "diskSizeGb")
}

fn read(
    state: &State,
    project: &str,
    zone: &str,
    name: String,
    body: &Body,
    type_field: &str,
    size_field: &str,
) -> Result<Disk, ApiError> {
    let kept = ["description", "labels", "sourceImage"].into_iter();
    let kept: Map<String, Value> =
        kept.filter_map(|field| Some((field.to_owned(), body.raw(field)?.clone()))).collect();
    let disk_type = body.string(type_field)?.unwrap_or("pd-standard");
    let path = match disk_type.contains('/') {
        true => reference::path_of(disk_type, project),
        false => Some(reference::zonal(project, zone, "diskTypes", disk_type)),
    };
    Ok(Disk {
        id: 0,
        zone: zone.to_owned(),
        name,
        size_gb: body.integer_in(size_field, 1..=65_536)?.unwrap_or(DEFAULT_SIZE_GB),
        disk_type: self_link(&path.ok_or_else(|| body.invalid(type_field, "The URL is malformed."))?),
        kept,
        created: state.now(),
    })
}

/// Makes a disk without any check.
pub(crate) fn add(state: &mut State, context: &Context, id: u64, disk: Disk) {
    let place = (disk.zone.clone(), disk.name.clone());
    let disk = Disk { id, created: context.started, ..disk };
    state.store.project_mut(&context.project).others.insert(place, disk);
}
