//! `compute#instance`, as much of it as routing touches.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Fingerprint, ResourceId, ResourceUrl};

/// A VM.
#[derive(Clone, Debug, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Instance {
    /// Its name, unique in project and zone.
    pub name: String,
    /// Its number; a VM that is made anew under its old name has another one.
    pub id: ResourceId,
    /// Where it runs.
    pub zone: ResourceUrl,
    /// `PROVISIONING`, `STAGING`, `RUNNING`, `STOPPING`, `TERMINATED`, …
    pub status: String,
    /// Its network tags.
    pub tags: Tags,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// Whether it may send and receive packets of other addresses than its own.
    pub can_ip_forward: bool,
    /// Its interfaces, `nic0` first.
    pub network_interfaces: Vec<NetworkInterface>,
}

/// The network tags of a VM.
#[derive(Clone, Debug, PartialEq, Default, Deserialize)]
#[serde(default)]
pub struct Tags {
    /// The tags.
    pub items: Vec<String>,
}

/// A network interface of a VM.
#[derive(Clone, Debug, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NetworkInterface {
    /// `nic0`, `nic1`, …
    pub name: String,
    /// The network that it is plugged into.
    pub network: ResourceUrl,
    /// The subnetwork that it is plugged into; absent on a legacy network.
    pub subnetwork: Option<ResourceUrl>,
    /// Its primary IPv4 address.
    #[serde(rename = "networkIP")]
    pub network_ip: Option<String>,
    /// What an update of this interface must name. It changes with each update, and when the VM is stopped.
    pub fingerprint: Fingerprint,
    /// `IPV4_ONLY`, `IPV4_IPV6` or `IPV6_ONLY`.
    pub stack_type: Option<String>,
    /// Its alias ranges, in the server's order. An update replaces the whole list.
    pub alias_ip_ranges: Vec<AliasIpRange>,
}

/// An alias range of an interface. It goes back in list PATCHes, so it keeps what it does not know.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AliasIpRange {
    /// The range, always as a CIDR when read.
    pub ip_cidr_range: String,
    /// The secondary range that it lies in; absent: the primary range of the subnetwork.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subnetwork_range_name: Option<String>,
    /// All other members.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}
