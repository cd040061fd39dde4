//! What Google does not do: by its rules, by what nobody knows of it, and because somebody forbids it.

use std::collections::BTreeSet;

use ipnet::{IpNet, Ipv4Net};
use planner::plan::Action;
use planner::plan::resource::{Body, Change, Kind, SubnetChange};
use planner::snapshot::{NextHop, StackType};
use planner::vocabulary::POD_RANGE_NAME;
use serde_json::Value;

use super::world::{CLUSTER, World};

/// What Google does not do in this world.
#[derive(Clone, Debug, Default)]
pub(crate) struct Google {
    /// What somebody forbids, by its name in [`FORBIDDEN`]; it can be allowed again.
    pub(crate) forbids: BTreeSet<&'static str>,
    /// Google does not take the overlap flag on a dual-stack subnet.
    pub(crate) no_flag_on_dual: bool,
    /// Google does not make a subnet dual-stack that has the overlap flag.
    pub(crate) no_dual_on_flag: bool,
}

/// What can be forbidden.
pub(crate) const FORBIDDEN: [&str; 11] = [
    "insert services",
    "dual nodes",
    "dual internal",
    "flag on",
    "range on",
    "alias",
    "range off",
    "flag off",
    "single nodes",
    "single internal",
    "delete services",
];

/// A refusal.
pub(crate) struct Refusal {
    /// Whether it passes by itself, as far as the error says.
    pub(crate) transient: bool,
    pub(crate) text: String,
}

fn for_good(text: impl Into<String>) -> Option<Refusal> {
    Some(Refusal { transient: false, text: text.into() })
}

impl World {
    /// Why Google refuses `action`; none: it does it.
    pub(crate) fn refusal(&self, action: &Action) -> Option<Refusal> {
        if let Some(what) = forbidden(action).filter(|what| self.google.forbids.contains(what)) {
            return for_good(format!("a policy forbids: {what}"));
        }
        match action {
            Action::Insert { object, body: Body::Subnet(body) } => {
                let taken = self.cloud.subnets.iter().find(|subnet| {
                    overlap(subnet.range, body.range)
                        || subnet.secondary.iter().any(|other| overlap(other.range, body.range))
                });
                match taken {
                    Some(taken) => for_good(format!("{} overlaps {}", object.name, taken.name)),
                    None if self.is_taken_beyond(body.range) => for_good("a peer or a service has the range"),
                    None if self.is_routed(body.range) => for_good("a route lies inside the range"),
                    None => None,
                }
            }
            Action::Patch { object, change: Change::Subnet { fingerprint, change } } => {
                let subnet = self.cloud.subnets.iter().find(|subnet| subnet.name == object.name)?;
                if subnet.fingerprint != *fingerprint {
                    return Some(Refusal { transient: true, text: "another fingerprint".to_owned() });
                }
                self.refuses_change(&subnet.name, change)
            }
            Action::Delete { object, .. } if object.kind == Kind::Subnet => {
                let used = self.cloud.vms.values().any(|vm| vm.nic.subnet == object.name);
                used.then(|| Refusal { transient: true, text: "a VM uses the subnet".to_owned() })
            }
            Action::SetAliases { vm, fingerprint, aliases, .. } => {
                let vm = self.cloud.vms.get(vm)?;
                if vm.nic.fingerprint != *fingerprint {
                    return Some(Refusal { transient: true, text: "another fingerprint".to_owned() });
                }
                let wanted: Vec<(Ipv4Net, &str)> = aliases.iter().filter_map(alias).collect();
                let subnet = self.cloud.subnets.iter().find(|subnet| subnet.name == vm.nic.subnet)?;
                let fits = |(range, name): &(Ipv4Net, &str)| {
                    subnet.secondary.iter().any(|from| from.name == **name && from.range.contains(range))
                };
                if let Some((range, name)) = wanted.iter().find(|alias| !fits(alias)) {
                    return for_good(format!("{range} is not in the secondary range {name}"));
                }
                let mut others = self.cloud.vms.values().filter(|other| other.id != vm.id);
                let taken = others.any(|other| {
                    other
                        .nic
                        .aliases
                        .iter()
                        .any(|alias| wanted.iter().any(|(range, _)| *range == alias.range))
                });
                taken.then(|| Refusal { transient: false, text: "another VM bears the range".to_owned() })
            }
            Action::Insert { .. }
            | Action::Patch { .. }
            | Action::Delete { .. }
            | Action::SetNats { .. }
            | Action::WriteState(_)
            | Action::TakeWords { .. }
            | Action::IgnoreControlPlane { .. }
            | Action::ScaleCcm { .. } => None,
        }
    }

