//! Rules of networks, subnets and routes. Data only.

use super::{API, LOGS, NONE, Rule, VPC, rule, switched};
use crate::evidence::Evidence::{Assumed, Documented, Recorded};

/// In the order in which they are printed.
pub(super) const RULES: &[Rule] = &[
    rule(
        Recorded,
        "networks.delete looks for users in its operation: RESOURCE_IN_USE_BY_ANOTHER_RESOURCE",
        LOGS,
    ),
    rule(
        Assumed,
        "the routes to the internet go with their network",
        "terraform-provider-google#41 contradicts for 2016",
    ),
    rule(
        Documented,
        "auto-mode networks have a subnet per region and cannot be deleted while secondary ranges exist",
        VPC,
    ),
    rule(Documented, "legacy networks have IPv4Range and no subnets, and cannot be created any more", VPC),
    rule(
        Recorded,
        "subnetworks.delete in use: 400 resourceInUseByAnotherResource at once",
        "genevieve/leftovers#6",
    ),
    rule(
        Recorded,
        "subnet ranges must be free in the whole network, across regions",
        "terraform-google-network#20",
    ),
    rule(Recorded, "subnet ranges must not overlap allocated ranges", "terraform-google-gke-gitlab#17"),
    rule(Documented, "subnet ranges must not overlap those of peered networks", "VPC peering guide"),
    rule(Recorded, "no subnets inside 10.128.0.0/9 of auto-mode networks", "bosh-google-cpi-release#238"),
    rule(Documented, "a fingerprint is needed to patch: 400 required, stale 412 conditionNotMet", API),
    rule(Assumed, "texts of stale fingerprints", "terraform's retry predicates"),
    rule(Recorded, "fields that cannot be patched: 400 invalid, named", "terraform-provider-google#6481"),
    switched(
        Assumed,
        "one group of fields per PATCH: 400 invalid",
        "practice of clients",
        "switches.mixed_patch_groups",
    ),
    rule(Assumed, "a field that is sent as it is does not count as a change", NONE),
    rule(Documented, "secondaryIpRanges replaces the list; [] removes all; absent leaves it", VPC),
    rule(
        Recorded,
        "secondary ranges: add and remove in one request is refused",
        "terraform-provider-google#2570",
    ),
    rule(Recorded, "secondary ranges cannot be resized or renamed", "terraform-google-network#20"),
    rule(Documented, "secondary ranges in use cannot be removed", VPC),
    rule(Assumed, "that error is 400 resourceInUseByAnotherResource and names the instance", NONE),
    switched(
        Documented,
        "at most 170 secondary ranges per subnet",
        "VPC quotas",
        "limits.secondary_ranges_per_subnet",
    ),
    rule(
        Documented,
        "a subnet range must not contain a static route, unless allowSubnetCidrRoutesOverlap",
        API,
    ),
    rule(Assumed, "that error is 400 invalid and names the route", NONE),
    rule(
        Recorded,
        "a route inside a subnet range is refused: hides the address space of the network",
        "ha-sap-terraform-deployments#655",
    ),
    switched(
        Recorded,
        "that error is in the reply (2021) or in the operation (2024)",
        "gardener provider-gcp#848",
        "switches.route_overlap_error",
    ),
    switched(
        Assumed,
        "routes inside a range whose overlap flag is on are refused too",
        "field documentation; two guides contradict",
        "switches.route_inside_flagged_range",
    ),
    switched(
        Assumed,
        "the overlap flag cannot be turned off over routes",
        NONE,
        "switches.flag_off_over_routes",
    ),
    rule(
        Assumed,
        "the overlap flag can be set when a subnet is made",
        "field documentation; older documents contradict",
    ),
    rule(Recorded, "enableFlowLogs and logConfig.enable must match", "cloud-custodian#6932"),
    rule(Recorded, "flowSampling is kept in 32 bits", "observed by clients"),
    rule(Documented, "expandIpCidrRange takes a superset only; auto-mode subnets up to /16", VPC),
    rule(Documented, "dual-stack subnets need a custom-mode network", VPC),
    rule(Documented, "ipv6AccessType cannot be changed once given", API),
    rule(Documented, "IPV4_IPV6 goes back to IPV4_ONLY with external access only", VPC),
    rule(Assumed, "the external prefix is released when a subnet goes back to IPV4_ONLY", NONE),
    switched(
        Recorded,
        "externalIpv6Prefix shows up seconds after the operation is DONE",
        "gardener provider-gcp polls for 30 s",
        "lags.external_ipv6_prefix",
    ),
    rule(Documented, "external IPv6 makes a ::/0 route to the internet, if there is none", "routes guide"),
    switched(
        Documented,
        "an organisation policy refuses external IPv6",
        "organisation policy constraints",
        "switches.disable_vpc_external_ipv6",
    ),
    rule(Assumed, "that error is 412 conditionNotMet", "other constraints"),
    rule(
        Documented,
        "routes.list shows a route per subnet range, priority 0, and the routes to the internet, priority 1000",
        "routes guide",
    ),
    rule(Assumed, "routes of subnets cannot be deleted: 400 invalid", NONE),
    rule(Documented, "a bad next hop is a warning on the route; routes outlive their VM", API),
    switched(
        Assumed,
        "a route to an instance that does not exist is refused",
        NONE,
        "switches.route_to_absent_instance",
    ),
    switched(
        Documented,
        "STATIC_ROUTES_PER_NETWORK; its default is not published, so off",
        "VPC quotas",
        "limits.static_routes_per_network",
    ),
    rule(Documented, "networks.patch changes routingConfig only; all else is accepted as it is", API),
    rule(
        Documented,
        "subnets, firewall rules, routers, custom static routes and peerings keep their network",
        VPC,
    ),
    rule(Assumed, "networks.delete names the first of them, in this order", NONE),
];
