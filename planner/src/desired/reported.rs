//! The last report of an Infrastructure, as far as the desired network depends on it.

use super::egress;
use super::target::{NetworkTarget, Ownership, RouterTarget};
use crate::documents::infrastructure::InfrastructureStatus;
use crate::documents::provider_status::{ProviderStatus, VpcStatus};
use crate::vocabulary::{is_name, ranges::is_address};

/// The parts of an Infrastructure's status that the target depends on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reported {
    /// The node ranges in CIDR notation.
    pub nodes: Vec<String>,
    /// The IPv4 addresses of the NAT; `None` if there was no report.
    pub nat_ips: Option<Vec<String>>,
    /// The VPC and its router; `None` if there was no report.
    pub vpc: Option<VpcStatus>,
}

impl Reported {
    /// Reads a status. One that cannot be decoded counts as no report.
    pub fn of(status: Option<&InfrastructureStatus>) -> Self {
        let Some(status) = status else { return Self::default() };
        let provider = status.provider_status.clone();
        let networks = provider
            .and_then(|provider| serde_json::from_value::<ProviderStatus>(provider).ok())
            .map(|provider| provider.networks);
        Self {
            nodes: status.networking.as_ref().map(|networking| networking.nodes.clone()).unwrap_or_default(),
            nat_ips: networks.as_ref().map(|networks| {
                networks
                    .nat_ips
                    .iter()
                    .map(|address| address.ip.clone())
                    .filter(|ip: &String| is_address(ip))
                    .collect()
            }),
            vpc: networks.map(|networks| networks.vpc).filter(is_place),
        }
    }

    /// The place of the network of `cluster`: the reported VPC and router, or the `wanted` ones if nothing else was reported.
    /// Ownership follows from `wanted` if the VPC is the same, because a user's VPC may have the name that an own one would have;
    /// otherwise from the name.
    pub(super) fn place(
        &self,
        cluster: &str,
        wanted: (NetworkTarget, RouterTarget),
    ) -> (NetworkTarget, RouterTarget) {
        let Some(vpc) = self.vpc.as_ref().filter(|vpc| vpc.name != wanted.0.name) else { return wanted };
        let own = egress::own_router(cluster);
        let reported = vpc.cloud_router.as_ref().map(|router| &router.name).filter(|name| !name.is_empty());
        let router = reported.unwrap_or(&own).clone();
        let owner = |is_own| if is_own { Ownership::Own } else { Ownership::User };
        let owners = (owner(vpc.name == cluster), owner(router == own));
        (
            NetworkTarget { name: vpc.name.clone().into(), ownership: owners.0, mtu: None },
            RouterTarget { name: router.into(), ownership: owners.1 },
        )
    }
}

/// Whether both names have a valid form; others were not written by a controller.
fn is_place(vpc: &VpcStatus) -> bool {
    let router = vpc.cloud_router.as_ref().map_or("", |router| &router.name);
    is_name(&vpc.name) && (router.is_empty() || is_name(router))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documents::provider_status::CloudRouterStatus;

    fn place(
        name: &str,
        network: Ownership,
        router: &str,
        routers: Ownership,
    ) -> (NetworkTarget, RouterTarget) {
        (
            NetworkTarget { name: name.into(), ownership: network, mtu: None },
            RouterTarget { name: router.into(), ownership: routers },
        )
    }

    #[test]
    fn the_network_is_where_it_was_reported_and_belongs_to_whom_the_configuration_says() {
        use Ownership::{Own, User};
        // Reported place, wanted place, expected place.
        let table = [
            (None, place("c", Own, "c-cloud-router", Own), place("c", Own, "c-cloud-router", Own)),
            (
                Some(("c", Some("c-cloud-router"))),
                place("corp", User, "r", User),
                place("c", Own, "c-cloud-router", Own),
            ),
            (Some(("c", None)), place("corp", User, "r", User), place("c", Own, "c-cloud-router", Own)),
            // A user's VPC and router with the names of own ones.
            (
                Some(("c", Some("c-cloud-router"))),
                place("c", User, "c-cloud-router", User),
                place("c", User, "c-cloud-router", User),
            ),
            (Some(("corp", Some("r"))), place("corp", User, "s", User), place("corp", User, "s", User)),
            (
                Some(("corp", Some("c-cloud-router"))),
                place("corp", User, "s", User),
                place("corp", User, "s", User),
            ),
            (Some(("corp", None)), place("corp", User, "r", User), place("corp", User, "r", User)),
            (
                Some(("corp", Some("r"))),
                place("c", Own, "c-cloud-router", Own),
                place("corp", User, "r", User),
            ),
        ];
        for (reported, wanted, is) in table {
            let vpc = reported.map(|(name, router)| VpcStatus {
                name: name.to_owned(),
                cloud_router: router.map(|name| CloudRouterStatus { name: name.to_owned() }),
            });
            let reported = Reported { vpc, ..Reported::default() };
            assert_eq!(reported.place("c", wanted.clone()), is, "{reported:?}, {wanted:?}");
        }
    }
}
