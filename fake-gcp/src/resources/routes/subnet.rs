//! The routes of subnet ranges: Google lists them among the static ones, and nobody can delete them.

use serde_json::Value;

use crate::api::json::Object;
use crate::api::reference::{self, self_link};
use crate::model::ids::{stable_id, subnet_route_name};
use crate::model::store::Project;
use crate::model::subnetworks::{StackType, Subnetwork};

/// The routes of a subnet's ranges, by name.
fn of_subnet(project: &str, subnetwork: &Subnetwork) -> Vec<(String, Value)> {
    let network = self_link(&reference::global(project, "networks", &subnetwork.network));
    let prefix = subnetwork.external_ipv6_prefix.or(subnetwork.internal_ipv6_prefix);
    let ipv6 = prefix.filter(|_| subnetwork.stack == StackType::Ipv4Ipv6).map(|prefix| prefix.to_string());
    let ranges = subnetwork.ranges().map(|range| range.to_string()).chain(ipv6);
    ranges
        .map(|range| {
            let name = subnet_route_name(subnetwork.id, &range);
            let route = Object::kind("compute#route")
                .with("id", stable_id(&name).to_string())
                .with("creationTimestamp", subnetwork.created.to_string())
                .with("name", name.clone())
                .with("description", format!("Default local route to the subnetwork {range}."))
                .with("network", network.clone())
                .with("destRange", range)
                .with("priority", 0)
                .with("nextHopNetwork", network.clone())
                .with("selfLink", self_link(&reference::global(project, "routes", &name)));
            (name, route.build())
        })
        .collect()
}

/// All subnet routes of a project, by name.
pub(super) fn all(project_id: &str, project: &Project) -> Vec<(String, Value)> {
    project.subnetworks.values().flat_map(|subnetwork| of_subnet(project_id, subnetwork)).collect()
}
