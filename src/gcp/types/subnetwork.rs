//! `compute#subnetwork`.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Fingerprint, ResourceId, ResourceUrl};

/// A subnetwork.
#[derive(Clone, Debug, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Subnetwork {
    /// Its name, unique in project and region.
    pub name: String,
    /// Its number.
    pub id: ResourceId,
    /// Its URL.
    pub self_link: ResourceUrl,
    /// The network that it is part of.
    pub network: ResourceUrl,
    /// Where it lies.
    pub region: ResourceUrl,
    /// Its primary IPv4 range; absent if it has IPv6 only.
    pub ip_cidr_range: Option<String>,
    /// Its secondary IPv4 ranges. A PATCH replaces the whole list.
    pub secondary_ip_ranges: Vec<SecondaryRange>,
    /// Whether its ranges may contain routes. Absent is false.
    pub allow_subnet_cidr_routes_overlap: bool,
    /// `IPV4_ONLY`, `IPV4_IPV6` or `IPV6_ONLY`.
    pub stack_type: Option<String>,
    /// `EXTERNAL` or `INTERNAL`; absent while it has IPv4 only. Immutable once set.
    pub ipv6_access_type: Option<String>,
    /// The /64 that Google gave to it, some time after it got external IPv6.
    pub external_ipv6_prefix: Option<String>,
    /// What a PATCH must name.
    pub fingerprint: Fingerprint,
    /// `PRIVATE` for subnetworks that hold VMs.
    pub purpose: Option<String>,
    /// Whether flow logs are on. Absent unless it was ever set.
    pub enable_flow_logs: Option<bool>,
    /// Flow logs, as the API writes them.
    pub log_config: Option<Map<String, Value>>,
    /// Whether VMs without an external address reach Google's APIs.
    pub private_ip_google_access: bool,
}

/// A secondary range of a subnetwork. It goes back in list PATCHes, so it keeps what it does not know.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SecondaryRange {
    /// Its name, unique in the subnetwork.
    pub range_name: String,
    /// The range.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub ip_cidr_range: String,
    /// All other members.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}
