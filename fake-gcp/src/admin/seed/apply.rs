//! The way of an initial state into a world: each resource is made by the same
//! code that an operation would use, without its checks.

use std::net::Ipv4Addr;
use std::time::Duration;

use ipnet::Ipv4Net;

use super::{InstanceSeed, NetworkSeed, RouteSeed, Seed, SeedError, SubnetworkSeed, neighbours, perimeter};
use crate::api::reference;
use crate::auth::keys::Key;
use crate::dataplane::{Cause, VmRef, Watch};
use crate::engine::{Context, World, geography};
use crate::network::{addresses, free};
use crate::resources::instances::{self, Alias, Instance, Nic};
use crate::resources::networks::{Mode, Network};
use crate::resources::routes::{self, NextHop, Route};
use crate::resources::subnetworks::{self, Ipv6Access, StackType, SubnetKey, Subnetwork};

/// Age of what was there before the first operation: longer than any lag.
const LONG_AGO: Duration = Duration::from_secs(24 * 60 * 60);

impl World {
    /// Adds what a document describes, in the order projects, networks, reserved ranges,
    /// routes of peerings, policy-based routes, subnetworks, instances, routes,
    /// addresses, routers, firewall rules, target pools, forwarding rules, service accounts,
    /// keys, watches. What was added before an error stays.
    pub fn seed(&mut self, seed: &Seed) -> Result<(), SeedError> {
        for project in &seed.projects {
            self.store.project_mut(project);
        }
        for (index, network) in seed.networks.iter().enumerate() {
            add_network(self, network, &format!("networks[{index}]"))?;
        }
        neighbours::add(self, seed)?;
        for (index, subnetwork) in seed.subnetworks.iter().enumerate() {
            add_subnetwork(self, subnetwork, &format!("subnetworks[{index}]"))?;
        }
        for (index, instance) in seed.instances.iter().enumerate() {
            add_instance(self, instance, &format!("instances[{index}]"))?;
        }
        for (index, route) in seed.routes.iter().enumerate() {
            add_route(self, route, &format!("routes[{index}]"))?;
        }
        perimeter::add(self, seed)?;
        for key in &seed.keys {
            let key = Key::try_from(key.clone())?;
            self.store.project_mut(&key.project);
            self.auth.add_key(key);
        }
        for watch in &seed.watches {
            let vm = VmRef {
                project: watch.project.clone(),
                zone: watch.zone.clone(),
                name: watch.instance.clone(),
            };
            let now = self.now();
            self.dataplane.watch(now, Watch { vm, range: watch.range });
        }
        Ok(())
    }

    /// The context in which an initial state is made: at once. Before the first operation its resources have been there for
    /// long, so all of it is programmed; later ones are programmed with the usual lags.
    pub(super) fn seeding(&mut self, project: &str, target: String) -> Context {
        let cause = Cause { seq: 0, method: "seed".to_owned(), target };
        let first = self.operations.iter().next().is_none();
        let at = if first { self.now() - LONG_AGO } else { self.now() };
        Context { project: project.to_owned(), started: at, done: at, cause, target_id: self.ids.id() }
    }
}

pub(super) fn require_name(name: &str, at: &str) -> Result<(), SeedError> {
    if reference::is_name(name) {
        return Ok(());
    }
    let why = "is no name: a letter, then letters, digits and dashes, at most 63";
    Err(SeedError::Malformed { at: format!("{at}.name"), value: name.to_owned(), why })
}

pub(super) fn require_network(world: &World, project: &str, name: &str, at: &str) -> Result<(), SeedError> {
    match world.network(project, name) {
        Some(_) => Ok(()),
        None => {
            Err(SeedError::Missing { at: at.to_owned(), what: reference::global(project, "networks", name) })
        }
    }
}

fn add_network(world: &mut World, seed: &NetworkSeed, at: &str) -> Result<(), SeedError> {
    require_name(&seed.name, at)?;
    let context = world.seeding(&seed.project, reference::global(&seed.project, "networks", &seed.name));
    let mode = match (&seed.ipv4_range, seed.auto_create_subnetworks) {
        (Some(_), _) => Mode::Legacy,
        (None, true) => Mode::Auto,
        (None, false) => Mode::Custom,
    };
    let network = Network {
        id: context.target_id,
        name: seed.name.clone(),
        description: None,
        mode,
        ipv4_range: seed.ipv4_range.map(|range| range.to_string()),
        routing_mode: "REGIONAL".to_owned(),
        mtu: None,
        ula_internal_ipv6: seed.enable_ula_internal_ipv6,
        peerings: seed.peerings.clone(),
        peering_routes: Vec::new(),
        created: context.done,
    };
    world.store.project_mut(&seed.project).networks.insert(seed.name.clone(), network);
    if seed.default_route {
        routes::internet::add(world, &context, &seed.name, false);
    }
    Ok(())
}

fn add_subnetwork(world: &mut World, seed: &SubnetworkSeed, at: &str) -> Result<(), SeedError> {
    require_name(&seed.name, at)?;
    require_network(world, &seed.project, &seed.network, &format!("{at}.network"))?;
    require_region(&seed.region, at)?;
    let path = reference::regional(&seed.project, &seed.region, "subnetworks", &seed.name);
    let context = world.seeding(&seed.project, path);
    let mut subnetwork = Subnetwork::new(
        context.target_id,
        &seed.name,
        &seed.region,
        &seed.network,
        seed.ip_cidr_range.trunc(),
        context.done,
    );
    subnetwork.secondary_ranges.clone_from(&seed.secondary_ip_ranges);
    subnetwork.routes_overlap = seed.allow_subnet_cidr_routes_overlap;
    subnetwork.stack = seed.stack_type.unwrap_or(StackType::Ipv4Only);
    subnetwork.ipv6_access = seed.ipv6_access_type;
    subnetwork.external_ipv6_prefix = seed.external_ipv6_prefix;
    let dual =
        subnetwork.stack == StackType::Ipv4Ipv6 && subnetwork.ipv6_access == Some(Ipv6Access::External);
    if dual && subnetwork.external_ipv6_prefix.is_none() {
        subnetwork.external_ipv6_prefix = Some(world.ids.external_prefix());
    }
    subnetworks::insert::add(world, &context, subnetwork);
    Ok(())
}

