//! Subnetworks.

pub(crate) mod delete;
pub(crate) mod expand;
mod google_access;
pub(crate) mod insert;
pub(crate) mod ipv6;
pub(crate) mod patch;
mod ranges;
pub(crate) mod read;
mod reserved;
pub(crate) mod secondary;

use crate::evidence::Evidence;
use crate::resources::kind::{Method, On, ResourceKind};
use crate::resources::permissions;

/// The methods of Compute on this kind.
const METHODS: &[Method] = &[
    Method::mutation(
        "compute.subnetworks.setPrivateIpGoogleAccess",
        "POST",
        "regions/{region}/subnetworks/{subnetwork}/setPrivateIpGoogleAccess",
        google_access::check,
    )
    .takes(1_000, 5_000, Evidence::Assumed, "no figure found"),
    Method::read("compute.subnetworks.listUsable", "aggregated/subnetworks/listUsable", read::usable),
    Method::read("compute.subnetworks.list", "regions/{region}/subnetworks", read::list),
    Method::read("compute.subnetworks.aggregatedList", "aggregated/subnetworks", read::aggregated),
    Method::read("compute.subnetworks.get", "regions/{region}/subnetworks/{subnetwork}", read::get),
    Method::mutation("compute.subnetworks.insert", "POST", "regions/{region}/subnetworks", insert::check)
        .takes(8_000, 16_000, Evidence::SecondHand, "network and subnet about 24 s together")
        .along(&[("compute.networks.updatePolicy", On::Network)]),
    Method::mutation(
        "compute.subnetworks.patch",
        "PATCH",
        "regions/{region}/subnetworks/{subnetwork}",
        patch::check,
    )
    .takes(5_000, 20_000, Evidence::Assumed, "no figure found"),
    Method::mutation(
        "compute.subnetworks.expandIpCidrRange",
        "POST",
        "regions/{region}/subnetworks/{subnetwork}/expandIpCidrRange",
        expand::check,
    )
    .takes(60_000, 180_000, Evidence::Documented, "VPC guide: several minutes"),
    Method::mutation(
        "compute.subnetworks.delete",
        "DELETE",
        "regions/{region}/subnetworks/{subnetwork}",
        delete::check,
    )
    .takes(20_000, 30_000, Evidence::SecondHand, "more than 20 s")
    .along(&[("compute.networks.updatePolicy", On::Network)]),
    Method::test(
        "compute.subnetworks.testIamPermissions",
        "regions/{region}/subnetworks/{subnetwork}/testIamPermissions",
        permissions::test_subnetwork,
    ),
];

/// The entry in the table of kinds.
pub(super) const KIND: ResourceKind =
    ResourceKind { methods: METHODS, services: &[], rules: &[], dump: &[("subnetworks", read::all)] };
