//! The routing decision: a pure function from what is programmed to "reaches the VM, and how" or "does not, and why".
//!
//! It knows no time. The sender is any VM of the same network; a route with tags is taken to apply to it,
//! except where the rule drops tagged routes, and so are policy-based routes for some senders only.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use ipnet::Ipv4Net;
use serde::Serialize;

use super::change::{NetworkRef, NextHop, PolicyFact, RouteFact, SubnetRef, VmRef};
use super::settings::LookupRule;
use crate::cidr::overlap;

/// The settings of the VM that is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Vm<'a> {
    /// Network of its `nic0`.
    pub network: &'a NetworkRef,
    /// Whether its guest agent turns aliases into local routes.
    pub guest_ip_aliases: bool,
    /// Value of `canIpForward`.
    pub can_ip_forward: bool,
    /// Whether the VM runs.
    pub running: bool,
}

/// A programmed range of a subnet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range<'a> {
    /// Subnet that has the range.
    pub subnet: &'a SubnetRef,
    /// Network of the subnet.
    pub network: &'a NetworkRef,
    /// Name of the secondary range; empty for the primary range.
    pub name: &'a str,
    /// Addresses of the range, as a CIDR.
    pub cidr: Ipv4Net,
    /// Whether the subnet's overlap flag is programmed.
    pub overlap: bool,
}

/// A programmed alias range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Alias<'a> {
    /// VM that bears the alias.
    pub vm: &'a VmRef,
    /// Subnet of the NIC.
    pub subnet: &'a SubnetRef,
    /// Name of the range that it is taken from; empty for the primary range.
    pub range_name: &'a str,
    /// Addresses of the alias, as a CIDR.
    pub cidr: Ipv4Net,
}

/// The facts that are programmed at one instant and can matter to one VM.
#[derive(Debug, Clone, Default)]
pub struct Facts<'a> {
    /// Settings of the VM; `None` while it does not exist.
    pub host: Option<Vm<'a>>,
    /// Static routes that are programmed.
    pub routes: Vec<&'a RouteFact>,
    /// Policy-based routes that are programmed.
    pub policies: Vec<&'a PolicyFact>,
    /// Ranges of subnets that are programmed.
    pub ranges: Vec<Range<'a>>,
    /// Alias ranges of all VMs that run: the addresses of the others have no owner.
    pub aliases: Vec<Alias<'a>>,
}

/// The carriers of the traffic of a range to its VM.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Path {
    /// Routes alone carry it.
    Route,
    /// Routes and aliases are both there, and losing either would not cut the range off; or each serves a part.
    Both,
    /// Aliases alone carry it.
    Alias,
}

/// Reason why a range does not reach its VM.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// The VM does not exist.
    VmAbsent,
    /// The VM does not run.
    VmStopped,
    /// The VM's guest agent made the alias a local route, so packets never get to the pods.
    GuestTookAlias,
    /// A subnet range without overlap flag hides the static route, and no alias serves.
    ShadowedByRange,
    /// A subnet range leads to the owner of the address, and there is none.
    NoAlias,
    /// Neither a subnet range nor a static route of its own, though a broader route may lead elsewhere.
    NoRoute,
    /// The alias belongs to another VM.
    AliasElsewhere,
    /// A route of the range, or of a part of it, leads elsewhere.
    RouteElsewhere,
    /// A policy-based route leads some sender's packets elsewhere, before any other route is looked at.
    PolicyElsewhere,
    /// The VM's route is dropped in the second look-up: tagged, too broad, or of another region.
    RouteDropped,
    /// The route leads to the VM, which has no `canIpForward`.
    CannotIpForward,
}

/// Decides whether traffic to the whole of `range` reaches `vm`, and by what; else why not
/// (for the first block of the range that does not reach it).
///
/// # Errors
/// The [`Reason`] for which at least one address of the range does not reach the VM.
pub fn reach(facts: &Facts<'_>, rule: LookupRule, vm: &VmRef, range: Ipv4Net) -> Result<Path, Reason> {
    let Some(host) = facts.host else { return Err(Reason::VmAbsent) };
    if !host.running {
        return Err(Reason::VmStopped);
    }
    let own = |alias: &&Alias<'_>| alias.vm == vm && overlap(&alias.cidr, &range);
    if host.guest_ip_aliases && facts.aliases.iter().any(|alias| own(&alias)) {
        return Err(Reason::GuestTookAlias);
    }
    let network = Network {
        vm,
        range,
        can_ip_forward: host.can_ip_forward,
        rule,
        routes: facts.routes.iter().copied().filter(|route| route.network == *host.network).collect(),
        policies: facts.policies.iter().copied().filter(|route| route.network == *host.network).collect(),
        ranges: facts.ranges.iter().copied().filter(|range| range.network == host.network).collect(),
        aliases: facts.aliases.clone(),
    };
    network.serves()?;
    let by_alias = Network { routes: Vec::new(), ..network.clone() }.serves().is_ok();
    let by_route = !network.aliases.iter().any(|alias| own(&alias)) || {
        let others = network.aliases.iter().copied().filter(|alias| !own(&alias)).collect();
        Network { aliases: others, ..network }.serves().is_ok()
    };
    Ok(match (by_route, by_alias) {
        (true, false) => Path::Route,
        (false, true) => Path::Alias,
        (true, true) | (false, false) => Path::Both,
    })
}

