//! The things of the shoot's own that were seen, by exact name, tag and VPC.

use super::evidence::Evidence;
use super::nats;
use super::others::is_own_rule;
use crate::desired::Ownership;
use crate::plan::resource::{Kind, ResourceRef};
use crate::snapshot::Router;
use crate::vocabulary::Purpose;

/// The shoot's own things in its VPC, and the VPC itself if it is the shoot's.
pub(super) fn things(evidence: &Evidence<'_>) -> Vec<ResourceRef> {
    let (target, cloud) = (evidence.target, &evidence.seen.cloud);
    let network = evidence.network().filter(|_| evidence.owns_network());
    let network = network.map(|network| ResourceRef::global(Kind::Network, &network.name));
    let subnets = Purpose::ALL.into_iter().filter_map(|purpose| evidence.subnet(purpose));
    let subnets = subnets.map(|subnet| ResourceRef::regional(Kind::Subnet, &subnet.region, &subnet.name));
    let own = |router: &&Router| target.router.ownership == Ownership::Own || bears_nat(evidence, router);
    let router = router(evidence).filter(own);
    let router = router.map(|router| ResourceRef::regional(Kind::Router, &target.region, &router.name));
    let rules = cloud.firewalls.iter().filter(|rule| is_own_rule(&target.cluster, rule));
    let rules = rules.map(|rule| ResourceRef::global(Kind::Firewall, &rule.name));
    let routes = evidence.pods.routes.keys().map(|name| ResourceRef::global(Kind::Route, *name));
    network.into_iter().chain(subnets).chain(router).chain(rules).chain(routes).collect()
}

/// The router in the shoot's VPC that bears the shoot's NAT.
pub(super) fn router_with_nat(evidence: &Evidence<'_>) -> Option<ResourceRef> {
    let router = router(evidence).filter(|router| bears_nat(evidence, router))?;
    Some(ResourceRef::regional(Kind::Router, &evidence.target.region, &router.name))
}

fn router<'a>(evidence: &Evidence<'a>) -> Option<&'a Router> {
    let router = evidence.seen.cloud.router.as_ref();
    router.filter(|router| router.network == evidence.target.network_path())
}

fn bears_nat(evidence: &Evidence<'_>, router: &Router) -> bool {
    router.nats.iter().any(|nat| nats::is_own(evidence, nat))
}
