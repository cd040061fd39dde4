//! Projects, zones and regions, as much of them as clients ask for at start, with quotas.

use serde_json::Value;

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

fn zone(project: &str, name: &str) -> Value {
    let region = geography::region_of_zone(name).map_or("", |region| region.name);
    Object::kind("compute#zone")
        .with("name", name)
        .with("description", name)
        .with("status", "UP")
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

/// Answers `projects.get`.
pub(crate) fn get_project(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&[])?;
    let project = Object::kind("compute#project")
        .with("id", stable_id(call.project).to_string())
        .with("name", call.project)
        .with("quotas", quotas::of_project(state, call.project))
        .with("selfLink", self_link(&format!("projects/{}", call.project)));
    Ok(Answer::Read(project.build()))
}

/// Answers `regions.get`.
pub(crate) fn get_region(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&[])?;
    let name = call.param("region");
    let letters = geography::region(name).map_or(&[] as &[&str], |region| region.zones);
    let link =
        |letter: &&str| Value::from(self_link(&format!("projects/{}/zones/{name}-{letter}", call.project)));
    let zones: Vec<Value> = letters.iter().map(link).collect();
    let region = Object::kind("compute#region")
        .with("name", name)
        .with("description", name)
        .with("status", "UP")
        .with_list("zones", zones)
        .with("quotas", quotas::of_region(state, call.project, name))
        .with("selfLink", self_link(&format!("projects/{}/regions/{name}", call.project)));
    Ok(Answer::Read(region.build()))
}
