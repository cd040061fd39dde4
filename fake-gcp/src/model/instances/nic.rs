//! Network interfaces: fields, and how they are printed.

use std::net::{Ipv4Addr, Ipv6Addr};

use serde_json::{Value, json};

use super::Instance;
use super::aliases::{self, Alias};
use crate::api::json::Object;
use crate::api::reference::{self, self_link};
use crate::model::ids::fingerprint;
use crate::model::subnetworks::{Ipv6Access, StackType, SubnetKey};
use crate::settings::AliasOrder;

/// An external IPv4 address of an interface.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessConfig {
    /// Name, unique within the interface.
    pub name: String,
    /// Address that the internet sees.
    pub nat_ip: Ipv4Addr,
    /// Network tier: `PREMIUM` or `STANDARD`.
    pub tier: String,
}

impl AccessConfig {
    /// The access config as Google prints it.
    pub fn to_json(&self) -> Value {
        json!({
            "kind": "compute#accessConfig", "type": "ONE_TO_ONE_NAT", "name": self.name,
            "natIP": self.nat_ip.to_string(), "networkTier": self.tier,
        })
    }
}

/// A network interface.
#[derive(Debug, Clone, PartialEq)]
pub struct Nic {
    /// Name of the interface, such as `nic0`.
    pub name: String,
    /// Name of the network.
    pub network: String,
    /// Region of the subnetwork.
    pub region: String,
    /// Name of the subnetwork.
    pub subnetwork: String,
    /// Primary IPv4 address.
    pub network_ip: Ipv4Addr,
    /// Alias ranges in the order they were sent.
    pub aliases: Vec<Alias>,
    /// IP families.
    pub stack: StackType,
    /// First address of its `/96`, and the place from where it can be reached.
    pub ipv6: Option<(Ipv6Addr, Ipv6Access)>,
    /// External IPv4 addresses.
    pub access_configs: Vec<AccessConfig>,
    /// Number of changes so far, from which the fingerprint follows.
    pub revision: u64,
}

impl Nic {
    /// The subnet of the interface.
    pub fn subnet(&self, instance: &Instance) -> SubnetKey {
        SubnetKey {
            project: instance.project.clone(),
            region: self.region.clone(),
            name: self.subnetwork.clone(),
        }
    }

    /// The fingerprint, which follows from id and revision.
    pub fn fingerprint(&self, instance: &Instance) -> String {
        fingerprint(instance.id ^ name_salt(&self.name), self.revision)
    }

    /// The interface as Google prints it.
    pub fn to_json(&self, instance: &Instance, order: AliasOrder) -> Value {
        let external = |address: Ipv6Addr| {
            json!([{
                "kind": "compute#accessConfig", "name": "External IPv6", "type": "DIRECT_IPV6",
                "externalIpv6": address.to_string(), "externalIpv6PrefixLength": 96, "networkTier": "PREMIUM",
            }])
        };
        let (external_ipv6, internal_ipv6) = match self.ipv6 {
            Some((address, Ipv6Access::External)) => (Some(external(address)), None),
            Some((address, Ipv6Access::Internal)) => (None, Some(address)),
            None => (None, None),
        };
        Object::kind("compute#networkInterface")
            .with("name", self.name.clone())
            .with("network", self_link(&reference::global(&instance.project, "networks", &self.network)))
            .with("subnetwork", self_link(&self.subnet(instance).path()))
            .with("networkIP", self.network_ip.to_string())
            .with("stackType", self.stack.as_str())
            .with_list("aliasIpRanges", aliases::to_json(&self.aliases, order))
            .with_list("accessConfigs", self.access_configs.iter().map(AccessConfig::to_json).collect())
            .with_some("ipv6AccessType", self.ipv6.map(|(_, access)| access.as_str()))
            .with_some("ipv6AccessConfigs", external_ipv6)
            .with_some("ipv6Address", internal_ipv6.map(|address| address.to_string()))
            .with("fingerprint", self.fingerprint(instance))
            .build()
    }
}

fn name_salt(name: &str) -> u64 {
    name.bytes().fold(0, |salt, byte| (salt << 8) | u64::from(byte))
}
