//! What Google offers to machines: machine types and images. The fake knows a few by name and shape, and answers for them; an
//! instance may name any.

use serde_json::Value;

use crate::api::error::ApiError;
use crate::api::json::Object;
use crate::api::list;
use crate::api::reference::{self, self_link};
use crate::evidence::Evidence::{Assumed, Documented};
use crate::evidence::{API, NONE, Rule, rule};
use crate::model::ids::stable_id;
use crate::resources::call::{Answer, Call};
use crate::resources::kind::{Method, ResourceKind};
use crate::state::State;

/// The methods of Compute on these kinds.
const METHODS: &[Method] = &[
    Method::read("compute.machineTypes.list", "zones/{zone}/machineTypes", list_types),
    Method::read("compute.machineTypes.get", "zones/{zone}/machineTypes/{machineType}", get_type),
    Method::read("compute.images.getFromFamily", "global/images/family/{family}", family),
    Method::read("compute.images.get", "global/images/{image}", image),
];

const RULES: &[Rule] = &[
    rule(
        Documented,
        "machine types of the series e2, n1 and n2: guestCpus and memoryMb follow from the name",
        API,
    ),
    rule(Assumed, "every project has an image of every name and family, whichever is asked for", NONE),
];

/// The entry in the table of kinds.
pub(super) const KIND: ResourceKind =
    ResourceKind { methods: METHODS, services: &[], rules: RULES, dump: &[] };

/// Series with the memory of a processor, in MB, and the numbers of processors that there are.
const SERIES: [(&str, u64, &[u64]); 3] = [
    ("e2-standard", 4_096, &[2, 4, 8, 16, 32]),
    ("n1-standard", 3_840, &[1, 2, 4, 8, 16, 32, 64, 96]),
    ("n2-standard", 4_096, &[2, 4, 8, 16, 32, 48, 64, 80, 96, 128]),
];

fn types(project: &str, zone: &str) -> Vec<Value> {
    let mut all: Vec<(String, u64, u64)> = SERIES
        .iter()
        .flat_map(|(series, memory, cpus)| {
            cpus.iter().map(move |cpus| (format!("{series}-{cpus}"), *cpus, cpus * memory))
        })
        .collect();
    all.sort();
    let print = |(name, cpus, memory): (String, u64, u64)| {
        Object::kind("compute#machineType")
            .with("id", stable_id(&name).to_string())
            .with("creationTimestamp", "1969-12-31T16:00:00.000-08:00")
            .with("description", format!("{cpus} vCPUs, {} GB RAM", memory / 1_024))
            .with("guestCpus", cpus)
            .with("memoryMb", memory)
            .with("isSharedCpu", false)
            .with("imageSpaceGb", 0)
            .with("maximumPersistentDisks", 128)
            .with("maximumPersistentDisksSizeGb", "263168")
            .with("zone", zone)
            .with("selfLink", self_link(&reference::zonal(project, zone, "machineTypes", &name)))
            .with("name", name)
            .build()
    };
    all.into_iter().map(print).collect()
}

fn list_types(_: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let zone = call.param("zone");
    let path = format!("projects/{}/zones/{zone}/machineTypes", call.project);
    list::list(&call.query, "compute#machineTypeList", &path, types(call.project, zone)).map(Answer::Read)
}

fn get_type(_: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&[])?;
    let (zone, name) = (call.param("zone"), call.param("machineType"));
    let found =
        types(call.project, zone).into_iter().find(|shown| shown.get("name").is_some_and(|n| n == name));
    let path = reference::zonal(call.project, zone, "machineTypes", name);
    found.map(Answer::Read).ok_or_else(|| ApiError::not_found(&path))
}

fn family(_: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&[])?;
    let family = call.param("family");
    Ok(Answer::Read(print_image(call.project, &format!("{family}-v20260101"), family)))
}

fn image(_: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&[])?;
    let name = call.param("image");
    let family = name.rsplit_once("-v").map_or(name, |(family, _)| family);
    Ok(Answer::Read(print_image(call.project, name, family)))
}

fn print_image(project: &str, name: &str, family: &str) -> Value {
    Object::kind("compute#image")
        .with("id", stable_id(name).to_string())
        .with("creationTimestamp", "2026-01-01T00:00:00.000-08:00")
        .with("name", name)
        .with("family", family)
        .with("status", "READY")
        .with("sourceType", "RAW")
        .with("diskSizeGb", "10")
        .with("archiveSizeBytes", "1073741824")
        .with("architecture", "X86_64")
        .with("selfLink", self_link(&reference::global(project, "images", name)))
        .build()
}
