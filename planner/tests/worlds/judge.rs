//! The judge: reads worlds one after the other, and says whether every node that was up is up at every instant, and whether what belongs
//! to others is as it was. Knows nothing of plans.
//!
//! What changes reaches the hosts of the network some time later, each host at another time. So for the length of that time both the old
//! and the new may hold, and a node is up only if it is whichever does.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use ipnet::{IpNet, Ipv4Net};
use jiff::Timestamp;
use planner::snapshot::{NextHop, Vm};
use planner::vocabulary::{POD_RANGE_NAME, VmRef};

use super::world::{CLUSTER, REGION, World, bears};

/// The longest time that a change takes to reach a host; a little less than what the planner waits.
const LAG: Duration = Duration::from_secs(59);

/// What was last seen of a node, and when.
#[derive(Clone, Debug)]
struct Track {
    /// When its alias was last absent.
    alias: Timestamp,
    /// When its route was last absent.
    route: Timestamp,
    /// When the secondary range was last there, and the flag was last off.
    range: Timestamp,
    flag: Timestamp,
    /// When its pod range was last somebody else's.
    rival: Timestamp,
    /// Whether it was up, and must be for good.
    must: bool,
}

/// The judge.
#[derive(Clone, Debug, Default)]
pub(crate) struct Judge {
    nodes: BTreeMap<VmRef, Track>,
}

impl Judge {
    /// Looks at `world`.
    ///
    /// # Errors
    /// The node that was up and is not.
    pub(crate) fn look(&mut self, world: &World) -> Result<(), String> {
        self.nodes.retain(|vm, _| world.cloud.vms.contains_key(vm) && world.nodes.contains_key(vm));
        let must = |vm: &&Vm| self.nodes.get(&vm.id).is_some_and(|track| track.must);
        let taken: BTreeSet<VmRef> = world
            .cloud
            .vms
            .values()
            .filter(must)
            .filter(|vm| world.is_taken(vm))
            .map(|vm| vm.id.clone())
            .collect();
        for (vm, range) in &world.nodes {
            let Some(machine) = world.cloud.vms.get(vm) else { continue };
            let (now, long_ago) = (world.at, Timestamp::MIN);
            let track = self.nodes.entry(vm.clone()).or_insert(Track {
                alias: long_ago,
                route: long_ago,
                range: long_ago,
                flag: long_ago,
                rival: long_ago,
                must: false,
            });
            let facts = Facts::of(world, machine, *range);
            let last = |field: &mut Timestamp, holds: bool| {
                if holds {
                    *field = now;
                }
            };
            last(&mut track.alias, !facts.alias);
            last(&mut track.route, !facts.route);
            last(&mut track.range, facts.range);
            last(&mut track.flag, !facts.flag);
            last(&mut track.rival, facts.rival);
            if !machine.is_running() {
                continue;
            }
            let up = track.is_up(now) && !facts.taken;
            if track.must && !up && !(facts.taken && world.may_be_taken(vm, &taken)) {
                return Err(format!("{vm} is cut off: {facts:?}, {track:?} at {now}"));
            }
            track.must |= up;
        }
        Ok(())
    }

    /// Nothing is held against the planner that somebody else did right before.
    pub(crate) fn excuse(&mut self, world: &World) {
        // Who is cut off by it, or is on the way to be, is not looked at before it is up again.
        let must: BTreeSet<VmRef> =
            self.nodes.iter().filter(|(_, track)| track.must).map(|(vm, _)| vm.clone()).collect();
        self.nodes.values_mut().for_each(|track| track.must = false);
        let _ = self.look(world);
        for (vm, track) in &mut self.nodes {
            track.must &= must.contains(vm);
        }
    }

    /// Whether this node must be up.
    pub(crate) fn holds(&self, vm: &VmRef) -> bool {
        self.nodes.get(vm).is_some_and(|track| track.must)
    }
}

impl Track {
    fn is_up(&self, now: Timestamp) -> bool {
        let long = |since: Timestamp| {
            since == Timestamp::MIN || since.checked_add(LAG).is_ok_and(|until| until <= now)
        };
        let unshadowed = long(self.range) || long(self.flag);
        long(self.rival) && (long(self.alias) || long(self.route) && unshadowed)
    }
}

/// What holds for a node at an instant.
#[derive(Debug)]
struct Facts {
    alias: bool,
    route: bool,
    range: bool,
    flag: bool,
    /// Whether somebody else has the range, or a part of it.
    rival: bool,
    /// Whether the guest has taken an alias range.
    taken: bool,
}

