//! Routes, as they are deleted. None is ever created here, but Google creates some together with other resources.

use ipnet::{IpNet, Ipv4Net};

use super::row::Row;
use crate::snapshot::{Cloud, NextHop, Part, Route};
use crate::vocabulary::VmRef;

/// The properties of all routes. Operations have to be read back too, as an insert in flight may make a route anew.
pub(super) const ROW: Row = Row {
    collection: Some("routes"),
    noun: "route",
    label: "route",
    is_in_network: false,
    shows_in: &[Part::Operations, Part::Traffic],
};

/// The traffic of a route that is deleted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Traffic {
    /// The traffic to the pods of one node.
    Pods {
        /// The node's pod range, which is the destination of the route.
        range: Ipv4Net,
        /// The node's VM, which is its next hop.
        vm: VmRef,
    },
    /// The traffic to the internet, from a VPC that is being deleted.
    Internet,
}

/// The priority of Google's routes to the internet; those to ranges of subnets come first.
const PRIORITY: u32 = 1000;

/// The route that Google creates for a range of a subnet.
pub(super) fn to_subnet(range: IpNet) -> Route {
    let description = format!("Default local route to the subnetwork {range}.");
    Route { next_hop: NextHop::Subnet, priority: 0, ..created_by_google(range, description) }
}

/// The default route to the internet that Google creates; `destination` is `0.0.0.0/0` or `::/0`.
pub(super) fn to_internet(destination: IpNet) -> Route {
    created_by_google(destination, "Default route to the Internet.".to_owned())
}

/// A route with a placeholder for the name, which Google draws. No real name has a slash.
fn created_by_google(destination: IpNet, description: String) -> Route {
    Route {
        name: format!("unread/{destination}").into(),
        destination,
        next_hop: NextHop::Internet,
        description,
        tags: Vec::new(),
        priority: PRIORITY,
    }
}

/// Removes the route `name` from `cloud`. Routes of subnets cannot be deleted by themselves.
pub(in crate::plan) fn delete(name: &str, cloud: &mut Cloud) {
    cloud.routes.retain(|route| route.name != *name || route.next_hop == NextHop::Subnet);
}
