//! An internal range as it is printed, with the subnets that use it.

use serde_json::{Value, json};

use crate::api::json::Object;
use crate::api::reference::{self, self_link};
use crate::model::placed::Key;
use crate::model::reservations::ReservedRange;
use crate::model::store::Project;
use crate::model::subnetworks::Subnetwork;
use crate::resources::service_operations::time;

/// The resource as Google prints it.
pub(super) fn to_json(range: &ReservedRange, project_id: &str, project: &Project) -> Value {
    let users: Vec<Value> = users(range, project_id, project)
        .map(|subnetwork| json!(self_link(&subnetwork.path(project_id))))
        .collect();
    Object::from_map(range.fields.clone())
        .with("name", range.path(project_id))
        .with("ipCidrRange", range.cidr.to_string())
        .with("network", self_link(&reference::global(project_id, "networks", &range.network)))
        .with("createTime", time(range.created))
        .with("updateTime", time(range.updated))
        .with_list("users", users)
        .build()
}

/// The subnets that name a range.
pub(super) fn users<'a>(
    range: &ReservedRange,
    project_id: &str,
    project: &'a Project,
) -> impl Iterator<Item = &'a Subnetwork> {
    let used = Key::Uses(range.path(project_id));
    let users: Vec<&Subnetwork> = project.subnetworks.with(&used).collect();
    users.into_iter()
}
