//! Instances, as far as the network sees them. What else a request says of a machine is kept and given back as it came.

pub(crate) mod aliases;
pub(crate) mod delete;
pub(crate) mod insert;
pub(crate) mod ipv6;
pub(crate) mod patch_nic;
pub(crate) mod read;
mod rules;

use crate::evidence::Evidence;
use crate::resources::kind::{Method, On, ResourceKind};
use crate::resources::permissions;

/// The methods of Compute on this kind.
const METHODS: &[Method] = &[
    Method::read("compute.instances.list", "zones/{zone}/instances", read::list),
    Method::read("compute.instances.aggregatedList", "aggregated/instances", read::aggregated),
    Method::read("compute.instances.get", "zones/{zone}/instances/{instance}", read::get),
    Method::mutation("compute.instances.insert", "POST", "zones/{zone}/instances", insert::check)
        .takes(5_000, 15_000, Evidence::Assumed, "no figure found")
        .along(&[
            ("compute.subnetworks.use", On::Subnetworks),
            ("compute.subnetworks.useExternalIp", On::ExternalAddresses),
        ]),
    Method::mutation(
        "compute.instances.delete",
        "DELETE",
        "zones/{zone}/instances/{instance}",
        delete::check,
    )
    .takes(20_000, 60_000, Evidence::Assumed, "no figure found"),
    Method::mutation(
        "compute.instances.updateNetworkInterface",
        "PATCH",
        "zones/{zone}/instances/{instance}/updateNetworkInterface",
        patch_nic::check,
    )
    .takes(1_200, 5_000, Evidence::Recorded, "one operation of 1.2 s (2024); upper end assumed")
    .along(&[
        ("compute.subnetworks.use", On::Subnetworks),
        ("compute.subnetworks.useExternalIp", On::ExternalAddresses),
    ]),
    Method::test(
        "compute.instances.testIamPermissions",
        "zones/{zone}/instances/{instance}/testIamPermissions",
        permissions::test_instance,
    ),
];

/// The entry in the table of kinds.
pub(super) const KIND: ResourceKind =
    ResourceKind { methods: METHODS, services: &[], rules: rules::RULES, dump: &[("instances", read::all)] };
