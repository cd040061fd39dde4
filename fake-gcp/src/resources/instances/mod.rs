//! Instances, as far as the network sees them. What else a request says of a machine is kept and given back as it came.

mod access;
pub(crate) mod aliases;
mod change;
pub(crate) mod delete;
pub(crate) mod insert;
pub(crate) mod ipv6;
mod machine;
pub(crate) mod patch_nic;
pub(crate) mod read;
mod rules;

use crate::evidence::Evidence;
use crate::resources::kind::{Method, On, ResourceKind};
use crate::resources::permissions;

/// The methods of Compute on this kind.
const METHODS: &[Method] = &[
    Method::mutation(
        "compute.instances.setLabels",
        "POST",
        "zones/{zone}/instances/{instance}/setLabels",
        change::set_labels,
    )
    .takes(1_000, 5_000, Evidence::Assumed, "no figure found"),
    Method::mutation(
        "compute.instances.setTags",
        "POST",
        "zones/{zone}/instances/{instance}/setTags",
        change::set_tags,
    )
    .takes(1_000, 5_000, Evidence::Assumed, "no figure found"),
    Method::mutation(
        "compute.instances.setMetadata",
        "POST",
        "zones/{zone}/instances/{instance}/setMetadata",
        change::set_metadata,
    )
    .takes(1_000, 5_000, Evidence::Assumed, "no figure found"),
    Method::mutation(
        "compute.instances.start",
        "POST",
        "zones/{zone}/instances/{instance}/start",
        change::power_on,
    )
    .takes(1_000, 5_000, Evidence::Assumed, "no figure found"),
    Method::mutation(
        "compute.instances.stop",
        "POST",
        "zones/{zone}/instances/{instance}/stop",
        change::power_off,
    )
    .takes(1_000, 5_000, Evidence::Assumed, "no figure found"),
    Method::mutation(
        "compute.instances.setMachineType",
        "POST",
        "zones/{zone}/instances/{instance}/setMachineType",
        change::set_machine_type,
    )
    .takes(1_000, 5_000, Evidence::Assumed, "no figure found"),
    Method::mutation(
        "compute.instances.setServiceAccount",
        "POST",
        "zones/{zone}/instances/{instance}/setServiceAccount",
        change::set_service_account,
    )
    .takes(1_000, 5_000, Evidence::Assumed, "no figure found"),
    Method::mutation(
        "compute.instances.setScheduling",
        "POST",
        "zones/{zone}/instances/{instance}/setScheduling",
        change::set_scheduling,
    )
    .takes(1_000, 5_000, Evidence::Assumed, "no figure found"),
    Method::mutation(
        "compute.instances.addAccessConfig",
        "POST",
        "zones/{zone}/instances/{instance}/addAccessConfig",
        access::check_add,
    )
    .takes(1_000, 5_000, Evidence::Assumed, "no figure found"),
    Method::mutation(
        "compute.instances.deleteAccessConfig",
        "POST",
        "zones/{zone}/instances/{instance}/deleteAccessConfig",
        access::check_delete,
    )
    .takes(1_000, 5_000, Evidence::Assumed, "no figure found"),
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
