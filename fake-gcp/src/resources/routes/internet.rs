//! The routes to the internet that Google makes by itself.

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use super::{delete, insert};
use crate::engine::{Context, World};
use crate::model::routes::{NextHop, Route};
use crate::model::subnetworks::Subnetwork;
use crate::settings::Fate;

/// Takes the default route of IPv6 away, if that goes with the last subnet that has external IPv6.
pub(crate) fn leave_ipv6(world: &mut World, context: &Context, network: &str) {
    if world.settings.switches.last_ipv6_route == Fate::Keep {
        return;
    }
    let Some(project) = world.store.project(&context.project) else { return };
    let is_left = project.subnetworks_of(network).any(Subnetwork::has_external_ipv6);
    let of_ipv6 = |route: &&Route| route.is_default_internet() && route.dest_range.addr().is_ipv6();
    let name = project.routes_of(network).find(of_ipv6).map(|route| route.name.clone());
    if let Some(name) = name.filter(|_| !is_left) {
        delete::remove(world, context, &name);
    }
}

/// Makes the default route of a family, unless the network has one.
pub(crate) fn add(world: &mut World, context: &Context, network: &str, ipv6: bool) {
    let dest_range = if ipv6 { IpNet::V6(Ipv6Net::default()) } else { IpNet::V4(Ipv4Net::default()) };
    let project = world.store.project(&context.project);
    let has_one = |route: &Route| route.is_default_internet() && route.dest_range == dest_range;
    if project.is_some_and(|project| project.routes_of(network).any(has_one)) {
        return;
    }
    let route = Route {
        id: world.ids.id(),
        name: world.ids.default_route_name(),
        description: Some("Default route to the Internet.".to_owned()),
        network: network.to_owned(),
        dest_range,
        priority: 1000,
        tags: Vec::new(),
        next_hop: NextHop::Gateway,
        created: context.done,
    };
    insert::add(world, context, route);
}
