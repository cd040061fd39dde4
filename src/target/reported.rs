//! What an Infrastructure reported last, as far as what shall be depends on it.

use super::{NetworkTarget, Ownership, RouterTarget, egress};
use crate::api::infrastructure::Infrastructure;
use crate::api::provider_status::{ProviderStatus, VpcStatus};

/// Parts of the status of an Infrastructure.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reported {
    /// The node ranges.
    pub nodes: Vec<String>,
    /// The IPv4 addresses of the NAT; `None`: nothing was ever reported of it.
    pub nat_ips: Option<Vec<String>>,
    /// The VPC and its router; `None`: nothing was ever reported of them.
    pub vpc: Option<VpcStatus>,
}

impl Reported {
    /// What `infrastructure` reported. A status that cannot be read says nothing.
    pub fn of(infrastructure: &Infrastructure) -> Self {
        let Some(status) = &infrastructure.status else { return Self::default() };
        let provider = status.provider_status.clone();
        let networks = provider
            .and_then(|provider| serde_json::from_value::<ProviderStatus>(provider).ok())
            .map(|provider| provider.networks);
        Self {
            nodes: status.networking.as_ref().map(|networking| networking.nodes.clone()).unwrap_or_default(),
            nat_ips: networks
                .as_ref()
                .map(|networks| networks.nat_ips.iter().map(|address| address.ip.clone()).collect()),
            vpc: networks.map(|networks| networks.vpc).filter(|vpc| !vpc.name.is_empty()),
        }
    }

    /// Where the network of `cluster` was, if that was reported.
    pub(super) fn place(&self, cluster: &str) -> Option<(NetworkTarget, RouterTarget)> {
        let vpc = self.vpc.as_ref()?;
        let own = egress::own_router(cluster);
        let router = vpc.cloud_router.as_ref().map_or(&own, |router| &router.name);
        let owner = |is_own| if is_own { Ownership::Own } else { Ownership::User };
        let network =
            NetworkTarget { name: vpc.name.clone(), ownership: owner(vpc.name == cluster), mtu: None };
        Some((network, RouterTarget { name: router.clone(), ownership: owner(*router == own) }))
    }
}
