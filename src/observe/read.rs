//! From Google's words to ours, one object at a time.

use std::net::Ipv4Addr;

use ipnet::{IpNet, Ipv4Net};
use serde_json::{Value, json};

use super::ObserveError;
use crate::gcp::{iam, types};
use crate::snapshot::{
    Address, Alias, Firewall, Network, NetworkMode, NextHop, Nic, Route, Router, SecondaryRange,
    ServiceAccount, StackType, Subnet, Vm,
};
use crate::vocabulary::{FlowLogs, Sampling, VmRef};

/// A VPC.
pub(super) fn network(network: &types::Network) -> Network {
    Network {
        name: network.name.clone().into(),
        url: network.self_link.0.clone(),
        mode: match (network.auto_create_subnetworks, &network.ipv4_range) {
            (Some(false), None) => NetworkMode::Custom,
            (Some(true), None) => NetworkMode::Auto,
            (None, _) | (_, Some(_)) => NetworkMode::Legacy,
        },
        routing_mode: network
            .routing_config
            .as_ref()
            .map_or_else(String::new, |config| config.routing_mode.clone()),
        peerings: network.peerings.iter().map(|peering| peering.name.clone()).collect(),
        subnets: network
            .subnetworks
            .iter()
            .map(|subnet| format!("{}/{}", subnet.region().unwrap_or_default(), subnet.name()))
            .collect(),
    }
}

/// A subnet; `None` for one without IPv4, in whose ranges nothing of a shoot's can lie.
pub(super) fn subnet(subnet: &types::Subnetwork) -> Result<Option<Subnet>, ObserveError> {
    let Some(range) = &subnet.ip_cidr_range else { return Ok(None) };
    let object = || format!("subnetwork {}", subnet.name);
    let secondary = subnet.secondary_ip_ranges.iter().map(|range| {
        Ok(SecondaryRange {
            name: range.range_name.clone().into(),
            range: ipv4(object, "secondaryIpRanges[].ipCidrRange", &range.ip_cidr_range)?,
            raw: raw(range),
        })
    });
    Ok(Some(Subnet {
        name: subnet.name.clone().into(),
        region: subnet.region.name().into(),
        range: ipv4(object, "ipCidrRange", range)?,
        secondary: secondary.collect::<Result<_, ObserveError>>()?,
        overlap: subnet.allow_subnet_cidr_routes_overlap,
        stack: match (subnet.stack_type.as_deref(), subnet.ipv6_access_type.as_deref()) {
            (None | Some("" | "IPV4_ONLY"), _) => StackType::Ipv4,
            (Some("IPV4_IPV6"), Some("EXTERNAL")) => StackType::DualExternal,
            (Some("IPV4_IPV6"), Some("INTERNAL")) => StackType::DualInternal,
            _ => StackType::Other,
        },
        flow_logs: subnet.log_config.as_ref().and_then(flow_logs),
        ipv6_prefix: subnet.external_ipv6_prefix.clone().filter(|prefix| !prefix.is_empty()),
        fingerprint: subnet.fingerprint.0.clone(),
    }))
}

/// Flow logs that are on, whichever of the two switches says so.
fn flow_logs(config: &serde_json::Map<String, Value>) -> Option<FlowLogs> {
    let text = |field: &str| config.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
    config.get("enable").and_then(Value::as_bool).unwrap_or_default().then(|| FlowLogs {
        interval: text("aggregationInterval"),
        // Kept in single precision there, too.
        #[expect(clippy::cast_possible_truncation, reason = "what is compared has single precision")]
        sampling: Sampling::new(
            config.get("flowSampling").and_then(Value::as_f64).unwrap_or_default() as f32
        ),
        metadata: text("metadata"),
    })
}

/// A Cloud Router.
pub(super) fn router(router: types::Router) -> Router {
    Router { network: router.network.path().to_owned(), name: router.name.into(), nats: router.nats }
}

