//! The effect of changes of subnets on a snapshot, including Google's routes to their ranges and the list of subnets of the VPC.

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use serde_json::Value;

use super::{NewSubnet, SubnetChange, named_range};
use crate::plan::resource::route;
use crate::snapshot::{Cloud, NextHop, PRIVATE, Route, SecondaryRange, StackType, Subnet};
use crate::vocabulary::{FlowLogs, Region, ResourceName, Sampling};

impl NewSubnet {
    /// Adds the subnet to `cloud` under `name`. Its IPv6 range is not known before it is read.
    pub(in crate::plan) fn insert(&self, region: &Region, name: &ResourceName, cloud: &mut Cloud) {
        if !cloud.is_network(&self.network) || cloud.subnet(region, name).is_some() {
            return;
        }
        let secondary = self.secondary.iter().map(|(name, range)| named_range(name, *range));
        let subnet = Subnet {
            name: name.into(),
            region: region.into(),
            description: self.description.clone(),
            range: self.range,
            secondary: secondary.filter_map(secondary_range).collect(),
            overlap: false,
            stack: StackType::Ipv4,
            purpose: PRIVATE.to_owned(),
            flow_logs: self.flow_logs.clone(),
            ipv6_prefix: None,
            fingerprint: String::new(),
        };
        move_routes(&[], &ranges(&subnet), cloud);
        cloud.subnets.push(subnet);
        if let Some(network) = &mut cloud.network {
            network.subnets.push(listed(region, name));
        }
        if self.dual_stack {
            SubnetChange::DualStack.patch(region, name, "", cloud);
        }
    }
}

impl SubnetChange {
    /// Changes the subnet `name` in `cloud`, unless it has another fingerprint by now, or an IPv6 stack, which is immutable.
    pub(in crate::plan) fn patch(
        &self,
        region: &Region,
        name: &ResourceName,
        fingerprint: &str,
        cloud: &mut Cloud,
    ) {
        let present = cloud.subnet(region, name);
        let Some(present) = present.filter(|present| present.fingerprint == fingerprint) else { return };
        match self {
            Self::DualStack if present.stack != StackType::Ipv4 => return,
            Self::DualStack => add_ipv6_default_route(cloud),
            Self::Ipv4Only if present.stack != StackType::DualExternal => return,
            Self::Overlap(_)
            | Self::SecondaryRanges(_)
            | Self::Ipv4Only
            | Self::FlowLogs(_)
            | Self::LogConfig(_) => {}
        }
        change(region, name, cloud, |subnet| self.set(subnet));
    }

    /// Sets the fields of the group.
    fn set(&self, subnet: &mut Subnet) {
        match self {
            Self::Overlap(allowed) => subnet.overlap = *allowed,
            Self::SecondaryRanges(list) => {
                subnet.secondary = list.iter().cloned().filter_map(secondary_range).collect();
            }
            Self::DualStack => subnet.stack = StackType::DualExternal,
            Self::Ipv4Only => {
                subnet.stack = StackType::Ipv4;
                subnet.ipv6_prefix = None;
            }
            Self::FlowLogs(false) => subnet.flow_logs = None,
            Self::FlowLogs(true) => drop(subnet.flow_logs.get_or_insert_with(default_flow_logs)),
            // Google keeps the configuration while flow logs are off, but then a snapshot does not show it.
            Self::LogConfig(logs) => subnet.flow_logs = subnet.flow_logs.take().map(|_| logs.clone()),
        }
    }
}

/// Widens the primary range of the subnet `name` in `cloud`.
pub(in crate::plan) fn widen(region: &Region, name: &ResourceName, range: Ipv4Net, cloud: &mut Cloud) {
    change(region, name, cloud, |subnet| subnet.range = range);
}

/// Removes the subnet `name` from `cloud`.
pub(in crate::plan) fn delete(region: &Region, name: &ResourceName, cloud: &mut Cloud) {
    let is_it = |subnet: &Subnet| subnet.region == *region && subnet.name == *name;
    let Some(place) = cloud.subnets.iter().position(is_it) else { return };
    let subnet = cloud.subnets.remove(place);
    move_routes(&ranges(&subnet), &[], cloud);
    if let Some(network) = &mut cloud.network {
        let listed = listed(region, name);
        network.subnets.retain(|subnet| *subnet != listed);
    }
}

/// Changes the subnet `name` in `cloud` with `set`. The new fingerprint is not known before it is read.
fn change(region: &Region, name: &ResourceName, cloud: &mut Cloud, set: impl FnOnce(&mut Subnet)) {
    let Some(subnet) = cloud.subnet_mut(region, name) else { return };
    let before = ranges(subnet);
    set(subnet);
    subnet.fingerprint.clear();
    let after = ranges(subnet);
    move_routes(&before, &after, cloud);
}

/// All ranges of a subnet. Google creates a route to each.
fn ranges(subnet: &Subnet) -> Vec<IpNet> {
    let secondary = subnet.secondary.iter().map(|range| range.range.into());
    let ipv6 = subnet.ipv6_prefix.as_ref().and_then(|prefix| prefix.parse().ok());
    std::iter::once(subnet.range.into()).chain(secondary).chain(ipv6).collect()
}

/// Replaces the routes to the ranges `before` of a subnet by routes to the ranges `after`.
fn move_routes(before: &[IpNet], after: &[IpNet], cloud: &mut Cloud) {
    let is_removed = |range: &IpNet| before.contains(range) && !after.contains(range);
    cloud.routes.retain(|route| route.next_hop != NextHop::Subnet || !is_removed(&route.destination));
    let added = after.iter().filter(|range| !before.contains(range));
    cloud.routes.extend(added.map(|range| route::to_subnet(*range)));
}

/// Adds the default route to the IPv6 internet, which Google creates with the first external IPv6 range of a VPC and never deletes.
fn add_ipv6_default_route(cloud: &mut Cloud) {
    let all = IpNet::from(Ipv6Net::default());
    let is_default = |route: &Route| route.destination == all && route.next_hop == NextHop::Internet;
    if !cloud.routes.iter().any(is_default) {
        cloud.routes.push(route::to_internet(all));
    }
}

/// A secondary range as it is read; `None` if `raw` is not one.
fn secondary_range(raw: Value) -> Option<SecondaryRange> {
    let text = |field: &str| raw.get(field).and_then(Value::as_str);
    let (name, range) = (text("rangeName")?.into(), text("ipCidrRange")?.parse().ok()?);
    Some(SecondaryRange { name, range, raw })
}

/// The flow logs of a subnet on which they are turned on for the first time.
fn default_flow_logs() -> FlowLogs {
    FlowLogs {
        interval: "INTERVAL_5_SEC".to_owned(),
        sampling: Sampling::new(0.5),
        metadata: "EXCLUDE_ALL_METADATA".to_owned(),
    }
}

/// The form of a subnet in the list of its VPC.
fn listed(region: &Region, name: &ResourceName) -> String {
    format!("{region}/{name}")
}
