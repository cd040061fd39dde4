//! Target pools: the instances behind an external forwarding rule. The data plane does not look at them.

pub(crate) mod delete;
pub(crate) mod insert;
pub(crate) mod members;
pub(super) mod pool;
pub(crate) mod read;

use crate::evidence::Evidence;
use crate::resources::kind::{Method, ResourceKind};

/// The methods of Compute on this kind.
const METHODS: &[Method] = &[
    Method::read("compute.targetPools.list", "regions/{region}/targetPools", read::list),
    Method::read("compute.targetPools.aggregatedList", "aggregated/targetPools", read::aggregated),
    Method::read("compute.targetPools.get", "regions/{region}/targetPools/{targetPool}", read::get),
    Method::mutation("compute.targetPools.insert", "POST", "regions/{region}/targetPools", insert::check)
        .takes(2_000, 6_000, Evidence::Assumed, "no figure found"),
    Method::mutation(
        "compute.targetPools.addInstance",
        "POST",
        "regions/{region}/targetPools/{targetPool}/addInstance",
        members::check_add,
    )
    .takes(2_000, 6_000, Evidence::Assumed, "no figure found"),
    Method::mutation(
        "compute.targetPools.removeInstance",
        "POST",
        "regions/{region}/targetPools/{targetPool}/removeInstance",
        members::check_remove,
    )
    .takes(2_000, 6_000, Evidence::Assumed, "no figure found"),
    Method::mutation(
        "compute.targetPools.delete",
        "DELETE",
        "regions/{region}/targetPools/{targetPool}",
        delete::check,
    )
    .takes(2_000, 6_000, Evidence::Assumed, "no figure found"),
];

/// The entry in the table of kinds.
pub(super) const KIND: ResourceKind =
    ResourceKind { methods: METHODS, services: &[], rules: &[], dump: &[("targetPools", read::all)] };