/// A firewall rule.
pub(super) fn firewall(firewall: types::Firewall) -> Firewall {
    let types::Firewall { name, network, target_tags, other: mut fields } = firewall;
    fields.insert("network".to_owned(), json!(network.path()));
    fields.insert("targetTags".to_owned(), json!(target_tags));
    Firewall { name: name.into(), target_tags, fields }
}

/// A reserved address.
pub(super) fn address(address: types::Address) -> Address {
    Address {
        path: address.self_link.path().to_owned(),
        external: address.address_type != "INTERNAL",
        users: match address.status.as_str() {
            "IN_USE" => address.users.iter().map(|user| user.name().to_owned()).collect(),
            _ => Vec::new(),
        },
        name: address.name.into(),
        address: address.address,
    }
}

/// A service account.
pub(super) fn service_account(account: iam::ServiceAccount) -> ServiceAccount {
    ServiceAccount { email: account.email, display_name: account.display_name }
}

/// A route; next hops in other projects are foreign.
pub(super) fn route(route: &types::Route, project: &str) -> Result<Route, ObserveError> {
    let destination: IpNet = route.dest_range.parse().map_err(|_| ObserveError::NotUnderstood {
        object: format!("route {}", route.name),
        field: "destRange",
        value: route.dest_range.clone(),
    })?;
    Ok(Route {
        name: route.name.clone().into(),
        destination,
        next_hop: next_hop(route, project),
        description: route.description.clone().unwrap_or_default(),
        tags: route.tags.clone(),
    })
}

/// A VM with its first interface; `None` for a VM without any.
pub(super) fn vm(instance: &types::Instance) -> Result<Option<Vm>, ObserveError> {
    let Some(nic) = instance.network_interfaces.first() else { return Ok(None) };
    let object = || format!("instance {}", instance.name);
    let aliases = nic.alias_ip_ranges.iter().map(|alias| {
        Ok(Alias {
            range: ipv4(object, "networkInterfaces[0].aliasIpRanges[].ipCidrRange", &alias.ip_cidr_range)?,
            range_name: alias.subnetwork_range_name.as_ref().map(Into::into),
            raw: raw(alias),
        })
    });
    Ok(Some(Vm {
        id: VmRef { zone: instance.zone.name().into(), name: instance.name.clone().into() },
        tags: instance.tags.items.clone(),
        nic: Nic {
            name: nic.name.clone(),
            subnet: nic.subnetwork.as_ref().map(|subnet| subnet.name().to_owned()).unwrap_or_default().into(),
            aliases: aliases.collect::<Result<_, ObserveError>>()?,
            fingerprint: nic.fingerprint.0.clone(),
        },
    }))
}

fn next_hop(route: &types::Route, project: &str) -> NextHop {
    if let Some(instance) = &route.next_hop_instance {
        return match (instance.project(), instance.zone()) {
            (Some(found), Some(zone)) if found == project => {
                NextHop::Vm(VmRef { zone: zone.into(), name: instance.name().into() })
            }
            _ => NextHop::Other(instance.0.clone()),
        };
    }
    if let Some(gateway) = &route.next_hop_gateway {
        return match gateway.name() {
            "default-internet-gateway" => NextHop::Internet,
            _ => NextHop::Other(gateway.0.clone()),
        };
    }
    if route.next_hop_network.is_some() { NextHop::Subnet } else { NextHop::Other("no VM".to_owned()) }
}

fn ipv4(object: impl Fn() -> String, field: &'static str, text: &str) -> Result<Ipv4Net, ObserveError> {
    // An alias of a single address may come back without a mask.
    let parsed = text.parse::<Ipv4Net>().or_else(|_| text.parse::<Ipv4Addr>().map(Ipv4Net::from));
    parsed.map_err(|_| ObserveError::NotUnderstood { object: object(), field, value: text.to_owned() })
}

/// The element as it was read, to be sent back in a list.
fn raw(element: &impl serde::Serialize) -> Value {
    serde_json::to_value(element).unwrap_or_else(|_| json!({}))
}
