//! The routes to the internet that Google makes by itself.

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use super::{delete, insert};
use crate::model::routes::{NextHop, Route};
use crate::model::subnetworks::Subnetwork;
use crate::settings::Fate;
use crate::state::{Context, State};

/// Takes the default route of IPv6 away, if that goes with the last subnet that has external IPv6.
pub(crate) fn leave_ipv6(state: &mut State, context: &Context, network: &str) {
    if state.settings.switches.last_ipv6_route == Fate::Keep {
        return;
    }
    let Some(project) = state.store.project(&context.project) else { return };
    let is_left = project.subnetworks_of(network).any(Subnetwork::has_external_ipv6);
    let of_ipv6 = |route: &&Route| route.is_default_internet();
    let name = project
        .routes
        .to(network, &IpNet::V6(Ipv6Net::default()))
        .find(of_ipv6)
        .map(|route| route.name.clone());
    if let Some(name) = name.filter(|_| !is_left) {
        delete::remove(state, context, &name);
    }
}

/// Makes the default route of a family, unless the network has one.
pub(crate) fn add(state: &mut State, context: &Context, network: &str, ipv6: bool) {
    let dest_range = if ipv6 { IpNet::V6(Ipv6Net::default()) } else { IpNet::V4(Ipv4Net::default()) };
    let project = state.store.project(&context.project);
    if project.is_some_and(|project| project.routes.to(network, &dest_range).any(Route::is_default_internet))
    {
        return;
    }
    let route = Route {
        id: state.ids.id(),
        name: state.ids.default_route_name(),
        description: Some("Default route to the Internet.".to_owned()),
        network: network.to_owned(),
        dest_range,
        priority: 1000,
        tags: Vec::new(),
        next_hop: NextHop::Gateway,
        created: context.done,
    };
    insert::add(state, context, route);
}
