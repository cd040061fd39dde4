//! The table of modelled behaviours. Data only.

use super::Evidence::{self, Assumed, Documented, Recorded};

/// A modelled behaviour.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// The behaviour.
    pub behaviour: &'static str,
    /// What it rests on.
    pub evidence: Evidence,
    /// Where that is found.
    pub source: &'static str,
    /// The setting that changes it, if there is one.
    pub switch: Option<&'static str>,
}

const fn rule(evidence: Evidence, behaviour: &'static str, source: &'static str) -> Rule {
    Rule { behaviour, evidence, source, switch: None }
}

const fn switched(
    evidence: Evidence,
    behaviour: &'static str,
    source: &'static str,
    switch: &'static str,
) -> Rule {
    Rule { behaviour, evidence, source, switch: Some(switch) }
}

const API: &str = "Compute v1 reference";
const LOGS: &str = "k8s-config-connector HTTP logs";
const VPC: &str = "VPC guide";
const NAT: &str = "Cloud NAT guide";
const FIREWALLS: &str = "VPC firewall rules guide";
const NONE: &str = "no source found";

/// Behaviours of the API.
pub const RULES: &[Rule] = &[
    rule(
        Recorded,
        "mutations answer with an operation; a failed one is DONE with error.errors[] and HTTP 200",
        LOGS,
    ),
    rule(Recorded, "self links are on www.googleapis.com, whatever host was called", LOGS),
    rule(Recorded, "errors come in the envelope error{code,message,errors[{message,domain,reason}]}", LOGS),
    rule(
        Recorded,
        "another operation in flight on the resource: 400 resourceNotReady",
        "gke-migration#63, cb-spider#221",
    ),
    rule(Assumed, "with recorded latencies, operations are PENDING for up to 300 ms first", NONE),
    rule(
        Assumed,
        "a resource that is just being inserted is absent from reads and 409 alreadyExists for inserts",
        NONE,
    ),
    rule(
        Documented,
        "operations.wait may answer with the current state at any time, after two minutes at most",
        API,
    ),
    rule(Documented, "requestId: a UUID, not zero, echoed as clientOperationId", API),
    switched(
        Assumed,
        "a repeated requestId gives the first operation back, for an hour",
        NONE,
        "lags.request_id",
    ),
    rule(
        Documented,
        "maxResults 0 to 500, default 500; orderBy name or creationTimestamp desc; empty lists have no items",
        API,
    ),
    rule(Documented, "two filter languages that must not be mixed; eq and ne match the entire field", API),
    rule(
        Documented,
        "filters in several parentheses are combined by AND",
        "cloud-provider-gcp gce_routes.go",
    ),
    rule(
        Assumed,
        "filters compare resource URLs by path, not by host",
        "cloud-provider-gcp sends its configured endpoint",
    ),
    rule(Assumed, "bad field masks: 400 invalidParameter", NONE),
    rule(Recorded, "insert over an existing name: 409 alreadyExists; absent resources: 404 notFound", LOGS),
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
    rule(
        Documented,
        "updateNetworkInterface: aliasIpRanges is the whole list; absent leaves it, [] removes all",
        "alias IP guide, python-compute#446",
    ),
    rule(Documented, "aliases: add and remove in one request is refused", "alias IP guide"),
    rule(Documented, "aliases: the named range must exist", "alias IP guide"),
    rule(Assumed, "aliases outside their range: 400 invalid", NONE),
    rule(
        Recorded,
        "aliases in use: operation error IP_IN_USE_BY_ANOTHER_RESOURCE",
        "compute-image-tools#659, at instance creation",
    ),
    rule(
        Recorded,
        "no free block: operation error IP_SPACE_EXHAUSTED_WITH_DETAILS",
        "gcp-hosted-github-runner#7",
    ),
    rule(Documented, "an alias of a netmask only gets a free block from the server", API),
    rule(Assumed, "the server picks the lowest free block, and looks at no routes", NONE),
    switched(Documented, "at most 150 alias ranges per interface", "VPC quotas", "limits.aliases_per_nic"),
    switched(
        Recorded,
        "aliases are read back sorted; by what is not known",
        "magic-modules#12180",
        "switches.alias_order",
    ),
    switched(Assumed, "the same alias twice in a list is refused", NONE, "switches.duplicate_alias"),
    rule(Assumed, "a list that is as it was changes nothing, not even the fingerprint", NONE),
    rule(Recorded, "accessConfigs in updateNetworkInterface are refused", "kubernetes#59423"),
    rule(
        Documented,
        "a dual-stack interface gets a /96 out of the first half of the subnet's /64",
        "subnets guide",
    ),
    rule(Documented, "four addresses of the primary range are not given to VMs", "subnets guide"),
    rule(Documented, "networks.patch changes routingConfig only; all else is accepted as it is", API),
    rule(
        Documented,
        "subnets, firewall rules, routers, custom static routes and peerings keep their network",
        VPC,
    ),
    rule(Assumed, "networks.delete names the first of them, in this order", NONE),
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
    rule(Documented, "addresses in use cannot be deleted", "static external addresses guide"),
    rule(Assumed, "that error is 400 resourceInUseByAnotherResource at once and names the router", NONE),
    rule(
        Documented,
        "routers.patch is a JSON merge patch without fingerprint; nats is replaced as a whole, [] clears it",
        API,
    ),
    rule(
        Recorded,
        "its operationType is patch; that of others is compute.firewalls.patch, compute.networks.patch",
        LOGS,
    ),
    rule(Assumed, "operationType of firewalls.update is update", NONE),
    rule(
        Recorded,
        "NATs are printed with type, endpointTypes, autoNetworkTier and effective TIME_WAIT",
        LOGS,
    ),
    rule(Documented, "NATs: MANUAL_ONLY needs natIps, AUTO_ONLY has none", API),
    rule(
        Documented,
        "NATs: ports per VM are powers of two with dynamic allocation, the greatest above the least",
        API,
    ),
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
    rule(Assumed, "a rule that says nothing of the other end gets 0.0.0.0/0", NONE),
    rule(Documented, "firewalls.patch is a JSON merge patch; firewalls.update replaces the rule", API),
    rule(Assumed, "name, network and direction of a rule cannot be changed: 400 invalid, named", NONE),
    rule(Assumed, "neither firewall rules nor NATs have an effect on the data plane", NONE),
    rule(
        Recorded,
        "IAM errors have a status and no reason; an absent account is 404 'Unknown service account'",
        "logs of gcloud",
    ),
    rule(
        Documented,
        "account ids have 6 to 30 characters; the address is ID@PROJECT.iam.gserviceaccount.com",
        "IAM reference",
    ),
    rule(Assumed, "IAM calls take effect at once", "the IAM reference speaks of eventual consistency"),
    rule(Recorded, "the token endpoint answers 400 invalid_grant for an unknown key", "observed by clients"),
    rule(
        Documented,
        "a JWT signed by a service-account key is itself a bearer token",
        "OAuth 2.0 for service accounts",
    ),
];
