//! The status of an Infrastructure whose reconciliation is finished.

use ipnet::Ipv6Net;
use serde_json::{Value, json};

use crate::desired::Target;
use crate::documents::infrastructure::{Finished, Networking};
use crate::documents::names::PROVIDER_API_VERSION;
use crate::documents::provider_status::{
    CloudRouterStatus, NatIpStatus, NetworkStatus, ProviderStatus, SubnetStatus, VpcStatus,
};
use crate::journal::SERVICE_ACCOUNT_EMAIL;
use crate::snapshot::{Address, Cloud, Snapshot};
use crate::vocabulary::{Purpose, path_of};

/// The prefix length of the part of a services subnet's IPv6 range that services use.
const SERVICES_PREFIX_LENGTH: u8 = 108;

/// The status that reports `target` as it was `seen`. Once both families were reported dual-stack stays in effect, so a reported
/// IPv6 range always belongs to a subnet that exists.
pub fn finished(target: &Target, seen: &Snapshot) -> Finished {
    let addresses = nat_addresses(target, &seen.cloud);
    let provider_status = ProviderStatus {
        api_version: PROVIDER_API_VERSION.to_owned(),
        kind: "InfrastructureStatus".to_owned(),
        networks: NetworkStatus {
            vpc: VpcStatus {
                name: target.network.name.to_string(),
                cloud_router: Some(CloudRouterStatus { name: target.router.name.to_string() }),
            },
            subnets: target
                .subnets
                .iter()
                .map(|subnet| SubnetStatus {
                    name: subnet.name.to_string(),
                    purpose: subnet.purpose.as_str().to_owned(),
                })
                .collect(),
            nat_ips: addresses.iter().map(|address| NatIpStatus { ip: (*address).clone() }).collect(),
            ip_families: target.families.clone(),
        },
        service_account_email: service_account(target, seen).cloned().unwrap_or_default(),
    };
    // While aliases wait for their routes the ranges are still there, and one that is reported would never be taken back.
    let ipv6 = |purpose| seen.ipv6_range(target, purpose).filter(|_| target.dual_stack);
    let nodes_ipv6 = ipv6(Purpose::Nodes).cloned();
    let services_ipv6 = ipv6(Purpose::Services).map(|prefix| services_range(prefix));
    let both = |ipv4: &Option<String>, ipv6: &Option<String>| ipv4.iter().chain(ipv6).cloned().collect();
    Finished {
        provider_status: serde_json::to_value(provider_status).unwrap_or_else(|_| json!({})),
        networking: Networking {
            nodes: both(&target.networking.nodes, &nodes_ipv6),
            pods: both(&target.networking.pods, &nodes_ipv6),
            services: both(&target.networking.services, &services_ipv6),
        },
        egress_cidrs: egress(&addresses, nodes_ipv6.as_deref()),
    }
}

/// The e-mail address of the shoot's service account. Past the point of no return the account is not read; the address in the
/// state counts then, if it is the one that the account would have.
fn service_account<'a>(target: &Target, seen: &'a Snapshot) -> Option<&'a String> {
    let kept = seen.state.data.get(SERVICE_ACCOUNT_EMAIL);
    let kept = kept.filter(|email| **email == target.service_account_email());
    seen.cloud.service_account.as_ref().map(|account| &account.email).or(kept)
}

/// The NAT's addresses in the order of the configuration; empty if Google chooses them, as those may change at any time.
fn nat_addresses<'a>(target: &'a Target, cloud: &'a Cloud) -> Vec<&'a String> {
    let wanted: Vec<&Address> =
        target.nat.distinct().into_iter().filter_map(|name| cloud.external_address(name)).collect();
    match &target.nat.reported {
        Some(reported) if !has_exactly(target, cloud, &wanted) => reported.iter().collect(),
        _ => wanted.into_iter().map(|address| &address.address).collect(),
    }
}

/// Whether the NAT has exactly the addresses that it shall have.
fn has_exactly(target: &Target, cloud: &Cloud, wanted: &[&Address]) -> bool {
    let nats = cloud.router.iter().flat_map(|router| &router.nats);
    let nat = nats.into_iter().find(|nat| nat.get("name").is_some_and(|name| *name == *target.nat.name));
    let has: Vec<&str> = nat
        .and_then(|nat| nat.get("natIps")?.as_array())
        .map(|urls| urls.iter().filter_map(Value::as_str).collect())
        .unwrap_or_default();
    let is = |url: &&str, address: &&&Address| path_of(url) == address.path;
    nat.is_some()
        && wanted.len() == target.nat.distinct().len()
        && has.len() == wanted.len()
        && wanted.iter().all(|address| has.iter().any(|url| is(url, &address)))
}

/// The ranges that the shoot's traffic comes from. The IPv6 range is left out without IPv4 ranges, because alone it would look
/// complete.
fn egress(addresses: &[&String], nodes_ipv6: Option<&str>) -> Vec<String> {
    let ipv4 = addresses.iter().map(|address| format!("{address}/32"));
    let ipv6 = nodes_ipv6.filter(|_| !addresses.is_empty()).map(str::to_owned);
    ipv4.chain(ipv6).collect()
}

/// The first /108 of the subnet's range; a text that is no range is returned unchanged.
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
