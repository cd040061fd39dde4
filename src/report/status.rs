//! The status of an Infrastructure that is as it shall be.

use ipnet::Ipv6Net;
use serde_json::json;

use crate::api::infrastructure::{Finished, Networking};
use crate::api::names::PROVIDER_API_VERSION;
use crate::api::provider_status::{NetworkStatus, ProviderStatus, SubnetStatus, VpcStatus};
use crate::journal::{NODES_IPV6, SERVICES_IPV6, State};
use crate::target::Target;

/// The part of a services subnet's IPv6 range that services use.
const SERVICES_PREFIX_LENGTH: u8 = 108;

/// What to report of `target`. IPv6 ranges come from the state: once reported they are never dropped.
pub fn finished(target: &Target, state: &State) -> Finished {
    let provider_status = ProviderStatus {
        api_version: PROVIDER_API_VERSION.to_owned(),
        kind: "InfrastructureStatus".to_owned(),
        networks: NetworkStatus {
            vpc: VpcStatus { name: target.network.name.clone() },
            subnets: target
                .subnets
                .iter()
                .map(|subnet| SubnetStatus {
                    name: subnet.name.clone(),
                    purpose: subnet.purpose.as_str().to_owned(),
                })
                .collect(),
            ip_families: target.families.clone(),
        },
        service_account_email: String::new(),
    };
    let nodes_ipv6 = state.data.get(NODES_IPV6).cloned();
    let services_ipv6 = state.data.get(SERVICES_IPV6).map(|prefix| services_range(prefix));
    let both = |ipv4: &Option<String>, ipv6: &Option<String>| ipv4.iter().chain(ipv6).cloned().collect();
    Finished {
        provider_status: serde_json::to_value(provider_status).unwrap_or_else(|_| json!({})),
        networking: Networking {
            nodes: both(&target.networking.nodes, &nodes_ipv6),
            pods: both(&target.networking.pods, &nodes_ipv6),
            services: both(&target.networking.services, &services_ipv6),
        },
        egress_cidrs: Vec::new(),
    }
}

/// The first /108 of the subnet's range; what is no range stays as it is.
fn services_range(prefix: &str) -> String {
    let range = prefix.parse::<Ipv6Net>().ok();
    let range = range.and_then(|range| Ipv6Net::new(range.network(), SERVICES_PREFIX_LENGTH).ok());
    range.map_or_else(|| prefix.to_owned(), |range| range.to_string())
}

#[cfg(test)]
mod tests {
    use super::services_range;

    #[test]
    fn the_first_108_of_a_services_range() {
        let cases = [
            ("2600:1900:4180:7a20:0:1::/64", "2600:1900:4180:7a20::/108"),
            ("2600:1900:4180:7a20::/64", "2600:1900:4180:7a20::/108"),
            ("abc", "abc"),
        ];
        for (prefix, wanted) in cases {
            assert_eq!(services_range(prefix), wanted);
        }
    }
}