/// The facts of one network, and what is looked for in it.
#[derive(Clone)]
struct Network<'a> {
    vm: &'a VmRef,
    range: Ipv4Net,
    can_ip_forward: bool,
    rule: LookupRule,
    routes: Vec<&'a RouteFact>,
    policies: Vec<&'a PolicyFact>,
    ranges: Vec<Range<'a>>,
    aliases: Vec<Alias<'a>>,
}

impl Network<'_> {
    /// Looks up one address of each block of the range within which no fact begins or ends.
    fn serves(&self) -> Result<(), Reason> {
        let range = self.range;
        let nets = (self.routes.iter().map(|route| route.dest))
            .chain(self.policies.iter().map(|route| route.dest))
            .chain(self.ranges.iter().map(|range| range.cidr))
            .chain(self.aliases.iter().map(|alias| alias.cidr));
        let edges = nets.filter(|net| range.contains(net)).flat_map(|net| {
            let behind = u32::from(net.broadcast()).checked_add(1).map(Ipv4Addr::from);
            [Some(net.network()), behind.filter(|address| range.contains(address))]
        });
        let blocks: BTreeSet<Ipv4Addr> = edges.flatten().chain([range.network()]).collect();
        blocks.into_iter().try_for_each(|address| self.look_up(address))
    }

    /// Looks up one address: `Ok` if a packet to it gets to the VM.
    fn look_up(&self, address: Ipv4Addr) -> Result<(), Reason> {
        if self.is_led_away(address) {
            return Err(Reason::PolicyElsewhere);
        }
        let routes: Vec<_> = self.routes.iter().copied().filter(|r| r.dest.contains(&address)).collect();
        let ranges = self.ranges.iter().filter(|range| range.cidr.contains(&address));
        let Some(range) = ranges.max_by_key(|range| range.cidr.prefix_len()) else {
            return self.follow(&routes, Reason::NoRoute);
        };
        let inside = |route: &&RouteFact| route.dest.prefix_len() >= range.cidr.prefix_len();
        let owner = self.owner(range, address);
        match (range.overlap, self.rule) {
            (false, _) => owner.unwrap_or_else(|| {
                Err(if routes.iter().any(inside) { Reason::ShadowedByRange } else { Reason::NoAlias })
            }),
            (true, LookupRule::ResourceFirst) => owner.unwrap_or_else(|| {
                let second: Vec<_> =
                    routes.iter().copied().filter(|r| inside(r) && second_look_up(r, range)).collect();
                let dropped = routes.iter().any(|route| self.leads_here(route));
                self.follow(&second, if dropped { Reason::RouteDropped } else { Reason::NoAlias })
            }),
            (true, LookupRule::MostSpecific) => {
                if routes.iter().any(|route| route.dest.prefix_len() > range.cidr.prefix_len()) {
                    self.follow(&routes, Reason::NoRoute)
                } else {
                    owner.unwrap_or(Err(Reason::NoAlias))
                }
            }
        }
    }

    /// Whether a policy-based route leads packets of some sender elsewhere. Its senders are taken to be there, unless another
    /// one that comes first gives all of them back to the other routes.
    fn is_led_away(&self, address: Ipv4Addr) -> bool {
        let here = || self.policies.iter().filter(|route| route.dest.contains(&address));
        here().filter(|route| route.leads_elsewhere).any(|away| {
            let comes_first = |other: &&&PolicyFact| other.priority < away.priority;
            !here()
                .filter(comes_first)
                .any(|other| !other.leads_elsewhere && other.source.contains(&away.source))
        })
    }

    /// Whether the owner of an address of `range` is the VM; `None` if the address has no owner. An alias
    /// that is moved may be programmed on two VMs for a while: then it counts as the other one's.
    fn owner(&self, range: &Range<'_>, address: Ipv4Addr) -> Option<Result<(), Reason>> {
        let of_range = |alias: &&Alias<'_>| alias.subnet == range.subnet && alias.range_name == range.name;
        let owners = || self.aliases.iter().filter(|alias| alias.cidr.contains(&address)).filter(of_range);
        let longest = owners().map(|alias| alias.cidr.prefix_len()).max()?;
        let ours =
            owners().filter(|alias| alias.cidr.prefix_len() == longest).all(|alias| alias.vm == self.vm);
        Some(if ours { Ok(()) } else { Err(Reason::AliasElsewhere) })
    }

    /// Follows the routes: the longest prefix wins, then the lowest priority number; traffic is spread over what is left, so
    /// all of it must lead to the VM. `if_none` is the reason if no route is as specific as the range.
    fn follow(&self, routes: &[&RouteFact], if_none: Reason) -> Result<(), Reason> {
        let rank = |route: &RouteFact| (u8::MAX - route.dest.prefix_len(), route.priority);
        let best = routes.iter().map(|route| rank(route)).min().ok_or(if_none)?;
        let mut winners = routes.iter().filter(|route| rank(route) == best);
        match winners.find(|route| !self.leads_here(route)) {
            Some(route) if route.dest.prefix_len() < self.range.prefix_len() => Err(if_none),
            Some(_) => Err(Reason::RouteElsewhere),
            None if self.can_ip_forward => Ok(()),
            None => Err(Reason::CannotIpForward),
        }
    }

    fn leads_here(&self, route: &RouteFact) -> bool {
        matches!(&route.next_hop, NextHop::Vm(vm) if vm == self.vm)
    }
}

fn second_look_up(route: &RouteFact, range: &Range<'_>) -> bool {
    let same_region = match &route.next_hop {
        NextHop::Vm(vm) => vm.region() == range.subnet.region,
        NextHop::Other => true,
    };
    !route.tags && same_region
}
