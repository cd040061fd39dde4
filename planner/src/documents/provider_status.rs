//! `InfrastructureStatus` of the provider, in `status.providerStatus`.
//!
//! Other controllers decode it strictly: no unknown field may appear, and `networks`, `networks.vpc`, `networks.subnets` and
//! `serviceAccountEmail` are always written.

use serde::{Deserialize, Serialize};

use super::null;

/// The whole document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProviderStatus {
    /// [`crate::documents::names::PROVIDER_API_VERSION`].
    pub api_version: String,
    /// `InfrastructureStatus`.
    pub kind: String,
    /// The networks.
    #[serde(default, deserialize_with = "null::is_absent")]
    pub networks: NetworkStatus,
    /// Empty if the shoot has no service account of its own.
    #[serde(default, deserialize_with = "null::is_absent")]
    pub service_account_email: String,
}

/// `networks`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkStatus {
    /// The VPC.
    #[serde(default, deserialize_with = "null::is_absent")]
    pub vpc: VpcStatus,
    /// In the order nodes, internal, services.
    #[serde(default, deserialize_with = "null::in_list")]
    pub subnets: Vec<SubnetStatus>,
    /// The addresses of the NAT, in the order of the configuration.
    #[serde(
        default,
        rename = "natIPs",
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "null::in_list"
    )]
    pub nat_ips: Vec<NatIpStatus>,
    /// All lower case in the contract.
    #[serde(
        default,
        rename = "ipfamilies",
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "null::in_list"
    )]
    pub ip_families: Vec<String>,
}

/// `networks.vpc`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VpcStatus {
    /// The VPC's name.
    #[serde(default, skip_serializing_if = "String::is_empty", deserialize_with = "null::is_absent")]
    pub name: String,
    /// Its Cloud Router.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cloud_router: Option<CloudRouterStatus>,
}

/// `networks.vpc.cloudRouter`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CloudRouterStatus {
    /// The router's name.
    #[serde(default, skip_serializing_if = "String::is_empty", deserialize_with = "null::is_absent")]
    pub name: String,
}

/// One of `networks.natIPs`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NatIpStatus {
    /// The address, without a mask.
    #[serde(default, deserialize_with = "null::is_absent")]
    pub ip: String,
}

/// One of `networks.subnets`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubnetStatus {
    /// The subnet's name.
    #[serde(default, deserialize_with = "null::is_absent")]
    pub name: String,
    /// `nodes`, `internal` or `services`.
    #[serde(default, deserialize_with = "null::is_absent")]
    pub purpose: String,
}
