//! All static routes of a project, with what finds those of a network without going through all.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use ipnet::{IpNet, Ipv4Net};

use super::Route;
use crate::cidr::Nets;

/// Static routes by name, those to the default internet gateway included.
#[derive(Debug, Clone, Default)]
pub struct Routes {
    all: BTreeMap<String, Route>,
    of_networks: BTreeMap<String, OfNetwork>,
}

/// The names of a network's routes.
#[derive(Debug, Clone, Default)]
struct OfNetwork {
    all: BTreeSet<String>,
    to_ipv4: Nets<BTreeSet<String>>,
    to_ipv6: BTreeSet<String>,
}

impl Routes {
    /// The route of a name.
    pub fn get(&self, name: &str) -> Option<&Route> {
        self.all.get(name)
    }

    /// All routes in order of name.
    pub fn values(&self) -> impl Iterator<Item = &Route> {
        self.all.values()
    }

    /// The routes behind a name in that order.
    pub fn after(&self, name: String) -> impl Iterator<Item = &Route> {
        self.all.range((Bound::Excluded(name), Bound::Unbounded)).map(|(_, route)| route)
    }

    /// The routes of a network in order of name.
    pub fn of(&self, network: &str) -> impl Iterator<Item = &Route> {
        self.of_networks.get(network).into_iter().flat_map(|of| self.named(&of.all))
    }

    /// The number of routes of a network.
    pub fn count_of(&self, network: &str) -> usize {
        self.of_networks.get(network).map_or(0, |of| of.all.len())
    }

    /// The routes of a network whose destination is a range or lies inside it, in order of their destinations.
    pub fn inside(&self, network: &str, cidr: &Ipv4Net) -> impl Iterator<Item = &Route> {
        let found = self.of_networks.get(network).into_iter().flat_map(|of| of.to_ipv4.inside(cidr));
        found.flat_map(|(_, names)| self.named(names))
    }

    /// The routes of a network to just one destination of IPv4, or to any of IPv6.
    pub fn to(&self, network: &str, dest: &IpNet) -> impl Iterator<Item = &Route> {
        let names = self.of_networks.get(network).and_then(|of| match dest {
            IpNet::V4(dest) => of.to_ipv4.get(dest),
            IpNet::V6(_) => Some(&of.to_ipv6),
        });
        names.into_iter().flat_map(|names| self.named(names)).filter(|route| route.dest_range == *dest)
    }

    /// Adds a route, or puts it in place of the one of its name.
    pub fn insert(&mut self, route: Route) {
        self.remove(&route.name);
        let of = self.of_networks.entry(route.network.clone()).or_default();
        of.all.insert(route.name.clone());
        match &route.dest_range {
            IpNet::V4(dest) => of.to_ipv4.entry(dest).insert(route.name.clone()),
            IpNet::V6(_) => of.to_ipv6.insert(route.name.clone()),
        };
        self.all.insert(route.name.clone(), route);
    }

    /// Takes a route out.
    pub fn remove(&mut self, name: &str) -> Option<Route> {
        let route = self.all.remove(name)?;
        if let Some(of) = self.of_networks.get_mut(&route.network) {
            of.all.remove(name);
            of.to_ipv6.remove(name);
            if let IpNet::V4(dest) = &route.dest_range {
                let names = of.to_ipv4.entry(dest);
                names.remove(name);
                if names.is_empty() {
                    of.to_ipv4.remove(dest);
                }
            }
        }
        Some(route)
    }

    fn named<'a>(&'a self, names: &'a BTreeSet<String>) -> impl Iterator<Item = &'a Route> {
        names.iter().filter_map(|name| self.all.get(name))
    }
}
