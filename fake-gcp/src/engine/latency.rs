//! Durations of operations, by method: figures from the field, each with what it rests on.

use std::time::Duration;

use rand::RngExt as _;

use crate::evidence::Evidence;
use crate::model::ids::Ids;
use crate::settings::Latency;

/// The span from which the duration of a method's operations is drawn.
#[derive(Debug, Clone, Copy)]
pub struct Figure {
    /// Name of the method, such as `compute.routes.insert`.
    pub method: &'static str,
    /// Shortest duration, in milliseconds.
    pub min_ms: u64,
    /// Longest duration, in milliseconds.
    pub max_ms: u64,
    /// Evidence that the figure rests on.
    pub evidence: Evidence,
    /// Place where the figure was found.
    pub source: &'static str,
}

const fn figure(
    method: &'static str,
    min_ms: u64,
    max_ms: u64,
    evidence: Evidence,
    source: &'static str,
) -> Figure {
    Figure { method, min_ms, max_ms, evidence, source }
}

/// Durations of operations from RUNNING to DONE.
pub const FIGURES: &[Figure] = &[
    figure(
        "compute.networks.insert",
        8_000,
        16_000,
        Evidence::Recorded,
        "second-hand: network and subnet about 24 s together",
    ),
    figure(
        "compute.networks.delete",
        15_000,
        60_000,
        Evidence::Recorded,
        "second-hand: up to minutes (terraform-provider-google#675)",
    ),
    figure(
        "compute.subnetworks.insert",
        8_000,
        16_000,
        Evidence::Recorded,
        "second-hand: network and subnet about 24 s together",
    ),
    figure("compute.subnetworks.delete", 20_000, 30_000, Evidence::Recorded, "second-hand: more than 20 s"),
    figure("compute.subnetworks.patch", 5_000, 20_000, Evidence::Assumed, "no figure found"),
    figure(
        "compute.subnetworks.expandIpCidrRange",
        60_000,
        180_000,
        Evidence::Documented,
        "VPC guide: several minutes",
    ),
    figure(
        "compute.routes.insert",
        3_000,
        6_000,
        Evidence::Recorded,
        "second-hand: about 4.5 s (kubernetes#38618)",
    ),
    figure(
        "compute.routes.delete",
        4_000,
        27_000,
        Evidence::Recorded,
        "second-hand: up to 27 s (opstrace#47)",
    ),
    figure("compute.networks.patch", 5_000, 15_000, Evidence::Assumed, "no figure found"),
    figure("compute.networks.addPeering", 5_000, 30_000, Evidence::Assumed, "no figure found"),
    figure("compute.networks.removePeering", 5_000, 30_000, Evidence::Assumed, "no figure found"),
    figure("compute.addresses.insert", 2_000, 8_000, Evidence::Assumed, "no figure found"),
    figure("compute.addresses.delete", 2_000, 8_000, Evidence::Assumed, "no figure found"),
    figure("compute.routers.insert", 3_000, 12_000, Evidence::Assumed, "no figure found"),
    figure("compute.routers.patch", 3_000, 15_000, Evidence::Assumed, "no figure found"),
    figure("compute.routers.delete", 5_000, 15_000, Evidence::Assumed, "no figure found"),
    figure("compute.firewalls.insert", 5_000, 15_000, Evidence::Assumed, "no figure found"),
    figure("compute.firewalls.patch", 5_000, 15_000, Evidence::Assumed, "no figure found"),
    figure("compute.firewalls.update", 5_000, 15_000, Evidence::Assumed, "no figure found"),
    figure("compute.firewalls.delete", 17_000, 27_000, Evidence::Recorded, "second-hand: 17 to 27 s"),
    figure("compute.forwardingRules.insert", 3_000, 10_000, Evidence::Assumed, "no figure found"),
    figure("compute.forwardingRules.delete", 3_000, 10_000, Evidence::Assumed, "no figure found"),
    figure("compute.targetPools.insert", 2_000, 6_000, Evidence::Assumed, "no figure found"),
    figure("compute.targetPools.addInstance", 2_000, 6_000, Evidence::Assumed, "no figure found"),
    figure("compute.targetPools.removeInstance", 2_000, 6_000, Evidence::Assumed, "no figure found"),
    figure("compute.targetPools.delete", 2_000, 6_000, Evidence::Assumed, "no figure found"),
    figure("compute.instances.insert", 5_000, 15_000, Evidence::Assumed, "no figure found"),
    figure("compute.instances.delete", 20_000, 60_000, Evidence::Assumed, "no figure found"),
    figure(
        "compute.instances.updateNetworkInterface",
        1_200,
        5_000,
        Evidence::Recorded,
        "one operation of 1.2 s (2024); upper end assumed",
    ),
];

/// Longest time that an operation waits as PENDING, in milliseconds. No figure was found: assumed.
const PENDING_MAX_MS: u64 = 300;

/// The durations `(pending, running)` of a new operation.
pub(crate) fn draw(latency: Latency, method: &str, ids: &mut Ids) -> (Duration, Duration) {
    match latency {
        Latency::None => (Duration::ZERO, Duration::from_millis(1)),
        Latency::Recorded => {
            let figure = FIGURES.iter().find(|figure| figure.method == method);
            let (min, max) = figure.map_or((1_000, 10_000), |figure| (figure.min_ms, figure.max_ms));
            let pending = ids.rng().random_range(0..=PENDING_MAX_MS);
            let running = ids.rng().random_range(min..=max);
            (Duration::from_millis(pending), Duration::from_millis(running))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::methods::METHODS;
    use crate::engine::requests::Kind;

    #[test]
    fn every_mutation_has_a_span_and_every_span_a_mutation() {
        let mut mutations: Vec<&str> =
            METHODS.iter().filter(|method| method.kind == Kind::Mutation).map(|method| method.id).collect();
        let mut figures: Vec<&str> = FIGURES.iter().map(|figure| figure.method).collect();
        mutations.sort_unstable();
        figures.sort_unstable();
        assert_eq!(mutations, figures);
        assert!(FIGURES.iter().all(|figure| figure.min_ms <= figure.max_ms));
    }
}
