//! `InfrastructureConfig`, decoded strictly: an unknown field is an error, and so is one of another case.
//!
//! An explicit null is an absent field, as it is to the other controllers that decode this document.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};

use super::null;

/// The document in `spec.providerConfig`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InfrastructureConfig {
    /// Must be [`crate::documents::names::PROVIDER_API_VERSION`].
    #[serde(default, deserialize_with = "null::is_absent")]
    pub api_version: String,
    /// Must be `InfrastructureConfig`.
    #[serde(default, deserialize_with = "null::is_absent")]
    pub kind: String,
    /// The networks.
    #[serde(default, deserialize_with = "null::is_absent")]
    pub networks: NetworkConfig,
}

/// `networks`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkConfig {
    /// A VPC of the user's; absent: the shoot gets its own.
    #[serde(default)]
    pub vpc: Option<Vpc>,
    /// The range of the nodes subnet.
    #[serde(default, deserialize_with = "null::is_absent")]
    pub workers: String,
    /// The old name of `workers`; counts only where `workers` is empty.
    #[serde(default, deserialize_with = "null::is_absent")]
    pub worker: String,
    /// The range of the internal subnet; absent: no such subnet.
    #[serde(default)]
    pub internal: Option<String>,
    /// Cloud NAT.
    #[serde(default, rename = "cloudNAT")]
    pub cloud_nat: Option<CloudNat>,
    /// Flow logs of the nodes subnet.
    #[serde(default, rename = "flowLogs")]
    pub flow_logs: Option<FlowLogs>,
    /// MTU of an own VPC, in bytes.
    #[serde(default)]
    pub mtu: Option<i32>,
}

/// `networks.vpc`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Vpc {
    /// The VPC's name.
    #[serde(default, deserialize_with = "null::is_absent")]
    pub name: String,
    /// The Cloud Router of that VPC.
    #[serde(default)]
    pub cloud_router: Option<CloudRouter>,
}

/// `networks.vpc.cloudRouter`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CloudRouter {
    /// The router's name.
    #[serde(default, deserialize_with = "null::is_absent")]
    pub name: String,
}

/// `networks.cloudNAT`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CloudNat {
    /// Whether a mapping is independent of the endpoint.
    #[serde(default)]
    pub endpoint_independent_mapping: Option<EndpointIndependentMapping>,
    /// Fewest ports per VM.
    #[serde(default, rename = "minPortsPerVM")]
    pub min_ports_per_vm: Option<i32>,
    /// Most ports per VM.
    #[serde(default, rename = "maxPortsPerVM")]
    pub max_ports_per_vm: Option<i32>,
    /// Whether ports are given out on demand.
    #[serde(default)]
    pub enable_dynamic_port_allocation: Option<bool>,
    /// Addresses to use; absent: automatic ones.
    #[serde(default, rename = "natIPNames", deserialize_with = "null::in_optional_list")]
    pub nat_ip_names: Option<Vec<NatIpName>>,
    /// Seconds.
    #[serde(default)]
    pub icmp_idle_timeout_sec: Option<i32>,
    /// Seconds.
    #[serde(default)]
    pub tcp_established_idle_timeout_sec: Option<i32>,
    /// Seconds.
    #[serde(default)]
    pub tcp_time_wait_timeout_sec: Option<i32>,
    /// Seconds.
    #[serde(default)]
    pub tcp_transitory_idle_timeout_sec: Option<i32>,
    /// Seconds.
    #[serde(default)]
    pub udp_idle_timeout_sec: Option<i32>,
}

/// `networks.cloudNAT.endpointIndependentMapping`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndpointIndependentMapping {
    /// On or off.
    #[serde(default, deserialize_with = "null::is_absent")]
    pub enabled: bool,
}

/// One of `networks.cloudNAT.natIPNames`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NatIpName {
    /// The name of a regional external address.
    #[serde(default, deserialize_with = "null::is_absent")]
    pub name: String,
}

/// `networks.flowLogs`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FlowLogs {
    /// `INTERVAL_5_SEC` and so on.
    #[serde(default)]
    pub aggregation_interval: Option<String>,
    /// 0 to 1.
    #[serde(default, deserialize_with = "in_single_precision")]
    pub flow_sampling: Option<f32>,
    /// `EXCLUDE_ALL_METADATA` and so on.
    #[serde(default)]
    pub metadata: Option<String>,
}

/// A number that is too large for single precision is none, as to Go.
fn in_single_precision<'de, D: Deserializer<'de>>(from: D) -> Result<Option<f32>, D::Error> {
    let number: Option<f32> = Option::deserialize(from)?;
    match number {
        Some(number) if !number.is_finite() => Err(D::Error::custom("too large for single precision")),
        number => Ok(number),
    }
}
