//! The provider's `InfrastructureStatus`, in `status.providerStatus`.
//!
//! Other controllers decode it strictly: no unknown field may appear, and `networks`, `networks.vpc`, `networks.subnets` and
//! `serviceAccountEmail` are always written.

use serde::{Deserialize, Serialize};

use super::null;

/// The document in `status.providerStatus` of an Infrastructure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProviderStatus {
    /// The API version, [`crate::documents::names::PROVIDER_API_VERSION`].
    pub api_version: String,
    /// The kind, `InfrastructureStatus`.
    pub kind: String,
    /// The networks of the shoot.
    #[serde(default, deserialize_with = "null::is_absent")]
    pub networks: NetworkStatus,
    /// The e-mail address of the shoot's own service account; empty if it has none.
    #[serde(default, deserialize_with = "null::is_absent")]
    pub service_account_email: String,
}

/// The networks that are reported, `networks` of an `InfrastructureStatus`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkStatus {
    /// The VPC that the shoot is in.
    #[serde(default, deserialize_with = "null::is_absent")]
    pub vpc: VpcStatus,
    /// The shoot's subnets, in the order nodes, internal, services.
    #[serde(default, deserialize_with = "null::in_list")]
    pub subnets: Vec<SubnetStatus>,
    /// The addresses of the NAT, in the order of the configuration; empty if Google allocates them.
    #[serde(
        default,
        rename = "natIPs",
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "null::in_list"
    )]
    pub nat_ips: Vec<NatIpStatus>,
    /// The IP families in effect. The contract spells the field in lower case.
    #[serde(
        default,
        rename = "ipfamilies",
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "null::in_list"
    )]
    pub ip_families: Vec<String>,
}

/// The VPC that is reported, `networks.vpc` of an `InfrastructureStatus`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VpcStatus {
    /// The name of the VPC.
    #[serde(default, skip_serializing_if = "String::is_empty", deserialize_with = "null::is_absent")]
    pub name: String,
    /// The Cloud Router that bears the shoot's NAT.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cloud_router: Option<CloudRouterStatus>,
}

/// The Cloud Router that is reported, `networks.vpc.cloudRouter` of an `InfrastructureStatus`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CloudRouterStatus {
    /// The name of the Cloud Router.
    #[serde(default, skip_serializing_if = "String::is_empty", deserialize_with = "null::is_absent")]
    pub name: String,
}

/// An item of `networks.natIPs`: an address of the NAT.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NatIpStatus {
    /// An IPv4 address, without prefix length.
    #[serde(default, deserialize_with = "null::is_absent")]
    pub ip: String,
}

/// An item of `networks.subnets`: a subnet of the shoot.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubnetStatus {
    /// The name of the subnet.
    #[serde(default, deserialize_with = "null::is_absent")]
    pub name: String,
    /// The purpose, `nodes`, `internal` or `services`.
    #[serde(default, deserialize_with = "null::is_absent")]
    pub purpose: String,
}
