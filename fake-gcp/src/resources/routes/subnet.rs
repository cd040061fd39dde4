//! The routes of subnet ranges: Google lists them among the static ones, and nobody can delete them.

use serde_json::Value;

use crate::api::json::Object;
use crate::api::reference::{self, self_link};
use crate::model::ids::{stable_id, subnet_route_name};
use crate::model::placed::Key;
use crate::model::store::Project;
use crate::model::subnetworks::Subnetwork;

/// The route of a subnet with a name.
fn print(project: &str, subnetwork: &Subnetwork, name: &str) -> Option<Value> {
    let network = self_link(&reference::global(project, "networks", &subnetwork.network));
    let range = subnetwork.routed().find(|range| subnet_route_name(subnetwork.id, range) == name)?;
    let route = Object::kind("compute#route")
        .with("id", stable_id(name).to_string())
        .with("creationTimestamp", subnetwork.created.to_string())
        .with("name", name)
        .with("description", format!("Default local route to the subnetwork {range}."))
        .with("network", network.clone())
        .with("destRange", range)
        .with("priority", 0)
        .with("nextHopNetwork", network)
        .with("selfLink", self_link(&reference::global(project, "routes", name)));
    Some(route.build())
}

/// The subnet route of a name.
pub(super) fn get(project_id: &str, project: &Project, name: &str) -> Option<Value> {
    let subnetwork = project.subnetworks.with(&Key::Route(name.to_owned())).next()?;
    print(project_id, subnetwork, name)
}

/// The subnet routes of a project behind a name, in order of their names.
pub(super) fn after<'a>(
    project_id: &'a str,
    project: &'a Project,
    last: String,
) -> impl Iterator<Item = (&'a str, Value)> {
    let behind = project.subnetworks.keys_after(Key::Route(last));
    behind.map_while(move |(key, subnetwork)| match key {
        Key::Route(name) => Some((name.as_str(), print(project_id, subnetwork, name)?)),
        _ => None,
    })
}
