//! The provider's `InfrastructureConfig`. It is decoded strictly: an unknown field is an error, and so is one in another case.
//!
//! An explicit null means the same as an absent field, as it does to the other controllers that decode this document.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};

use super::null;

/// The document in `spec.providerConfig` of an Infrastructure.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InfrastructureConfig {
    /// The API version, which must be [`crate::documents::names::PROVIDER_API_VERSION`].
    #[serde(default, deserialize_with = "null::is_absent")]
    pub api_version: String,
    /// The kind, which must be `InfrastructureConfig`.
    #[serde(default, deserialize_with = "null::is_absent")]
    pub kind: String,
    /// The networks of the shoot.
    #[serde(default, deserialize_with = "null::is_absent")]
    pub networks: NetworkConfig,
}

/// The networks of a shoot, `networks` of an `InfrastructureConfig`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkConfig {
    /// A VPC that the user made; if absent, the shoot gets its own.
    #[serde(default)]
    pub vpc: Option<Vpc>,
    /// The range of the nodes subnet in CIDR notation.
    #[serde(default, deserialize_with = "null::is_absent")]
    pub workers: String,
    /// The former name of `workers`, which counts only if `workers` is empty.
    #[serde(default, deserialize_with = "null::is_absent")]
    pub worker: String,
    /// The range of the internal subnet in CIDR notation; if absent, there is no such subnet.
    #[serde(default)]
    pub internal: Option<String>,
    /// The settings of the Cloud NAT.
    #[serde(default, rename = "cloudNAT")]
    pub cloud_nat: Option<CloudNat>,
    /// The flow logs of the nodes subnet; if absent, they are off.
    #[serde(default, rename = "flowLogs")]
    pub flow_logs: Option<FlowLogs>,
    /// The MTU of the shoot's own VPC, in bytes.
    #[serde(default)]
    pub mtu: Option<i32>,
}

/// A VPC that the user made, `networks.vpc`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Vpc {
    /// The name of a VPC in the project of the credentials.
    #[serde(default, deserialize_with = "null::is_absent")]
    pub name: String,
    /// The Cloud Router of that VPC that bears the NAT.
    #[serde(default)]
    pub cloud_router: Option<CloudRouter>,
}

/// A Cloud Router that the user made, `networks.vpc.cloudRouter`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CloudRouter {
    /// The name of a Cloud Router in the shoot's region.
    #[serde(default, deserialize_with = "null::is_absent")]
    pub name: String,
}

/// The settings of the Cloud NAT in the units of Google's API, `networks.cloudNAT`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CloudNat {
    /// Endpoint-independent mapping of ports; off by default.
    #[serde(default)]
    pub endpoint_independent_mapping: Option<EndpointIndependentMapping>,
    /// The minimum number of ports per VM.
    #[serde(default, rename = "minPortsPerVM")]
    pub min_ports_per_vm: Option<i32>,
    /// The maximum number of ports per VM, which counts only with dynamic port allocation.
    #[serde(default, rename = "maxPortsPerVM")]
    pub max_ports_per_vm: Option<i32>,
    /// Whether ports are allocated dynamically.
    #[serde(default)]
    pub enable_dynamic_port_allocation: Option<bool>,
    /// The external addresses to use; if absent, Google allocates them.
    #[serde(default, rename = "natIPNames", deserialize_with = "null::in_optional_list")]
    pub nat_ip_names: Option<Vec<NatIpName>>,
    /// The idle timeout of ICMP mappings, in seconds.
    #[serde(default)]
    pub icmp_idle_timeout_sec: Option<i32>,
    /// The idle timeout of established TCP connections, in seconds.
    #[serde(default)]
    pub tcp_established_idle_timeout_sec: Option<i32>,
    /// The timeout of closed TCP connections in state `TIME_WAIT`, in seconds.
    #[serde(default)]
    pub tcp_time_wait_timeout_sec: Option<i32>,
    /// The idle timeout of TCP connections that are being opened or closed, in seconds.
    #[serde(default)]
    pub tcp_transitory_idle_timeout_sec: Option<i32>,
    /// The idle timeout of UDP mappings, in seconds.
    #[serde(default)]
    pub udp_idle_timeout_sec: Option<i32>,
}

/// The mapping of ports by a Cloud NAT, `networks.cloudNAT.endpointIndependentMapping`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndpointIndependentMapping {
    /// Whether the same internal address and port keep their external ones for every destination.
    #[serde(default, deserialize_with = "null::is_absent")]
    pub enabled: bool,
}

/// An item of `networks.cloudNAT.natIPNames`: an external address that the user reserved.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NatIpName {
    /// The name of an external address in the shoot's region.
    #[serde(default, deserialize_with = "null::is_absent")]
    pub name: String,
}

/// The settings of VPC flow logs, `networks.flowLogs`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FlowLogs {
    /// The aggregation interval, e.g. `INTERVAL_5_SEC`.
    #[serde(default)]
    pub aggregation_interval: Option<String>,
    /// The share of flows that is logged, from 0 to 1.
    #[serde(default, deserialize_with = "in_single_precision")]
    pub flow_sampling: Option<f32>,
    /// The metadata that is logged, e.g. `EXCLUDE_ALL_METADATA`.
    #[serde(default)]
    pub metadata: Option<String>,
}

/// Deserializes a number in single precision. A larger one is an error, as it is in Go.
fn in_single_precision<'de, D: Deserializer<'de>>(from: D) -> Result<Option<f32>, D::Error> {
    let number: Option<f32> = Option::deserialize(from)?;
    match number {
        Some(number) if !number.is_finite() => Err(D::Error::custom("too large for single precision")),
        number => Ok(number),
    }
}