    fn refuses_change(&self, name: &str, change: &SubnetChange) -> Option<Refusal> {
        let subnet = self.cloud.subnets.iter().find(|subnet| subnet.name == *name)?;
        match change {
            SubnetChange::Overlap(true)
                if subnet.stack == StackType::DualExternal && self.google.no_flag_on_dual =>
            {
                for_good("no overlap flag on a dual-stack subnet")
            }
            SubnetChange::Overlap(false)
                if self.is_routed(subnet.range)
                    || subnet.secondary.iter().any(|range| self.is_routed(range.range)) =>
            {
                for_good("a route lies inside the ranges")
            }
            SubnetChange::DualStack if subnet.overlap && self.google.no_dual_on_flag => {
                for_good("no IPv6 on a subnet with the overlap flag")
            }
            SubnetChange::SecondaryRanges(list) => {
                let wanted: Vec<(String, Ipv4Net)> = list.iter().filter_map(range).collect();
                let is_wanted = |name: &str| wanted.iter().any(|(wanted, _)| wanted == name);
                let lost: Vec<&str> = subnet
                    .secondary
                    .iter()
                    .map(|range| range.name.as_str())
                    .filter(|name| !is_wanted(name))
                    .collect();
                let used = self.cloud.vms.values().filter(|vm| vm.nic.subnet == *name).any(|vm| {
                    vm.nic.aliases.iter().any(|alias| {
                        alias.range_name.as_ref().is_some_and(|name| lost.contains(&name.as_str()))
                    })
                });
                if used {
                    return Some(Refusal { transient: true, text: "a VM uses the range".to_owned() });
                }
                let new = wanted
                    .iter()
                    .filter(|(name, _)| !subnet.secondary.iter().any(|range| range.name == **name));
                for (_, range) in new {
                    if !subnet.overlap && self.is_routed(*range) {
                        return for_good("a route lies inside the new range");
                    }
                    let meets = self.cloud.subnets.iter().any(|other| {
                        overlap(other.range, *range)
                            || other.secondary.iter().any(|other| overlap(other.range, *range))
                    });
                    if meets || self.is_taken_beyond(*range) {
                        return for_good("the new range overlaps another");
                    }
                }
                None
            }
            SubnetChange::Overlap(_)
            | SubnetChange::DualStack
            | SubnetChange::Ipv4Only
            | SubnetChange::FlowLogs(_)
            | SubnetChange::LogConfig(_) => None,
        }
    }

    /// Whether a route that is not Google's own leads into `range`.
    fn is_routed(&self, range: Ipv4Net) -> bool {
        self.cloud.routes.iter().any(|route| match route.destination {
            IpNet::V4(to) => route.next_hop != NextHop::Subnet && range.contains(&to),
            IpNet::V6(_) => false,
        })
    }
}

/// The name under which `action` can be forbidden.
fn forbidden(action: &Action) -> Option<&'static str> {
    let of = |name: &str, purpose: &str| name == format!("{CLUSTER}-{purpose}");
    match action {
        Action::Insert { object, .. } if of(&object.name, "services") => Some("insert services"),
        Action::Delete { object, .. } if of(&object.name, "services") => Some("delete services"),
        Action::Patch { object, change: Change::Subnet { change, .. } } => {
            let nodes = of(&object.name, "nodes");
            match change {
                SubnetChange::DualStack => Some(if nodes { "dual nodes" } else { "dual internal" }),
                SubnetChange::Ipv4Only => Some(if nodes { "single nodes" } else { "single internal" }),
                SubnetChange::Overlap(true) => Some("flag on"),
                SubnetChange::Overlap(false) => Some("flag off"),
                SubnetChange::SecondaryRanges(list) => {
                    let on = list.iter().filter_map(range).any(|(name, _)| name == POD_RANGE_NAME);
                    Some(if on { "range on" } else { "range off" })
                }
                SubnetChange::FlowLogs(_) | SubnetChange::LogConfig(_) => None,
            }
        }
        Action::SetAliases { aliases, .. } => {
            aliases.iter().filter_map(alias).any(|(_, name)| name == POD_RANGE_NAME).then_some("alias")
        }
        Action::Insert { .. }
        | Action::Patch { .. }
        | Action::Delete { .. }
        | Action::SetNats { .. }
        | Action::WriteState(_)
        | Action::TakeWords { .. }
        | Action::IgnoreControlPlane { .. }
        | Action::ScaleCcm { .. } => None,
    }
}

fn overlap(one: Ipv4Net, other: Ipv4Net) -> bool {
    one.contains(&other) || other.contains(&one)
}

fn range(raw: &Value) -> Option<(String, Ipv4Net)> {
    let text = |field: &str| raw.get(field).and_then(Value::as_str);
    Some((text("rangeName")?.to_owned(), text("ipCidrRange")?.parse().ok()?))
}

fn alias(raw: &Value) -> Option<(Ipv4Net, &str)> {
    let text = |field: &str| raw.get(field).and_then(Value::as_str);
    Some((text("ipCidrRange")?.parse().ok()?, text("subnetworkRangeName")?))
}
