//! Projects, zones and regions, as much of them as clients ask for at start, with quotas.

use serde_json::{Value, json};

use crate::api::error::ApiError;
use crate::api::json::Object;
use crate::api::list;
use crate::api::reference::self_link;
use crate::governance::services::Service;
use crate::model::geography;
use crate::model::ids::stable_id;
use crate::resources::call::{Answer, Call};
use crate::resources::kind::{Method, ResourceKind, ServiceMethod};
use crate::resources::permissions;
use crate::resources::quotas;
use crate::state::State;
use crate::state::requests::CallKind;

/// The methods of Compute on this kind.
const METHODS: &[Method] = &[
    Method::read("compute.regions.list", "regions", list_regions),
    Method::read("compute.projects.get", "", get_project),
    Method::read("compute.zones.list", "zones", list_zones),
    Method::read("compute.zones.get", "zones/{zone}", get_zone),
    Method::read("compute.regions.get", "regions/{region}", get_region),
];

/// The methods of other services on this kind.
const SERVICES: &[ServiceMethod] = &[ServiceMethod {
    id: "cloudresourcemanager.projects.testIamPermissions",
    permission: None,
    service: Service::ResourceManager,
    http: "POST",
    path: ":testIamPermissions",
    kind: CallKind::Read,
    handler: permissions::test_project,
}];

/// The entry in the table of kinds.
pub(super) const KIND: ResourceKind =
    ResourceKind { methods: METHODS, services: SERVICES, rules: &[], dump: &[] };

/// Instant that zones and regions print as `creationTimestamp`.
const CREATED: &str = "1969-12-31T16:00:00.000-08:00";

/// Processors that every zone prints: some of Google's.
const CPU_PLATFORMS: [&str; 4] = ["AMD Milan", "AMD Rome", "Intel Ice Lake", "Intel Sapphire Rapids"];

fn zone(project: &str, name: &str) -> Value {
    let region = geography::region_of_zone(name).map_or("", |region| region.name);
    Object::kind("compute#zone")
        .with("name", name)
        .with("description", name)
        .with("status", "UP")
        .with("id", stable_id(name).to_string())
        .with("creationTimestamp", CREATED)
        .with("availableCpuPlatforms", json!(CPU_PLATFORMS))
        .with("supportsPzs", false)
        .with("region", self_link(&format!("projects/{project}/regions/{region}")))
        .with("selfLink", self_link(&format!("projects/{project}/zones/{name}")))
        .build()
}

/// Answers `zones.list`.
pub(crate) fn list_zones(_: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let items = geography::zones().map(|name| zone(call.project, &name)).collect();
    let path = format!("projects/{}/zones", call.project);
    list::list(&call.query, "compute#zoneList", &path, items).map(Answer::Read)
}

/// Answers `zones.get`.
pub(crate) fn get_zone(_: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&[])?;
    Ok(Answer::Read(zone(call.project, call.param("zone"))))
}

/// The address of the account that instances get in a project: it begins with the project's number.
fn default_service_account(project: &str) -> String {
    format!("{}-compute@developer.gserviceaccount.com", stable_id(project) % 1_000_000_000_000)
}

/// Answers `projects.get`.
pub(crate) fn get_project(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&[])?;
    let project = Object::kind("compute#project")
        .with("id", stable_id(call.project).to_string())
        .with("name", call.project)
        .with("creationTimestamp", CREATED)
        .with("defaultServiceAccount", default_service_account(call.project))
        .with("defaultNetworkTier", "PREMIUM")
        .with("xpnProjectStatus", "UNSPECIFIED_XPN_PROJECT_STATUS")
        .with("quotas", quotas::of_project(state, call.project))
        .with("selfLink", self_link(&format!("projects/{}", call.project)));
    Ok(Answer::Read(project.build()))
}

/// Answers `regions.get`.
pub(crate) fn get_region(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&[])?;
    Ok(Answer::Read(region(state, call.project, call.param("region"))))
}

/// Answers `regions.list`.
pub(crate) fn list_regions(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let items = geography::REGIONS.iter().map(|of| region(state, call.project, of.name)).collect();
    let path = format!("projects/{}/regions", call.project);
    list::list(&call.query, "compute#regionList", &path, items).map(Answer::Read)
}

fn region(state: &State, project: &str, name: &str) -> Value {
    let letters = geography::region(name).map_or(&[] as &[&str], |region| region.zones);
    let link = |letter: &&str| Value::from(self_link(&format!("projects/{project}/zones/{name}-{letter}")));
    Object::kind("compute#region")
        .with("id", stable_id(name).to_string())
        .with("creationTimestamp", CREATED)
        .with("name", name)
        .with("description", name)
        .with("status", "UP")
        .with("supportsPzs", false)
        .with_list("zones", letters.iter().map(link).collect())
        .with("quotas", quotas::of_region(state, project, name))
        .with("selfLink", self_link(&format!("projects/{project}/regions/{name}")))
        .build()
}