pub(super) fn require_region(region: &str, at: &str) -> Result<(), SeedError> {
    match geography::region(region) {
        Some(_) => Ok(()),
        None => Err(SeedError::Malformed {
            at: format!("{at}.region"),
            value: region.to_owned(),
            why: "is no region that the fake knows",
        }),
    }
}

fn add_instance(world: &mut World, seed: &InstanceSeed, at: &str) -> Result<(), SeedError> {
    require_name(&seed.name, at)?;
    let region = geography::region_of_zone(&seed.zone).ok_or_else(|| SeedError::Malformed {
        at: format!("{at}.zone"),
        value: seed.zone.clone(),
        why: "is no zone that the fake knows",
    })?;
    let key = SubnetKey {
        project: seed.project.clone(),
        region: region.name.to_owned(),
        name: seed.subnetwork.clone(),
    };
    let status = seed.status.clone().unwrap_or_else(|| "RUNNING".to_owned());
    require_status(&status, at)?;
    let missing = || SeedError::Missing { at: format!("{at}.subnetwork"), what: key.path() };
    let subnetwork = world.subnetwork(&key).ok_or_else(missing)?;
    let nic = nic(world, seed, subnetwork, at)?;
    let path = reference::zonal(&seed.project, &seed.zone, "instances", &seed.name);
    let context = world.seeding(&seed.project, path);
    let instance = Instance {
        id: context.target_id,
        project: seed.project.clone(),
        zone: seed.zone.clone(),
        name: seed.name.clone(),
        labels: seed.labels.clone(),
        tags: seed.tags.clone(),
        can_ip_forward: seed.can_ip_forward,
        status,
        nics: vec![nic],
        extra: serde_json::Map::new(),
        guest_ip_aliases: seed.guest_ip_aliases,
        created: context.done,
        revision: 0,
    };
    instances::insert::add(world, &context, instance);
    Ok(())
}

pub(super) fn require_status(status: &str, at: &str) -> Result<(), SeedError> {
    if instances::STATUSES.contains(&status) {
        return Ok(());
    }
    let why = "is no status of an instance";
    Err(SeedError::Malformed { at: format!("{at}.status"), value: status.to_owned(), why })
}

fn nic(world: &World, seed: &InstanceSeed, subnetwork: &Subnetwork, at: &str) -> Result<Nic, SeedError> {
    let range = subnetwork.ip_cidr_range;
    let project = world.store.project(&seed.project);
    let lowest = || {
        let taken = project.map(|project| addresses::taken(project, subnetwork, None)).unwrap_or_default();
        free::first_free(&range, 32, &taken).map(|net: Ipv4Net| net.addr())
    };
    let address: Option<Ipv4Addr> = seed.network_ip.or_else(lowest);
    let network_ip =
        address.filter(|address| range.contains(address)).ok_or_else(|| SeedError::Malformed {
            at: format!("{at}.networkIP"),
            value: address.map_or_else(String::new, |address| address.to_string()),
            why: "is no free address of the subnetwork",
        })?;
    let alias = |alias: &super::AliasSeed| Alias {
        range_name: alias.subnetwork_range_name.clone(),
        cidr: alias.ip_cidr_range.trunc(),
    };
    Ok(Nic {
        name: "nic0".to_owned(),
        network: subnetwork.network.clone(),
        region: subnetwork.region.clone(),
        subnetwork: subnetwork.name.clone(),
        network_ip,
        aliases: seed.alias_ip_ranges.iter().map(alias).collect(),
        stack: StackType::Ipv4Only,
        ipv6: None,
        access_configs: Vec::new(),
        revision: 0,
    })
}

fn add_route(world: &mut World, seed: &RouteSeed, at: &str) -> Result<(), SeedError> {
    require_name(&seed.name, at)?;
    require_network(world, &seed.project, &seed.network, &format!("{at}.network"))?;
    let next_hop = match (&seed.next_hop_instance, &seed.next_hop_ip) {
        (Some(instance), _) => {
            let parsed = reference::parse(instance, &seed.project, "instances");
            let (project, zone, name) = parsed.ok_or_else(|| SeedError::Malformed {
                at: format!("{at}.nextHopInstance"),
                value: instance.clone(),
                why: "is no reference such as zones/Z/instances/I",
            })?;
            NextHop::Instance { project, zone, name }
        }
        (None, Some(ip)) => NextHop::Ip(ip.clone()),
        (None, None) => NextHop::Gateway,
    };
    let context = world.seeding(&seed.project, reference::global(&seed.project, "routes", &seed.name));
    let route = Route {
        id: context.target_id,
        name: seed.name.clone(),
        description: seed.description.clone(),
        network: seed.network.clone(),
        dest_range: seed.dest_range.trunc(),
        priority: seed.priority.unwrap_or(1000),
        tags: seed.tags.clone(),
        next_hop,
        created: context.done,
    };
    routes::insert::add(world, &context, route);
    Ok(())
}
