//! VPCs, as they are created and changed.

use ipnet::Ipv4Net;
use serde_json::{Map, Value, json};

use super::route;
use super::row::{Row, object};
use crate::snapshot::{Cloud, Network, NetworkMode, Part, Snapshot};

/// The properties of all VPCs.
pub(super) const ROW: Row = Row {
    collection: Some("networks"),
    noun: "network",
    label: "VPC",
    is_in_network: false,
    shows_in: &[Part::Network],
};

/// The beginning of the URLs in Google's replies.
const HOST: &str = "https://www.googleapis.com/compute/v1/";

/// A new VPC in custom mode, whose subnets are created one by one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NewNetwork {
    /// The MTU in bytes; `None` for Google's default.
    pub mtu: Option<i32>,
    /// The dynamic routing mode, `REGIONAL` or `GLOBAL`.
    pub routing_mode: String,
}

impl NewNetwork {
    pub(super) fn fields(&self) -> Map<String, Value> {
        let mut fields = routing_mode(&self.routing_mode);
        // A negative MTU is left out, as if it were not configured.
        if let Some(mtu) = self.mtu.and_then(|mtu| u32::try_from(mtu).ok()) {
            fields.insert("mtu".to_owned(), json!(mtu));
        }
        fields
    }

    /// Adds the VPC to `seen` under `name`, with the route to the internet that Google creates for it. The project in its URL is the one
    /// that the state records, which is written before the first insert.
    pub(in crate::plan) fn insert(&self, name: &str, seen: &mut Snapshot) {
        if seen.cloud.network.is_some() {
            return;
        }
        let project = seen.state.project().map_or(String::new(), |project| format!("projects/{project}/"));
        seen.cloud.network = Some(Network {
            name: name.into(),
            url: format!("{HOST}{project}global/networks/{name}"),
            mode: NetworkMode::Custom,
            routing_mode: self.routing_mode.clone(),
            peerings: Vec::new(),
            subnets: Vec::new(),
        });
        seen.cloud.routes.push(route::to_internet(Ipv4Net::default().into()));
    }
}

/// Changes the routing mode of the VPC `name` in `cloud`.
pub(in crate::plan) fn set_routing_mode(name: &str, mode: &str, cloud: &mut Cloud) {
    if let Some(network) = cloud.network.as_mut().filter(|network| network.name == name) {
        mode.clone_into(&mut network.routing_mode);
    }
}

/// Removes the VPC `name` from `cloud`, with everything in it.
pub(in crate::plan) fn delete(name: &str, cloud: &mut Cloud) {
    if cloud.network.as_ref().is_some_and(|network| network.name == name) {
        *cloud = std::mem::take(cloud).without_network();
    }
}

/// The fields that set the routing mode. Without the first one Google would create a legacy network.
pub(in crate::plan) fn routing_mode(mode: &str) -> Map<String, Value> {
    object([("autoCreateSubnetworks", json!(false)), ("routingConfig", json!({ "routingMode": mode }))])
}
