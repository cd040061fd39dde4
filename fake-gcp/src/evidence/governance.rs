//! Rules of what stands above resources: permissions, services that are off, policies. Data only.

use crate::evidence::Evidence::{Assumed, Documented, Recorded};
use crate::evidence::{API, NONE, Rule, VPC, rule, switched};

const POLICIES: &str = "organisation policy constraints";

/// The rules of this area, in the order in which they are printed.
pub(crate) const RULES: &[Rule] = &[
    rule(
        Recorded,
        "a missing permission: 403 forbidden, Required 'P' permission for 'PATH'; the path is that of the resource, for lists \
         that of the project",
        "terraform-provider-google#8262, logs of gcloud",
    ),
    rule(
        Recorded,
        "several missing permissions are several entries of errors[]",
        "published answers of the API",
    ),
    rule(
        Recorded,
        "making firewall rules and routes needs compute.networks.updatePolicy on their network as well",
        "logs of terraform and of routers on VMs",
    ),
    rule(
        Assumed,
        "so do their deletion, changes of firewall rules, and making and deleting subnets; changing subnets does not",
        "names of permissions in the Compute v1 reference",
    ),
    rule(
        Documented,
        "making a VM needs compute.subnetworks.use on its subnets, and useExternalIp for external addresses",
        "Compute v1 reference",
    ),
    switched(
        Assumed,
        "so does updateNetworkInterface: use for each change, useExternalIp for external IPv6",
        "a published role for moving alias ranges lacks both",
        "switches.interface_change_needs_subnet",
    ),
    rule(Assumed, "a permission on the network of what does not exist is not asked for", NONE),
    rule(Assumed, "permissions are looked at when a call arrives, never when its operation ends", NONE),
    switched(
        Assumed,
        "a missing permission is noticed before it is looked whether the resource exists",
        NONE,
        "switches.permission_check",
    ),
    rule(
        Documented,
        "projects.testIamPermissions gives the part of the list that the caller holds, and needs no permission itself; no wildcards",
        "Resource Manager v1 reference",
    ),
    rule(
        Documented,
        "Compute has testIamPermissions for subnets and instances, not for networks, routes and firewall rules",
        API,
    ),
    rule(
        Assumed,
        "there, permissions of another kind of resource are 400 invalid, and absent resources 404",
        NONE,
    ),
    rule(Assumed, "if nothing of the list is held the answer has no permissions", "JSON of protocol buffers"),
    rule(
        Recorded,
        "a service that is off: 403 PERMISSION_DENIED with ErrorInfo SERVICE_DISABLED, service and consumer in details",
        "published answers of several services",
    ),
    rule(
        Recorded,
        "a missing permission of these services: 403 PERMISSION_DENIED with ErrorInfo IAM_PERMISSION_DENIED",
        "published answers of several services",
    ),
    switched(
        Recorded,
        "what a constraint of the organisation forbids: 412 conditionNotMet, Constraint C violated for project P, at the call",
        "terraform-provider-google#11265, terraform-google-secure-cicd#70",
        "policies",
    ),
    rule(
        Documented,
        "compute.disableVpcExternalIpv6 refuses external IPv6 of new and of changed subnets",
        POLICIES,
    ),
    rule(
        Documented,
        "compute.requireVpcFlowLogs refuses new subnets without flow logs, and flow logs that are switched off",
        VPC,
    ),
    switched(
        Documented,
        "that constraint does not look at other changes of subnets",
        VPC,
        "switches.flow_logs_policy",
    ),
    rule(
        Assumed,
        "nor at the sampling rate, nor at the subnets that Google makes for auto-mode networks",
        NONE,
    ),
    rule(
        Recorded,
        "compute.restrictVpcPeering refuses peerings, and names the network",
        "terraform-google-secure-cicd#70",
    ),
    rule(Assumed, "no network is on its list of those that are allowed", NONE),
    rule(Documented, "a project's own policy stands in place of its organisation's", POLICIES),
    rule(Assumed, "that a service is off is said before a missing permission", NONE),
];
