//! Rules of forwarding rules and target pools. Data only.

use crate::evidence::Evidence::{Assumed, Documented, Recorded};
use crate::evidence::{API, LOGS, NONE, Rule, rule};

/// The rules of this area, in the order in which they are printed.
pub(super) const RULES: &[Rule] = &[
    rule(
        Recorded,
        "rules to a service attachment have no scheme and no ports, but an address, a network and allowPscGlobalAccess",
        "k8s-config-connector HTTP logs (regionalcomputeforwardingrulepsc-direct)",
    ),
    rule(
        Recorded,
        "an operation of forwardingRules.setLabels is DONE in the reply",
        "k8s-config-connector HTTP logs (apigeeendpointattachment-basic, computeserviceattachment)",
    ),
    rule(Assumed, "neither the service attachment nor the address is looked at", NONE),
    rule(
        Recorded,
        "rules of INTERNAL_MANAGED have a subnetwork, a target and a portRange",
        "k8s-config-connector HTTP logs (lbrouteextension-basic)",
    ),
    rule(Assumed, "their target proxies need not exist", NONE),
    rule(
        Recorded,
        "forwarding rules print selfLinkWithId",
        "k8s-config-connector HTTP logs (regionalcomputeforwardingrulepsc-direct, apigeeendpointattachment-basic)",
    ),
    rule(
        Recorded,
        "forwarding rules get labels by setLabels alone, not by insert",
        "k8s-config-connector HTTP logs (regionalcomputeforwardingrulepsc-direct, apigeeendpointattachment-basic)",
    ),
    rule(
        Recorded,
        "forwarding rules: TCP and PREMIUM unless said otherwise; description is printed, portRange as a range",
        "published output of gcloud",
    ),
    rule(
        Documented,
        "forwarding rules: to a target pool (EXTERNAL) or a backend service (INTERNAL); up to 5 ports or allPorts",
        API,
    ),
    rule(Documented, "forwarding rules: ports are 1 to 65535", API),
    rule(Recorded, "forwarding rules print whole URLs, whatever form was sent", LOGS),
    rule(Assumed, "the backend service that a forwarding rule names need not exist", NONE),
    rule(
        Documented,
        "forwarding rules: an internal one takes a free address of its subnet unless one is given",
        API,
    ),
    rule(Assumed, "a given external address must be reserved in the region: 400 invalid otherwise", NONE),
    rule(
        Documented,
        "external rules for other ports or protocols share an address",
        "external passthrough load balancer guide",
    ),
    rule(
        Recorded,
        "an address that a rule or a VM already has: operation error IP_IN_USE_BY_ANOTHER_RESOURCE",
        "ingress-gce#2735",
    ),
    rule(
        Recorded,
        "target pools: AddInstance and RemoveInstance, also with an empty body; description is printed",
        LOGS,
    ),
    rule(
        Documented,
        "target pools: instances need not exist, but are of the region",
        "terraform's reference of target pools",
    ),
    rule(Assumed, "target pools: an instance that is deleted stays listed", NONE),
    rule(Assumed, "target pools: adding a member and removing a stranger change nothing", NONE),
    rule(Assumed, "a target pool in use: 400 resourceInUseByAnotherResource at once, names the rule", NONE),
];
