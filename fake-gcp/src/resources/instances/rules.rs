//! Rules of instances, their interfaces and aliases. Data only.

use crate::evidence::Evidence::{Assumed, Documented, Recorded, SecondHand};
use crate::evidence::{API, NONE, Rule, rule, switched};

/// The rules of this area, in the order in which they are printed.
pub(super) const RULES: &[Rule] = &[
    rule(
        SecondHand,
        "interfaces are in subnets of purpose PRIVATE alone: 400 invalid",
        "reports of GKE's users",
    ),
    rule(Documented, "networkIP and natIP can be the URL of a reserved address of the region", API),
    rule(Documented, "accessConfigs print natIP, type and networkTier; an interface has one at most", API),
    rule(Documented, "machineType, and sources of disks, are printed as whole URLs", API),
    rule(
        Assumed,
        "disks are kept as sent with deviceName persistent-disk-N; machine types, images and disks need not exist",
        NONE,
    ),
    rule(Documented, "fingerprints of tags, labels and metadata change with what they are of", API),
    rule(
        Documented,
        "setTags needs the fingerprint of the tags; setMetadata is refused with another one",
        API,
    ),
    rule(
        Documented,
        "stop makes an instance TERMINATED; setMachineType and setServiceAccount need one that is stopped",
        API,
    ),
    rule(Assumed, "they are refused with 400 invalid otherwise", NONE),
    rule(
        Documented,
        "updateNetworkInterface: aliasIpRanges is the whole list; absent leaves it, [] removes all",
        "alias IP guide, python-compute#446",
    ),
    rule(Documented, "the interfaces of an instance are in different networks: 400 invalid", API),
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
    rule(
        Recorded,
        "stop and start make the fingerprints of interfaces stale",
        "comment in terraform's resource of instances",
    ),
    rule(Documented, "status is one of twelve words, printed as it is", API),
    rule(Recorded, "accessConfigs in updateNetworkInterface are refused", "kubernetes#59423"),
    rule(
        Documented,
        "a dual-stack interface gets a /96 out of the first half of the subnet's /64",
        "subnets guide",
    ),
    rule(Documented, "four addresses of the primary range are not given to VMs", "subnets guide"),
];
