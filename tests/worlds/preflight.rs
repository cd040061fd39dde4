//! What the preflight looks at beside all else, said briefly: by default nothing of it was read.

use std::collections::BTreeMap;

use ipnet::Ipv4Net;
use planner::snapshot::{
    BgpRouter, Namesake, Obstacle, PeerRoute, PeerRouteKind, Permissions, PolicyRoute, Preflight, Quota,
    Reading, ReservedRange, SeedRights, StackType,
};
use serde::Deserialize;

use super::case::{CLUSTER, PROJECT, REGION};

/// What the preflight looks at beside all else.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "camelCase")]
pub(crate) struct Looked {
    /// Subnets that have the name of one of the shoot's: its purpose, their VPC, and their range if they have IPv4.
    namesakes: Vec<(String, String, Option<Ipv4Net>)>,
    /// Routes of peers: peering, range, and `subnet`, `static` or `learned`.
    peers: Vec<(String, Ipv4Net, String)>,
    /// Ranges for private services access: name and range.
    private_services: Vec<(String, Ipv4Net)>,
    /// Internal ranges: name and range.
    internal_ranges: Vec<(String, Ipv4Net)>,
    /// Policy-based routes: name and destination.
    policy_routes: Vec<(String, Ipv4Net)>,
    /// Routers with BGP: name, whether they announce all subnets, and what they have learned.
    routers: Vec<(String, bool, Vec<Ipv4Net>)>,
    /// Quotas: limit and usage by metric.
    quotas: BTreeMap<String, (u64, u64)>,
    /// Permissions that are missing.
    missing: Vec<String>,
    /// Permissions that nobody could tell about.
    unproven: Vec<String>,
    /// What could not be read, by the name of the field here, and why: `denied`, `off` or `silent`.
    unknown: BTreeMap<String, String>,
    /// Rights in the seed that are missing: `scale`, `annotate`.
    seed: Vec<String>,
}

impl Looked {
    /// The part of a cloud that is read for the preflight alone.
    pub(crate) fn preflight(&self) -> Preflight {
        let range = |(name, range): &(String, Ipv4Net)| ReservedRange { name: name.clone(), range: *range };
        Preflight {
            namesakes: self.reading("namesakes", &self.namesakes, |(purpose, network, range)| Namesake {
                name: format!("{CLUSTER}-{purpose}").into(),
                network: format!("projects/{PROJECT}/global/networks/{network}"),
                range: *range,
                stack: if range.is_some() { StackType::Ipv4 } else { StackType::Other },
            }),
            peer_routes: self.reading("peers", &self.peers, |(peering, destination, kind)| PeerRoute {
                peering: peering.clone(),
                destination: *destination,
                kind: match kind.as_str() {
                    "subnet" => PeerRouteKind::Subnet,
                    "static" => PeerRouteKind::Static,
                    "learned" => PeerRouteKind::Learned,
                    other => panic!("route of a peer {other}"),
                },
            }),
            private_services: self.reading("privateServices", &self.private_services, range),
            internal_ranges: self.reading("internalRanges", &self.internal_ranges, range),
            policy_routes: self.reading("policyRoutes", &self.policy_routes, |(name, destination)| {
                PolicyRoute { name: name.clone(), destination: *destination }
            }),
            bgp_routers: self.reading("routers", &self.routers, |(name, announces, learned)| BgpRouter {
                name: name.clone().into(),
                region: REGION.into(),
                announces_subnets: *announces,
                learned: match self.unknown.get("learned") {
                    Some(word) => Reading::Unknown(obstacle(word)),
                    None => Reading::Known(learned.clone()),
                },
            }),
            quotas: self.reading("quotas", &Vec::from_iter(&self.quotas), |(metric, (limit, usage))| Quota {
                metric: (*metric).clone(),
                limit: *limit,
                usage: *usage,
            }),
            permissions: (!self.missing.is_empty() || !self.unproven.is_empty()).then(|| Permissions {
                missing: self.missing.iter().cloned().collect(),
                unproven: self.unproven.iter().cloned().collect(),
                obstacle: self.unknown.get("permissions").map(|word| obstacle(word)),
            }),
        }
    }

    /// The rights in the seed.
    pub(crate) fn rights(&self) -> Reading<SeedRights> {
        let has = |right: &str| Some(!self.seed.iter().any(|missing| missing == right));
        match self.seed.is_empty() {
            true => Reading::Unread,
            false => Reading::Known(SeedRights { scale: has("scale"), annotate: has("annotate") }),
        }
    }

    fn reading<W, T>(&self, field: &str, words: &[W], thing: impl Fn(&W) -> T) -> Reading<Vec<T>> {
        match self.unknown.get(field) {
            Some(word) => Reading::Unknown(obstacle(word)),
            None if words.is_empty() => Reading::Unread,
            None => Reading::Known(words.iter().map(thing).collect()),
        }
    }
}

fn obstacle(word: &str) -> Obstacle {
    match word {
        "denied" => Obstacle::Denied,
        "off" => Obstacle::Off,
        "silent" => Obstacle::Silent,
        other => panic!("obstacle {other}"),
    }
}
