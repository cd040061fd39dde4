//! Rules of addresses, routers with their NATs, firewall rules. Data only.

use crate::evidence::Evidence::{Assumed, Documented, Recorded, SecondHand};
use crate::evidence::{API, FIREWALLS, LOGS, NAT, NONE, Rule, VPC, rule, switched};

/// The rules of this area, in the order in which they are printed.
pub(super) const RULES: &[Rule] = &[
    rule(Documented, "NATs of type PRIVATE have ranges of subnetworks in their rules, and no addresses", NAT),
    rule(
        Documented,
        "rules of public NATs need MANUAL_ONLY, a number of 0 to 65000, a match and addresses, which count as used",
        NAT,
    ),
    rule(Assumed, "rules are printed with whole URLs", NONE),
    rule(
        Recorded,
        "addresses: EXTERNAL, PREMIUM and RESERVED unless said otherwise; description is printed",
        LOGS,
    ),
    rule(
        Recorded,
        "an address that a NAT uses is IN_USE, with the URL of the router in users[]",
        "observed by clients",
    ),
    rule(
        Assumed,
        "addresses come from the ranges for documentation (RFC 5737), the lowest free one first",
        NONE,
    ),
    rule(
        Documented,
        "addresses that a router or an instance uses cannot be deleted",
        "static external addresses guide",
    ),
    rule(
        SecondHand,
        "an address that a forwarding rule uses can be deleted: the rule keeps it as an ephemeral one",
        "the cloud-controller-manager of cloud-provider-gcp relies on it",
    ),
    rule(
        Assumed,
        "an ephemeral address can be reserved where a forwarding rule or an instance of the project has it",
        NONE,
    ),
    rule(Assumed, "that error is 400 resourceInUseByAnotherResource at once and names the user", NONE),
    rule(
        Recorded,
        "addresses of type INTERNAL are of a subnet, with purpose GCE_ENDPOINT and tier PREMIUM",
        LOGS,
    ),
    rule(
        Documented,
        "a VM or an internal forwarding rule that asks for a reserved internal address uses it",
        "static internal addresses guide",
    ),
    rule(
        Assumed,
        "reserving an internal address in use: operation error IP_IN_USE_BY_ANOTHER_RESOURCE",
        NONE,
    ),
    rule(Documented, "internal addresses and internal forwarding rules keep their subnet", VPC),
    rule(Assumed, "subnetworks.delete names the first of instance, forwarding rule, address, router", NONE),
    rule(
        Assumed,
        "aggregated lists of addresses and forwarding rules have the global scope, with no forwarding rules here",
        "practice of clients",
    ),
    rule(
        Documented,
        "globalAddresses.list shows ranges of private services access: purpose VPC_PEERING, INTERNAL, address and prefixLength",
        "private services access guide",
    ),
    rule(
        Documented,
        "internalRanges.list of Network Connectivity: ipCidrRange, network, usage and peering under internalRanges",
        "Network Connectivity v1 reference",
    ),
    rule(Assumed, "all of them are EXTERNAL_TO_VPC, so no subnet may use them; network is a whole URL", NONE),
    rule(
        Documented,
        "policyBasedRoutes.list: filter with srcRange and destRange, priority, and a next hop; network is projects/P/global/networks/N",
        "Network Connectivity v1 reference",
    ),
    rule(Assumed, "policy-based routes have no effect on the data plane", NONE),
    rule(
        Assumed,
        "a list of Network Connectivity has 500 items a page at most, and an empty one has no field",
        NONE,
    ),
    rule(
        Documented,
        "routers.patch is a JSON merge patch without fingerprint; nats is replaced as a whole, [] clears it",
        API,
    ),
    rule(
        Recorded,
        "routers.getRouterStatus: the best learned routes of the network in the router's region, in all of them with global \
         routing, and those of the router",
        "output in the Cloud Router guide",
    ),
    rule(
        Assumed,
        "of the status only these and the network are shown; what was seeded is what was learned",
        NONE,
    ),
    rule(
        Assumed,
        "learned routes bar no range of a subnet and no static route",
        "VPC peering guide, for imported ones",
    ),
    rule(
        Recorded,
        "its operationType is patch, and so is that of firewalls.patch; that of networks.patch is compute.networks.patch",
        LOGS,
    ),
    rule(Assumed, "operationType of firewalls.update is update", NONE),
    rule(
        Recorded,
        "NATs are printed with type, endpointTypes, autoNetworkTier and effective TIME_WAIT",
        LOGS,
    ),
    rule(
        Recorded,
        "effectiveTcpTimeWaitTimeoutSec of a NAT that sets no tcpTimeWaitTimeoutSec is 30",
        "k8s-config-connector HTTP logs (computerouternatbasic-direct), output of gcloud in public notes; a mock's log says 120",
    ),
    rule(Documented, "NATs: MANUAL_ONLY needs natIps, AUTO_ONLY has none", API),
    rule(
        Documented,
        "NATs: ports per VM are powers of two with dynamic allocation, the greatest above the least",
        API,
    ),
    switched(
        Assumed,
        "NATs: maxPortsPerVm without dynamic allocation is kept",
        "practice of clients",
        "switches.max_ports_without_dynamic",
    ),
    rule(Documented, "NATs: ports per VM are 0 to 65536", API),
    rule(Assumed, "NATs: timeouts are 0 to 86400 s; Google publishes defaults and no limits", NONE),
    rule(Documented, "NATs: dynamic allocation excludes endpoint-independent mapping", NAT),
    rule(Documented, "NATs: one for all subnets must be the only one of its network and region", API),
    rule(
        Assumed,
        "NATs: addresses and subnets must exist in the router's region; 400 invalid otherwise",
        NONE,
    ),
    rule(
        Assumed,
        "NATs: an address that another router uses is refused: 400 resourceInUseByAnotherResource",
        NONE,
    ),
    rule(Recorded, "a subnet that a NAT names cannot be deleted", "terraform-provider-google#26776, #28572"),
    rule(Assumed, "that error is 400 resourceInUseByAnotherResource at once and names the router", NONE),
    rule(Assumed, "a secondary range that a NAT names cannot be removed, by the same error", NONE),
    rule(Assumed, "routers.delete takes its NATs along", "practice of clients"),
    rule(
        Recorded,
        "firewall rules: IPProtocol is one of eight names or a number",
        "terraform-google-network#535",
    ),
    rule(Documented, "firewall rules: ports with TCP, UDP and SCTP only", API),
    rule(Documented, "firewall rules: IPv4 or IPv6 ranges, not both", FIREWALLS),
    rule(
        Documented,
        "firewall rules: allowed or denied; tags or service accounts; EGRESS has no sources",
        API,
    ),
    rule(Assumed, "texts of these errors, all 400 invalid", NONE),
    rule(
        Recorded,
        "a rule that says nothing of the other end gets 0.0.0.0/0; description, logConfig and enableLogging are always printed",
        "k8s-config-connector HTTP logs (computefirewall as Google answered it; the mock's prints none of it)",
    ),
    rule(Documented, "firewalls.patch is a JSON merge patch; firewalls.update replaces the rule", API),
    rule(Assumed, "name, network and direction of a rule cannot be changed: 400 invalid, named", NONE),
    rule(Assumed, "neither firewall rules nor NATs have an effect on the data plane", NONE),
];
