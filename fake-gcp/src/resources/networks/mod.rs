//! Networks and their peerings.

pub(crate) mod delete;
pub(crate) mod insert;
mod mode;
pub(crate) mod patch;
pub(crate) mod peer;
pub(crate) mod peerings;
mod print;
pub(crate) mod read;
mod rules;

use crate::evidence::Evidence;
use crate::resources::kind::{Method, ResourceKind};

/// The methods of Compute on this kind.
const METHODS: &[Method] =
    &[
        Method::mutation(
            "compute.networks.switchToCustomMode",
            "POST",
            "global/networks/{network}/switchToCustomMode",
            mode::check,
        )
        .takes(1_000, 5_000, Evidence::Assumed, "no figure found"),
        Method::read("compute.networks.list", "global/networks", read::list),
        Method::read("compute.networks.get", "global/networks/{network}", read::get),
        Method::read(
            "compute.networks.listPeeringRoutes",
            "global/networks/{network}/listPeeringRoutes",
            peerings::list_routes,
        ),
        Method::mutation("compute.networks.insert", "POST", "global/networks", insert::check).takes(
            8_000,
            16_000,
            Evidence::SecondHand,
            "network and subnet about 24 s together",
        ),
        Method::mutation("compute.networks.patch", "PATCH", "global/networks/{network}", patch::check).takes(
            5_000,
            15_000,
            Evidence::Assumed,
            "no figure found",
        ),
        Method::mutation(
            "compute.networks.addPeering",
            "POST",
            "global/networks/{network}/addPeering",
            peer::check_add,
        )
        .takes(5_000, 30_000, Evidence::Assumed, "no figure found"),
        Method::mutation(
            "compute.networks.removePeering",
            "POST",
            "global/networks/{network}/removePeering",
            peer::check_remove,
        )
        .takes(5_000, 30_000, Evidence::Assumed, "no figure found"),
        Method::mutation("compute.networks.delete", "DELETE", "global/networks/{network}", delete::check)
            .takes(15_000, 60_000, Evidence::SecondHand, "up to minutes (terraform-provider-google#675)"),
    ];

/// The entry in the table of kinds.
pub(super) const KIND: ResourceKind = ResourceKind {
    methods: METHODS,
    services: &[],
    rules: rules::RULES,
    dump: &[("networks", print::all), ("peeringRoutes", peerings::as_given)],
};
