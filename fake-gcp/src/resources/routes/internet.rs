//! The routes to the internet that Google makes by itself.

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use super::{NextHop, Route, insert};
use crate::engine::{Context, World};

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
