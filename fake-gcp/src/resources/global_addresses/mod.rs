//! Global addresses: external ones, and ranges of private services access, which no subnet may use.

pub(crate) mod address;
mod change;
mod insert;
pub(crate) mod read;

use crate::evidence::Evidence::{self, Assumed, Documented};
use crate::evidence::{API, NONE, Rule, rule};
use crate::resources::kind::{Method, ResourceKind};

/// The methods of Compute on this kind.
const METHODS: &[Method] = &[
    Method::read("compute.globalAddresses.list", "global/addresses", read::list),
    Method::read("compute.globalAddresses.get", "global/addresses/{address}", read::get),
    Method::mutation("compute.globalAddresses.insert", "POST", "global/addresses", insert::check).takes(
        2_000,
        8_000,
        Evidence::Assumed,
        "no figure found",
    ),
    Method::mutation(
        "compute.globalAddresses.setLabels",
        "POST",
        "global/addresses/{address}/setLabels",
        change::check_labels,
    )
    .takes(1_000, 5_000, Evidence::Assumed, "no figure found"),
    Method::mutation(
        "compute.globalAddresses.delete",
        "DELETE",
        "global/addresses/{address}",
        change::check_delete,
    )
    .takes(2_000, 8_000, Evidence::Assumed, "no figure found"),
];

const RULES: &[Rule] = &[
    rule(
        Documented,
        "global addresses are EXTERNAL, or INTERNAL ranges with purpose VPC_PEERING, network and prefixLength",
        API,
    ),
    rule(Documented, "no subnet may use such a range as long as it is reserved", API),
    rule(Assumed, "without an address such a range is the lowest free one of 10/8", NONE),
];

/// The entry in the table of kinds.
pub(super) const KIND: ResourceKind =
    ResourceKind { methods: METHODS, services: &[], rules: RULES, dump: &[("globalAddresses", read::all)] };
