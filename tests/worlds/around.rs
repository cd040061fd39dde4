//! What is around the subnets, said briefly: by default all as a running shoot has it, as Google prints it.

use std::collections::BTreeMap;

use ipnet::Ipv4Net;
use planner::desired::Target;
use planner::snapshot::{Address, Cloud, Firewall, Leftover, LeftoverKind, Router, ServiceAccount};
use planner::vocabulary::Purpose;
use serde::Deserialize;
use serde_json::{Map, Value, json};

const HOST: &str = "https://www.googleapis.com/compute/v1";

/// What is around the subnets.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "camelCase")]
pub(crate) struct Around {
    /// `router`, `nat`, or the end of a rule's name, like `internal-access`: what does not exist.
    missing: Vec<String>,
    /// Fields of the NAT that differ.
    nat: Map<String, Value>,
    /// Names of more NATs on the router.
    foreign_nats: Vec<String>,
    /// Addresses that more NATs on the router have: their names by that of the NAT.
    foreign_nat_ips: BTreeMap<String, Vec<String>>,
    /// The network of the router, if it is another.
    router_network: Option<String>,
    /// Fields of firewall rules that differ, by the end of the rule's name.
    firewalls: BTreeMap<String, Map<String, Value>>,
    /// More firewall rules: name and target tags.
    foreign_firewalls: BTreeMap<String, Vec<String>>,
    /// External addresses: name and users.
    addresses: BTreeMap<String, Vec<String>>,
    /// The display name of the service account; absent: there is none.
    service_account: Option<String>,
    /// Load balancers' leftovers: `rule`, `address` or `pool`, name, purpose of the subnet, whether it blocks.
    leftovers: Vec<(String, String, Option<String>, bool)>,
    /// The kinds of those that may not be listed.
    unlisted: Vec<String>,
}

impl Around {
    /// The part of a cloud that is around the subnets; `inside` are the ranges that may reach every VM, `prefixes` the purposes whose
    /// IPv6 range is known.
    pub(crate) fn cloud(&self, target: &Target, inside: &[Ipv4Net], prefixes: &[String]) -> Cloud {
        Cloud {
            router: (!self.lacks("router")).then(|| self.router(target)),
            firewalls: self.firewalls(target, inside, prefixes),
            addresses: Some(
                self.addresses
                    .iter()
                    .zip(1..)
                    .map(|((name, users), number)| Address {
                        name: name.clone().into(),
                        path: format!(
                            "projects/{}/regions/{}/addresses/{name}",
                            target.project, target.region
                        ),
                        address: format!("203.0.113.{number}"),
                        external: true,
                        users: users.clone(),
                    })
                    .collect(),
            ),
            service_account: self
                .service_account
                .clone()
                .map(|display_name| ServiceAccount { email: target.service_account_email(), display_name }),
            leftovers: self
                .leftovers
                .iter()
                .map(|(kind, name, purpose, blocks)| Leftover {
                    kind: leftover_kind(kind),
                    region: target.region.clone(),
                    name: name.clone().into(),
                    subnet: purpose.as_ref().map(|purpose| format!("{}-{purpose}", target.cluster).into()),
                    blocks: *blocks,
                    service: None,
                })
                .collect(),
            unlisted: self.unlisted.iter().map(|kind| leftover_kind(kind)).collect(),
            ..Cloud::default()
        }
    }

    fn lacks(&self, what: &str) -> bool {
        self.missing.iter().any(|missing| missing == what)
    }

