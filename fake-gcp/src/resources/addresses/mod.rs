//! Regional addresses, external ones and those of a subnet.

pub(crate) mod delete;
pub(crate) mod insert;
mod labels;
mod print;
pub(crate) mod read;

use crate::evidence::Evidence;
use crate::resources::kind::{Method, ResourceKind};

/// The methods of Compute on this kind.
const METHODS: &[Method] =
    &[
        Method::mutation(
            "compute.addresses.setLabels",
            "POST",
            "regions/{region}/addresses/{address}/setLabels",
            labels::check,
        )
        .takes(1_000, 5_000, Evidence::Assumed, "no figure found"),
        Method::read("compute.addresses.list", "regions/{region}/addresses", read::list),
        Method::read("compute.addresses.aggregatedList", "aggregated/addresses", read::aggregated),
        Method::read("compute.addresses.get", "regions/{region}/addresses/{address}", read::get),
        Method::mutation("compute.addresses.insert", "POST", "regions/{region}/addresses", insert::check)
            .takes(2_000, 8_000, Evidence::Assumed, "no figure found"),
        Method::mutation(
            "compute.addresses.delete",
            "DELETE",
            "regions/{region}/addresses/{address}",
            delete::check,
        )
        .takes(2_000, 8_000, Evidence::Assumed, "no figure found"),
    ];

/// The entry in the table of kinds.
pub(super) const KIND: ResourceKind =
    ResourceKind { methods: METHODS, services: &[], rules: &[], dump: &[("addresses", read::all)] };
