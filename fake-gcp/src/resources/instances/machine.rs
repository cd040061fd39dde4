//! What an instance is made of beside its interfaces: machine type, disks, metadata. It is kept and given back.

use serde_json::{Map, Value};

use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::api::reference::{self, self_link};
use crate::resources::checks;
use crate::resources::disks;
use crate::resources::disks::disk::Disk;
use crate::state::State;

/// Fields that are kept and given back.
pub(super) const KEPT: [&str; 14] = [
    "advancedMachineFeatures",
    "confidentialInstanceConfig",
    "deletionProtection",
    "description",
    "disks",
    "guestAccelerators",
    "hostname",
    "machineType",
    "metadata",
    "minCpuPlatform",
    "scheduling",
    "resourcePolicies",
    "serviceAccounts",
    "shieldedInstanceConfig",
];

/// Key of the metadata item that tells the data plane of a guest that turns aliases into local routes.
pub(crate) const GUEST_IP_ALIASES: &str = "fake-guest-ip-aliases";

/// The fields that are kept, with references as URLs.
pub(super) fn kept(
    body: Body,
    project: &str,
    zone: &str,
    new_disks: &[Disk],
) -> Result<Map<String, Value>, ApiError> {
    let machine_type = machine_type(&body, project, zone)?;
    let mut new_disks = new_disks.iter();
    let map = body.into_map().into_iter();
    let mut kept: Map<String, Value> = map.filter(|(key, _)| KEPT.contains(&key.as_str())).collect();
    if let Some(url) = machine_type {
        kept.insert("machineType".to_owned(), url.into());
    }
    for (index, disk) in kept.get_mut("disks").and_then(Value::as_array_mut).into_iter().flatten().enumerate()
    {
        let Some(disk) = disk.as_object_mut() else { continue };
        let source = disk.get("source").and_then(Value::as_str);
        if let Some(path) = source.and_then(|source| reference::path_of(source, project)) {
            disk.insert("source".to_owned(), self_link(&path).into());
        }
        if disk.remove("initializeParams").is_some()
            && let Some(made) = new_disks.next()
        {
            disk.insert("source".to_owned(), self_link(&made.path(project)).into());
            disk.insert("diskSizeGb".to_owned(), made.size_gb.to_string().into());
        }
        for (field, value) in [
            ("kind", Value::from("compute#attachedDisk")),
            ("index", index.into()),
            ("deviceName", format!("persistent-disk-{index}").into()),
            ("type", "PERSISTENT".into()),
            ("mode", "READ_WRITE".into()),
            ("interface", "SCSI".into()),
            ("boot", false.into()),
            ("autoDelete", false.into()),
        ] {
            disk.entry(field).or_insert(value);
        }
    }
    Ok(kept)
}

/// The disks that a body asks for by `initializeParams`, in their order.
pub(super) fn new_disks(
    state: &State,
    project: &str,
    zone: &str,
    instance: &str,
    body: &Body,
) -> Result<Vec<Disk>, ApiError> {
    let mut disks: Vec<Disk> = Vec::new();
    for (index, entry) in body.objects("disks")?.unwrap_or_default().iter().enumerate() {
        let Some(params) = entry.object("initializeParams")? else { continue };
        let default = if index == 0 { instance.to_owned() } else { format!("{instance}-{index}") };
        let name = params.string("diskName")?.map_or(default, str::to_owned);
        let disk = disks::insert::along(state, project, zone, name, &params)?;
        let exists = state.other::<Disk>(project, zone, &disk.name).is_some();
        checks::require_new(state, &disk.path(project), exists)?;
        disks.push(disk);
    }
    Ok(disks)
}

/// The URL of the `machineType` of a body, which may be no more than the end of one.
pub(super) fn machine_type(body: &Body, project: &str, zone: &str) -> Result<Option<String>, ApiError> {
    let Some(text) = body.string("machineType")? else { return Ok(None) };
    let path = match text.contains('/') {
        true => reference::path_of(text, project),
        false => Some(reference::zonal(project, zone, "machineTypes", text)),
    };
    let path = path.filter(|path| path.contains(&format!("/zones/{zone}/machineTypes/")));
    match path {
        Some(path) => Ok(Some(self_link(&path))),
        None => Err(body.invalid("machineType", "The URL is malformed.")),
    }
}