    fn router(&self, target: &Target) -> Router {
        let foreign = self.foreign_nats.iter().map(|name| {
            let nat = json!({ "name": name, "natIpAllocateOption": "AUTO_ONLY", "tcpMaxIdle": 7 });
            nat.as_object().unwrap().clone()
        });
        let with_ips = self.foreign_nat_ips.iter().map(|(name, addresses)| {
            let place = format!("{HOST}/projects/{}/regions/{}/addresses", target.project, target.region);
            let urls: Vec<String> = addresses.iter().map(|address| format!("{place}/{address}")).collect();
            json!({ "name": name, "natIpAllocateOption": "MANUAL_ONLY", "natIps": urls })
                .as_object()
                .unwrap()
                .clone()
        });
        let own = (!self.lacks("nat")).then(|| {
            let mut nat = json!({
                "name": target.nat.name, "type": "PUBLIC", "autoNetworkTier": "PREMIUM",
                "endpointTypes": ["ENDPOINT_TYPE_VM"],
                "natIpAllocateOption": "AUTO_ONLY", "sourceSubnetworkIpRangesToNat": "LIST_OF_SUBNETWORKS",
                "subnetworks": [{
                    "name": format!("{HOST}/{}", target.subnet_path(Purpose::Nodes)),
                    "sourceIpRangesToNat": ["ALL_IP_RANGES"],
                }],
                "logConfig": { "enable": true, "filter": "ERRORS_ONLY" },
                "minPortsPerVm": 2048, "maxPortsPerVm": 65536, "enableDynamicPortAllocation": false,
                "enableEndpointIndependentMapping": false,
                "icmpIdleTimeoutSec": 30, "udpIdleTimeoutSec": 30, "tcpTransitoryIdleTimeoutSec": 30,
                "tcpEstablishedIdleTimeoutSec": 1200, "tcpTimeWaitTimeoutSec": 120,
            });
            change(nat.as_object_mut().unwrap(), &self.nat);
            nat.as_object().unwrap().clone()
        });
        Router {
            name: target.router.name.clone(),
            network: self.router_network.clone().unwrap_or_else(|| target.network_path()),
            nats: foreign.chain(with_ips).chain(own).collect(),
        }
    }

    fn firewalls(&self, target: &Target, inside: &[Ipv4Net], prefixes: &[String]) -> Vec<Firewall> {
        let prefix = |purpose: Purpose| {
            prefixes.iter().any(|known| known == purpose.as_str()).then(|| super::world::ipv6_prefix(purpose))
        };
        let inside: Vec<String> = inside.iter().map(ToString::to_string).collect();
        let inside_ipv6: Vec<String> =
            [Purpose::Nodes, Purpose::Services].into_iter().filter_map(prefix).collect();
        let all = |icmp: &str| {
            json!([
                { "IPProtocol": "tcp", "ports": ["1-65535"] }, { "IPProtocol": "udp", "ports": ["1-65535"] },
                { "IPProtocol": icmp }, { "IPProtocol": "ipip" },
            ])
        };
        let ports = json!([
            { "IPProtocol": "tcp", "ports": ["30000-32767"] }, { "IPProtocol": "udp", "ports": ["30000-32767"] },
        ]);
        let health = json!(["130.211.0.0/22", "209.85.152.0/22", "209.85.204.0/22", "35.191.0.0/16"]);
        let health_ipv6 = json!(["2600:1901:8001::/48", "2600:2d00:1:1::/64", "2600:2d00:1:b029::/64"]);
        let mut rules =
            vec![("internal-access", json!(inside), all("icmp")), ("health-checks", health, ports.clone())];
        if !inside_ipv6.is_empty() {
            rules.push(("internal-access-ipv6", json!(inside_ipv6), all("58")));
            rules.push(("health-checks-ipv6", health_ipv6, ports));
        }
        let own = rules.into_iter().filter(|(name, ..)| !self.lacks(name)).map(|(name, sources, allowed)| {
            let mut fields = json!({
                "network": target.network_path(), "direction": "INGRESS", "priority": 1000, "disabled": false,
                "sourceRanges": sources, "allowed": allowed, "logConfig": { "enable": false },
            });
            let nothing = Map::new();
            change(fields.as_object_mut().unwrap(), self.firewalls.get(name).unwrap_or(&nothing));
            Firewall {
                name: format!("{}-allow-{name}", target.cluster).into(),
                target_tags: Vec::new(),
                fields: fields.as_object().unwrap().clone(),
            }
        });
        let foreign = self.foreign_firewalls.iter().map(|(name, tags)| Firewall {
            name: name.clone().into(),
            target_tags: tags.clone(),
            fields: Map::new(),
        });
        own.chain(foreign).collect()
    }
}

/// Sets fields; null removes one.
fn change(fields: &mut Map<String, Value>, changes: &Map<String, Value>) {
    for (field, value) in changes {
        match value {
            Value::Null => fields.remove(field),
            value => fields.insert(field.clone(), value.clone()),
        };
    }
}

fn leftover_kind(word: &str) -> LeftoverKind {
    match word {
        "rule" => LeftoverKind::ForwardingRule,
        "address" => LeftoverKind::Address,
        "pool" => LeftoverKind::TargetPool,
        other => panic!("leftover {other}"),
    }
}
