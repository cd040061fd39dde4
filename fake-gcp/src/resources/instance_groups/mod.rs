//! Unmanaged groups of instances: what is behind a backend service in one zone.

mod members;

use serde_json::{Map, Value, json};

use super::kept::document::Document;
use super::kept::{Kept, Place, change, read};
use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::api::json::Object;
use crate::api::reference::{self, self_link};
use crate::evidence::Evidence::{self, Assumed, Documented, SecondHand};
use crate::evidence::{API, NONE, Rule, rule};
use crate::resources::kind::{Method, ResourceKind};
use crate::resources::references;
use crate::state::State;

/// The members of a group: name and id of each instance. An instance that goes leaves the group, one of the same name does not join it.
#[derive(Clone, Debug, Default)]
pub(crate) struct InstanceGroup {
    members: Vec<(String, u64)>,
}

impl Kept for InstanceGroup {
    const COLLECTION: &'static str = "instanceGroups";
    const NAME: &'static str = "instanceGroup";
    const NOUN: &'static str = "instance_group";
    const FIELDS: &'static [&'static str] = &["network", "namedPorts"];
    const FIXED: &'static [&'static str] = &["name", "network"];
    const FINGERPRINTED: bool = true;

    fn complete(place: &Place<'_>, body: &Body) -> Result<Map<String, Value>, ApiError> {
        let mut fields = Map::new();
        if body.has("network") {
            let network = references::network_reference(place.state, place.project, body, "network")?;
            let path = reference::global(place.project, "networks", &network);
            fields.insert("network".to_owned(), self_link(&path).into());
        }
        let mut ports = Vec::new();
        for port in body.objects("namedPorts")?.unwrap_or_default() {
            port.only(&["name", "port"])?;
            ports.push(json!({
                "name": port.require("name")?,
                "port": port.integer_in("port", 1..=65_535)?.ok_or_else(|| ApiError::required(&port.path("port")))?,
            }));
        }
        if !ports.is_empty() {
            fields.insert("namedPorts".to_owned(), ports.into());
        }
        Ok(fields)
    }

    /// Size, network and subnet are those of the members.
    fn print(state: &State, project: &str, document: &Document<Self>, object: Object) -> Object {
        let members = document.members(state, project);
        let nic = members.first().and_then(|instance| Some((*instance, instance.nics.first()?)));
        let subnet = nic.map(|(instance, nic)| nic.subnet(instance));
        let network = subnet.as_ref().and_then(|subnet| state.subnetwork(subnet));
        let network = network.map(|subnetwork| reference::global(project, "networks", &subnetwork.network));
        let object = object
            .with("size", members.len())
            .with_some("subnetwork", subnet.map(|subnet| self_link(&subnet.path())));
        match network {
            Some(network) => object.with("network", self_link(&network)),
            None => object,
        }
    }
}

const METHODS: &[Method] = &[
    Method::read("compute.instanceGroups.list", "zones/{zone}/instanceGroups", read::list::<InstanceGroup>),
    Method::read(
        "compute.instanceGroups.aggregatedList",
        "aggregated/instanceGroups",
        read::aggregated::<InstanceGroup>,
    ),
    Method::read(
        "compute.instanceGroups.get",
        "zones/{zone}/instanceGroups/{instanceGroup}",
        read::get::<InstanceGroup>,
    ),
    Method::test(
        "compute.instanceGroups.listInstances",
        "zones/{zone}/instanceGroups/{instanceGroup}/listInstances",
        members::list,
    ),
    Method::mutation(
        "compute.instanceGroups.insert",
        "POST",
        "zones/{zone}/instanceGroups",
        change::insert::<InstanceGroup>,
    )
    .takes(1_000, 5_000, Evidence::Assumed, "no figure found"),
    Method::mutation(
        "compute.instanceGroups.addInstances",
        "POST",
        "zones/{zone}/instanceGroups/{instanceGroup}/addInstances",
        members::add,
    )
    .takes(1_000, 5_000, Evidence::Assumed, "no figure found"),
    Method::mutation(
        "compute.instanceGroups.removeInstances",
        "POST",
        "zones/{zone}/instanceGroups/{instanceGroup}/removeInstances",
        members::remove,
    )
    .takes(1_000, 5_000, Evidence::Assumed, "no figure found"),
    Method::mutation(
        "compute.instanceGroups.delete",
        "DELETE",
        "zones/{zone}/instanceGroups/{instanceGroup}",
        change::delete::<InstanceGroup>,
    )
    .takes(1_000, 5_000, Evidence::Assumed, "no figure found"),
];

const RULES: &[Rule] = &[
    rule(Documented, "a group has the network and the subnetwork of its instances, all of one", API),
    rule(
        SecondHand,
        "an instance that is in the group already, or twice in the request: 400 memberAlreadyExists",
        "ansible#72897, ingress-gce#2587",
    ),
    rule(Assumed, "taking out an instance that is not in the group changes nothing", NONE),
    rule(Documented, "a group that a backend service uses cannot be deleted", API),
    rule(Assumed, "an instance that is deleted leaves its groups", NONE),
    rule(Assumed, "a group does not keep its network from being deleted", NONE),
];

/// The entry in the table of kinds.
pub(super) const KIND: ResourceKind = ResourceKind {
    methods: METHODS,
    services: &[],
    rules: RULES,
    dump: &[("instanceGroups", read::all::<InstanceGroup>)],
};