impl Facts {
    fn of(world: &World, vm: &Vm, range: Ipv4Net) -> Self {
        let subnets = || world.cloud.subnets.iter();
        let around =
            subnets().find(|subnet| subnet.secondary.iter().any(|other| other.range.contains(&range)));
        let zone = vm.id.zone.as_str();
        let at_home = around.is_none() || zone.starts_with(REGION);
        let mut others = world.cloud.vms.values().filter(|other| other.id != vm.id && other.is_running());
        let borne = others.any(|other| {
            other.nic.aliases.iter().any(|alias| alias.range.contains(&range) || range.contains(&alias.range))
        });
        let routed = |own: bool| {
            world.cloud.routes.iter().any(|route| {
                let IpNet::V4(to) = route.destination else { return false };
                let via_us = matches!(&route.next_hop, NextHop::Vm(via) if *via == vm.id);
                let there = match &route.next_hop {
                    NextHop::Vm(via) => world.cloud.vms.contains_key(via),
                    NextHop::Subnet | NextHop::Internet | NextHop::Hub | NextHop::Other(_) => true,
                };
                if own {
                    via_us && to == range && route.tags.is_empty()
                } else {
                    !via_us && there && route.next_hop != NextHop::Subnet && range.contains(&to)
                }
            })
        };
        let (alias, route) = (bears(vm, range), routed(true) && vm.can_forward && at_home);
        Self {
            alias,
            route,
            range: around.is_some(),
            flag: around.or_else(|| world.subnet("nodes")).is_some_and(|subnet| subnet.overlap),
            rival: borne || routed(false),
            taken: world.is_taken(vm),
        }
    }
}

/// What a shoot needs beside its pod routes and lacks, if it lacks anything: before all of it is seen to be there no cloud-controller-manager
/// is stopped, as it would stay stopped if the rest failed.
pub(crate) fn lacking(world: &World) -> Option<String> {
    let named = |what: &str| format!("{CLUSTER}-{what}");
    let rules = ["allow-internal-access", "allow-health-checks"];
    let rules = rules.into_iter().flat_map(|rule| [named(rule), named(&format!("{rule}-ipv6"))]);
    let is_there = |rule: &String| world.cloud.firewalls.iter().any(|other| *other.name == **rule);
    let internal = world.asked.internal.then_some("internal");
    let subnets = ["services"].into_iter().chain(internal);
    let has_ipv6 = |subnet: &&str| world.subnet(subnet).is_some_and(|subnet| subnet.ipv6_prefix.is_some());
    let nat = named("cloud-nat");
    let mut nats = world.cloud.router.iter().flat_map(|router| &router.nats);
    let has_nat = nats.any(|other| other.get("name").is_some_and(|name| *name == *nat));
    let lost = rules.filter(|rule| !is_there(rule)).chain((!has_nat).then_some(nat));
    lost.chain(subnets.filter(|subnet| !has_ipv6(subnet)).map(named)).next()
}

/// All that belongs to others, as text to compare.
pub(crate) fn foreign(world: &World) -> Vec<String> {
    let cloud = &world.cloud;
    let mut all = Vec::new();
    for subnet in &cloud.subnets {
        let ours = subnet.name.starts_with("shoot--p--a-");
        let others = subnet.secondary.iter().filter(|range| range.name != *POD_RANGE_NAME);
        all.extend(others.map(|range| format!("{} {} {}", subnet.name, range.name, range.raw)));
        if !ours {
            all.push(format!("{} {} {:?} {}", subnet.name, subnet.range, subnet.stack, subnet.overlap));
        }
    }
    for vm in cloud.vms.values() {
        let own = vm.has_tag(CLUSTER);
        let others = vm.nic.aliases.iter();
        let others = others.filter(|alias| !own || alias.range_name.as_deref() != Some(POD_RANGE_NAME));
        all.extend(others.map(|alias| format!("{} {}", vm.id, alias.raw)));
    }
    let is_foreign = |name: &str| name.starts_with("foreign") || name.starts_with("obstacle");
    all.extend(cloud.routes.iter().filter(|route| is_foreign(&route.name)).map(|route| format!("{route:?}")));
    all.extend(
        cloud.firewalls.iter().filter(|rule| is_foreign(&rule.name)).map(|rule| rule.name.to_string()),
    );
    let nats = cloud.router.iter().flat_map(|router| &router.nats);
    all.extend(nats.filter_map(|nat| {
        let name = nat.get("name")?.as_str()?;
        is_foreign(name).then(|| serde_json::to_string(nat).unwrap())
    }));
    all
}
